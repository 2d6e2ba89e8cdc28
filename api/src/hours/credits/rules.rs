//! The status of a teacher in a cycle (三-1).

use chrono::NaiveDate;
use songjiao_types::{Hours, credits::CreditStatus};

use crate::people::policies::TrainingYear;

/// Returns whether a training year is over on a day.
pub fn is_over(year: &TrainingYear, today: NaiveDate) -> bool {
    year.last_day < today
}

/// Returns the status of recognised against required hours, and against those due for the months that are over, which
/// count while the cycle runs.
pub fn status(required: Hours, recognized: Hours, due: Hours, running: bool) -> CreditStatus {
    if required == Hours::ZERO {
        CreditStatus::Exempt
    } else if mutate!(CreditAboveRequired, recognized >= required, recognized > required) {
        CreditStatus::Met
    } else if running && mutate!(OnTrackAboveDue, recognized >= due, recognized > due) {
        CreditStatus::OnTrack
    } else {
        CreditStatus::Behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_cycle_is_on_track_while_the_months_over_are_covered() {
        // Case B12: ten months are over.
        let running =
            |recognized| status(Hours::whole(360), Hours::from_hundredths(recognized), Hours::whole(60), true);
        assert_eq!(
            [5999, 6000, 35_999, 36_000].map(running),
            [CreditStatus::Behind, CreditStatus::OnTrack, CreditStatus::OnTrack, CreditStatus::Met]
        );
    }

    #[test]
    fn a_cycle_that_is_over_is_met_or_behind() {
        let over = |recognized| status(Hours::whole(360), Hours::whole(recognized), Hours::whole(360), false);
        assert_eq!([359, 360].map(over), [CreditStatus::Behind, CreditStatus::Met]);
    }

    #[test]
    fn a_cycle_that_requires_nothing_is_exempt() {
        assert_eq!(status(Hours::ZERO, Hours::whole(8), Hours::ZERO, true), CreditStatus::Exempt);
    }
}
