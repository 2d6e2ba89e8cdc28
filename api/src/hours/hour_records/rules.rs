use songjiao_types::{
    HourRecordId,
    changes::ChangeType,
    hour_records::{HourRecordStatus as S, HourRecordView},
};

use crate::error::{ApiError, Result};

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

/// Returns the status under which a record enters the ledger: a suspected duplicate waits for a
/// person, whatever status it was to begin with.
pub fn entry_status(initial: S, suspected: bool) -> S {
    if suspected { S::Pending } else { initial }
}

/// Checks a change of status: pending → recognized or rejected, recognized → voided.
///
/// # Errors
/// 409 for every other change.
pub fn check_transition(from: S, to: S) -> Result<()> {
    match (from, to) {
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
            .filter(|(from, to)| check_transition(*from, *to).is_ok())
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
    fn a_suspected_duplicate_waits() {
        assert_eq!(entry_status(S::Recognized, true), S::Pending);
        assert_eq!(entry_status(S::Recognized, false), S::Recognized);
    }
}
