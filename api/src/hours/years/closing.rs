//! Closes and reopens years.

use diesel::{dsl::max, prelude::*};
use songjiao_types::{
    ErrorCode, Hours, OrganizationId, TeacherId, UserId, WireEnum, YearClosingId,
    years::{CloseYear, OpenMatters, ReopenYear, WaiveMatters, YearDetailView, YearQuery, YearView},
};
use uuid::Uuid;

use super::{
    part::Bureau,
    rules::{self, SealedRow},
    store,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx, on_connection,
        schema::{closed_teacher_years, hour_records, teacher_years, year_closings},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::quotas::{
        closed_years::hold_ledger,
        rules::status,
        standing,
        teacher_years::{TeacherYear, is_listed},
    },
    people::{
        appointments::service::services_of,
        effects::{self, ServiceChange},
    },
};

/// Rows of one statement: 11 columns each, and SQLite binds 32,766 values.
const CHUNK: usize = 2500;

/// A row of a snapshot.
#[derive(Insertable)]
#[diesel(table_name = closed_teacher_years)]
struct ClosedTeacherYear {
    closing_id: YearClosingId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    organization_path: String,
    organization_name: String,
    required_hours: Hours,
    recognized_hours: Hours,
    pending_hours: Hours,
    counted_hours: Hours,
    minimum_missed: bool,
    status: &'static str,
}

impl ClosedTeacherYear {
    fn sealed(&self) -> SealedRow<'_> {
        SealedRow {
            teacher_id: self.teacher_id,
            organization_id: self.organization_id,
            organization_path: &self.organization_path,
            organization_name: &self.organization_name,
            hours: [self.required_hours, self.recognized_hours, self.pending_hours, self.counted_hours],
            minimum_missed: self.minimum_missed,
            status: self.status,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = year_closings)]
struct NewYearClosing {
    id: YearClosingId,
    organization_id: OrganizationId,
    training_year: i32,
    closed_at: UtcTime,
    closed_by: UserId,
    waivers: String,
    note: Option<String>,
    content_hash: String,
}

/// The years of a bureau of a year's rows, as a boxed query.
macro_rules! rows_of {
    ($bureau:expr, $year:expr) => {
        teacher_years::table
            .filter(teacher_years::training_year.eq($year))
            .filter(teacher_years::organization_id.eq_any($bureau.organization_ids()))
    };
}

/// Closes a year: freezes the figures of the teachers whose year belongs to the bureau.
///
/// # Errors
/// 404 if there is no such year or the caller's scope does not contain the bureau; 409 `year_already_closed`, `year_not_over`,
/// `year_out_of_order`, or `open_matters` that are not waived.
pub fn close(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    year: i32,
    query: &YearQuery,
    request: &CloseYear,
) -> Result<YearDetailView> {
    hold_ledger(tx.conn)?;
    let bureau = Bureau::requested(tx.conn, user, query.organization_id)?;
    bureau.check_in_scope()?;
    let (years, _) = store::years(tx.conn, user, &bureau)?;
    close_open(tx, &bureau, &years, year, request)?;
    store::detail(tx.conn, user, year, bureau)
}

/// Closes the years of a bureau up to the given one, for a program that fills a database. What is open is waived with the
/// reason.
///
/// # Errors
/// 401 if no user acts; 409 as [`close`].
pub fn close_through(tx: &mut Tx<'_>, organization_id: OrganizationId, last: i32, reason: &str) -> Result<()> {
    hold_ledger(tx.conn)?;
    let bureau = Bureau::of(tx.conn, organization_id)?;
    let (years, _) = store::years_of(tx.conn, &bureau, tx.now.local_date(), true)?;
    for year in years.iter().filter(|year| year.training_year <= last && year.teachers > 0) {
        let waive = |matters: &OpenMatters| WaiveMatters { kind: matters.kind, reason: reason.to_owned() };
        let request = CloseYear { waive: year.open_matters.iter().map(waive).collect(), note: None };
        // Those before it have just been closed.
        close_open(tx, &bureau, std::slice::from_ref(year), year.training_year, &request)?;
    }
    Ok(())
}

