//! Appointments 任职: where a teacher served, and when. Written together with the teacher.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use songjiao_types::{AppointmentId, OrganizationId, TeacherId, teachers::AppointmentView};
use uuid::Uuid;

use super::rules;
use crate::{
    db::{DbConnection, Tx, schema::appointments, types::UtcTime},
    error::{ApiError, Result},
    people::organizations::organization_refs,
};

/// Returns the appointments of a teacher, the latest first.
pub fn list(conn: &mut DbConnection, teacher: TeacherId) -> Result<Vec<AppointmentView>> {
    let rows: Vec<(AppointmentId, OrganizationId, NaiveDate, Option<NaiveDate>, UtcTime)> = appointments::table
        .filter(appointments::teacher_id.eq(teacher))
        .order(appointments::starts_on.desc())
        .select((
            appointments::id,
            appointments::organization_id,
            appointments::starts_on,
            appointments::ends_on,
            appointments::created_at,
        ))
        .load(conn)?;
    let organizations = organization_refs(conn, rows.iter().map(|row| row.1).collect())?;
    rows.into_iter()
        .map(|(id, organization, starts_on, ends_on, created_at)| {
            let organization = organizations.get(&organization).cloned();
            Ok(AppointmentView {
                id,
                organization: organization.ok_or_else(|| ApiError::internal("an appointment without organization"))?,
                starts_on,
                ends_on,
                created_at: created_at.into(),
            })
        })
        .collect()
}

fn insert(tx: &mut Tx<'_>, teacher: TeacherId, organization: OrganizationId, starts_on: NaiveDate) -> Result<()> {
    diesel::insert_into(appointments::table)
        .values((
            appointments::id.eq(AppointmentId::from_uuid(Uuid::now_v7())),
            appointments::teacher_id.eq(teacher),
            appointments::organization_id.eq(organization),
            appointments::starts_on.eq(starts_on),
            appointments::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Creates the first appointment of a new teacher.
///
/// # Errors
/// 422 at `/left_on` if the last day is before the first.
pub fn create_first(
    tx: &mut Tx<'_>,
    teacher: TeacherId,
    organization: OrganizationId,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
) -> Result<()> {
    insert(tx, teacher, organization, joined_on)?;
    if left_on.is_some() { close_last(tx, teacher, left_on) } else { Ok(()) }
}

/// An appointment: its id, organization, first day and last day.
type AppointmentRow = (AppointmentId, OrganizationId, NaiveDate, Option<NaiveDate>);

/// Loads the appointments of a teacher, the earliest first.
fn load(conn: &mut DbConnection, teacher: TeacherId) -> Result<Vec<AppointmentRow>> {
    Ok(appointments::table
        .filter(appointments::teacher_id.eq(teacher))
        .order(appointments::starts_on)
        .select((appointments::id, appointments::organization_id, appointments::starts_on, appointments::ends_on))
        .load(conn)?)
}

/// Ends the latest appointment with the teacher's last day, or reopens it.
///
/// # Errors
/// 422 at `/left_on` if the appointment began later.
pub fn close_last(tx: &mut Tx<'_>, teacher: TeacherId, left_on: Option<NaiveDate>) -> Result<()> {
    let Some((id, _, starts_on, _)) = load(tx.conn, teacher)?.pop() else { return Ok(()) };
    if left_on.is_some_and(|left| left < starts_on) {
        let message = format!("离任日期不能早于现任职开始日期 {starts_on}");
        return Err(ApiError::invalid("/left_on", "before_appointment", message));
    }
    diesel::update(appointments::table.find(id)).set(appointments::ends_on.eq(left_on)).execute(tx.conn)?;
    Ok(())
}

/// Moves the first day of the first appointment.
///
/// # Errors
/// 422 at `/joined_on` if that appointment ended earlier.
pub fn move_first(tx: &mut Tx<'_>, teacher: TeacherId, joined_on: NaiveDate) -> Result<()> {
    let Some((id, _, _, ends_on)) = load(tx.conn, teacher)?.into_iter().next() else { return Ok(()) };
    if ends_on.is_some_and(|end| end < joined_on) {
        return Err(ApiError::invalid("/joined_on", "after_appointment", "入职日期不能晚于首次任职的结束日期"));
    }
    diesel::update(appointments::table.find(id)).set(appointments::starts_on.eq(joined_on)).execute(tx.conn)?;
    Ok(())
}

/// Ends the current appointment the day before and begins another.
///
/// # Errors
/// 409 if the teacher has left; 422 at `/organization_id` or `/starts_on`.
pub fn transfer(tx: &mut Tx<'_>, teacher: TeacherId, to: OrganizationId, starts_on: NaiveDate) -> Result<()> {
    let current = load(tx.conn, teacher)?.pop();
    let Some((id, from, since, None)) = current else {
        return Err(ApiError::wrong_state("已离任的教师不能调动"));
    };
    if from == to {
        return Err(ApiError::invalid("/organization_id", "same_organization", "教师已在该单位任职"));
    }
    rules::check_transfer(since, starts_on, tx.now.local_date())?;
    diesel::update(appointments::table.find(id))
        .set(appointments::ends_on.eq(Some(starts_on - Days::new(1))))
        .execute(tx.conn)?;
    insert(tx, teacher, to, starts_on)
}
