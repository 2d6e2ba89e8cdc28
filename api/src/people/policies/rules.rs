use chrono::{Datelike, Months, NaiveDate};
use diesel::prelude::*;
use songjiao_types::{ErrorCode, FieldError, Hours, PolicyId, UserId};

use crate::{
    db::{schema::policies, types::UtcTime},
    error::{ApiError, Result},
};

/// One dated row of figures.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = policies)]
pub struct Policy {
    pub id: PolicyId,
    pub effective_from: NaiveDate,
    pub annual_hours: Hours,
    pub cycle_hours: Hours,
    pub cycle_years: i32,
    pub cycle_first_year: i32,
    pub year_starts_month: i32,
    pub absence_limit_numerator: i32,
    pub absence_limit_denominator: i32,
    pub elimination_percent: i32,
    pub publicity_days: i32,
    pub visits_per_year: i32,
    pub days_per_visit: i32,
    pub reviews_required: i32,
    pub certificate_prefix: String,
    pub note: Option<String>,
    pub created_by: Option<UserId>,
    pub created_at: UtcTime,
}

impl Policy {
    /// The first day of training year `year`, as this policy reckons it.
    pub fn first_day(&self, year: i32) -> NaiveDate {
        let month = u32::try_from(self.year_starts_month).unwrap_or(1);
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
    }
}

/// A training year 培训年度: when it is, and what it asks of who is in post for all of it (一-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingYear {
    pub year: i32,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub annual_hours: Hours,
}

/// Every policy, in the order of their days; there is always one.
#[derive(Clone, Debug)]
pub struct Policies(Vec<Policy>);

impl Policies {
    /// # Errors
    /// Where there is none: the installation was not set up.
    pub fn new(mut policies: Vec<Policy>) -> Result<Self> {
        policies.sort_by_key(|policy| policy.effective_from);
        if policies.is_empty() { Err(ApiError::internal("no policy")) } else { Ok(Self(policies)) }
    }

    /// The policy in force on a day; before the first one, the first.
    pub fn on(&self, date: NaiveDate) -> &Policy {
        self.latest(|policy| policy.effective_from <= date)
    }

    /// The policy of a training year: the one in force when, by its own reckoning, the year begins.
    pub fn of_year(&self, year: i32) -> &Policy {
        self.latest(|policy| policy.effective_from <= policy.first_day(year))
    }

    fn latest(&self, holds: impl Fn(&Policy) -> bool) -> &Policy {
        self.0.iter().rev().find(|policy| holds(policy)).unwrap_or(&self.0[0])
    }

    /// A training year. It lasts until the next one begins, also where the month moves.
    pub fn year(&self, year: i32) -> TrainingYear {
        let policy = self.of_year(year);
        let first_day = policy.first_day(year);
        let next = self.of_year(year + 1).first_day(year + 1);
        let next = if next > first_day { next } else { first_day + Months::new(12) };
        TrainingYear { year, first_day, last_day: next.pred_opt().unwrap_or(next), annual_hours: policy.annual_hours }
    }

    /// The training year in which a day lies.
    pub fn year_of(&self, date: NaiveDate) -> TrainingYear {
        let year = self.year(date.year());
        if date < year.first_day { self.year(date.year() - 1) } else { year }
    }

    /// The training years of the cycle that begins with a year, and its hours (三-1).
    ///
    /// # Errors
    /// 422 at `cycle_first_year` where no cycle begins with that year.
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

    /// The first year of the first cycle.
    pub fn first_year(&self) -> i32 {
        self.0.iter().map(|policy| policy.cycle_first_year).min().unwrap_or_default()
    }

    /// The first years of the cycles from the first one to the one in which a training year lies.
    pub fn cycles_until(&self, year: i32) -> Vec<i32> {
        (self.first_year()..=year).filter(|first| self.cycle(*first).is_ok()).collect()
    }

    /// The first year of the cycle in which a training year lies; before the first cycle, its.
    pub fn cycle_of(&self, year: i32) -> i32 {
        let policy = self.of_year(year);
        let since = (year - policy.cycle_first_year).max(0);
        policy.cycle_first_year + since - since % policy.cycle_years
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::Utc;
    use uuid::Uuid;

    use super::*;

    pub fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    pub fn policy(effective_from: &str, annual: i64, month: i32) -> Policy {
        Policy {
            id: PolicyId::from_uuid(Uuid::nil()),
            effective_from: day(effective_from),
            annual_hours: Hours::whole(annual),
            cycle_hours: Hours::whole(360),
            cycle_years: 5,
            cycle_first_year: 2016,
            year_starts_month: month,
            absence_limit_numerator: 1,
            absence_limit_denominator: 5,
            elimination_percent: 10,
            publicity_days: 5,
            visits_per_year: 4,
            days_per_visit: 2,
            reviews_required: 2,
            certificate_prefix: "SL".to_owned(),
            note: None,
            created_by: None,
            created_at: Utc::now().into(),
        }
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
