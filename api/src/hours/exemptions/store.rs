use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ErrorCode, ExemptionId, FieldError, OrganizationId, Page, Permission, TeacherId, UserId, WireEnum,
    exemptions::{CreateExemption, ExemptionKind, ExemptionQuery, ExemptionSort, ExemptionView},
};
use uuid::Uuid;

use super::batch::{self, NewExemption};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{exemptions, organizations, teachers},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::quotas::{closed_years::ClosedYears, standing},
    http::{etag::IfMatch, listing::PageRequest},
    people::{
        policies,
        teachers::{check_visible, lock},
    },
    visibility::{RecordAccess, organization_filter, organization_ids_in, record_access},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = exemptions)]
struct ExemptionRow {
    id: ExemptionId,
    teacher_id: TeacherId,
    kind: ExemptionKind,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    reason: Option<String>,
    created_by: UserId,
    version: i32,
    created_at: UtcTime,
    confirmed_at: Option<UtcTime>,
}

type Filtered<'a> = IntoBoxed<'a, exemptions::table, MultiBackend>;

/// The ids of the teachers who serve in a scope now, as a subquery for `eq_any`.
macro_rules! teacher_ids_in {
    ($scope:expr) => {
        teachers::table.filter(teachers::organization_id.eq_any(organization_ids_in!($scope))).select(teachers::id)
    };
}

/// Selects the exemptions that have not been retired.
fn live<'a>() -> Filtered<'a> {
    exemptions::table.filter(exemptions::retired_at.is_null()).into_boxed()
}

/// Selects the exemptions of the teachers who serve in a scope now: a former or a hosting school has no part in them.
fn serving<'a>(scope: &Scope) -> Filtered<'a> {
    live().filter(exemptions::teacher_id.eq_any(teacher_ids_in!(scope)))
}

/// Selects the exemptions that the caller sees: with the permission to read exemptions those of the teachers who serve
/// in scope now, in any case their own.
fn visible<'a>(user: &CurrentUser) -> Filtered<'a> {
    let own = exemptions::teacher_id.nullable().eq(user.teacher_id);
    let rows = live();
    match record_access(user) {
        RecordAccess::Scope(scope) if user.allows(Permission::ExemptionsRead) => {
            rows.filter(exemptions::teacher_id.eq_any(teacher_ids_in!(scope)).or(own))
        }
        _ => rows.filter(own),
    }
}

fn filtered<'a>(user: &CurrentUser, organization: Option<&Scope>, query: &ExemptionQuery) -> Filtered<'a> {
    let mut rows = visible(user);
    if let Some(below) = organization {
        rows = rows.filter(exemptions::teacher_id.eq_any(teacher_ids_in!(below)));
    }
    if let Some(teacher) = query.teacher_id {
        rows = rows.filter(exemptions::teacher_id.eq(teacher));
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(exemptions::kind.eq(kind));
    }
    match query.confirmed {
        Some(true) => rows = rows.filter(exemptions::confirmed_at.is_not_null()),
        Some(false) => rows = rows.filter(exemptions::confirmed_at.is_null()),
        None => {}
    }
    rows
}

/// Lists exemptions.
///
/// # Errors
/// 422 at `organization_id` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &ExemptionQuery,
    page: &PageRequest,
) -> Result<Page<ExemptionView>> {
    let organization = organization_filter(conn, user, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(ExemptionSort::StartsOnDesc),
        rows: filtered(user, organization.as_ref(), query), ExemptionRow, id: exemptions::id, ExemptionId, views: with_details,
        {
            ExemptionSort::StartsOn => asc exemptions::starts_on, NaiveDate, |view: &ExemptionView| view.starts_on;
            ExemptionSort::StartsOnDesc => desc exemptions::starts_on, NaiveDate, |view: &ExemptionView| view.starts_on;
        }
    )
}

/// Adds the teachers and their organizations with one query.
fn with_details(conn: &mut DbConnection, rows: Vec<ExemptionRow>) -> Result<Vec<ExemptionView>> {
    type Details = (String, String, OrganizationId, String);
    let details: HashMap<TeacherId, Details> = teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq_any(rows.iter().map(|row| row.teacher_id).collect::<Vec<_>>()))
        .select((teachers::id, (teachers::teacher_no, teachers::name, organizations::id, organizations::name)))
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let found = details.get(&row.teacher_id).cloned();
            let (teacher_no, teacher_name, organization_id, organization_name) =
                found.ok_or_else(|| ApiError::internal("an exemption without a teacher"))?;
            Ok(ExemptionView {
                id: row.id,
                teacher_id: row.teacher_id,
                teacher_no,
                teacher_name,
                organization_id,
                organization_name,
                kind: row.kind,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                reason: row.reason,
                confirmed: row.confirmed_at.is_some(),
                created_by: row.created_by,
                version: row.version,
                created_at: row.created_at.into(),
            })
        })
        .collect()
}

/// Finds an exemption.
///
/// # Errors
/// 404 if it does not exist or the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ExemptionId) -> Result<ExemptionView> {
    find_among(conn, visible(user), id)
}

