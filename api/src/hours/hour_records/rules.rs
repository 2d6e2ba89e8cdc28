use chrono::{Days, NaiveDate};
use songjiao_types::{
    HourRecordId,
    changes::ChangeType,
    hour_records::{HourRecordHold, HourRecordStatus as S, HourRecordView},
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
        Some(Coverage::Reported)
    } else {
        None
    }
}

/// Returns what a pending record waits for.
pub fn hold(coverage: Coverage) -> HourRecordHold {
    match coverage {
        Coverage::Confirmed | Coverage::Ahead => HourRecordHold::Decision,
        Coverage::Reported => HourRecordHold::ServiceUnconfirmed,
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
        Some(S::Rejected | S::Voided) => {
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

/// Returns the status under which a record enters the ledger, and what it waits for. A suspected duplicate waits for a
/// person, and so do hours before service; hours of service that is only reported wait for its confirmation.
pub fn entry_status(initial: S, suspected: bool, coverage: Coverage) -> (S, Option<HourRecordHold>) {
    match initial {
        S::Recognized
            if !suspected
                && mutate!(BeforeServiceAtOnce, coverage == Coverage::Confirmed, coverage != Coverage::Reported) =>
        {
            (S::Recognized, None)
        }
        _ => (S::Pending, Some(hold(coverage))),
    }
}

/// Checks a change of status: pending → recognized or rejected, recognized → voided. Hours are not recognised while the
/// service waits for confirmation.
///
/// # Errors
/// 409 for every other change.
pub fn check_transition(from: S, hold: Option<HourRecordHold>, to: S) -> Result<()> {
    match (from, to) {
        (S::Pending, S::Recognized) if hold == Some(HourRecordHold::ServiceUnconfirmed) => {
            Err(ApiError::wrong_state("该教师的任职尚未确认，确认后方可认定"))
        }
        (S::Pending, S::Recognized | S::Rejected) | (S::Recognized, S::Voided) => Ok(()),
        (_, S::Recognized) => Err(ApiError::wrong_state("只有待认定的记录可以认定")),
        (_, S::Rejected) => Err(ApiError::wrong_state("只有待认定的记录可以驳回")),
        _ => Err(ApiError::wrong_state("只有已认定的记录可以作废")),
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
        S::Voided => ChangeType::HourRecordVoided,
    }
}

/// Returns the record that a suspected duplicate repeats.
///
/// # Errors
/// 409 if the record is not suspected or has been decided on.
pub fn check_suspected(record: &HourRecordView) -> Result<HourRecordId> {
    match (record.status, record.duplicate_of) {
        (S::Pending, Some(other)) => Ok(other),
        (S::Pending, None) => Err(ApiError::wrong_state("该记录没有疑似重复")),
        _ => Err(ApiError::wrong_state("该记录已处理，不再待核对")),
    }
}

/// Checks that a record can be the one of a pair that is kept; if it has ended, the training would
/// count nowhere.
///
/// # Errors
/// 409 if it has ended.
pub fn check_can_be_kept(other: S) -> Result<()> {
    if other.is_live() {
        Ok(())
    } else {
        Err(ApiError::wrong_state("另一条记录已驳回或作废，不能保留"))
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
            .filter(|(from, to)| check_transition(*from, None, *to).is_ok())
            .collect();
        assert_eq!(allowed, [(S::Pending, S::Recognized), (S::Pending, S::Rejected), (S::Recognized, S::Voided)]);
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
        let status = |suspected, coverage| entry_status(S::Recognized, suspected, coverage);
        assert_eq!(status(false, Coverage::Confirmed), (S::Recognized, None));
        assert_eq!(status(true, Coverage::Confirmed), (S::Pending, Some(HourRecordHold::Decision)));
        assert_eq!(status(false, Coverage::Ahead), (S::Pending, Some(HourRecordHold::Decision)));
        for suspected in [false, true] {
            let held = (S::Pending, Some(HourRecordHold::ServiceUnconfirmed));
            assert_eq!(status(suspected, Coverage::Reported), held);
        }
        assert!(check_transition(S::Pending, Some(HourRecordHold::ServiceUnconfirmed), S::Recognized).is_err());
        assert!(check_transition(S::Pending, Some(HourRecordHold::ServiceUnconfirmed), S::Rejected).is_ok());
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
        assert_eq!(covered("2026-01-01", "2026-08-20", "2026-08-28"), Some(Coverage::Reported), "岗前培训");
        assert_eq!(covered("2010-01-01", "2010-08-20", "2010-08-28"), Some(Coverage::Ahead), "岗前培训");
        assert_eq!(covered("2026-01-01", "2026-06-01", "2026-06-02"), None, "91 days before");
        assert_eq!(covered("2026-01-01", "2026-06-02", "2026-06-03"), Some(Coverage::Reported));
        let ended = Service { reported: service.confirmed.clone(), confirmed: service.confirmed.clone() };
        let dates = (day("2025-06-01"), day("2025-06-02"));
        assert_eq!(coverage(&ended, day("2026-01-01"), dates), None, "a year after the end of service");
    }
}
