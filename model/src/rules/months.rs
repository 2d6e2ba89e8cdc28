//! Months owed [一-3].

use chrono::NaiveDate;

use super::{
    calendar::{first_day, year_months, year_of, year_span},
    policies::calendar_on,
    service::is_idle_on,
};
use crate::{
    county::County,
    dates::{Span, next_day, nth_month_end},
    ids::TeacherId,
    policy::MonthBasis,
};

/// Returns the month basis of a year: that of the root's row in force on its first day.
pub fn month_basis(county: &County, training_year: i32) -> MonthBasis {
    calendar_on(county, first_day(county, training_year)).month_basis
}

/// Returns the months of a year that a teacher does not owe.
pub fn months_not_owed(county: &County, teacher: TeacherId, training_year: i32) -> Vec<Span> {
    let service = county.confirmed_spells(teacher);
    let Some(first_spell) = service.first() else {
        return year_months(county, training_year);
    };
    match month_basis(county, training_year) {
        MonthBasis::Calendar => year_months(county, training_year)
            .into_iter()
            .filter(|month| month.days().all(|day| is_idle_on(county, teacher, day)))
            .collect(),
        MonthBasis::Elapsed => elapsed_months(county, teacher, training_year, first_spell.first),
    }
}

/// Returns the elapsed months without service or exempt that end in a year.
///
/// Idle days that touch or overlap are one span. Time before the first spell begins with the training year in which that
/// spell begins, also where an exemption reaches further back; a year wholly before it is not owed at all. After the last
/// spell the span has no end.
fn elapsed_months(county: &County, teacher: TeacherId, training_year: i32, service_from: NaiveDate) -> Vec<Span> {
    let year = year_span(county, training_year);
    let from = first_day(county, year_of(county, service_from));
    if year.last < from {
        return year_months(county, training_year);
    }
    let mut months = Vec::new();
    // The span's first day, the first day of its running month, and that month's number.
    let mut open: Option<(NaiveDate, NaiveDate, u32)> = None;
    for day in Span::new(from, year.last).days() {
        if !is_idle_on(county, teacher, day) {
            open = None;
            continue;
        }
        let (start, month_first, n) = open.unwrap_or((day, day, 1));
        if day == nth_month_end(start, n) {
            if year.contains(day) {
                months.push(Span::new(month_first, day));
            }
            open = Some((start, next_day(day), n + 1));
        } else {
            open = Some((start, month_first, n));
        }
    }
    months
}

/// Returns the number of months of a year that a teacher owes, 0 at least.
pub fn months_owed(county: &County, teacher: TeacherId, training_year: i32) -> u32 {
    let mut owed = 0;
    for _ in year_months(county, training_year) {
        owed += 1;
    }
    for _ in months_not_owed(county, teacher, training_year) {
        owed = u32::saturating_sub(owed, 1);
    }
    owed
}

/// Returns the number of months owed among those of a year that are over: a month not owed takes the place of the month of
/// the year in which it ends.
pub fn months_owed_so_far(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> u32 {
    let not_owed = months_not_owed(county, teacher, training_year);
    let mut owed = 0;
    for month in year_months(county, training_year) {
        if month.last < today && !not_owed.iter().any(|free| month.contains(free.last)) {
            owed += 1;
        }
    }
    owed
}