fn find_among(conn: &mut DbConnection, rows: Filtered<'_>, id: ExemptionId) -> Result<ExemptionView> {
    let row = rows.filter(exemptions::id.eq(id)).select(ExemptionRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Checks that the days of an exemption touch no closed year of the teacher.
fn check_open(conn: &mut DbConnection, teacher: TeacherId, (first, last): (NaiveDate, NaiveDate)) -> Result<()> {
    let closed = ClosedYears::load(conn)?;
    if closed.is_empty() {
        return Ok(());
    }
    let policies = policies::all(conn)?;
    let years = policies.root().year_of(first).year..=policies.root().year_of(last).year;
    let touched = closed.of_teachers(conn, years.map(|year| (teacher, year)))?;
    let fault = |year: i32| {
        let message = format!("{year} 年度已结账，减免不能涉及该年度；须先由教育局重新打开该年度");
        FieldError::new("/starts_on", ErrorCode::YearClosed.as_str(), message)
    };
    let years: BTreeSet<i32> = touched.into_iter().map(|(_, year)| year).collect();
    ApiError::check(ErrorCode::YearClosed, years.into_iter().map(fault).collect())
}

/// Creates an exemption and recomputes what is asked of the teacher. One that the caller may not confirm is only reported,
/// and reduces nothing until it is confirmed.
///
/// # Errors
/// 422 at `/teacher_id` if the caller does not see the teacher; 409 `year_closed` if the days touch a closed year.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateExemption) -> Result<ExemptionView> {
    check_visible(tx.conn, &user.scope, new.teacher_id, "/teacher_id")?;
    lock(tx.conn, new.teacher_id)?;
    check_open(tx.conn, new.teacher_id, (new.starts_on, new.ends_on))?;
    let id = ExemptionId::from_uuid(Uuid::now_v7());
    let reason = new.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let confirms = user.allows(Permission::ExemptionsConfirm);
    let created_by = tx.user_id()?;
    let row = NewExemption {
        id,
        teacher_id: new.teacher_id,
        kind: new.kind,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        reason: reason.map(str::to_owned),
        created_by,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
        confirmed_at: confirms.then_some(tx.now),
        confirmed_by: confirms.then_some(created_by),
    };
    batch::insert(tx.conn, &[row])?;
    standing::recompute(tx, &[new.teacher_id])?;
    let view = find_among(tx.conn, serving(&user.scope), id)?;
    tx.created("exemption", id, &view)?;
    Ok(view)
}

/// Confirms a reported exemption and recomputes what is asked of the teacher.
///
/// # Errors
/// 404 if the teacher does not serve in the caller's scope; 409 if it is confirmed, or `year_closed` if the days touch a
/// closed year.
pub fn confirm(tx: &mut Tx<'_>, user: &CurrentUser, id: ExemptionId) -> Result<ExemptionView> {
    let before = find_among(tx.conn, serving(&user.scope), id)?;
    lock(tx.conn, before.teacher_id)?;
    check_open(tx.conn, before.teacher_id, (before.starts_on, before.ends_on))?;
    let confirmation = (
        exemptions::confirmed_at.eq(Some(tx.now)),
        exemptions::confirmed_by.eq(Some(tx.user_id()?)),
        exemptions::version.eq(exemptions::version + 1),
        exemptions::updated_at.eq(tx.now),
    );
    let row =
        exemptions::table.find(id).filter(exemptions::retired_at.is_null().and(exemptions::confirmed_at.is_null()));
    if diesel::update(row).set(confirmation).execute(tx.conn)? == 0 {
        return Err(ApiError::wrong_state("该减免已确认"));
    }
    standing::recompute(tx, &[before.teacher_id])?;
    let view = find_among(tx.conn, serving(&user.scope), id)?;
    tx.audit("confirm", "exemption", id, Some(&before), Some(&view))?;
    Ok(view)
}

/// Retires an exemption and recomputes what is asked of the teacher. The row stays: it tells what was known before.
///
/// # Errors
/// 403 if it is confirmed and the caller may not confirm; 404 if the teacher does not serve in the caller's scope; 412 if
/// the version differs; 409 `year_closed` if the days touch a closed year.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ExemptionId, version: IfMatch) -> Result<()> {
    let before = find_among(tx.conn, serving(&user.scope), id)?;
    if before.confirmed && !user.allows(Permission::ExemptionsConfirm) {
        return Err(ApiError::forbidden().detail("该减免已确认，须由教师进修学校删除"));
    }
    version.check(before.version)?;
    lock(tx.conn, before.teacher_id)?;
    check_open(tx.conn, before.teacher_id, (before.starts_on, before.ends_on))?;
    let retirement = (
        exemptions::retired_at.eq(Some(tx.now)),
        exemptions::retired_by.eq(Some(tx.user_id()?)),
        exemptions::version.eq(before.version + 1),
        exemptions::updated_at.eq(tx.now),
    );
    let row = exemptions::table.find(id).filter(exemptions::retired_at.is_null());
    version.require_one_row(diesel::update(row).set(retirement).execute(tx.conn)?)?;
    standing::recompute(tx, &[before.teacher_id])?;
    tx.deleted("exemption", id, &before)
}
