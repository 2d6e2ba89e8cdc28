//! Training years and cycles.

use chrono::{Datelike, NaiveDate};

use super::policies::{calendar_on, year_starts};
use crate::{
    county::County,
    dates::{Span, date, day_before, months_of},
};

/// Returns the days in `training_year` as a calendar year on which it may begin: those that the row in force on that very
/// day names.
pub fn possible_first_days(county: &County, training_year: i32) -> Vec<NaiveDate> {
    year_starts(county)
        .into_iter()
        .map(|(month, day)| (date(training_year, month, day), (month, day)))
        .filter(|(day, start)| calendar_on(county, *day).year_starts_on == *start)
        .map(|(day, _)| day)
        .collect()
}

/// Returns the first day of a training year: Y-`year_starts_on` of the row in force on that day.
///
/// Where a row of mid-year makes two days possible, the first is taken. Where it leaves none, the year begins by the row
/// in force on 1 January.
pub fn first_day(county: &County, training_year: i32) -> NaiveDate {
    possible_first_days(county, training_year).first().copied().unwrap_or_else(|| {
        let (month, day) = calendar_on(county, date(training_year, 1, 1)).year_starts_on;
        date(training_year, month, day)
    })
}

/// Returns the days of a training year, which lasts until the next begins.
pub fn year_span(county: &County, training_year: i32) -> Span {
    Span::new(first_day(county, training_year), day_before(first_day(county, training_year + 1)))
}

/// Returns the months of a training year: 12, or others in a transition year.
pub fn year_months(county: &County, training_year: i32) -> Vec<Span> {
    months_of(year_span(county, training_year))
}

/// Returns the divisor of a year's shares: its months, at least 12.
pub fn divisor(county: &County, training_year: i32) -> i64 {
    let mut months = 0;
    for _ in year_months(county, training_year) {
        months += 1;
    }
    i64::max(12, months)
}

/// Returns the training year that a day lies in.
pub fn year_of(county: &County, day: NaiveDate) -> i32 {
    if day < first_day(county, day.year()) { day.year() - 1 } else { day.year() }
}

/// Returns the first and the last training year of the cycle that a training year lies in. Cycles are counted from the
/// first row's `cycle_first_year`, each with the `cycle_years` of the row in force on the first day of its first year.
pub fn cycle_of(county: &County, training_year: i32) -> (i32, i32) {
    let mut first = county.policies[0].calendar.unwrap_or_default().cycle_first_year;
    loop {
        let last = first + calendar_on(county, first_day(county, first)).cycle_years - 1;
        if training_year <= last {
            return (first, last);
        }
        first = last + 1;
    }
}
