//! Merges a row into a teacher and their appointments.

use chrono::Days;
use songjiao_types::OrganizationId;

use super::row::Row;
use crate::{
    db::{initials, readings, types::UtcTime},
    people::teachers::{
        IdNumberFacts,
        batch::{AppointmentRow, TeacherRow},
    },
};

/// Returns the teacher after the row; empty cells leave what is there.
pub fn merged(row: Row, before: Option<&TeacherRow>, organization_id: OrganizationId, now: UtcTime) -> TeacherRow {
    let Row { teacher_no, name, subject, stage, joined_on, .. } = row;
    let fresh = || TeacherRow::new(teacher_no, &name, organization_id, &subject, stage, joined_on, now);
    let before = before.cloned().unwrap_or_else(fresh);
    TeacherRow {
        initials: Some(initials::of_person(&name)),
        sort_key: Some(readings::sort_key(&name)),
        name,
        organization_id,
        subject,
        stage,
        joined_on,
        gender: row.gender.or(before.gender),
        title: row.title.or(before.title),
        backbone: row.backbone.unwrap_or(before.backbone),
        left_on: row.left_on.or(before.left_on),
        status: row.status.unwrap_or(before.status),
        ..before
    }
    .with_id_number(row.id_number)
}

/// The field, the code and the message of a fault.
type Fault = (&'static str, &'static str, &'static str);

/// Checks the ID number of a row against the teacher after it.
///
/// # Errors
/// The fault.
pub fn check_id_number(facts: Option<IdNumberFacts>, teacher: &TeacherRow, now: UtcTime) -> Result<(), Fault> {
    let Some(facts) = facts else { return Ok(()) };
    let checked = facts.check(teacher.joined_on, teacher.gender, now.local_date());
    checked.map_err(|(code, message)| ("id_number", code, message))
}

/// Checks the dates of service against each other and the status.
///
/// # Errors
/// The fault.
pub fn check_dates(teacher: &TeacherRow) -> Result<(), Fault> {
    match teacher.left_on {
        Some(left) if left < teacher.joined_on => Err(("left_on", "ends_before_start", "离任日期不能早于入职日期")),
        None if teacher.status.has_ended() => Err(("left_on", "required", "退休或离职须填写离任日期")),
        _ => Ok(()),
    }
}

/// Returns the appointments that change or begin so that they match the teacher.
///
/// # Errors
/// The fault if the teacher's dates contradict the appointments.
pub fn appointments_after(
    teacher: &TeacherRow,
    before: &[AppointmentRow],
    now: UtcTime,
) -> Result<Vec<AppointmentRow>, Fault> {
    let begin = |starts_on| AppointmentRow::new(teacher.id, teacher.organization_id, starts_on, now);
    let mut after = before.to_vec();
    match after.first_mut() {
        Some(first) => first.starts_on = teacher.joined_on,
        None => after.push(begin(teacher.joined_on)),
    }
    let today = now.local_date();
    if let Some(last) = after.last_mut().filter(|last| last.organization_id != teacher.organization_id) {
        if last.starts_on >= today {
            last.organization_id = teacher.organization_id;
        } else {
            last.ends_on = Some(today - Days::new(1));
            after.push(begin(today));
        }
    }
    if let Some(last) = after.last_mut() {
        last.ends_on = teacher.left_on;
        if last.ends_on.is_some_and(|end| end < last.starts_on) {
            return Err(("left_on", "before_appointment", "离任日期不能早于现任职开始日期"));
        }
    }
    if after.first().is_some_and(|first| first.ends_on.is_some_and(|end| end < first.starts_on)) {
        return Err(("joined_on", "after_appointment", "入职日期不能晚于首次任职的结束日期"));
    }
    after.retain(|row| !before.contains(row));
    Ok(after)
}
