//! Which policy holds: a bureau's own from its first on, and before it that of the bureau above.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use songjiao_types::{ErrorCode, FieldError, Hours, OrganizationId, PolicyId, policies::PolicyFigures};
use uuid::Uuid;

use super::{
    calendar::{Calendar, Cycle},
    policy::Policy,
};
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
    /// Its whole months: 12, or for instance 20 or 4 in the year before the first day of years moves.
    pub months: i32,
    /// The quota without reductions.
    pub annual_hours: Hours,
}

/// The policies that hold for an organization, ordered by first day, and the calendar of the root.
#[derive(Clone, Debug)]
pub struct CountyPolicies {
    calendar: Arc<Calendar>,
    /// At least one.
    policies: Vec<Arc<Policy>>,
}

impl CountyPolicies {
    /// Returns the policy in force on a day; before the first policy, the first.
    pub fn on(&self, date: NaiveDate) -> &Policy {
        let latest =
            self.policies.iter().rev().find(|policy| {
                mutate!(PolicyAfterFirstDay, policy.effective_from <= date, policy.effective_from < date)
            });
        latest.unwrap_or(&self.policies[0])
    }

    /// Returns the policy of a training year: the one in force on its first day.
    pub fn of_year(&self, year: i32) -> &Policy {
        self.on(self.calendar.year(year).first_day)
    }

    /// Returns the calendar, which is the same for all.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Returns a training year.
    pub fn year(&self, year: i32) -> TrainingYear {
        let days = self.calendar.year(year);
        TrainingYear {
            year,
            first_day: days.first_day,
            last_day: days.last_day,
            months: days.months,
            annual_hours: self.on(days.first_day).figures.annual_hours,
        }
    }

    /// Returns the training year that contains a day.
    pub fn year_of(&self, date: NaiveDate) -> TrainingYear {
        self.year(self.calendar.year_of(date))
    }

    /// Returns the training years of the cycle that begins with a year, and the hours of the cycle (三-1).
    ///
    /// # Errors
    /// 422 at `cycle_first_year` if no cycle begins with that year.
    pub fn cycle(&self, first_year: i32) -> Result<(Vec<TrainingYear>, Hours)> {
        let Cycle { first_year: first, last_year: last } = self.calendar.cycle_of(first_year);
        if first != first_year {
            let message = format!("{first_year} 不是周期首年；该年度所在的周期是 {first}–{last} 年度");
            return Err(ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(
                "cycle_first_year",
                "no_cycle",
                message,
            )]));
        }
        let years = (first..=last).map(|year| self.year(year)).collect();
        Ok((years, self.of_year(first).figures.cycle_hours))
    }

    /// Returns the first year of the first cycle.
    pub fn first_year(&self) -> i32 {
        self.calendar.first_year()
    }

    /// Returns the last year of which anything is asked yet on a day: that of the cycle of the coming year.
    pub fn last_year(&self, today: NaiveDate) -> i32 {
        self.calendar.cycle_of(self.calendar.year_of(today) + 1).last_year
    }

    /// Returns the first years of the cycles, up to the cycle that contains a training year; at least that of the first
    /// cycle.
    pub fn cycles_until(&self, year: i32) -> Vec<i32> {
        let last = self.cycle_of(year);
        self.calendar.cycles().map(|cycle| cycle.first_year).take_while(|first| *first <= last).collect()
    }

    /// Returns the first year of the cycle that contains a training year; before the first cycle, the first year of
    /// that.
    pub fn cycle_of(&self, year: i32) -> i32 {
        self.calendar.cycle_of(year).first_year
    }
}

/// The policies of all bureaus that have not been retired.
#[derive(Clone, Debug)]
pub struct Policies {
    root: CountyPolicies,
    /// By path, of the bureaus below the root that have policies of their own.
    counties: HashMap<String, CountyPolicies>,
}

impl Policies {
    /// Builds the policies from rows with the paths of their bureaus. Rows of a path without a slash are the root's.
    /// Without any of the root, those of 舒教局函〔2017〕82号 hold.
    pub fn new(rows: Vec<(String, Policy)>) -> Self {
        let mut by_path: HashMap<String, Vec<Arc<Policy>>> = HashMap::new();
        for (path, policy) in rows {
            by_path.entry(path).or_default().push(Arc::new(policy));
        }
        for policies in by_path.values_mut() {
            policies.sort_by_key(|policy| policy.effective_from);
        }
        let mut root = Vec::new();
        by_path.retain(|path, policies| {
            let below = path.contains('/');
            if !below {
                root.append(policies);
            }
            below
        });
        root.sort_by_key(|policy| policy.effective_from);
        if root.is_empty() {
            let (id, organization) = (PolicyId::from_uuid(Uuid::nil()), OrganizationId::from_uuid(Uuid::nil()));
            root.push(Arc::new(Policy::of_2017(id, organization, chrono::DateTime::UNIX_EPOCH.into())));
        }
        let rules = root.iter().filter_map(|policy| Some((policy.effective_from, policy.calendar?)));
        let calendar = Arc::new(Calendar::new(rules.collect()));
        let mut all =
            Self { root: CountyPolicies { calendar: Arc::clone(&calendar), policies: root }, counties: HashMap::new() };
        // A bureau above comes first, since its path is shorter.
        let mut paths: Vec<_> = by_path.into_iter().collect();
        paths.sort_by_key(|(path, _)| path.len());
        for (path, own) in paths {
            let since = own.first().map(|first| first.effective_from);
            let above = all.of(&path).policies.iter();
            let before = above.filter(|policy| since.is_none_or(|since| policy.effective_from < since)).cloned();
            let policies = before.chain(own).collect();
            all.counties.insert(path, CountyPolicies { calendar: Arc::clone(&calendar), policies });
        }
        all
    }

