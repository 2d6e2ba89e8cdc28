use chrono::{Days, NaiveDate};
use songjiao_types::{
    ErrorCode,
    changes::ChangeType,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus as S},
};

use crate::{
    error::{ApiError, Result},
    people::appointments::service::{Service, Spell},
};

/// How long before a spell a training may end that prepares for it 岗前培训.
const BEFORE_SERVICE: Days = Days::new(90);

/// Which service covers a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// A confirmed spell.
    Confirmed,
    /// A confirmed spell that begins within 90 days after: 岗前培训, which a person decides about.
    Ahead,
    /// A spell that is only reported.
    Reported,
    /// A spell that is only reported and begins within 90 days after.
    ReportedAhead,
}

/// Returns which service covers a training: a spell on one of its days, or one that begins within 90 days after. `None` if
/// no service does, or if it had ended before the training year began.
pub fn coverage(
    service: &Service,
    year_begins: NaiveDate,
    (starts_on, ends_on): (NaiveDate, NaiveDate),
) -> Option<Coverage> {
    let meets = |spell: &Spell| spell.meets(starts_on, ends_on);
    let ahead = |spell: &Spell| {
        spell.first > ends_on
            && mutate!(EightyNineDays, spell.first <= ends_on + BEFORE_SERVICE, spell.first < ends_on + BEFORE_SERVICE)
    };
    let ended = |spells: &[Spell]| spells.last().and_then(|spell| spell.last).is_some_and(|last| last < year_begins);
    let Service { confirmed, reported } = service;
    if !ended(confirmed) && confirmed.iter().any(meets) {
        Some(Coverage::Confirmed)
    } else if !ended(reported) && reported.iter().any(meets) {
        Some(mutate!(ReportedSuffices, Coverage::Reported, Coverage::Confirmed))
    } else if !ended(confirmed) && confirmed.iter().any(ahead) {
        Some(Coverage::Ahead)
    } else if !ended(reported) && reported.iter().any(ahead) {
        Some(Coverage::ReportedAhead)
    } else {
        None
    }
}

impl Coverage {
    /// Returns whether the service waits for confirmation.
    pub fn is_unconfirmed(self) -> bool {
        matches!(self, Self::Reported | Self::ReportedAhead)
    }
}

/// How a new record reaches the ledger from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// One record in the body of a request.
    Form,
    /// Many records, under the parameters of an import or a push.
    Batch,
}

/// Returns the status that a new record begins with. By default a record of a batch is recognised
/// if the caller may recognise hours; every other record waits as pending.
///
/// # Errors
/// 403 if `recognized` is requested without the permission; 422 at `status` for any status that a
/// record cannot begin with.
pub fn initial_status(intake: Intake, requested: Option<S>, may_recognize: bool) -> Result<S> {
    match requested {
        None if intake == Intake::Batch && may_recognize => Ok(S::Recognized),
        None | Some(S::Pending) => Ok(S::Pending),
        Some(S::Recognized) if may_recognize => Ok(S::Recognized),
        Some(S::Recognized) => Err(ApiError::forbidden()),
        Some(_) => {
            let pointer = if intake == Intake::Form { "/status" } else { "status" };
            Err(ApiError::invalid(pointer, "bad_status", "新记录只能是待认定或已认定"))
        }
    }
}

/// Checks that hours of a closed year are not recognised or voided without a reason.
///
/// # Errors
/// 422 `reason_required` at `/reason`.
pub fn check_reason(closed: bool, to: S, reason: Option<&str>) -> Result<()> {
    if closed && matches!(to, S::Recognized | S::Voided) && reason.is_none() {
        let message = "该年度已结账，认定或作废的学时计为补录，须填写理由";
        return Err(ApiError::invalid("/reason", "reason_required", message));
    }
    Ok(())
}

/// Returns all that a record would wait for. A suspected duplicate waits for a person; hours of service that is only
/// reported wait for its confirmation.
pub fn entry_holds(coverage: Coverage, awaits_project_end: bool, suspected: bool) -> HoldSet {
    HoldSet::base(awaits_project_end)
        .and_if(coverage.is_unconfirmed(), HourRecordHold::ServiceUnconfirmed)
        .and_if(suspected, HourRecordHold::Suspected)
}

