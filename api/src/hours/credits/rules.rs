//! The assessment of a cycle and its years (三-1).

use std::collections::HashMap;

use chrono::NaiveDate;
use songjiao_types::{
    Hours,
    credits::{CreditStatus, CreditYear},
};

use crate::{hours::quotas::rules, people::policies::TrainingYear};

/// A teacher's reduced months and recognised hours by training year.
pub type YearTotals = HashMap<i32, (i32, Hours)>;

/// The assessment of a teacher's cycle.
#[derive(Debug, PartialEq)]
pub struct CycleAssessment {
    /// The hours that the cycle requires, less the reductions of its years.
    pub required: Hours,
    /// The hours recognised in all years of the cycle.
    pub recognized: Hours,
    /// The years of the cycle, in order.
    pub years: Vec<CreditYear>,
    /// Past years below their requirement.
    pub short_years: i32,
    /// The status in the cycle.
    pub status: CreditStatus,
}

/// Returns whether a training year is over on a day.
pub fn is_over(year: &TrainingYear, today: NaiveDate) -> bool {
    year.last_day < today
}

/// Assesses a teacher's cycle as of `today` (三-1). The cycle asks for `cycle_hours`, less what its years
/// ask for less than `annual_hours`.
pub fn assess_cycle(
    years: &[TrainingYear],
    cycle_hours: Hours,
    (joined_on, left_on): (NaiveDate, Option<NaiveDate>),
    totals: &YearTotals,
    today: NaiveDate,
) -> CycleAssessment {
    let mut assessed = CycleAssessment {
        required: cycle_hours,
        recognized: Hours::ZERO,
        years: Vec::with_capacity(years.len()),
        short_years: 0,
        status: CreditStatus::Behind,
    };
    let mut due = Hours::ZERO;
    for year in years {
        let (months, recognized_hours) = totals.get(&year.year).copied().unwrap_or_default();
        let months = if rules::in_post(year, joined_on, left_on) { months } else { 12 };
        let required_hours = rules::required(year.annual_hours, months);
        let met = recognized_hours >= required_hours;
        assessed.required = assessed.required.saturating_sub(year.annual_hours.saturating_sub(required_hours));
        assessed.recognized += recognized_hours;
        if is_over(year, today) {
            due += required_hours;
            assessed.short_years += i32::from(!met);
        }
        assessed.years.push(CreditYear { training_year: year.year, required_hours, recognized_hours, met });
    }
    let running = years.last().is_some_and(|last| !is_over(last, today));
    assessed.status = if assessed.recognized >= assessed.required {
        CreditStatus::Met
    } else if running && assessed.recognized >= due {
        CreditStatus::OnTrack
    } else {
        CreditStatus::Behind
    };
    assessed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::{Policies, test_policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn cycle(first: i32, hours: [i64; 5], joined: &str, today: &str) -> CycleAssessment {
        let policies = Policies::new(vec![("P".to_owned(), test_policy("2016-01-01", 72, 1))]);
        let (years, cycle_hours) = policies.root().cycle(first).expect("a cycle");
        let totals = years.iter().zip(hours).map(|(year, hours)| (year.year, (0, Hours::whole(hours)))).collect();
        assess_cycle(&years, cycle_hours, (day(joined), None), &totals, day(today))
    }

    #[test]
    fn a_full_cycle_can_hide_a_short_year() {
        let assessed = cycle(2021, [72, 72, 0, 144, 72], "2000-01-01", "2026-11-24");
        assert_eq!((assessed.recognized, assessed.status), (Hours::whole(360), CreditStatus::Met));
        assert_eq!(assessed.short_years, 1);
        assert_eq!(assessed.years.iter().map(|year| year.met).collect::<Vec<_>>(), [true, true, false, true, true]);
    }

    #[test]
    fn a_surplus_counts_for_the_cycle() {
        let assessed = cycle(2021, [100, 100, 100, 100, 0], "2000-01-01", "2026-11-24");
        assert_eq!((assessed.recognized, assessed.status), (Hours::whole(400), CreditStatus::Met));
        assert_eq!(assessed.short_years, 1);
    }

    #[test]
    fn a_running_cycle_is_on_track_while_the_years_over_are_covered() {
        let status = |hours| cycle(2026, hours, "2000-01-01", "2028-06-30").status;
        assert_eq!(status([72, 72, 0, 0, 0]), CreditStatus::OnTrack);
        assert_eq!(status([100, 44, 0, 0, 0]), CreditStatus::OnTrack);
        assert_eq!(status([72, 71, 0, 0, 0]), CreditStatus::Behind);
        assert_eq!(status([360, 0, 0, 0, 0]), CreditStatus::Met);
    }

    #[test]
    fn a_cycle_that_is_over_is_met_or_behind() {
        let status = |hours| cycle(2021, hours, "2000-01-01", "2026-01-01").status;
        assert_eq!(status([72; 5]), CreditStatus::Met);
        assert_eq!(status([72, 72, 72, 72, 71]), CreditStatus::Behind);
        let last_day = cycle(2021, [72, 72, 72, 72, 71], "2000-01-01", "2025-12-31");
        assert_eq!(last_day.status, CreditStatus::OnTrack, "its last day is a day of the cycle");
    }

    #[test]
    fn years_before_joining_ask_nothing_of_the_cycle() {
        let assessed = cycle(2021, [0, 0, 72, 72, 72], "2023-01-01", "2026-11-24");
        assert_eq!((assessed.required, assessed.status), (Hours::whole(216), CreditStatus::Met));
        assert_eq!(assessed.short_years, 0);
    }
}
