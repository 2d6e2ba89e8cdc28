//! Lists and finds statements as their views.

use std::collections::HashMap;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    AppointmentId, Page, TeacherId,
    appointments::{AppointmentQuery, AppointmentSort, AppointmentView},
    teachers::TeacherRef,
};

use super::batch::AppointmentRow;
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{appointments, teachers},
    },
    error::{ApiError, Result},
    http::listing::PageRequest,
    people::organizations::organization_refs,
    visibility::{RecordAccess, organization_filter, organization_ids_in, record_access, teacher_matches},
};

/// Statements looked up by one statement of SQL.
const CHUNK: usize = 1000;

type Filtered<'a> = IntoBoxed<'a, appointments::table, MultiBackend>;

/// Selects the statements that the caller sees: those about themselves, and by scope those at an organization there and
/// those about the teachers who serve there now.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    let own = appointments::teacher_id.nullable().eq(user.teacher_id);
    let rows = appointments::table.into_boxed();
    match record_access(user) {
        RecordAccess::Own | RecordAccess::Teams => rows.filter(own),
        RecordAccess::Scope(scope) if scope.is_everything() => rows,
        RecordAccess::Scope(scope) => {
            let serving = teachers::table
                .filter(teachers::organization_id.eq_any(organization_ids_in!(scope)))
                .select(teachers::id);
            let here = appointments::organization_id.eq_any(organization_ids_in!(scope));
            rows.filter(here.or(appointments::teacher_id.eq_any(serving)).or(own))
        }
    }
}

fn filtered<'a>(user: &CurrentUser, organization: Option<&Scope>, query: &AppointmentQuery) -> Filtered<'a> {
    let mut rows = visible(user);
    rows = if query.standing.unwrap_or(true) {
        rows.filter(appointments::retired_at.is_null())
    } else {
        rows.filter(appointments::retired_at.is_not_null())
    };
    if let Some(text) = &query.q {
        let matching = teachers::table.filter(teacher_matches!(text)).select(teachers::id);
        rows = rows.filter(appointments::teacher_id.eq_any(matching));
    }
    if let Some(scope) = organization {
        rows = rows.filter(appointments::organization_id.eq_any(organization_ids_in!(scope)));
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(appointments::teacher_id.eq(teacher));
    }
    match query.confirmed {
        Some(true) => rows = rows.filter(appointments::confirmed_at.is_not_null()),
        Some(false) => rows = rows.filter(appointments::confirmed_at.is_null()),
        None => {}
    }
    if let Some(day) = query.on {
        rows = rows
            .filter(appointments::starts_on.le(day))
            .filter(appointments::ends_on.is_null().or(appointments::ends_on.ge(day)));
    }
    rows
}

/// Returns a page of the statements that the caller sees. Ids are UUIDv7, so ordering by id is ordering by recording.
///
/// # Errors
/// 422 at `organization_id`, `limit` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &AppointmentQuery,
    page: &PageRequest,
) -> Result<Page<AppointmentView>> {
    use AppointmentSort as Sort;
    let organization = organization_filter(conn, user, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(Sort::StartsOnDesc),
        rows: filtered(user, organization.as_ref(), query), AppointmentRow, id: appointments::id, AppointmentId,
        views: with_details,
        {
            Sort::StartsOn => asc appointments::starts_on, chrono::NaiveDate, |view: &AppointmentView| view.starts_on;
            Sort::StartsOnDesc => desc appointments::starts_on, chrono::NaiveDate, |view: &AppointmentView| view.starts_on;
            Sort::Recorded => asc appointments::id, AppointmentId, |view: &AppointmentView| view.id;
            Sort::RecordedDesc => desc appointments::id, AppointmentId, |view: &AppointmentView| view.id;
        }
    )
}

/// Adds the teachers and the organizations, with one query each.
pub fn with_details(conn: &mut DbConnection, rows: Vec<AppointmentRow>) -> Result<Vec<AppointmentView>> {
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let named: HashMap<TeacherId, TeacherRef> = teachers::table
        .filter(teachers::id.eq_any(rows.iter().map(|row| row.teacher_id).collect::<Vec<_>>()))
        .select((teachers::id, teachers::teacher_no, teachers::name))
        .load::<(TeacherId, String, String)>(conn)?
        .into_iter()
        .map(|(id, teacher_no, name)| (id, TeacherRef { id, teacher_no, name }))
        .collect();
    let missing = || ApiError::internal("an appointment without teacher or organization");
    rows.into_iter()
        .map(|row| {
            Ok(AppointmentView {
                id: row.id,
                teacher: named.get(&row.teacher_id).cloned().ok_or_else(missing)?,
                organization: organizations.get(&row.organization_id).cloned().ok_or_else(missing)?,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                end_reason: row.end_reason,
                reason: row.reason,
                confirmed: row.confirmed_at.is_some(),
                confirmed_at: row.confirmed_at.map(Into::into),
                confirmed_by: row.confirmed_by,
                recorded_at: row.recorded_at.into(),
                recorded_by: row.recorded_by,
                retired_at: row.retired_at.map(Into::into),
                retired_by: row.retired_by,
                retired_reason: row.retired_reason,
                corrects_id: row.corrects_id,
                version: row.version,
            })
        })
        .collect()
}

/// Returns a statement.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: AppointmentId) -> Result<AppointmentView> {
    let row = visible(user).filter(appointments::id.eq(id)).select(AppointmentRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the given statements, in their order, whether or not the caller sees them.
pub fn find_all(conn: &mut DbConnection, ids: &[AppointmentId]) -> Result<Vec<AppointmentView>> {
    let mut found: HashMap<AppointmentId, AppointmentView> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<AppointmentRow> = appointments::table
            .filter(appointments::id.eq_any(chunk))
            .select(AppointmentRow::as_select())
            .load(conn)?;
        found.extend(with_details(conn, rows)?.into_iter().map(|view| (view.id, view)));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Returns the statements about a teacher that stand, the latest first. The caller sees the teacher.
pub fn of_teacher(conn: &mut DbConnection, teacher: TeacherId) -> Result<Vec<AppointmentView>> {
    let rows = appointments::table
        .filter(appointments::teacher_id.eq(teacher).and(appointments::retired_at.is_null()))
        .order((appointments::starts_on.desc(), appointments::id.desc()))
        .select(AppointmentRow::as_select())
        .load(conn)?;
    with_details(conn, rows)
}

/// Records an act in the audit log, with the statement before and after.
pub fn audit(
    tx: &mut Tx<'_>,
    action: &'static str,
    before: Option<AppointmentId>,
    after: Option<AppointmentId>,
) -> Result<()> {
    let ids: Vec<AppointmentId> = before.into_iter().chain(after).collect();
    let views = find_all(tx.conn, &ids)?;
    let view = |id: Option<AppointmentId>| views.iter().find(|view| Some(view.id) == id);
    let (before, after) = (view(before), view(after));
    match after.or(before).map(|view| view.id) {
        Some(id) => tx.audit(action, "appointment", id, before, after),
        None => Ok(()),
    }
}

/// Records one act about several statements in the audit log, with each as it is now.
pub fn audit_all(tx: &mut Tx<'_>, action: &'static str, ids: &[AppointmentId]) -> Result<Vec<AppointmentView>> {
    let views = find_all(tx.conn, ids)?;
    for view in &views {
        tx.audit(action, "appointment", view.id, None::<&()>, Some(view))?;
    }
    Ok(views)
}
