//! Attendance marks, read and written in sets: many participants of many activities at once.

use std::collections::HashMap;

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    ActivityId, AttendanceId, EnrollmentId, ProjectId, UserId, attendance::AttendanceStatus,
    enrollments::EnrollmentStatus,
};
use uuid::Uuid;

use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{activities, attendance, enrollments, teachers},
        types::UtcTime,
    },
    error::Result,
};

/// Rows written by one statement.
const CHUNK: usize = 1000;

/// An attendance mark's row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attendance, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Mark {
    pub id: AttendanceId,
    pub activity_id: ActivityId,
    pub enrollment_id: EnrollmentId,
    pub status: AttendanceStatus,
    pub note: Option<String>,
    pub recorded_by: UserId,
    pub recorded_at: UtcTime,
}

impl Mark {
    /// Returns a new mark of a participant.
    pub fn new(
        activity_id: ActivityId,
        enrollment_id: EnrollmentId,
        status: AttendanceStatus,
        note: Option<String>,
        recorded_by: UserId,
        recorded_at: UtcTime,
    ) -> Self {
        let id = AttendanceId::from_uuid(Uuid::now_v7());
        Self { id, activity_id, enrollment_id, status, note, recorded_by, recorded_at }
    }

    /// Returns whether the mark has this status and note.
    pub fn is(&self, status: AttendanceStatus, note: Option<&String>) -> bool {
        self.status == status && self.note.as_ref() == note
    }
}

/// A participant on the attendance sheets of a project.
pub struct Participant {
    /// The enrollment.
    pub id: EnrollmentId,
    /// The project.
    pub project_id: ProjectId,
    /// The teacher's number.
    pub teacher_no: String,
}

/// Returns the participants on the attendance sheets of projects: all who have a place.
///
/// # Errors
/// If the database fails.
pub fn participants(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<Vec<Participant>> {
    let rows: Vec<(EnrollmentId, ProjectId, String)> = enrollments::table
        .inner_join(teachers::table)
        .filter(enrollments::project_id.eq_any(projects))
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
        .select((enrollments::id, enrollments::project_id, teachers::teacher_no))
        .load(conn)?;
    let participant = |(id, project_id, teacher_no)| Participant { id, project_id, teacher_no };
    Ok(rows.into_iter().map(participant).collect())
}

/// Returns the marks of an activity.
///
/// # Errors
/// If the database fails.
pub fn marks_of_activity(conn: &mut DbConnection, activity: ActivityId) -> Result<HashMap<EnrollmentId, Mark>> {
    let marks = attendance::table.filter(attendance::activity_id.eq(activity));
    let marks: Vec<Mark> = marks.select(Mark::as_select()).load(conn)?;
    Ok(marks.into_iter().map(|mark| (mark.enrollment_id, mark)).collect())
}

/// Returns the marks of the given participants in the given activities.
///
/// # Errors
/// If the database fails.
pub fn marks_of_participants(
    conn: &mut DbConnection,
    activities: &[ActivityId],
    participants: &[EnrollmentId],
) -> Result<HashMap<(ActivityId, EnrollmentId), Mark>> {
    let marks = attendance::table
        .filter(attendance::activity_id.eq_any(activities).and(attendance::enrollment_id.eq_any(participants)));
    let marks: Vec<Mark> = marks.select(Mark::as_select()).load(conn)?;
    Ok(marks.into_iter().map(|mark| ((mark.activity_id, mark.enrollment_id), mark)).collect())
}

/// Writes marks. A mark of the same participant in the same activity is replaced.
///
/// # Errors
/// If the database fails.
pub fn upsert(tx: &mut Tx<'_>, marks: &[Mark]) -> Result<()> {
    for chunk in marks.chunks(CHUNK) {
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

/// Deletes the marks of participants in an activity.
///
/// # Errors
/// If the database fails.
pub fn delete(tx: &mut Tx<'_>, activity: ActivityId, participants: &[EnrollmentId]) -> Result<()> {
    if !participants.is_empty() {
        let marks = attendance::table.filter(attendance::activity_id.eq(activity));
        diesel::delete(marks.filter(attendance::enrollment_id.eq_any(participants))).execute(tx.conn)?;
    }
    Ok(())
}

/// Bumps the version of activities whose marks have changed, so that stale clients get 412.
///
/// # Errors
/// If the database fails.
pub fn bump_versions(tx: &mut Tx<'_>, activities: &[ActivityId]) -> Result<()> {
    for chunk in activities.chunks(CHUNK) {
        diesel::update(activities::table.filter(activities::id.eq_any(chunk)))
            .set((activities::version.eq(activities::version + 1), activities::updated_at.eq(tx.now)))
            .execute(tx.conn)?;
    }
    Ok(())
}
