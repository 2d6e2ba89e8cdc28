//! Merges a row into a teacher.

use songjiao_types::OrganizationId;

use super::row::Row;
use crate::{
    db::{initials, readings, types::UtcTime},
    people::{
        appointments::roster::{Fault, RosterRow},
        teachers::batch::TeacherRow,
    },
};

/// Returns the teacher after the row; empty cells leave what is there. What follows from service is left as it is.
pub fn merged(row: &Row, before: Option<&TeacherRow>, organization_id: OrganizationId, now: UtcTime) -> TeacherRow {
    let fresh = || {
        let Row { teacher_no, name, subject, stage, joined_on, .. } = row;
        TeacherRow::new(teacher_no.clone(), name, organization_id, subject, *stage, *joined_on, now)
    };
    let before = before.cloned().unwrap_or_else(fresh);
    TeacherRow {
        initials: Some(initials::of_person(&row.name)),
        sort_key: Some(readings::sort_key(&row.name)),
        name: row.name.clone(),
        subject: row.subject.clone(),
        stage: row.stage,
        gender: row.gender.or(before.gender),
        title: row.title.clone().or(before.title),
        backbone: row.backbone.unwrap_or(before.backbone),
        status: row.status.filter(|status| !status.has_ended()).unwrap_or(before.status),
        ..before
    }
    .with_id_number(row.id_number.clone())
}

/// Checks the ID number of a row against the teacher after it.
///
/// # Errors
/// The fault.
pub fn check_id_number(row: &Row, teacher: &TeacherRow, now: UtcTime) -> Result<(), Fault> {
    let Some(number) = &row.id_number else { return Ok(()) };
    let checked = number.facts.check(row.joined_on, teacher.gender, now.local_date());
    checked.map_err(|(code, message)| ("id_number", code, message.into()))
}

/// Returns what a row states about the service of a teacher.
pub fn roster_row(row: &Row, teacher: &TeacherRow, organization_id: OrganizationId) -> RosterRow {
    RosterRow {
        teacher_id: teacher.id,
        organization_id,
        joined_on: row.joined_on,
        appointed_on: row.appointed_on,
        left_on: row.left_on,
        status: row.status,
    }
}