/// Returns the status under which a record enters the ledger, and what it waits for: it is recognised if it may be, and
/// nothing but that decision keeps it.
pub fn entry_status(initial: S, may_be_recognized: bool, holds: HoldSet) -> (S, HoldSet) {
    match initial {
        S::Recognized if may_be_recognized && holds == HoldSet::base(false) => (S::Recognized, HoldSet::EMPTY),
        _ => (S::Pending, holds),
    }
}

/// Checks a change of status: pending → recognized, rejected, withdrawn or returned; recognized → voided. Hours are not
/// recognised while the service waits for confirmation, nor before the end of the project that issued them.
///
/// # Errors
/// 409 for every other change.
pub fn check_transition(from: S, holds: HoldSet, to: S) -> Result<()> {
    match (from, to) {
        (S::Pending, S::Recognized) if holds.contains(HourRecordHold::ServiceUnconfirmed) => {
            Err(ApiError::wrong_state("该教师的任职尚未确认，确认后方可认定"))
        }
        (S::Pending, S::Recognized) if holds.contains(HourRecordHold::ProjectEnd) => {
            Err(ApiError::wrong_state("该记录待项目结业时认定"))
        }
        (S::Pending, S::Recognized | S::Rejected | S::Withdrawn | S::Returned) | (S::Recognized, S::Voided) => Ok(()),
        (_, S::Recognized) => Err(ApiError::wrong_state("只有待认定的记录可以认定")),
        (_, S::Rejected) => Err(ApiError::wrong_state("只有待认定的记录可以驳回")),
        (_, S::Withdrawn) => Err(ApiError::wrong_state("只有待认定的记录可以撤回")),
        (_, S::Returned) => Err(ApiError::wrong_state("只有待认定的记录可以退回")),
        _ => Err(ApiError::wrong_state("只有已认定的记录可以作废")),
    }
}

/// Checks that a person may decide so on a single record.
///
/// # Errors
/// 409 if the project that issued it decides, and `duplicate_suspected` if it is to be recognised and seems to be of the same
/// training as another.
pub fn check_decision(holds: HoldSet, to: S) -> Result<()> {
    if to == S::Recognized && holds.contains(HourRecordHold::Suspected) {
        Err(ApiError::new(ErrorCode::DuplicateSuspected))
    } else if holds.contains(HourRecordHold::ProjectEnd) {
        Err(ApiError::wrong_state("该记录待项目结业时认定"))
    } else {
        Ok(())
    }
}

/// Returns the status with which a live record ends if it is no longer to count.
pub fn end_status(status: S) -> S {
    if status == S::Recognized { S::Voided } else { S::Rejected }
}

