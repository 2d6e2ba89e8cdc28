use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{
    ActivityId, AttendanceId, EnrollmentId, ErrorCode, FieldError, OrganizationId, Permission, TeacherId, UserId,
    attendance::{AttendanceEntry, AttendanceRow, AttendanceSheet, AttendanceStatus},
    enrollments::EnrollmentStatus,
    phases::PhaseStatus,
    projects::ProjectStatus,
};
use uuid::Uuid;

use crate::{
    activities as activity_store,
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx, on_connection,
        schema::{activities, attendance, enrollments, organizations, phases, projects, teachers},
        types::UtcTime,
    },
    error::{ApiError, Result},
    etag::IfMatch,
    projects::access,
    scope::in_scope,
};

#[derive(Insertable)]
#[diesel(table_name = attendance, treat_none_as_default_value = false)]
struct NewAttendance {
    id: AttendanceId,
    activity_id: ActivityId,
    enrollment_id: EnrollmentId,
    status: AttendanceStatus,
    note: Option<String>,
    recorded_by: UserId,
    recorded_at: UtcTime,
}

type SheetRow = (EnrollmentId, TeacherId, String, String, OrganizationId, String);
type Mark = (EnrollmentId, AttendanceStatus, Option<String>, UtcTime);

const ON_THE_SHEET: [EnrollmentStatus; 2] = [EnrollmentStatus::Admitted, EnrollmentStatus::Completed];

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
        .filter(enrollments::status.eq_any(ON_THE_SHEET))
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
    let mut marks = load_marks(conn, id)?;
    let row = |(enrollment_id, teacher_id, teacher_no, teacher_name, organization_id, organization_name): SheetRow| {
        let mark = marks.remove(&enrollment_id);
        AttendanceRow {
            enrollment_id,
            teacher_id,
            teacher_no,
            teacher_name,
            organization_id,
            organization_name,
            status: mark.as_ref().map(|(status, ..)| *status),
            recorded_at: mark.as_ref().map(|(_, _, at)| (*at).into()),
            note: mark.and_then(|(_, note, _)| note),
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

type Marks = HashMap<EnrollmentId, (AttendanceStatus, Option<String>, UtcTime)>;

fn load_marks(conn: &mut DbConnection, activity: ActivityId) -> Result<Marks> {
    let rows: Vec<Mark> = attendance::table
        .filter(attendance::activity_id.eq(activity))
        .select((attendance::enrollment_id, attendance::status, attendance::note, attendance::recorded_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(enrollment, status, note, at)| (enrollment, (status, note, at))).collect())
}

/// Attendance is taken while the phase is active or, in a project without phases, while it runs:
/// its hours are not issued yet.
fn check_open(project: ProjectStatus, phase: Option<PhaseStatus>) -> Result<()> {
    match (project, phase) {
        (ProjectStatus::Running, None | Some(PhaseStatus::Active)) => Ok(()),
        (_, Some(PhaseStatus::Completed)) | (ProjectStatus::Completed | ProjectStatus::Archived, None) => {
            Err(ApiError::wrong_state("学时已核发，考勤不能再修改"))
        }
        (_, Some(PhaseStatus::Skipped)) => Err(ApiError::wrong_state("该阶段已跳过，不能登记考勤")),
        (ProjectStatus::Running, Some(PhaseStatus::Planned)) => {
            Err(ApiError::wrong_state("该阶段未开始，不能登记考勤"))
        }
        _ => Err(ApiError::wrong_state("项目不在实施中，不能登记考勤")),
    }
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
    let on_the_sheet: HashSet<EnrollmentId> = enrollments::table
        .filter(enrollments::project_id.eq(project.id))
        .filter(enrollments::status.eq_any(ON_THE_SHEET))
        .select(enrollments::id)
        .load(tx.conn)?
        .into_iter()
        .collect();
    check_entries(entries, &on_the_sheet)?;
    let before = load_marks(tx.conn, id)?;
    let recorded_by = tx.user_id()?;
    let note = |entry: &AttendanceEntry| crate::projects::text(entry.note.as_ref()).map(str::to_owned);
    let changed: Vec<NewAttendance> = entries
        .iter()
        .filter(|entry| {
            let now = before.get(&entry.enrollment_id).map(|(status, note, _)| (*status, note.clone()));
            now != Some((entry.status, note(entry)))
        })
        .map(|entry| NewAttendance {
            id: AttendanceId::from_uuid(Uuid::now_v7()),
            activity_id: id,
            enrollment_id: entry.enrollment_id,
            status: entry.status,
            note: note(entry),
            recorded_by,
            recorded_at: tx.now,
        })
        .collect();
    let named: HashSet<EnrollmentId> = entries.iter().map(|entry| entry.enrollment_id).collect();
    let unmarked = before.keys().filter(|enrollment| whole.is_some() && !named.contains(enrollment));
    let gone: Vec<EnrollmentId> = changed.iter().map(|row| row.enrollment_id).chain(unmarked.copied()).collect();
    if gone.is_empty() {
        return find(tx.conn, user, id);
    }
    let sheet_before = find(tx.conn, user, id)?;
    diesel::delete(
        attendance::table.filter(attendance::activity_id.eq(id).and(attendance::enrollment_id.eq_any(&gone))),
    )
    .execute(tx.conn)?;
    on_connection!(tx.conn, conn => diesel::insert_into(attendance::table).values(&changed).execute(conn)?);
    diesel::update(activities::table.find(id))
        .set((activities::version.eq(activities::version + 1), activities::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    let sheet = find(tx.conn, user, id)?;
    tx.note("record_attendance", "activity", id, Some(&sheet_before), Some(&sheet))?;
    Ok(sheet)
}
