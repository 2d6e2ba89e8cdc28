//! Training years 培训年度 and five-year cycles, as the policy in force defines them. A place may begin its years in
//! September.

use chrono::{Datelike, NaiveDate};
use songjiao_types::policies::PolicyView;
use yew::AttrValue;

/// The current training year, and how years and cycles are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The current training year.
    pub year: i32,
    cycle_first_year: i32,
    cycle_years: i32,
}

/// A cycle of training years, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub first: i32,
    pub last: i32,
}

impl Cycle {
    /// Whether the cycle contains a year.
    pub fn contains(self, year: i32) -> bool {
        (self.first..=self.last).contains(&year)
    }

    /// `2026–2030`.
    pub fn label(self) -> String {
        format!("{}–{}", self.first, self.last)
    }
}

impl Calendar {
    /// The calendar of the policy in force.
    pub fn of(policies: &[PolicyView], today: NaiveDate) -> Self {
        let in_force = policies.iter().find(|policy| policy.in_force);
        match in_force {
            Some(policy) => Self::cut(today, policy.year_starts_month, policy.cycle_first_year, policy.cycle_years),
            // An installation starts with a policy; this covers the time before its first day.
            None => Self::cut(today, 1, today.year(), 1),
        }
    }

    /// The calendar with a given first month of the year and a given first cycle.
    pub fn cut(today: NaiveDate, year_starts_month: i32, cycle_first_year: i32, cycle_years: i32) -> Self {
        let begun = i64::from(today.month()) >= i64::from(year_starts_month);
        let year = if begun { today.year() } else { today.year() - 1 };
        Self { year, cycle_first_year, cycle_years: cycle_years.max(1) }
    }

    /// The cycle of a year.
    pub fn cycle_of(&self, year: i32) -> Cycle {
        let first = year - (year - self.cycle_first_year).rem_euclid(self.cycle_years);
        Cycle { first, last: first + self.cycle_years - 1 }
    }

    /// The cycles so far, the current one first.
    pub fn cycles(&self) -> Vec<Cycle> {
        let mut cycles = vec![self.cycle_of(self.year)];
        while let Some(before) = cycles.last().map(|cycle| cycle.first - 1)
            && before >= self.cycle_first_year
        {
            cycles.push(self.cycle_of(before));
        }
        cycles
    }

    /// The training years so far, the current one first.
    pub fn years(&self) -> Vec<i32> {
        (self.cycle_first_year.min(self.year)..=self.year).rev().collect()
    }

    /// The years as options of a field.
    pub fn year_options(&self) -> Vec<(AttrValue, AttrValue)> {
        self.years().into_iter().map(|year| (year.to_string().into(), t!("{year} 年度", year).into())).collect()
    }

    /// The cycles as options of a field, by first year.
    pub fn cycle_options(&self) -> Vec<(AttrValue, AttrValue)> {
        let option = |cycle: Cycle| (cycle.first.to_string().into(), cycle.label().into());
        self.cycles().into_iter().map(option).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, starts: i32) -> Calendar {
        let today = NaiveDate::from_ymd_opt(year, month, 15).expect("a date");
        Calendar::cut(today, starts, 2016, 5)
    }

    #[test]
    fn a_year_that_begins_in_september_is_still_the_last_one_in_august() {
        assert_eq!([on(2026, 8, 9).year, on(2026, 9, 9).year, on(2026, 1, 1).year], [2025, 2026, 2026]);
    }

    #[test]
    fn cycles_follow_each_other_without_a_gap() {
        let calendar = on(2026, 11, 1);
        let labels: Vec<_> = calendar.cycles().into_iter().map(Cycle::label).collect();
        assert_eq!(labels, ["2026–2030", "2021–2025", "2016–2020"]);
        assert_eq!(calendar.cycle_of(2025), Cycle { first: 2021, last: 2025 });
        assert_eq!(calendar.cycle_of(2015), Cycle { first: 2011, last: 2015 });
        assert_eq!(calendar.years().len(), 11);
    }
}
