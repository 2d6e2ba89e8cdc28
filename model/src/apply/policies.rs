//! Acts on policies.

use chrono::{Datelike, NaiveDate};

use crate::{
    county::County,
    event::Refusal,
    ids::{OrganizationId, PolicyId},
    policy::{Calendar, PolicyRow, PolicyValues},
    rules::calendar::{cycle_of, possible_first_days, year_span},
};

/// Adds a row. One in force on the first day of a closed year, or that moves a closed year's days, touches it.
pub fn add_policy(
    county: &mut County,
    policy: PolicyId,
    organization: OrganizationId,
    effective_on: NaiveDate,
    values: &PolicyValues,
    calendar: Option<Calendar>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    if policy.0 != county.policies.len() || calendar.is_some() != (organization == County::ROOT) {
        return Err(Refusal::Unspecified("the policy's id is not the next, or the calendar is misplaced"));
    }
    let before = county.clone();
    county.policies.push(PolicyRow {
        id: policy,
        organization,
        effective_on,
        recorded_on: today,
        withdrawn_on: None,
        values: values.clone(),
        calendar,
    });
    let years = today.year() - 10..=today.year() + 10;
    for year in years.clone().filter(|year| before.is_closed(*year)) {
        let span = year_span(&before, year);
        if effective_on <= span.first || span != year_span(county, year) {
            return Err(Refusal::YearClosed);
        }
    }
    if years.clone().any(|year| possible_first_days(county, year).len() != 1) {
        return Err(Refusal::Unspecified("a year with two first days or none"));
    }
    if years.clone().any(|year| cycle_of(county, year) != cycle_of(&before, year))
        || starts_elsewhere(&before, calendar)
    {
        return Err(Refusal::CyclesDoNotJoin);
    }
    let moved = years.clone().any(|year| year_span(county, year) != year_span(&before, year));
    if moved && !county.records.is_empty() {
        return Err(Refusal::Unspecified("moves the year of records"));
    }
    Ok(())
}

/// Whether a row names other cycles than those there are. The generator adds no row that changes cycles where they join.
fn starts_elsewhere(county: &County, calendar: Option<Calendar>) -> bool {
    let first = county.policies[0].calendar;
    calendar.zip(first).is_some_and(|(new, first)| {
        new.cycle_years != first.cycle_years || new.cycle_first_year != first.cycle_first_year
    })
}

pub fn withdraw_policy(county: &mut County, policy: PolicyId, today: NaiveDate) -> Result<(), Refusal> {
    let row = county.policies[policy.0].clone();
    if row.withdrawn_on.is_some() {
        return Err(Refusal::Unspecified("withdrawn before"));
    }
    if row.effective_on <= today {
        return Err(Refusal::PolicyInForce);
    }
    let replaces = county.policies.iter().any(|other| {
        other.id != row.id && other.organization == row.organization && other.effective_on == row.effective_on
    });
    if replaces {
        return Err(Refusal::Unspecified("whether a replaced row comes back"));
    }
    let before = county.clone();
    county.policies[policy.0].withdrawn_on = Some(today);
    let mut years = today.year() - 10..=today.year() + 10;
    if years.any(|year| year_span(county, year) != year_span(&before, year)) && !county.records.is_empty() {
        return Err(Refusal::Unspecified("moves the year of records"));
    }
    Ok(())
}
