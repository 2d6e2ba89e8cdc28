//! Reads the policies.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::OrganizationId;

use super::{
    county::{CountyPolicies, Policies},
    policy::Policy,
    row::PolicyRow,
};
use crate::{
    db::{
        DbConnection,
        schema::{organizations, policies},
        types::UtcTime,
    },
    error::Result,
};

/// Returns the policies of all bureaus.
///
/// # Errors
/// If the database fails.
pub fn all(conn: &mut DbConnection) -> Result<Policies> {
    Ok(Policies::new(live_rows(conn)?))
}

/// Returns the policies of all bureaus as they were known at an instant: recorded by then, and not yet retired.
///
/// # Errors
/// If the database fails.
pub fn all_as_of(conn: &mut DbConnection, instant: UtcTime) -> Result<Policies> {
    let rows = policies::table
        .inner_join(organizations::table)
        .filter(policies::recorded_at.le(instant))
        .filter(policies::retired_at.is_null().or(policies::retired_at.gt(instant)))
        .select((organizations::path, PolicyRow::as_select()))
        .load(conn)?;
    Ok(Policies::new(with_paths(rows)))
}

/// Returns the policies that have not been retired, with the paths of their bureaus.
///
/// # Errors
/// If the database fails.
pub fn live_rows(conn: &mut DbConnection) -> Result<Vec<(String, Policy)>> {
    let rows = policies::table
        .inner_join(organizations::table)
        .filter(policies::retired_at.is_null())
        .select((organizations::path, PolicyRow::as_select()))
        .load(conn)?;
    Ok(with_paths(rows))
}

fn with_paths(rows: Vec<(String, PolicyRow)>) -> Vec<(String, Policy)> {
    rows.into_iter().map(|(path, row)| (path, row.into())).collect()
}

/// Returns the policies that hold for organizations, by id.
///
/// # Errors
/// If the database fails.
pub fn of_organizations(
    conn: &mut DbConnection,
    ids: Vec<OrganizationId>,
) -> Result<HashMap<OrganizationId, CountyPolicies>> {
    let policies = all(conn)?;
    let rows =
        organizations::table.filter(organizations::id.eq_any(ids)).select((organizations::id, organizations::path));
    let rows: Vec<(OrganizationId, String)> = rows.load(conn)?;
    Ok(rows.into_iter().map(|(id, path)| (id, policies.of(&path).clone())).collect())
}

/// Returns the policies that hold for an organization.
///
/// # Errors
/// 404 if it does not exist.
pub fn of_organization(conn: &mut DbConnection, id: OrganizationId) -> Result<CountyPolicies> {
    let path: String = organizations::table.find(id).select(organizations::path).first(conn)?;
    Ok(all(conn)?.of(&path).clone())
}

/// Returns the policy in force for an organization on a day.
///
/// # Errors
/// As [`of_organization`].
pub fn in_force(conn: &mut DbConnection, id: OrganizationId, date: NaiveDate) -> Result<Policy> {
    Ok(of_organization(conn, id)?.on(date).clone())
}