/// Returns the type of change that is published when a record takes on a status.
pub fn change_type(to: S) -> ChangeType {
    match to {
        S::Pending => ChangeType::HourRecordRecorded,
        S::Recognized => ChangeType::HourRecordRecognized,
        S::Rejected => ChangeType::HourRecordRejected,
        S::Withdrawn => ChangeType::HourRecordWithdrawn,
        S::Returned => ChangeType::HourRecordReturned,
        S::Voided => ChangeType::HourRecordVoided,
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::{ErrorCode, WireEnum};

    use super::*;

    #[test]
    fn a_record_goes_forward_and_never_back() {
        let allowed: Vec<_> = S::ALL
            .iter()
            .flat_map(|from| S::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| check_transition(*from, HoldSet::EMPTY, *to).is_ok())
            .collect();
        let ends = [S::Recognized, S::Rejected, S::Withdrawn, S::Returned].map(|to| (S::Pending, to));
        assert_eq!(allowed, [&ends[..], &[(S::Recognized, S::Voided)]].concat());
    }

    #[test]
    fn only_those_who_may_recognize_begin_with_recognized() {
        let status = |intake, requested, may| initial_status(intake, requested, may).map_err(|error| error.code);
        for intake in [Intake::Form, Intake::Batch] {
            assert_eq!(status(intake, Some(S::Recognized), true), Ok(S::Recognized));
            assert_eq!(status(intake, Some(S::Recognized), false), Err(ErrorCode::Forbidden));
            assert_eq!(status(intake, Some(S::Voided), true), Err(ErrorCode::Invalid));
            assert_eq!(status(intake, None, false), Ok(S::Pending));
        }
        assert_eq!(
            [Intake::Form, Intake::Batch].map(|intake| status(intake, None, true)),
            [Ok(S::Pending), Ok(S::Recognized)]
        );
    }

    #[test]
    fn a_suspected_duplicate_and_hours_of_reported_service_wait() {
        use HourRecordHold::{Decision, Flagged, ServiceUnconfirmed, Suspected};
        let status = |suspected, coverage| {
            let holds = entry_holds(coverage, false, suspected);
            let holds = holds.and_if(coverage == Coverage::Ahead, Flagged);
            let (status, holds) = entry_status(S::Recognized, true, holds);
            (status, holds.iter().collect::<Vec<_>>())
        };
        assert_eq!(status(false, Coverage::Confirmed), (S::Recognized, vec![]));
        assert_eq!(status(true, Coverage::Confirmed), (S::Pending, vec![Suspected, Decision]));
        assert_eq!(status(false, Coverage::Ahead), (S::Pending, vec![Flagged, Decision]));
        assert_eq!(status(false, Coverage::Reported), (S::Pending, vec![ServiceUnconfirmed, Decision]));
        assert_eq!(status(true, Coverage::Reported), (S::Pending, vec![ServiceUnconfirmed, Suspected, Decision]));
        let unconfirmed = HoldSet::base(false).raised(ServiceUnconfirmed);
        assert!(check_transition(S::Pending, unconfirmed, S::Recognized).is_err());
        assert!(check_transition(S::Pending, unconfirmed, S::Rejected).is_ok());
    }

    #[test]
    fn hours_of_a_project_that_has_not_ended_wait_for_its_end_and_then_for_the_next_hold() {
        use HourRecordHold::{Decision, Flagged, ProjectEnd, Suspected};
        let (status, holds) = entry_status(S::Recognized, true, entry_holds(Coverage::Confirmed, true, false));
        assert_eq!((status, holds.first()), (S::Pending, Some(ProjectEnd)));
        let raised = holds.raised(Suspected).raised(Flagged);
        assert_eq!(raised.iter().collect::<Vec<_>>(), [Suspected, Flagged, ProjectEnd]);
        assert_eq!(raised.lifted(ProjectEnd).iter().collect::<Vec<_>>(), [Suspected, Flagged, Decision]);
        assert_eq!(raised.lifted(Suspected).lifted(Flagged).lifted(ProjectEnd), HoldSet::base(false));
        assert!(check_transition(S::Pending, holds, S::Recognized).is_err(), "the project's end alone decides");
    }

    #[test]
    fn a_training_needs_service_on_one_of_its_days_or_within_ninety_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let spell = |first: &str, last: Option<&str>| Spell {
            organization_id: songjiao_types::OrganizationId::from_uuid(uuid::Uuid::nil()),
            first: day(first),
            last: last.map(day),
        };
        let confirmed = vec![spell("2010-09-01", Some("2025-06-30"))];
        let reported = vec![confirmed[0], spell("2026-09-01", None)];
        let service = Service { confirmed, reported };
        let covered = |year: &str, first: &str, last: &str| coverage(&service, day(year), (day(first), day(last)));
        assert_eq!(covered("2025-01-01", "2025-06-30", "2025-07-02"), Some(Coverage::Confirmed));
        assert_eq!(covered("2025-01-01", "2025-07-01", "2025-07-02"), None);
        assert_eq!(covered("2026-01-01", "2026-08-20", "2026-08-28"), Some(Coverage::ReportedAhead), "岗前培训");
        assert_eq!(covered("2010-01-01", "2010-08-20", "2010-08-28"), Some(Coverage::Ahead), "岗前培训");
        assert_eq!(covered("2026-01-01", "2026-06-01", "2026-06-02"), None, "91 days before");
        assert_eq!(covered("2026-01-01", "2026-06-02", "2026-06-03"), Some(Coverage::ReportedAhead));
        let ended = Service { reported: service.confirmed.clone(), confirmed: service.confirmed.clone() };
        let dates = (day("2025-06-01"), day("2025-06-02"));
        assert_eq!(coverage(&ended, day("2026-01-01"), dates), None, "a year after the end of service");
    }
}
