//! Appointments 任职: where a teacher served, and when. Written together with the teacher.

use chrono::{Days, NaiveDate};
use songjiao_types::{OrganizationId, TeacherId, teachers::AppointmentView};

use super::{
    batch::{self, AppointmentRow},
    rules,
};
use crate::{
    db::{DbConnection, Tx},
    error::{ApiError, Result},
    people::organizations::organization_refs,
};

/// Returns the appointments of a teacher, the latest first.
pub fn list(conn: &mut DbConnection, teacher: TeacherId) -> Result<Vec<AppointmentView>> {
    let rows = load(conn, teacher)?;
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    rows.into_iter()
        .rev()
        .map(|row| {
            let organization = organizations.get(&row.organization_id).cloned();
            Ok(AppointmentView {
                id: row.id,
                organization: organization.ok_or_else(|| ApiError::internal("an appointment without organization"))?,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                created_at: row.created_at.into(),
            })
        })
        .collect()
}

/// Loads the appointments of a teacher, the earliest first.
fn load(conn: &mut DbConnection, teacher: TeacherId) -> Result<Vec<AppointmentRow>> {
    Ok(batch::appointments_of(conn, &[teacher])?.remove(&teacher).unwrap_or_default())
}

/// Ends the latest appointment with the teacher's last day, or reopens it.
///
/// # Errors
/// 422 at `/left_on` if the appointment began later.
pub fn close_last(tx: &mut Tx<'_>, teacher: TeacherId, left_on: Option<NaiveDate>) -> Result<()> {
    let Some(last) = load(tx.conn, teacher)?.pop() else { return Ok(()) };
    if left_on.is_some_and(|left| left < last.starts_on) {
        let message = format!("离任日期不能早于现任职开始日期 {}", last.starts_on);
        return Err(ApiError::invalid("/left_on", "before_appointment", message));
    }
    batch::upsert_appointments(tx, vec![AppointmentRow { ends_on: left_on, ..last }])
}

/// Moves the first day of the first appointment.
///
/// # Errors
/// 422 at `/joined_on` if that appointment ended earlier.
pub fn move_first(tx: &mut Tx<'_>, teacher: TeacherId, joined_on: NaiveDate) -> Result<()> {
    let Some(first) = load(tx.conn, teacher)?.into_iter().next() else { return Ok(()) };
    if first.ends_on.is_some_and(|end| end < joined_on) {
        return Err(ApiError::invalid("/joined_on", "after_appointment", "入职日期不能晚于首次任职的结束日期"));
    }
    batch::upsert_appointments(tx, vec![AppointmentRow { starts_on: joined_on, ..first }])
}

/// Ends the current appointment the day before and begins another.
///
/// # Errors
/// 409 if the teacher has left; 422 at `/organization_id` or `/starts_on`.
pub fn transfer(tx: &mut Tx<'_>, teacher: TeacherId, to: OrganizationId, starts_on: NaiveDate) -> Result<()> {
    let current = load(tx.conn, teacher)?.pop().filter(|current| current.ends_on.is_none());
    let current = current.ok_or_else(|| ApiError::wrong_state("已离任的教师不能调动"))?;
    if current.organization_id == to {
        return Err(ApiError::invalid("/organization_id", "same_organization", "教师已在该单位任职"));
    }
    rules::check_transfer(current.starts_on, starts_on, tx.now.local_date())?;
    let next = AppointmentRow::new(teacher, to, starts_on, tx.now);
    batch::upsert_appointments(tx, vec![AppointmentRow { ends_on: Some(starts_on - Days::new(1)), ..current }, next])
}