    /// Returns the root's policies.
    pub fn root(&self) -> &CountyPolicies {
        &self.root
    }

    /// Returns the figures of all policies.
    pub fn figures(&self) -> impl Iterator<Item = &PolicyFigures> {
        let all = self.counties.values().chain([&self.root]);
        all.flat_map(|county| &county.policies).map(|policy| &policy.figures)
    }

    /// Returns the prefix under which the certificates of the organization with a path are numbered on a day: that of the
    /// policy that holds for it, else the root's.
    pub fn certificate_prefix(&self, path: &str, date: NaiveDate) -> String {
        let own = &self.of(path).on(date).figures.certificate_prefix;
        own.as_ref().or(self.root.on(date).figures.certificate_prefix.as_ref()).map_or("SL", String::as_str).to_owned()
    }

    /// Returns the policies that hold for the organization with a path.
    pub fn of(&self, path: &str) -> &CountyPolicies {
        let mut path = path;
        loop {
            if let Some(county) = self.counties.get(path) {
                return county;
            }
            match path.rsplit_once('/') {
                Some((above, _)) if mutate!(PolicyOfBureauAlone, !self.counties.is_empty(), false) => path = above,
                _ => return &self.root,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::test_policy as policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn root(rows: Vec<Policy>) -> Policies {
        Policies::new(rows.into_iter().map(|row| ("P".to_owned(), row)).collect())
    }

    fn county(effective_from: &str, annual: i64) -> Policy {
        Policy { calendar: None, ..policy(effective_from, annual, 1) }
    }

    fn hours(policies: &CountyPolicies, date: &str) -> Hours {
        policies.on(day(date)).figures.annual_hours
    }

    #[test]
    fn the_latest_policy_that_has_begun_is_in_force() {
        let all = root(vec![policy("2027-01-01", 80, 1), policy("2016-01-01", 72, 1)]);
        let on = |date| hours(all.root(), date);
        assert_eq!(on("2026-12-31"), Hours::whole(72));
        assert_eq!(on("2027-01-01"), Hours::whole(80));
        assert_eq!(on("2010-01-01"), Hours::whole(72), "before the first, the first");
    }

    #[test]
    fn a_policy_of_the_middle_of_a_year_holds_from_the_next_one() {
        let all = root(vec![policy("2016-01-01", 72, 1), policy("2027-03-01", 80, 1)]);
        assert_eq!(all.root().year(2027).annual_hours, Hours::whole(72));
        assert_eq!(all.root().year(2028).annual_hours, Hours::whole(80));
    }

    #[test]
    fn a_training_year_may_begin_in_september() {
        let all = root(vec![policy("2016-01-01", 72, 9)]);
        let year = all.root().year(2026);
        assert_eq!((year.first_day, year.last_day, year.months), (day("2026-09-01"), day("2027-08-31"), 12));
        assert_eq!(all.root().year_of(day("2026-08-31")).year, 2025);
        assert_eq!(all.root().year_of(day("2026-09-01")).year, 2026);
    }

    #[test]
    fn years_do_not_overlap_where_the_month_moves() {
        let all = root(vec![policy("2016-01-01", 72, 1), policy("2027-09-01", 72, 9)]);
        assert_eq!(all.root().year(2026).last_day, day("2027-08-31"));
        assert_eq!(all.root().year(2027).first_day, day("2027-09-01"));
    }

    #[test]
    fn cycles_follow_each_other_without_a_gap() {
        let all = root(vec![policy("2016-01-01", 72, 1)]);
        let all = all.root();
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

    #[test]
    fn a_county_goes_by_its_own_policies_once_it_has_one_and_by_the_roots_until_then() {
        let rows = vec![
            ("P".to_owned(), policy("2016-01-01", 72, 9)),
            ("P".to_owned(), policy("2025-01-01", 75, 9)),
            ("P/C".to_owned(), county("2020-01-01", 90)),
        ];
        let all = Policies::new(rows);
        for (path, before, after, later) in [
            ("P", 72, 72, 75),
            ("P/C", 72, 90, 90),
            ("P/C/XQ/S", 72, 90, 90),
            ("P/C2", 72, 72, 75),
            ("P/D/S", 72, 72, 75),
            ("", 72, 72, 75),
        ] {
            let found = ["2019-12-31", "2020-01-01", "2026-01-01"].map(|date| hours(all.of(path), date));
            assert_eq!(found, [before, after, later].map(Hours::whole), "{path}");
        }
        let year = all.of("P/C/S").year(2026);
        assert_eq!((year.first_day, year.annual_hours), (day("2026-09-01"), Hours::whole(90)), "the root's calendar");
        assert_eq!(all.of("P/C").year(2019).annual_hours, Hours::whole(72), "2019 began before the county's own");
    }

    #[test]
    fn the_nearest_bureau_above_decides() {
        let rows = vec![
            ("P".to_owned(), policy("2016-01-01", 72, 1)),
            ("P/M".to_owned(), county("2018-01-01", 80)),
            ("P/M/C".to_owned(), county("2022-01-01", 90)),
        ];
        let all = Policies::new(rows);
        let found = ["2017-01-01", "2019-01-01", "2023-01-01"].map(|date| hours(all.of("P/M/C/S"), date));
        assert_eq!(found, [72, 80, 90].map(Hours::whole));
        assert_eq!(hours(all.of("P/M/C9/S"), "2023-01-01"), Hours::whole(80));
    }

    #[test]
    fn without_a_policy_those_of_2017_hold() {
        let none = Policies::new(Vec::new());
        assert_eq!(none.root().year_of(day("2026-11-30")).annual_hours, Hours::whole(72));
        assert_eq!(none.of("P/C").cycle_of(2026), 2026);
    }
}
