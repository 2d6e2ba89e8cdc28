//! The requirement of a training year and its reductions (一-3).

use chrono::{Datelike, Days, Months, NaiveDate};
use songjiao_types::{Hours, quotas::QuotaStatus};

use crate::people::policies::TrainingYear;

/// The first and the last day of a period, both inclusive.
pub type Span = (NaiveDate, NaiveDate);

/// Returns whether a teacher was in post on any day of a training year; otherwise the year requires
/// nothing.
pub fn in_post(year: &TrainingYear, joined_on: NaiveDate, left_on: Option<NaiveDate>) -> bool {
    joined_on <= year.last_day && left_on.is_none_or(|left| left >= year.first_day)
}

/// Counts the calendar months of a training year on every day of which the teacher was not in post
/// (before `joined_on`, after `left_on`) or exempt. Each month counts once; at most 12.
pub fn reduced_months(
    year: &TrainingYear,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    exemptions: &[Span],
) -> i32 {
    let mut reduced: Vec<Span> = exemptions.to_vec();
    reduced.extend(out_of_post(year, joined_on, left_on));
    reduced.sort_unstable();
    covered_months(year, &reduced).min(12)
}

/// Returns the days of a training year before joining and after leaving.
pub fn out_of_post(year: &TrainingYear, joined_on: NaiveDate, left_on: Option<NaiveDate>) -> Vec<Span> {
    let before = (joined_on > year.first_day).then(|| (year.first_day, (joined_on - Days::new(1)).min(year.last_day)));
    let after = left_on
        .filter(|left| *left < year.last_day)
        .map(|left| ((left + Days::new(1)).max(year.first_day), year.last_day));
    before.into_iter().chain(after).collect()
}

/// Counts the months of a training year that the spans cover entirely. The spans are ordered by first day.
pub fn covered_months(year: &TrainingYear, spans: &[Span]) -> i32 {
    let mut months = 0;
    let mut month = year.first_day;
    while month <= year.last_day {
        let next = month + Months::new(1);
        // The first day of the month that is not covered so far.
        let mut uncovered = month;
        for (first, last) in spans {
            if *first <= uncovered && *last >= uncovered {
                uncovered = *last + Days::new(1);
            }
        }
        months += i32::from(uncovered >= next);
        month = next;
    }
    months
}

/// Returns the hours that a year requires: a twelfth less for each reduced month (6 of 72), rounded up to the tenth.
pub fn required(annual: Hours, reduced_months: i32) -> Hours {
    let twelfths = annual.hundredths() * i64::from(12 - reduced_months.clamp(0, 12));
    Hours::from_hundredths((twelfths + 11) / 12).ceil_to_tenth()
}

/// Returns whether the recognised hours reach the required ones.
pub fn status(required: Hours, recognized: Hours) -> QuotaStatus {
    if recognized >= required { QuotaStatus::Met } else { QuotaStatus::Short }
}

/// Returns the percentage of teachers who met the quota, to one decimal; `None` if there are none.
pub fn rate(teachers: i64, met: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    (teachers > 0).then(|| (met as f64 * 1000.0 / teachers as f64).round() / 10.0)
}

