use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    OrganizationId, UserId, YearClosingId,
    years::{YearClosingView, YearDetailView, YearQuery, YearView, YearsView},
};

use super::{matters, part::Bureau};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{teacher_years, users, year_closings},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::quotas::teacher_years::is_listed,
    people::policies::{self, TrainingYear},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = year_closings)]
struct ClosingRow {
    id: YearClosingId,
    organization_id: OrganizationId,
    training_year: i32,
    closed_at: UtcTime,
    closed_by: UserId,
    waivers: String,
    note: Option<String>,
    content_hash: String,
    reopened_at: Option<UtcTime>,
    reopened_by: Option<UserId>,
    reopen_reason: Option<String>,
}

/// Returns the closings of a bureau, the latest first.
///
/// # Errors
/// If the database fails.
pub fn closings(conn: &mut DbConnection, bureau: &Bureau) -> Result<Vec<YearClosingView>> {
    let rows: Vec<ClosingRow> = year_closings::table
        .filter(year_closings::organization_id.eq(bureau.organization.id))
        .order(year_closings::id.desc())
        .select(ClosingRow::as_select())
        .load(conn)?;
    let names: HashMap<UserId, String> = users::table
        .filter(users::id.eq_any(rows.iter().map(|row| row.closed_by).collect::<Vec<_>>()))
        .select((users::id, users::name))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |row: ClosingRow| {
        Ok(YearClosingView {
            id: row.id,
            organization_id: row.organization_id,
            training_year: row.training_year,
            closed_at: row.closed_at.into(),
            closed_by: row.closed_by,
            closed_by_name: names.get(&row.closed_by).cloned().unwrap_or_default(),
            waived: serde_json::from_str(&row.waivers).map_err(ApiError::internal)?,
            note: row.note,
            content_hash: row.content_hash,
            reopened_at: row.reopened_at.map(Into::into),
            reopened_by: row.reopened_by,
            reopen_reason: row.reopen_reason,
        })
    };
    rows.into_iter().map(view).collect()
}

/// Returns the years from the first policy's to the current one.
fn years_until(conn: &mut DbConnection, today: NaiveDate) -> Result<Vec<TrainingYear>> {
    let policies = policies::all(conn)?;
    let root = policies.root();
    let current = root.year_of(today).year;
    Ok((root.first_year().min(current)..=current).map(|year| root.year(year)).collect())
}

/// Returns the years of a bureau that a caller sees, the earliest first, with its closings, the latest first.
///
/// # Errors
/// If the database fails.
pub fn years(
    conn: &mut DbConnection,
    user: &CurrentUser,
    bureau: &Bureau,
) -> Result<(Vec<YearView>, Vec<YearClosingView>)> {
    // Everyone below a bureau may know which of its years are closed, and no more.
    let sees_all = bureau.in_scope && !user.role.sees_by_assignment();
    years_of(conn, bureau, user.today(), sees_all)
}

/// Returns the years of a bureau as [`years`] does, or an outline of them.
///
/// # Errors
/// If the database fails.
pub fn years_of(
    conn: &mut DbConnection,
    bureau: &Bureau,
    today: NaiveDate,
    sees_all: bool,
) -> Result<(Vec<YearView>, Vec<YearClosingView>)> {
    let years = years_until(conn, today)?;
    let closings = closings(conn, bureau)?;
    let teachers: BTreeMap<i32, i64> = teacher_years::table
        .filter(teacher_years::organization_id.eq_any(bureau.organization_ids()))
        .filter(is_listed!())
        .group_by(teacher_years::training_year)
        .select((teacher_years::training_year, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let mut matters = if sees_all { matters::open_matters(conn, bureau, &years)? } else { BTreeMap::new() };
    let closings = if sees_all { closings } else { closings.into_iter().map(outline).collect() };
    let counted = |year: i32| teachers.get(&year).copied().filter(|_| sees_all).unwrap_or_default();
    let view = |year: TrainingYear| YearView {
        training_year: year.year,
        starts_on: year.first_day,
        ends_on: year.last_day,
        over: year.last_day < today,
        teachers: counted(year.year),
        closing: closings
            .iter()
            .find(|closing| closing.training_year == year.year && closing.reopened_at.is_none())
            .cloned(),
        open_matters: matters.remove(&year.year).unwrap_or_default(),
    };
    let views = years.into_iter().map(view).collect();
    Ok((views, closings))
}

/// Returns what those below a bureau may know of a closing.
fn outline(closing: YearClosingView) -> YearClosingView {
    YearClosingView { waived: Vec::new(), note: None, reopen_reason: None, ..closing }
}

/// Lists the training years of a bureau.
///
/// # Errors
/// 422 at `organization_id`.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, query: &YearQuery) -> Result<YearsView> {
    let bureau = Bureau::requested(conn, user, query.organization_id)?;
    let (mut years, _) = years(conn, user, &bureau)?;
    years.reverse();
    Ok(YearsView { organization: bureau.organization, years })
}

/// Finds a training year of a bureau.
///
/// # Errors
/// 404 if there is no such year; 422 at `organization_id`.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, year: i32, query: &YearQuery) -> Result<YearDetailView> {
    let bureau = Bureau::requested(conn, user, query.organization_id)?;
    detail(conn, user, year, bureau)
}

/// Returns a training year of a bureau.
///
/// # Errors
/// 404 if there is no such year.
pub fn detail(conn: &mut DbConnection, user: &CurrentUser, year: i32, bureau: Bureau) -> Result<YearDetailView> {
    let (years, mut closings) = years(conn, user, &bureau)?;
    closings.retain(|closing| closing.training_year == year);
    let year = years.into_iter().find(|found| found.training_year == year).ok_or_else(ApiError::not_found)?;
    Ok(YearDetailView { organization: bureau.organization, year, closings })
}
