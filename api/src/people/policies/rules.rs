use chrono::{Datelike, Months, NaiveDate};
use songjiao_types::{ErrorCode, FieldError, Hours};

use super::policy::Policy;
use crate::error::{ApiError, Result};

/// A training year 培训年度: its days, and the hours that it asks of a teacher who is in post throughout (一-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingYear {
    /// The calendar year in which it begins.
    pub year: i32,
    /// Its first day.
    pub first_day: NaiveDate,
    /// Its last day.
    pub last_day: NaiveDate,
    /// The quota without reductions.
    pub annual_hours: Hours,
}

/// Every policy, ordered by first day; at least one.
#[derive(Clone, Debug)]
pub struct Policies(Vec<Policy>);

impl Policies {
    /// Orders the policies.
    ///
    /// # Errors
    /// 500 if there is none, since the installation is not set up then.
    pub fn new(mut policies: Vec<Policy>) -> Result<Self> {
        policies.sort_by_key(|policy| policy.effective_from);
        if policies.is_empty() { Err(ApiError::internal("no policy")) } else { Ok(Self(policies)) }
    }

    /// Returns the policy in force on a day; before the first policy, the first.
    pub fn on(&self, date: NaiveDate) -> &Policy {
        self.latest(|policy| policy.effective_from <= date)
    }

    /// Returns the policy of a training year: the latest that is in force on the first day of the year
    /// under that same policy.
    pub fn of_year(&self, year: i32) -> &Policy {
        self.latest(|policy| policy.effective_from <= policy.first_day(year))
    }

    fn latest(&self, holds: impl Fn(&Policy) -> bool) -> &Policy {
        self.0.iter().rev().find(|policy| holds(policy)).unwrap_or(&self.0[0])
    }

    /// Returns a training year. It lasts until the next one begins, also when the first month changes.
    pub fn year(&self, year: i32) -> TrainingYear {
        let policy = self.of_year(year);
        let first_day = policy.first_day(year);
        let next = self.of_year(year + 1).first_day(year + 1);
        let next = if next > first_day { next } else { first_day + Months::new(12) };
        TrainingYear { year, first_day, last_day: next.pred_opt().unwrap_or(next), annual_hours: policy.annual_hours }
    }

    /// Returns the training year that contains a day.
    pub fn year_of(&self, date: NaiveDate) -> TrainingYear {
        let year = self.year(date.year());
        if date < year.first_day { self.year(date.year() - 1) } else { year }
    }

    /// Returns the training years of the cycle that begins with a year, and the hours of the cycle (三-1).
    ///
    /// # Errors
    /// 422 at `cycle_first_year` if no cycle begins with that year.
    pub fn cycle(&self, first_year: i32) -> Result<(Vec<TrainingYear>, Hours)> {
        let policy = self.of_year(first_year);
        let since = first_year - policy.cycle_first_year;
        if since < 0 || since % policy.cycle_years != 0 {
            let message = format!(
                "周期自 {} 年起每 {} 年一个，{first_year} 不是周期首年",
                policy.cycle_first_year, policy.cycle_years
            );
            return Err(ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(
                "cycle_first_year",
                "no_cycle",
                message,
            )]));
        }
        let years = (first_year..first_year + policy.cycle_years).map(|year| self.year(year)).collect();
        Ok((years, policy.cycle_hours))
    }

    /// Returns the first year of the first cycle.
    pub fn first_year(&self) -> i32 {
        self.0.iter().map(|policy| policy.cycle_first_year).min().unwrap_or_default()
    }

    /// Returns the first years of the cycles, up to the cycle that contains a training year.
    pub fn cycles_until(&self, year: i32) -> Vec<i32> {
        (self.first_year()..=year).filter(|first| self.cycle(*first).is_ok()).collect()
    }

    /// Returns the first year of the cycle that contains a training year; before the first cycle, the
    /// first year of that.
    pub fn cycle_of(&self, year: i32) -> i32 {
        let policy = self.of_year(year);
        let since = (year - policy.cycle_first_year).max(0);
        policy.cycle_first_year + since - since % policy.cycle_years
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::test_policy as policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn policies(rows: Vec<Policy>) -> Policies {
        Policies::new(rows).expect("policies")
    }

    #[test]
    fn the_latest_policy_that_has_begun_is_in_force() {
        let all = policies(vec![policy("2027-01-01", 80, 1), policy("2016-01-01", 72, 1)]);
        assert_eq!(all.on(day("2026-12-31")).annual_hours, Hours::whole(72));
        assert_eq!(all.on(day("2027-01-01")).annual_hours, Hours::whole(80));
        assert_eq!(all.on(day("2010-01-01")).annual_hours, Hours::whole(72), "before the first, the first");
    }

    #[test]
    fn a_policy_of_the_middle_of_a_year_holds_from_the_next_one() {
        let all = policies(vec![policy("2016-01-01", 72, 1), policy("2027-03-01", 80, 1)]);
        assert_eq!(all.year(2027).annual_hours, Hours::whole(72));
        assert_eq!(all.year(2028).annual_hours, Hours::whole(80));
    }

    #[test]
    fn a_training_year_may_begin_in_september() {
        let all = policies(vec![policy("2016-01-01", 72, 9)]);
        let year = all.year(2026);
        assert_eq!((year.first_day, year.last_day), (day("2026-09-01"), day("2027-08-31")));
        assert_eq!(all.year_of(day("2026-08-31")).year, 2025);
        assert_eq!(all.year_of(day("2026-09-01")).year, 2026);
    }

    #[test]
    fn years_do_not_overlap_where_the_month_moves() {
        let all = policies(vec![policy("2016-01-01", 72, 1), policy("2027-09-01", 72, 9)]);
        assert_eq!(all.year(2026).last_day, day("2027-08-31"));
        assert_eq!(all.year(2027).first_day, day("2027-09-01"));
    }

    #[test]
    fn cycles_follow_each_other_without_a_gap() {
        let all = policies(vec![policy("2016-01-01", 72, 1)]);
        for first in [2016, 2021, 2026] {
            let (years, hours) = all.cycle(first).expect("a cycle");
            assert_eq!((years[0].year, years[4].year, hours), (first, first + 4, Hours::whole(360)));
        }
        for wrong in [2015, 2011, 2017, 2020, 2025] {
            assert!(all.cycle(wrong).is_err(), "{wrong}");
        }
        assert_eq!([2016, 2020, 2021, 2025, 2026].map(|year| all.cycle_of(year)), [2016, 2016, 2021, 2021, 2026]);
        assert_eq!(all.cycles_until(2025), [2016, 2021]);
        assert_eq!(all.cycles_until(2026), [2016, 2021, 2026]);
    }
}
