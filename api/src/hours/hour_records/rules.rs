use songjiao_types::{
    HourRecordId,
    changes::ChangeType,
    hour_records::{HourRecordStatus as S, HourRecordView},
};

use crate::error::{ApiError, Result};

/// pending → recognized or rejected; recognized → voided; nothing else, and nothing back.
///
/// # Errors
/// 409.
pub fn check_step(from: S, to: S) -> Result<()> {
    match (from, to) {
        (S::Pending, S::Recognized | S::Rejected) | (S::Recognized, S::Voided) => Ok(()),
        (_, S::Recognized) => Err(ApiError::wrong_state("只有待认定的记录可以认定")),
        (_, S::Rejected) => Err(ApiError::wrong_state("只有待认定的记录可以驳回")),
        _ => Err(ApiError::wrong_state("只有已认定的记录可以作废")),
    }
}

/// What others are told when a record comes to have a status.
pub fn change(to: S) -> ChangeType {
    match to {
        S::Pending => ChangeType::HourRecordRecorded,
        S::Recognized => ChangeType::HourRecordRecognized,
        S::Rejected => ChangeType::HourRecordRejected,
        S::Voided => ChangeType::HourRecordVoided,
    }
}

/// That a record waits for a decision on whether it tells of the same training as another: as which.
///
/// # Errors
/// 409.
pub fn check_suspected(record: &HourRecordView) -> Result<HourRecordId> {
    match (record.status, record.duplicate_of) {
        (S::Pending, Some(other)) => Ok(other),
        (S::Pending, None) => Err(ApiError::wrong_state("该记录没有疑似重复")),
        _ => Err(ApiError::wrong_state("该记录已处理，不再待核对")),
    }
}

/// Whether a record can be the one that is kept: else the training would count nowhere.
///
/// # Errors
/// 409.
pub fn check_can_be_kept(other: S) -> Result<()> {
    if other.is_live() {
        Ok(())
    } else {
        Err(ApiError::wrong_state("另一条记录已驳回或作废，不能保留"))
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::WireEnum;

    use super::*;

    #[test]
    fn a_record_goes_forward_and_never_back() {
        let allowed: Vec<_> = S::ALL
            .iter()
            .flat_map(|from| S::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| check_step(*from, *to).is_ok())
            .collect();
        assert_eq!(allowed, [(S::Pending, S::Recognized), (S::Pending, S::Rejected), (S::Recognized, S::Voided)]);
    }
}
