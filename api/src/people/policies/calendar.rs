//! Training years and cycles, cut by the root's policies. Whatever rows the table holds, every year has its days and
//! belongs to one cycle.

use chrono::{Datelike, Months, NaiveDate};
use songjiao_types::validate::YEARS;

use super::policy::CalendarRule;

/// A cycle of training years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Its first year.
    pub first_year: i32,
    /// Its last year.
    pub last_year: i32,
}

/// The days of a training year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearDays {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// The whole months: 12, or for instance 20 or 4 in the year before the first day of years moves.
    pub months: i32,
}

/// The rules by which years and cycles are cut, ordered by first day; at least one.
#[derive(Clone, Debug)]
pub struct Calendar(Vec<(NaiveDate, CalendarRule)>);

impl Calendar {
    /// Orders the rules. Without any, the calendar is that of a new installation.
    pub fn new(mut rules: Vec<(NaiveDate, CalendarRule)>) -> Self {
        if rules.is_empty() {
            rules.push((NaiveDate::default(), CalendarRule::of_2017()));
        }
        rules.sort_by_key(|(effective_from, _)| *effective_from);
        Self(rules)
    }

    /// Returns the rules with the first training year that each of them cuts, without those that cut none since another
    /// follows within the year.
    pub fn rules_by_year(&self) -> Vec<(i32, NaiveDate, CalendarRule)> {
        let mut found: Vec<(i32, NaiveDate, CalendarRule)> = Vec::new();
        for (effective_from, rule) in &self.0 {
            let year = effective_from.year();
            let first = if *effective_from <= rule.first_day(year) { year } else { year + 1 };
            found.retain(|(before, ..)| *before < first);
            found.push((first, *effective_from, *rule));
        }
        found
    }

    /// Returns the rule of a training year: the latest that is in force on the first day of the year under that same
    /// rule.
    pub fn of_year(&self, year: i32) -> &CalendarRule {
        let holds = |(effective_from, rule): &&(NaiveDate, CalendarRule)| {
            mutate!(RuleAfterFirstDay, *effective_from <= rule.first_day(year), *effective_from < rule.first_day(year))
        };
        self.0.iter().rev().find(holds).map_or(&self.0[0].1, |(_, rule)| rule)
    }

    /// Returns the days of a training year. It lasts until the next one begins, also when the first day moves.
    pub fn year(&self, year: i32) -> YearDays {
        let first_day = self.of_year(year).first_day(year);
        let next = self.of_year(year + 1).first_day(year + 1);
        let whole = (1..24)
            .take_while(|months| {
                mutate!(
                    LastMonthLost,
                    first_day + Months::new(*months) <= next,
                    first_day + Months::new(*months) < next
                )
            })
            .count();
        YearDays {
            first_day,
            last_day: next.pred_opt().unwrap_or(next),
            months: i32::try_from(whole).unwrap_or_default(),
        }
    }

    /// Returns the training year that contains a day.
    pub fn year_of(&self, date: NaiveDate) -> i32 {
        let year = date.year();
        if mutate!(CalendarYearAlways, date < self.of_year(year).first_day(year), false) { year - 1 } else { year }
    }

    /// Returns the first year of the first cycle.
    pub fn first_year(&self) -> i32 {
        self.0[0].1.cycle_first_year.clamp(*YEARS.start(), *YEARS.end())
    }

