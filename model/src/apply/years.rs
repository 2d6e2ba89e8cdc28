//! Closing and reopening.

use chrono::NaiveDate;

use crate::{
    county::County,
    event::Refusal,
    rules::{
        calendar::{year_of, year_span},
        closing::{OpenMatter, open_matters, snapshot},
        place::place_of,
        whose_year::whose_year,
    },
};

/// Closes a year that is over, after all before it that have teachers. The county's first year is closed with those before
/// it, in which nothing is played.
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
    let open: Vec<i32> = (county.first_year..training_year).filter(|year| !county.is_closed(*year)).collect();
    let has_teachers =
        |year: &i32| county.teacher_ids().any(|teacher| whose_year(county, teacher, *year, today).is_some());
    if open.iter().any(has_teachers) {
        return Err(Refusal::YearOutOfOrder);
    }
    if !open.is_empty() {
        return Err(Refusal::Unspecified("an empty year is open"));
    }
    if open_matters(county, training_year).iter().any(|matter| !waived.contains(matter)) {
        return Err(Refusal::OpenMatters);
    }
    let first = if training_year == county.first_year { earliest_year(county) } else { training_year };
    for year in first..=training_year {
        let closing = snapshot(county, year, today);
        for index in 0..county.records.len() {
            if county.records[index].entry.training_year == year {
                county.records[index].frozen_place = place_of(county, &county.records[index]);
            }
        }
        county.closings.push(closing);
    }
    Ok(())
}

/// Returns the year of the first policy.
fn earliest_year(county: &County) -> i32 {
    year_of(county, county.policies[0].effective_on)
}

/// Reopens the last closed year, the first with those before it: figures follow what is recorded again.
pub fn reopen_year(county: &mut County, training_year: i32, today: NaiveDate) -> Result<(), Refusal> {
    if county.is_closed(training_year + 1) {
        return Err(Refusal::Unspecified("a later year is closed"));
    }
    if !county.is_closed(training_year) || training_year < county.first_year {
        return Err(Refusal::Unspecified("not closed"));
    }
    let first = if training_year == county.first_year { earliest_year(county) } else { training_year };
    let reopened = first..=training_year;
    for closing in &mut county.closings {
        if reopened.contains(&closing.training_year) && closing.reopened_on.is_none() {
            closing.reopened_on = Some(today);
        }
    }
    for record in county.records.iter_mut().filter(|record| reopened.contains(&record.entry.training_year)) {
        record.frozen_place = None;
    }
    Ok(())
}
