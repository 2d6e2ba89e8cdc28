//! Closing and reopening.

use chrono::NaiveDate;

use crate::{
    county::County,
    event::Refusal,
    rules::{
        calendar::year_span,
        closing::{OpenMatter, open_matters, snapshot},
        place::place_of,
    },
};

/// Closes a year that is over, after all before it from the county's first year on.
pub fn close_year(
    county: &mut County,
    training_year: i32,
    waived: &[OpenMatter],
    today: NaiveDate,
) -> Result<(), Refusal> {
    if county.is_closed(training_year) || training_year < county.first_year {
        return Err(Refusal::Unspecified("closed before"));
    }
    if year_span(county, training_year).last >= today {
        return Err(Refusal::YearNotOver);
    }
    if (county.first_year..training_year).any(|year| !county.is_closed(year)) {
        return Err(Refusal::YearOutOfOrder);
    }
    if open_matters(county, training_year).iter().any(|matter| !waived.contains(matter)) {
        return Err(Refusal::OpenMatters);
    }
    let closing = snapshot(county, training_year, today);
    for index in 0..county.records.len() {
        if county.records[index].entry.training_year == training_year {
            county.records[index].frozen_place = place_of(county, &county.records[index]);
        }
    }
    county.closings.push(closing);
    Ok(())
}

/// Reopens the last closed year: its figures follow what is recorded again.
pub fn reopen_year(county: &mut County, training_year: i32, today: NaiveDate) -> Result<(), Refusal> {
    if county.is_closed(training_year + 1) {
        return Err(Refusal::Unspecified("a later year is closed"));
    }
    let closing = county
        .closings
        .iter_mut()
        .find(|closing| closing.training_year == training_year && closing.reopened_on.is_none())
        .ok_or(Refusal::Unspecified("not closed"))?;
    closing.reopened_on = Some(today);
    for record in county.records.iter_mut().filter(|record| record.entry.training_year == training_year) {
        record.frozen_place = None;
    }
    Ok(())
}
