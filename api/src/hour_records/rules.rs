use songjiao_types::hour_records::HourRecordStatus as S;

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
