//! Marks on attendance sheets as sets: what stands there, and what is written, for many activities
//! at once.

use std::collections::HashMap;

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{ActivityId, AttendanceId, EnrollmentId, ProjectId, UserId, attendance::AttendanceStatus};
use uuid::Uuid;

use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{activities, attendance, enrollments, teachers},
        types::UtcTime,
    },
    error::Result,
    training::enrollments::PLACED,
};

/// Rows written by one statement.
const CHUNK: usize = 1000;

/// How a participant was marked.
#[derive(Clone, Debug)]
pub struct Mark {
    pub status: AttendanceStatus,
    pub note: Option<String>,
    pub recorded_at: UtcTime,
}

impl Mark {
    /// Whether this is what it says already.
    pub fn says(&self, status: AttendanceStatus, note: Option<&String>) -> bool {
        self.status == status && self.note.as_ref() == note
    }
}

/// How a participant is to be marked.
#[derive(Debug)]
pub struct Marked {
    pub activity_id: ActivityId,
    pub enrollment_id: EnrollmentId,
    pub status: AttendanceStatus,
    pub note: Option<String>,
}

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

/// Somebody who stands on the sheets of a project.
pub struct Participant {
    pub id: EnrollmentId,
    pub project_id: ProjectId,
    pub teacher_no: String,
}

/// Who stands on the sheets of projects: whoever has a place.
pub fn participants(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<Vec<Participant>> {
    let rows: Vec<(EnrollmentId, ProjectId, String)> = enrollments::table
        .inner_join(teachers::table)
        .filter(enrollments::project_id.eq_any(projects).and(enrollments::status.eq_any(PLACED)))
        .select((enrollments::id, enrollments::project_id, teachers::teacher_no))
        .load(conn)?;
    let participant = |(id, project_id, teacher_no)| Participant { id, project_id, teacher_no };
    Ok(rows.into_iter().map(participant).collect())
}

/// The marks of a sheet.
pub fn of_activity(conn: &mut DbConnection, activity: ActivityId) -> Result<HashMap<EnrollmentId, Mark>> {
    let rows: Vec<(EnrollmentId, AttendanceStatus, Option<String>, UtcTime)> = attendance::table
        .filter(attendance::activity_id.eq(activity))
        .select((attendance::enrollment_id, attendance::status, attendance::note, attendance::recorded_at))
        .load(conn)?;
    let mark = |(enrollment, status, note, recorded_at)| (enrollment, Mark { status, note, recorded_at });
    Ok(rows.into_iter().map(mark).collect())
}

/// The marks of some participants on some sheets.
pub fn of_participants(
    conn: &mut DbConnection,
    activities: &[ActivityId],
    participants: &[EnrollmentId],
) -> Result<HashMap<(ActivityId, EnrollmentId), Mark>> {
    let rows: Vec<(ActivityId, EnrollmentId, AttendanceStatus, Option<String>, UtcTime)> = attendance::table
        .filter(attendance::activity_id.eq_any(activities).and(attendance::enrollment_id.eq_any(participants)))
        .select((
            attendance::activity_id,
            attendance::enrollment_id,
            attendance::status,
            attendance::note,
            attendance::recorded_at,
        ))
        .load(conn)?;
    let mark = |(activity, enrollment, status, note, recorded_at)| {
        ((activity, enrollment), Mark { status, note, recorded_at })
    };
    Ok(rows.into_iter().map(mark).collect())
}

/// Marks participants, over the marks that are there.
pub fn write(tx: &mut Tx<'_>, marked: Vec<Marked>) -> Result<()> {
    let (recorded_by, recorded_at) = (tx.user_id()?, tx.now);
    let rows: Vec<NewAttendance> = marked
        .into_iter()
        .map(|Marked { activity_id, enrollment_id, status, note }| NewAttendance {
            id: AttendanceId::from_uuid(Uuid::now_v7()),
            activity_id,
            enrollment_id,
            status,
            note,
            recorded_by,
            recorded_at,
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_connection!(tx.conn, conn => {
            diesel::insert_into(attendance::table)
                .values(chunk)
                .on_conflict((attendance::activity_id, attendance::enrollment_id))
                .do_update()
                .set((
                    attendance::status.eq(excluded(attendance::status)),
                    attendance::note.eq(excluded(attendance::note)),
                    attendance::recorded_by.eq(excluded(attendance::recorded_by)),
                    attendance::recorded_at.eq(excluded(attendance::recorded_at)),
                ))
                .execute(conn)?
        });
    }
    Ok(())
}

/// Takes marks off a sheet.
pub fn remove(tx: &mut Tx<'_>, activity: ActivityId, participants: &[EnrollmentId]) -> Result<()> {
    if !participants.is_empty() {
        let sheet = attendance::table.filter(attendance::activity_id.eq(activity));
        diesel::delete(sheet.filter(attendance::enrollment_id.eq_any(participants))).execute(tx.conn)?;
    }
    Ok(())
}

/// Has sheets be of another version, so that nobody overwrites what they have not seen.
pub fn touch(tx: &mut Tx<'_>, ids: &[ActivityId]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        diesel::update(activities::table.filter(activities::id.eq_any(chunk)))
            .set((activities::version.eq(activities::version + 1), activities::updated_at.eq(tx.now)))
            .execute(tx.conn)?;
    }
    Ok(())
}
