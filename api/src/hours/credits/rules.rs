//! The status of a teacher in a cycle (三-1).

use chrono::NaiveDate;
use songjiao_types::{Hours, credits::CreditStatus};

use crate::people::policies::TrainingYear;

/// Returns whether a training year is over on a day.
pub fn is_over(year: &TrainingYear, today: NaiveDate) -> bool {
    year.last_day < today
}

/// Returns the status of recognised against required hours and, while the cycle runs, of recognised hours and those that
/// await a project's end against what is due for the months that are over.
pub fn status(required: Hours, recognized: Hours, awaiting: Hours, due: Hours, running: bool) -> CreditStatus {
    let expected = recognized + awaiting;
    if required == Hours::ZERO {
        CreditStatus::Exempt
    } else if mutate!(CreditAboveRequired, recognized >= required, recognized > required) {
        CreditStatus::Met
    } else if running && mutate!(OnTrackAboveDue, expected >= due, expected > due) {
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
        let running = |recognized| {
            status(Hours::whole(360), Hours::from_hundredths(recognized), Hours::ZERO, Hours::whole(60), true)
        };
        assert_eq!(
            [5999, 6000, 35_999, 36_000].map(running),
            [CreditStatus::Behind, CreditStatus::OnTrack, CreditStatus::OnTrack, CreditStatus::Met]
        );
    }

    #[test]
    fn hours_that_await_the_end_of_a_project_keep_a_cycle_on_track_and_do_not_meet_it() {
        let status = |recognized, awaiting, running| {
            status(Hours::whole(360), Hours::whole(recognized), Hours::whole(awaiting), Hours::whole(60), running)
        };
        assert_eq!(status(36, 24, true), CreditStatus::OnTrack);
        assert_eq!(status(36, 23, true), CreditStatus::Behind);
        assert_eq!(status(336, 24, true), CreditStatus::OnTrack);
        assert_eq!(status(336, 24, false), CreditStatus::Behind);
    }

    #[test]
    fn a_cycle_that_is_over_is_met_or_behind() {
        let over =
            |recognized| status(Hours::whole(360), Hours::whole(recognized), Hours::ZERO, Hours::whole(360), false);
        assert_eq!([359, 360].map(over), [CreditStatus::Behind, CreditStatus::Met]);
    }

    #[test]
    fn a_cycle_that_requires_nothing_is_exempt() {
        assert_eq!(status(Hours::ZERO, Hours::whole(8), Hours::ZERO, Hours::ZERO, true), CreditStatus::Exempt);
    }
}
