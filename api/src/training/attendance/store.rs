use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{
    ActivityId, EnrollmentId, ErrorCode, FieldError, OrganizationId, Permission, TeacherId,
    attendance::{AttendanceEntry, AttendanceRow, AttendanceSheet},
    phases::PhaseStatus,
    projects::ProjectStatus,
};

use super::{
    marks::{self, Marked},
    rules::check_open,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{enrollments, organizations, phases, projects, teachers},
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    training::{activities as activity_store, enrollments::PLACED, projects::access},
    visibility::in_scope,
};

type SheetRow = (EnrollmentId, TeacherId, String, String, OrganizationId, String);
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<AttendanceSheet> {
    let activity = activity_store::find_row(conn, user, id)?;
    let access = access::find(conn, user, activity.project_id)?;
    let (project_title, project_status): (String, ProjectStatus) =
        projects::table.find(activity.project_id).select((projects::title, projects::status)).first(conn)?;
    let phase_status: Option<PhaseStatus> = match activity.phase_id {
        Some(phase) => Some(phases::table.find(phase).select(phases::status).first(conn)?),
        None => None,
    };
    let mut rows = enrollments::table
        .inner_join(teachers::table)
        .inner_join(organizations::table)
        .filter(enrollments::project_id.eq(activity.project_id))
        .filter(enrollments::status.eq_any(PLACED))
        .order((organizations::name, teachers::teacher_no))
        .select((
            enrollments::id,
            teachers::id,
            teachers::teacher_no,
            teachers::name,
            organizations::id,
            organizations::name,
        ))
        .into_boxed::<MultiBackend>();
    if !access.whole {
        let own = enrollments::teacher_id.nullable().eq(user.teacher_id);
        let scope = access::scope(user);
        rows = rows.filter(own.or(in_scope!(organizations::path, scope)));
    }
    let rows: Vec<SheetRow> = rows.load(conn)?;
    let mut marks = marks::of_activity(conn, id)?;
    let row = |(enrollment_id, teacher_id, teacher_no, teacher_name, organization_id, organization_name): SheetRow| {
        let mark = marks.remove(&enrollment_id);
        AttendanceRow {
            enrollment_id,
            teacher_id,
            teacher_no,
            teacher_name,
            organization_id,
            organization_name,
            status: mark.as_ref().map(|mark| mark.status),
            recorded_at: mark.as_ref().map(|mark| mark.recorded_at.into()),
            note: mark.and_then(|mark| mark.note),
        }
    };
    Ok(AttendanceSheet {
        entries: rows.into_iter().map(row).collect(),
        open: access.run
            && user.allows(Permission::AttendanceWrite)
            && check_open(project_status, phase_status).is_ok(),
        activity_id: activity.id,
        project_id: activity.project_id,
        project_title,
        phase_id: activity.phase_id,
        title: activity.title,
        held_on: activity.held_on,
        hours: activity.hours,
        version: activity.version,
    })
}

/// # Errors
/// 422 naming each entry that is no participant, or a participant twice.
fn check_entries(entries: &[AttendanceEntry], on_the_sheet: &HashSet<EnrollmentId>) -> Result<()> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let pointer = format!("/entries/{index}/enrollment_id");
        if !on_the_sheet.contains(&entry.enrollment_id) {
            errors.push(FieldError::new(pointer, "not_a_participant", "不是本项目已录取的学员"));
        } else if !seen.insert(entry.enrollment_id) {
            errors.push(FieldError::new(pointer, "duplicate", "同一学员重复登记"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(ApiError::new(ErrorCode::Invalid).errors(errors)) }
}

/// Records entries. With the version of the sheet, who is not among them is marked no more.
pub fn record(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    entries: &[AttendanceEntry],
    whole: Option<IfMatch>,
) -> Result<AttendanceSheet> {
    let (project, phase, activity) = activity_store::locked(tx, user, id)?;
    check_open(project.status, phase)?;
    if let Some(version) = whole {
        version.check(activity.version)?;
    }
    let participants = marks::participants(tx.conn, &[project.id])?;
    let on_the_sheet: HashSet<EnrollmentId> = participants.into_iter().map(|participant| participant.id).collect();
    check_entries(entries, &on_the_sheet)?;
    let before = marks::of_activity(tx.conn, id)?;
    let changed: Vec<Marked> = entries
        .iter()
        .map(|entry| Marked {
            activity_id: id,
            enrollment_id: entry.enrollment_id,
            status: entry.status,
            note: crate::training::projects::text(entry.note.as_ref()).map(str::to_owned),
        })
        .filter(|entry| {
            before.get(&entry.enrollment_id).is_none_or(|mark| !mark.says(entry.status, entry.note.as_ref()))
        })
        .collect();
    let named: HashSet<EnrollmentId> = entries.iter().map(|entry| entry.enrollment_id).collect();
    let unmarked: Vec<EnrollmentId> =
        before.keys().filter(|enrollment| whole.is_some() && !named.contains(enrollment)).copied().collect();
    if changed.is_empty() && unmarked.is_empty() {
        return find(tx.conn, user, id);
    }
    let sheet_before = find(tx.conn, user, id)?;
    marks::remove(tx, id, &unmarked)?;
    marks::write(tx, changed)?;
    marks::touch(tx, &[id])?;
    let sheet = find(tx.conn, user, id)?;
    tx.audit("record_attendance", "activity", id, Some(&sheet_before), Some(&sheet))?;
    Ok(sheet)
}
