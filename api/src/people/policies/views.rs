//! Policies and the calendar as the API answers them.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use songjiao_types::{
    OrganizationId,
    policies::{CalendarCycle, CalendarQuery, CalendarView, CalendarYear, PolicyStatus, PolicyView},
};

use super::{
    calendar::Cycle,
    county::{CountyPolicies, Policies},
    load,
    policy::Policy,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, schema::organizations},
    error::{ApiError, Result},
    visibility::requested_scope,
};

fn status(policy: &Policy, in_force: bool, today: NaiveDate) -> PolicyStatus {
    match (policy.retired_at, policy.replaced_by) {
        (Some(_), Some(_)) => PolicyStatus::Replaced,
        (Some(_), None) => PolicyStatus::Withdrawn,
        (None, _) if in_force => PolicyStatus::InForce,
        (None, _) if policy.effective_from > today => PolicyStatus::Upcoming,
        (None, _) => PolicyStatus::Past,
    }
}

fn view(policy: Policy, (name, path): &(String, String), all: &Policies, user: &CurrentUser) -> PolicyView {
    let today = user.today();
    let in_force = all.of(path).on(today).id == policy.id;
    PolicyView {
        in_force,
        applies: all.of(&user.scope.root).on(today).id == policy.id,
        status: status(&policy, in_force, today),
        version: if policy.retired_at.is_none() { 1 } else { 2 },
        organization_name: name.clone(),
        id: policy.id,
        organization_id: policy.organization_id,
        effective_from: policy.effective_from,
        figures: policy.figures,
        cycle_years: policy.calendar.map(|rule| rule.cycle_years),
        cycle_first_year: policy.calendar.map(|rule| rule.cycle_first_year),
        year_starts_on: policy.calendar.map(|rule| rule.year_starts_on),
        year_starts_month: policy.calendar.and_then(|rule| i32::try_from(rule.year_starts_on.month()).ok()),
        month_basis: policy.calendar.map(|rule| rule.month_basis),
        note: policy.note,
        created_by: policy.created_by,
        created_at: policy.recorded_at.into(),
        retired_at: policy.retired_at.map(Into::into),
        retired_by: policy.retired_by,
        replaced_by: policy.replaced_by,
    }
}

/// Returns the views of policies.
///
/// # Errors
/// 500 if a bureau is missing.
pub fn of(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<Policy>) -> Result<Vec<PolicyView>> {
    let all = load::all(conn)?;
    let ids: Vec<OrganizationId> = rows.iter().map(|row| row.organization_id).collect();
    let bureaus: HashMap<OrganizationId, (String, String)> = organizations::table
        .filter(organizations::id.eq_any(ids))
        .select((organizations::id, (organizations::name, organizations::path)))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |policy: Policy| {
        let bureau = bureaus.get(&policy.organization_id).ok_or_else(|| ApiError::internal("a policy without bureau"));
        bureau.map(|bureau| view(policy, bureau, &all, user))
    };
    rows.into_iter().map(view).collect()
}

/// Returns a training year under the policies of an organization.
pub fn year(policies: &CountyPolicies, training_year: i32) -> CalendarYear {
    let year = policies.year(training_year);
    CalendarYear {
        training_year,
        starts_on: year.first_day,
        ends_on: year.last_day,
        months: year.months,
        annual_hours: year.annual_hours,
        policy_id: policies.of_year(training_year).id,
    }
}

/// Returns the calendar up to the current year and cycle, with the quotas of an organization.
///
/// # Errors
/// 422 at `organization_id`.
pub fn calendar(conn: &mut DbConnection, user: &CurrentUser, query: &CalendarQuery) -> Result<CalendarView> {
    let scope = requested_scope(conn, &user.scope, query.organization_id)?;
    let policies = load::all(conn)?;
    let policies = policies.of(&scope.root);
    let running = policies.year_of(user.today()).year;
    let first = policies.first_year().min(running);
    let cycle = |first: i32| {
        let Cycle { first_year, last_year } = policies.calendar().cycle_of(first);
        CalendarCycle { first_year, last_year }
    };
    Ok(CalendarView {
        training_year: running,
        years: (first..=running).map(|training_year| year(policies, training_year)).collect(),
        cycles: policies.cycles_until(running).into_iter().map(cycle).collect(),
    })
}

/// Returns the first training year that begins on a day or later.
pub fn first_year_from(policies: &CountyPolicies, date: NaiveDate) -> i32 {
    let year = date.year();
    if policies.year(year).first_day >= date { year } else { year + 1 }
}
