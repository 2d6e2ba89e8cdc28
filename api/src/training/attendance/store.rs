use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{
    ActivityId, EnrollmentId, ErrorCode, FieldError, OrganizationId, Permission, TeacherId,
    attendance::{AttendanceEntry, AttendanceRow, AttendanceSheet},
    enrollments::EnrollmentStatus,
    phases::PhaseStatus,
    projects::ProjectStatus,
};

use super::{
    batch::{self, Mark},
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
    training::{activities as activity_store, projects::access, rows::trimmed},
    visibility::{effective_scope, in_scope},
};

type SheetRow = (EnrollmentId, TeacherId, String, String, OrganizationId, String);

/// Returns the attendance sheet of an activity, with the participants that the caller sees.
///
/// # Errors
/// 404 if the caller does not see the activity's project.
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
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
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
        let scope = effective_scope(user);
        rows = rows.filter(own.or(in_scope!(organizations::path, scope)));
    }
    let rows: Vec<SheetRow> = rows.load(conn)?;
    let mut marks = batch::marks_of_activity(conn, id)?;
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

/// Checks that entries name participants, and each of them once.
///
/// # Errors
/// 422 at each entry that does not.
fn check_entries(entries: &[AttendanceEntry], participants: &HashSet<EnrollmentId>) -> Result<()> {
    let mut seen = HashSet::new();
    let mut errors = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let pointer = format!("/entries/{index}/enrollment_id");
        if !participants.contains(&entry.enrollment_id) {
            errors.push(FieldError::new(pointer, "not_a_participant", "不是本项目已录取的学员"));
        } else if !seen.insert(entry.enrollment_id) {
            errors.push(FieldError::new(pointer, "duplicate", "同一学员重复登记"));
        }
    }
    ApiError::check(ErrorCode::Invalid, errors)
}

/// Records entries of an attendance sheet. With the version of the sheet in `whole`, the entries
/// replace the whole sheet: the marks of all other participants are deleted.
///
/// # Errors
/// 404 or 403 as by [`activity_store::lock`], 409 as by [`check_open`], 412 if the sheet has another
/// version, 422 as by [`check_entries`].
pub fn record(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    entries: &[AttendanceEntry],
    whole: Option<IfMatch>,
) -> Result<AttendanceSheet> {
    let (project, phase, activity) = activity_store::lock(tx, user, id)?;
    check_open(project.status, phase)?;
    if let Some(version) = whole {
        version.check(activity.version)?;
    }
    let participants = batch::participants(tx.conn, &[project.id])?;
    check_entries(entries, &participants.into_iter().map(|participant| participant.id).collect())?;
    let before = batch::marks_of_activity(tx.conn, id)?;
    let (user_id, now) = (tx.user_id()?, tx.now);
    let new = |entry: &AttendanceEntry| {
        Mark::new(id, entry.enrollment_id, entry.status, trimmed(entry.note.as_ref()), user_id, now)
    };
    let unchanged =
        |mark: &Mark| before.get(&mark.enrollment_id).is_some_and(|old| old.is(mark.status, mark.note.as_ref()));
    let changed: Vec<Mark> = entries.iter().map(new).filter(|mark| !unchanged(mark)).collect();
    let named: HashSet<EnrollmentId> = entries.iter().map(|entry| entry.enrollment_id).collect();
    let unmarked: Vec<EnrollmentId> =
        before.keys().filter(|enrollment| whole.is_some() && !named.contains(enrollment)).copied().collect();
    if changed.is_empty() && unmarked.is_empty() {
        return find(tx.conn, user, id);
    }
    let sheet_before = find(tx.conn, user, id)?;
    batch::delete(tx, id, &unmarked)?;
    batch::upsert(tx, &changed)?;
    batch::bump_versions(tx, &[id])?;
    let sheet = find(tx.conn, user, id)?;
    tx.audit("record_attendance", "activity", id, Some(&sheet_before), Some(&sheet))?;
    Ok(sheet)
}
