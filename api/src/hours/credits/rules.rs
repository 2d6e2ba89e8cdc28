use std::collections::HashMap;

use chrono::NaiveDate;
use songjiao_types::{
    Hours,
    credits::{CreditStatus, CreditYear},
};

use crate::{hours::quotas::rules, people::policies::TrainingYear};

/// What is kept of a teacher's years: reduced months and recognised hours.
pub type Kept = HashMap<i32, (i32, Hours)>;

/// A teacher's cycle, in figures.
#[derive(Debug, PartialEq)]
pub struct Standing {
    pub required: Hours,
    pub recognized: Hours,
    pub years: Vec<CreditYear>,
    /// Years already over that lack hours.
    pub short_years: i32,
    pub status: CreditStatus,
}

/// Whether a training year is over on a day.
pub fn is_over(year: &TrainingYear, today: NaiveDate) -> bool {
    year.last_day < today
}

/// Weighs a cycle: `years` of `cycle_hours`, for who joined and left then, as of `today`.
pub fn weigh(
    years: &[TrainingYear],
    cycle_hours: Hours,
    (joined_on, left_on): (NaiveDate, Option<NaiveDate>),
    kept: &Kept,
    today: NaiveDate,
) -> Standing {
    let mut standing = Standing {
        required: cycle_hours,
        recognized: Hours::ZERO,
        years: Vec::with_capacity(years.len()),
        short_years: 0,
        status: CreditStatus::Behind,
    };
    let mut due = Hours::ZERO;
    for year in years {
        let (months, recognized_hours) = kept.get(&year.year).copied().unwrap_or_default();
        let months = if rules::in_post(year, joined_on, left_on) { months } else { 12 };
        let required_hours = rules::required(year.annual_hours, months);
        let met = recognized_hours >= required_hours;
        standing.required = standing.required.saturating_sub(year.annual_hours.saturating_sub(required_hours));
        standing.recognized += recognized_hours;
        if is_over(year, today) {
            due += required_hours;
            standing.short_years += i32::from(!met);
        }
        standing.years.push(CreditYear { training_year: year.year, required_hours, recognized_hours, met });
    }
    let running = years.last().is_some_and(|last| !is_over(last, today));
    standing.status = if standing.recognized >= standing.required {
        CreditStatus::Met
    } else if running && standing.recognized >= due {
        CreditStatus::OnTrack
    } else {
        CreditStatus::Behind
    };
    standing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::{Policies, test_policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn cycle(first: i32, hours: [i64; 5], joined: &str, today: &str) -> Standing {
        let policies = Policies::new(vec![test_policy("2016-01-01", 72, 1)]).expect("policies");
        let (years, cycle_hours) = policies.cycle(first).expect("a cycle");
        let kept = years.iter().zip(hours).map(|(year, hours)| (year.year, (0, Hours::whole(hours)))).collect();
        weigh(&years, cycle_hours, (day(joined), None), &kept, day(today))
    }

    #[test]
    fn a_full_cycle_can_hide_a_short_year() {
        let standing = cycle(2021, [72, 72, 0, 144, 72], "2000-01-01", "2026-11-24");
        assert_eq!((standing.recognized, standing.status), (Hours::whole(360), CreditStatus::Met));
        assert_eq!(standing.short_years, 1);
        assert_eq!(standing.years.iter().map(|year| year.met).collect::<Vec<_>>(), [true, true, false, true, true]);
    }

    #[test]
    fn a_surplus_counts_for_the_cycle() {
        let standing = cycle(2021, [100, 100, 100, 100, 0], "2000-01-01", "2026-11-24");
        assert_eq!((standing.recognized, standing.status), (Hours::whole(400), CreditStatus::Met));
        assert_eq!(standing.short_years, 1);
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
        let standing = cycle(2021, [0, 0, 72, 72, 72], "2023-01-01", "2026-11-24");
        assert_eq!((standing.required, standing.status), (Hours::whole(216), CreditStatus::Met));
        assert_eq!(standing.short_years, 0);
    }
}