/// Returns the training years that a span may touch, whatever month they begin in.
pub fn calendar_years((first, last): Span) -> std::ops::RangeInclusive<i32> {
    first.year() - 1..=last.year()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::{Policies, test_policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn span(first: &str, last: &str) -> Span {
        (day(first), day(last))
    }

    fn year(year: i32, month: i32) -> TrainingYear {
        Policies::new(vec![("P".to_owned(), test_policy("2016-01-01", 72, month))]).root().year(year)
    }

    const LONG_AGO: &str = "2000-01-01";

    fn exempt(spans: &[Span]) -> i32 {
        reduced_months(&year(2026, 1), day(LONG_AGO), None, spans)
    }

    #[test]
    fn who_joins_in_the_middle_of_a_month_owes_that_month() {
        let months = |joined: &str| reduced_months(&year(2026, 1), day(joined), None, &[]);
        assert_eq!(months("2026-01-01"), 0);
        assert_eq!(months("2026-01-02"), 0);
        assert_eq!(months("2026-02-01"), 1);
        assert_eq!(months("2026-07-01"), 6);
        assert_eq!(months("2026-07-15"), 6);
        assert_eq!(months("2026-12-31"), 11);
        assert_eq!(months("2027-03-01"), 12);
    }

    #[test]
    fn who_leaves_owes_the_month_of_the_last_day() {
        let months = |left: &str| reduced_months(&year(2026, 1), day(LONG_AGO), Some(day(left)), &[]);
        assert_eq!(months("2026-12-31"), 0);
        assert_eq!(months("2026-12-30"), 0);
        assert_eq!(months("2026-11-30"), 1);
        assert_eq!(months("2026-06-30"), 6);
        assert_eq!(months("2025-12-31"), 12);
    }

    #[test]
    fn an_exempt_month_counts_only_as_a_whole() {
        assert_eq!(exempt(&[span("2026-03-01", "2026-05-31")]), 3);
        assert_eq!(exempt(&[span("2026-03-02", "2026-05-31")]), 2);
        assert_eq!(exempt(&[span("2026-03-01", "2026-05-30")]), 2);
        assert_eq!(exempt(&[span("2026-02-01", "2026-02-28")]), 1);
        assert_eq!(exempt(&[span("2026-03-15", "2026-04-14")]), 0);
    }

    #[test]
    fn february_of_a_leap_year_has_29_days() {
        let months = |last: &str| reduced_months(&year(2028, 1), day(LONG_AGO), None, &[span("2028-02-01", last)]);
        assert_eq!((months("2028-02-28"), months("2028-02-29")), (0, 1));
    }

    #[test]
    fn overlapping_exemptions_count_a_month_once() {
        assert_eq!(exempt(&[span("2026-03-01", "2026-05-31"), span("2026-04-01", "2026-06-30")]), 4);
        assert_eq!(exempt(&[span("2026-03-01", "2026-05-31"), span("2026-03-01", "2026-05-31")]), 3);
        assert_eq!(exempt(&[span("2026-01-01", "2026-12-31"), span("2026-04-01", "2026-04-30")]), 12);
    }

    #[test]
    fn exemptions_that_adjoin_cover_a_month_together() {
        assert_eq!(exempt(&[span("2026-03-15", "2026-03-31"), span("2026-03-01", "2026-03-14")]), 1);
        assert_eq!(exempt(&[span("2026-03-16", "2026-03-31"), span("2026-03-01", "2026-03-14")]), 0);
    }

    #[test]
    fn not_in_post_and_exempt_count_once_and_together() {
        let months = |joined: &str, spans: &[Span]| reduced_months(&year(2026, 1), day(joined), None, spans);
        assert_eq!(months("2026-04-01", &[span("2026-02-01", "2026-05-31")]), 5);
        assert_eq!(months("2026-03-15", &[span("2026-03-15", "2026-03-31")]), 3);
    }

    #[test]
    fn an_exemption_counts_in_each_year_that_it_reaches_into() {
        let long = [span("2025-11-01", "2026-02-28")];
        assert_eq!(reduced_months(&year(2025, 1), day(LONG_AGO), None, &long), 2);
        assert_eq!(reduced_months(&year(2026, 1), day(LONG_AGO), None, &long), 2);
        assert_eq!(reduced_months(&year(2027, 1), day(LONG_AGO), None, &long), 0);
    }

    #[test]
    fn months_are_those_of_the_training_year() {
        let september = year(2025, 9);
        let months = |spans: &[Span]| reduced_months(&september, day(LONG_AGO), None, spans);
        assert_eq!(months(&[span("2025-08-01", "2025-09-30")]), 1);
        assert_eq!(months(&[span("2026-08-01", "2026-09-30")]), 1);
        assert_eq!(reduced_months(&september, day("2026-03-01"), None, &[]), 6);
    }

    #[test]
    fn each_month_takes_six_hours_off_seventy_two() {
        let full = Hours::whole(72);
        assert_eq!(required(full, 0), full);
        assert_eq!(required(full, 1), Hours::whole(66));
        assert_eq!(required(full, 6), Hours::whole(36));
        assert_eq!(required(full, 12), Hours::ZERO);
        assert_eq!(
            required(Hours::whole(80), 1),
            Hours::from_hundredths(7340),
            "to the tenth, never in the teacher's disfavour by more"
        );
    }

    #[test]
    fn the_rate_has_one_decimal_and_nobody_has_none() {
        assert_eq!([rate(3, 2), rate(3, 3), rate(0, 0)], [Some(66.7), Some(100.0), None]);
    }

    #[test]
    fn a_year_wholly_before_joining_or_after_leaving_asks_nothing() {
        let in_2026 = |joined: &str, left: Option<&str>| in_post(&year(2026, 1), day(joined), left.map(day));
        assert!(in_2026("2026-12-31", None));
        assert!(!in_2026("2027-01-01", None));
        assert!(in_2026(LONG_AGO, Some("2026-01-01")));
        assert!(!in_2026(LONG_AGO, Some("2025-12-31")));
    }
}