/// Closes one of the given years, which must come after the closed ones.
fn close_open(tx: &mut Tx<'_>, bureau: &Bureau, years: &[YearView], year: i32, request: &CloseYear) -> Result<()> {
    let is_open = |other: &&YearView| other.closing.is_none() && other.teachers > 0 && other.training_year < year;
    let earlier_open = years.iter().find(is_open).map(|other| other.training_year);
    let this = years.iter().find(|found| found.training_year == year).ok_or_else(ApiError::not_found)?;
    rules::check_order(year, this.closing.is_some(), this.over, earlier_open)?;
    let waived = rules::waive(&this.open_matters, &request.waive)?;

    let id = YearClosingId::from_uuid(Uuid::now_v7());
    let snapshot = snapshot(tx.conn, id, bureau, year)?;
    let closing = NewYearClosing {
        id,
        organization_id: bureau.organization.id,
        training_year: year,
        closed_at: after_decisions(tx, bureau, year)?,
        closed_by: tx.user_id()?,
        waivers: serde_json::to_string(&waived).map_err(ApiError::internal)?,
        note: request.note.as_deref().map(str::trim).map(str::to_owned),
        content_hash: rules::content_hash(bureau.organization.id, year, snapshot.iter().map(ClosedTeacherYear::sealed)),
    };
    diesel::insert_into(year_closings::table).values(&closing).execute(tx.conn)?;
    for chunk in snapshot.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(closed_teacher_years::table).values(chunk).execute(connection)?
        });
    }
    freeze(tx.conn, id, bureau, year)?;
    let closings = store::closings(tx.conn, bureau)?;
    tx.audit("close", "year_closing", id, None::<&()>, closings.iter().find(|closing| closing.id == id))
}

