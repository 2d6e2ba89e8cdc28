use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ActivityId, AttendanceId, EnrollmentId, ErrorCode, FieldError, OrganizationId, Permission,
    attendance::{AttendanceRow, AttendanceSheet, DayMark, RecordAttendance, SheetDay},
    phases::PhaseStatus,
    projects::ProjectStatus,
};

use super::{
    batch::{self, Mark},
    participants::{self, Participant},
    rules::{check_open, is_issued},
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{enrollments, organizations, phases, projects},
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    training::{
        activities::{self as activity_store, plan},
        projects::access,
        rows::trimmed,
    },
    visibility::{effective_scope, in_scope},
};

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
    let planned = plan::find(conn, activity.project_id, id)?;
    let mut rows = enrollments::table
        .inner_join(organizations::table)
        .filter(enrollments::project_id.eq(activity.project_id))
        .select((enrollments::id, (organizations::id, organizations::name)))
        .into_boxed::<MultiBackend>();
    if !access.whole {
        let own = enrollments::teacher_id.nullable().eq(user.teacher_id);
        let scope = effective_scope(user);
        rows = rows.filter(own.or(in_scope!(organizations::path, scope)));
    }
    let visible: HashMap<EnrollmentId, (OrganizationId, String)> = rows.load(conn)?.into_iter().collect();
    let mut marks = batch::marks_of_activity(conn, id)?;
    let mut entries = Vec::new();
    for participant in participants::load(conn, &[activity.project_id])? {
        let days = participant.days_of(&planned);
        if let Some((organization_id, name)) = visible.get(&participant.id).filter(|_| !days.is_empty()) {
            entries.push(row(participant, (*organization_id, name.clone()), &days, &mut marks));
        }
    }
    let today = user.today();
    let days = planned.days().into_iter().map(|(day, hours)| SheetDay { day, hours, begun: day <= today });
    Ok(AttendanceSheet {
        entries,
        days: days.collect(),
        open: access.run
            && user.allows(Permission::AttendanceWrite)
            && check_open(project_status, phase_status, planned.is_cancelled()).is_ok(),
        correctable: access.manage && user.allows(Permission::ProjectsWrite) && is_issued(project_status, phase_status),
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

/// Returns a participant's row of a sheet. The marks of its days are taken out of `marks`.
fn row(
    participant: Participant,
    (organization_id, organization_name): (OrganizationId, String),
    days: &[NaiveDate],
    marks: &mut HashMap<(EnrollmentId, NaiveDate), Mark>,
) -> AttendanceRow {
    let mark = |day: &NaiveDate| match marks.remove(&(participant.id, *day)) {
        Some(Mark { day, status, note, recorded_at, .. }) => {
            DayMark { day, status: Some(status), note, recorded_at: Some(recorded_at.into()) }
        }
        None => DayMark { day: *day, status: None, note: None, recorded_at: None },
    };
    let marks: Vec<DayMark> = days.iter().map(mark).collect();
    let status = marks.first().and_then(|first| first.status);
    let first = marks.iter().find(|mark| mark.status.is_some());
    AttendanceRow {
        enrollment_id: participant.id,
        teacher_id: participant.teacher_id,
        teacher_no: participant.teacher_no,
        teacher_name: participant.teacher_name,
        organization_id,
        organization_name,
        status: status.filter(|status| marks.iter().all(|mark| mark.status == Some(*status))),
        note: first.and_then(|mark| mark.note.clone()),
        recorded_at: first.and_then(|mark| mark.recorded_at),
        marks,
    }
}

/// Returns the marks that entries state.
///
/// # Errors
/// 422 at each entry that names no participant or one already named, or whose day has not come, does not concern the
/// participant or lies outside their service; 422 at `/day`, if the activity does not take place on it.
fn stated(
    tx: &mut Tx<'_>,
    activity: &plan::PlannedActivity,
    RecordAttendance { day, entries }: &RecordAttendance,
) -> Result<Vec<Mark>> {
    if day.is_some_and(|day| activity.days().iter().all(|(other, _)| *other != day)) {
        return Err(ApiError::invalid("/day", "not_a_day", "活动不在这一天"));
    }
    let participants = participants::by_enrollment(tx.conn, activity.project_id)?;
    let (user_id, now) = (tx.user_id()?, tx.now);
    let (mut seen, mut errors, mut marks) = (HashSet::new(), Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        let mut fault = |code: &str, message: String| {
            errors.push(FieldError::new(format!("/entries/{index}/enrollment_id"), code, message));
        };
        let Some(participant) = participants.get(&entry.enrollment_id) else {
            fault("not_a_participant", "不是本项目已录取的学员".to_owned());
            continue;
        };
        if !seen.insert(entry.enrollment_id) {
            fault("duplicate", "同一学员重复登记".to_owned());
            continue;
        }
        match participant.days_to_mark(activity, *day, now.local_date()) {
            Ok(days) => marks.extend(days.into_iter().map(|day| {
                let note = trimmed(entry.note.as_ref());
                Mark::new(activity.id, (participant.id, day), entry.status, note, user_id, now)
            })),
            Err((code, message)) => fault(code, message),
        }
    }
    ApiError::check(ErrorCode::Invalid, errors)?;
    Ok(marks)
}

/// Records entries of an attendance sheet. With the version of the sheet in `whole`, the entries
/// replace the whole sheet, or that of the day that they name: all other marks are deleted.
///
/// # Errors
/// 404 or 403 as by [`activity_store::lock`], 409 as by [`check_open`], 412 if the sheet has another
/// version, 422 as by [`stated`].
pub fn record(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    sheet: &RecordAttendance,
    whole: Option<IfMatch>,
) -> Result<AttendanceSheet> {
    let (project, phase, activity) = activity_store::lock(tx, user, id)?;
    let planned = plan::find(tx.conn, project.id, id)?;
    check_open(project.status, phase, planned.is_cancelled())?;
    if let Some(version) = whole {
        version.check(activity.version)?;
    }
    let stated = stated(tx, &planned, sheet)?;
    let before = batch::marks_of_activity(tx.conn, id)?;
    let named: HashSet<(EnrollmentId, NaiveDate)> = stated.iter().map(|mark| (mark.enrollment_id, mark.day)).collect();
    let unchanged = |mark: &Mark| {
        before.get(&(mark.enrollment_id, mark.day)).is_some_and(|old| old.is(mark.status, mark.note.as_ref()))
    };
    let changed: Vec<Mark> = stated.into_iter().filter(|mark| !unchanged(mark)).collect();
    let dropped = before.values().filter(|mark| whole.is_some() && sheet.day.is_none_or(|day| day == mark.day));
    let unmarked: Vec<AttendanceId> =
        dropped.filter(|mark| !named.contains(&(mark.enrollment_id, mark.day))).map(|mark| mark.id).collect();
    if changed.is_empty() && unmarked.is_empty() {
        return find(tx.conn, user, id);
    }
    let sheet_before = find(tx.conn, user, id)?;
    batch::delete(tx, &unmarked)?;
    batch::upsert(tx, &changed)?;
    batch::marks_changed(tx, &[id])?;
    let sheet = find(tx.conn, user, id)?;
    tx.audit("record_attendance", "activity", id, Some(&sheet_before), Some(&sheet))?;
    Ok(sheet)
}