    /// Returns the cycles in order. Each has the length that the rule of its first year says, so that they join even if
    /// a later rule says otherwise.
    pub fn cycles(&self) -> impl Iterator<Item = Cycle> + '_ {
        let mut next = self.first_year();
        std::iter::from_fn(move || {
            let (first_year, years) = (next, self.of_year(next).cycle_years.max(1));
            next += years;
            Some(Cycle { first_year, last_year: next - 1 })
        })
    }

    /// Returns the cycle that contains a training year; before the first cycle, the first.
    pub fn cycle_of(&self, year: i32) -> Cycle {
        let year = year.min(*YEARS.end());
        let first = self.first_year();
        let found = self.cycles().find(|cycle| cycle.last_year >= year);
        found.unwrap_or(Cycle { first_year: first, last_year: first })
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::MonthDay;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// Rules by first day, first day of the year, first cycle and length of cycles.
    fn calendar(rules: &[(&str, &str, i32, i32)]) -> Calendar {
        let rule = |(effective_from, start, first, years): &(&str, &str, i32, i32)| {
            let year_starts_on: MonthDay = start.parse().expect("a day");
            let rule = CalendarRule {
                year_starts_on,
                cycle_first_year: *first,
                cycle_years: *years,
                ..CalendarRule::of_2017()
            };
            (day(effective_from), rule)
        };
        Calendar::new(rules.iter().map(rule).collect())
    }

    fn days(calendar: &Calendar, year: i32) -> (String, String, i32) {
        let days = calendar.year(year);
        (days.first_day.to_string(), days.last_day.to_string(), days.months)
    }

    fn starts(calendar: &Calendar, count: usize) -> Vec<i32> {
        calendar.cycles().take(count).map(|cycle| cycle.first_year).collect()
    }

    const FIRST: (&str, &str, i32, i32) = ("2016-01-01", "01-01", 2016, 5);

    #[test]
    fn a_year_lasts_until_the_next_begins() {
        let moved = calendar(&[FIRST, ("2027-01-01", "09-01", 2016, 5)]);
        assert_eq!(days(&moved, 2025), ("2025-01-01".into(), "2025-12-31".into(), 12));
        assert_eq!(days(&moved, 2026), ("2026-01-01".into(), "2027-08-31".into(), 20));
        assert_eq!(days(&moved, 2027), ("2027-09-01".into(), "2028-08-31".into(), 12));
        assert_eq!([day("2027-08-31"), day("2027-09-01")].map(|date| moved.year_of(date)), [2026, 2027]);
    }

    #[test]
    fn a_year_is_short_where_the_first_day_moves_back() {
        let back = calendar(&[("2016-01-01", "09-01", 2016, 5), ("2027-01-01", "01-01", 2016, 5)]);
        assert_eq!(days(&back, 2026), ("2026-09-01".into(), "2026-12-31".into(), 4));
        assert_eq!(days(&back, 2027), ("2027-01-01".into(), "2027-12-31".into(), 12));
        assert_eq!(
            [day("2026-08-31"), day("2026-09-01"), day("2027-01-01")].map(|date| back.year_of(date)),
            [2025, 2026, 2027]
        );
        // In force too late for 2027-01-01, so that 2027 begins once more in September.
        let late = calendar(&[("2016-01-01", "09-01", 2016, 5), ("2027-06-01", "01-01", 2016, 5)]);
        assert_eq!(days(&late, 2027), ("2027-09-01".into(), "2027-12-31".into(), 4));
        assert_eq!(days(&late, 2028).0, "2028-01-01");
    }

    #[test]
    fn months_are_whole() {
        let middle = calendar(&[FIRST, ("2027-01-01", "01-15", 2016, 5)]);
        assert_eq!(days(&middle, 2026), ("2026-01-01".into(), "2027-01-14".into(), 12));
        let there = calendar(&[("2016-01-01", "01-15", 2016, 5), ("2027-01-01", "01-01", 2016, 5)]);
        assert_eq!(days(&there, 2026).2, 11);
        let end = calendar(&[("2016-01-01", "12-31", 2016, 5)]);
        assert_eq!(days(&end, 2027), ("2027-12-31".into(), "2028-12-30".into(), 12));
    }

    #[test]
    fn every_day_lies_in_one_year_whatever_moves() {
        let moved = calendar(&[
            FIRST,
            ("2019-03-01", "09-01", 2016, 5),
            ("2021-12-31", "02-28", 2016, 5),
            ("2023-01-01", "12-31", 2016, 5),
        ]);
        for year in 2015..=2026 {
            assert_eq!(moved.year(year).last_day.succ_opt(), Some(moved.year(year + 1).first_day), "{year}");
        }
        for date in day("2018-06-01").iter_days().take(2500) {
            let year = moved.year(moved.year_of(date));
            assert!(year.first_day <= date && date <= year.last_day, "{date}");
        }
    }

    #[test]
    fn moving_the_first_day_changes_no_cycle() {
        let moved = calendar(&[FIRST, ("2027-01-01", "09-01", 2016, 5)]);
        assert_eq!(starts(&moved, 4), [2016, 2021, 2026, 2031]);
    }

    #[test]
    fn cycles_change_length_where_one_ends() {
        let changed = calendar(&[FIRST, ("2031-01-01", "01-01", 2031, 3)]);
        assert_eq!(starts(&changed, 6), [2016, 2021, 2026, 2031, 2034, 2037]);
        assert_eq!(changed.cycle_of(2033), Cycle { first_year: 2031, last_year: 2033 });
    }

    #[test]
    fn cycles_join_whatever_rows_an_older_version_accepted() {
        for bad in
            [("2027-01-01", "01-01", 2027, 5), ("2027-01-01", "01-01", 2016, 3), ("2028-05-01", "09-01", 2200, 10)]
        {
            let calendar = calendar(&[FIRST, bad]);
            let cycles: Vec<_> = calendar.cycles().take(10).collect();
            assert!(cycles.windows(2).all(|pair| pair[0].last_year + 1 == pair[1].first_year), "{cycles:?}");
            assert_eq!(calendar.cycle_of(2026), Cycle { first_year: 2026, last_year: 2030 });
            for year in 1900..2200 {
                let cycle = calendar.cycle_of(year);
                assert!(cycle.last_year >= year && (year < 2016 || cycle.first_year <= year), "{year}");
            }
        }
        let far = calendar(&[("2016-01-01", "01-01", i32::MAX, 5)]);
        assert_eq!(far.cycle_of(2026).first_year, 2200);
        assert_eq!(Calendar::new(Vec::new()).cycle_of(2026).first_year, 2026);
    }

    #[test]
    fn a_rule_replaced_within_the_year_cuts_none() {
        let twice = calendar(&[FIRST, ("2027-02-01", "01-01", 2016, 3), ("2027-11-01", "01-01", 2016, 5)]);
        let years: Vec<_> = twice.rules_by_year().iter().map(|(year, ..)| *year).collect();
        assert_eq!(years, [2016, 2028]);
    }
}
