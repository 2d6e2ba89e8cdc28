//! Training years 培训年度 and cycles, as the API cuts them. A place may begin its years in September.

use std::rc::Rc;

use songjiao_types::{
    Hours,
    policies::{CalendarCycle, CalendarView, CalendarYear},
};
use yew::AttrValue;

/// The training years and cycles so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// The current training year.
    pub year: i32,
    view: Rc<CalendarView>,
}

/// A cycle of training years, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub first: i32,
    pub last: i32,
}

impl From<CalendarCycle> for Cycle {
    fn from(cycle: CalendarCycle) -> Self {
        Self { first: cycle.first_year, last: cycle.last_year }
    }
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
    /// The calendar that the API answers.
    pub fn of(view: &CalendarView) -> Self {
        Self { year: view.training_year, view: Rc::new(view.clone()) }
    }

    /// The cycle of a year; before the first cycle the first, after the current one the current one.
    pub fn cycle_of(&self, year: i32) -> Cycle {
        let cycles = &self.view.cycles;
        let found = cycles.iter().find(|cycle| cycle.last_year >= year).or(cycles.last());
        found.map_or(Cycle { first: self.year, last: self.year }, |cycle| (*cycle).into())
    }

    /// The cycles so far, the current one first.
    pub fn cycles(&self) -> Vec<Cycle> {
        self.view.cycles.iter().rev().map(|cycle| (*cycle).into()).collect()
    }

    /// The training years so far, the current one first.
    pub fn years(&self) -> Vec<i32> {
        self.view.years.iter().rev().map(|year| year.training_year).collect()
    }

    /// A training year with its days and its quota.
    pub fn find(&self, year: i32) -> Option<&CalendarYear> {
        self.view.years.iter().find(|known| known.training_year == year)
    }

    /// The annual quota of a year.
    pub fn annual_hours(&self, year: i32) -> Option<Hours> {
        self.find(year).map(|year| year.annual_hours)
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

/// The calendar of 2026, with five-year cycles from 2016 on and 72 hours a year.
#[cfg(test)]
pub fn test_calendar() -> Calendar {
    let day = |text: String| text.parse().expect("a date");
    let year = |training_year: i32| CalendarYear {
        training_year,
        starts_on: day(format!("{training_year}-01-01")),
        ends_on: day(format!("{training_year}-12-31")),
        months: 12,
        annual_hours: Hours::whole(72),
        policy_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
    };
    let cycle = |first_year: i32| CalendarCycle { first_year, last_year: first_year + 4 };
    Calendar::of(&CalendarView {
        training_year: 2026,
        years: (2016..=2026).map(year).collect(),
        cycles: [2016, 2021, 2026].map(cycle).to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_cycles_are_those_of_the_api() {
        let calendar = test_calendar();
        let labels: Vec<_> = calendar.cycles().into_iter().map(Cycle::label).collect();
        assert_eq!(labels, ["2026–2030", "2021–2025", "2016–2020"]);
        assert_eq!(calendar.cycle_of(2025), Cycle { first: 2021, last: 2025 });
        assert_eq!(calendar.cycle_of(2015), Cycle { first: 2016, last: 2020 });
        assert_eq!(calendar.cycle_of(2040), Cycle { first: 2026, last: 2030 });
        assert_eq!((calendar.years().len(), calendar.years()[0]), (11, 2026));
        assert_eq!(calendar.annual_hours(2020), Some(Hours::whole(72)));
    }
}