/// Returns the snapshot of a year, by teacher. On PostgreSQL its rows stay as they are until the commit.
fn snapshot(
    conn: &mut DbConnection,
    closing_id: YearClosingId,
    bureau: &Bureau,
    year: i32,
) -> Result<Vec<ClosedTeacherYear>> {
    if let DbConnection::Postgres(connection) = conn {
        let ids = rows_of!(bureau, year).order(teacher_years::teacher_id).select(teacher_years::teacher_id);
        ids.for_update().load::<TeacherId>(connection)?;
    }
    let rows: Vec<(TeacherId, TeacherYear)> = rows_of!(bureau, year)
        .filter(is_listed!())
        .order(teacher_years::teacher_id)
        .select((teacher_years::teacher_id, TeacherYear::as_select()))
        .load(conn)?;
    let row = |(teacher_id, TeacherYear { standing, hours }): (TeacherId, TeacherYear)| {
        let organization_id = standing.organization_id?;
        let (organization_path, organization_name) = bureau.part.get(&organization_id).cloned()?;
        Some(ClosedTeacherYear {
            closing_id,
            teacher_id,
            organization_id,
            organization_path,
            organization_name,
            required_hours: standing.required_hours,
            recognized_hours: hours.recognized_hours,
            pending_hours: hours.pending_hours,
            counted_hours: hours.counted(),
            minimum_missed: hours.minimum_missed,
            status: status(standing.required_hours, hours.counted(), hours.minimum_missed).as_str(),
        })
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Returns the instant of a closing: now, but never before a decision that it contains. The clocks of several processes may
/// differ.
fn after_decisions(tx: &mut Tx<'_>, bureau: &Bureau, year: i32) -> Result<UtcTime> {
    let teachers = rows_of!(bureau, year).select(teacher_years::teacher_id);
    let last: Option<UtcTime> = hour_records::table
        .filter(hour_records::training_year.eq(year).and(hour_records::teacher_id.eq_any(teachers)))
        .select(max(hour_records::decided_at))
        .first(tx.conn)?;
    Ok(last.map_or(tx.now, |last| last.max(tx.now)))
}

/// Freezes the rows of a snapshot; the bureau's other rows of the year came without service or hours.
fn freeze(conn: &mut DbConnection, id: YearClosingId, bureau: &Bureau, year: i32) -> Result<()> {
    let listed = || rows_of!(bureau, year).filter(is_listed!()).filter(teacher_years::closing_id.is_null());
    let hours = (
        teacher_years::closed_recognized_hours.eq(teacher_years::recognized_hours.nullable()),
        teacher_years::closed_missed.eq(teacher_years::minimum_missed.nullable()),
        teacher_years::closing_id.eq(Some(id)),
    );
    diesel::update(listed().filter(teacher_years::counted_hours.is_null()))
        .set((teacher_years::closed_counted_hours.eq(teacher_years::recognized_hours.nullable()), hours))
        .execute(conn)?;
    diesel::update(listed())
        .set((teacher_years::closed_counted_hours.eq(teacher_years::counted_hours), hours))
        .execute(conn)?;
    diesel::update(rows_of!(bureau, year).filter(teacher_years::closing_id.is_null()))
        .set(teacher_years::after_closing.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Reopens a closed year: its figures follow service, exemptions, policies and hours again.
///
/// # Errors
/// 404 if there is no such year or the caller's scope does not contain the bureau; 409 `wrong_state` if it is open,
/// `later_year_closed` if a later one is closed.
pub fn reopen(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    year: i32,
    query: &YearQuery,
    request: &ReopenYear,
) -> Result<YearDetailView> {
    hold_ledger(tx.conn)?;
    let bureau = Bureau::requested(tx.conn, user, query.organization_id)?;
    bureau.check_in_scope()?;
    let before = store::detail(tx.conn, user, year, bureau)?;
    let closing = before.year.closing.ok_or_else(|| ApiError::wrong_state("该年度没有结账"))?;
    let later: Option<i32> = year_closings::table
        .filter(year_closings::organization_id.eq(closing.organization_id))
        .filter(year_closings::training_year.gt(year).and(year_closings::reopened_at.is_null()))
        .select(max(year_closings::training_year))
        .first(tx.conn)?;
    if let Some(later) = later {
        return Err(ApiError::new(ErrorCode::LaterYearClosed).detail(format!("{later} 年度已结账，须先重新打开它")));
    }
    diesel::update(year_closings::table.find(closing.id))
        .set((
            year_closings::reopened_at.eq(Some(tx.now)),
            year_closings::reopened_by.eq(Some(tx.user_id()?)),
            year_closings::reopen_reason.eq(Some(request.reason.trim())),
        ))
        .execute(tx.conn)?;
    thaw(tx, closing.id, year)?;
    let bureau = Bureau::requested(tx.conn, user, query.organization_id)?;
    let view = store::detail(tx.conn, user, year, bureau)?;
    let after = view.closings.iter().find(|after| after.id == closing.id);
    tx.audit("reopen", "year_closing", closing.id, Some(&closing), after)?;
    Ok(view)
}

/// Lets the rows of a closing, and where records of the year count, follow the appointments again.
fn thaw(tx: &mut Tx<'_>, closing: YearClosingId, year: i32) -> Result<()> {
    let of_closing = teacher_years::closing_id.eq(closing).or(teacher_years::after_closing.nullable());
    let teachers: Vec<TeacherId> = teacher_years::table
        .filter(teacher_years::training_year.eq(year).and(of_closing))
        .order(teacher_years::teacher_id)
        .select(teacher_years::teacher_id)
        .load(tx.conn)?;
    diesel::update(teacher_years::table.filter(teacher_years::closing_id.eq(closing)))
        .set((
            teacher_years::closing_id.eq(None::<YearClosingId>),
            teacher_years::closed_recognized_hours.eq(None::<Hours>),
            teacher_years::closed_counted_hours.eq(None::<Hours>),
            teacher_years::closed_missed.eq(None::<bool>),
        ))
        .execute(tx.conn)?;
    standing::recompute(tx, &teachers)?;
    let services = services_of(tx.conn, &teachers)?;
    let unchanged =
        |(teacher_id, service)| ServiceChange { teacher_id, before: Clone::clone(&service), after: service };
    let changes: Vec<ServiceChange> = services.into_iter().map(unchanged).collect();
    effects::follow_service(tx, &changes, None)
}
