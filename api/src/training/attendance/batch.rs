//! Attendance marks, read and written in sets: many participants of many activities at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    ActivityId, AttendanceId, EnrollmentId, UserId, activities::ActivityStatus, attendance::AttendanceStatus,
};
use uuid::Uuid;

use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{activities, attendance},
        types::UtcTime,
    },
    error::Result,
    training::enrollments::batch as enrollments,
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
    pub day: NaiveDate,
    pub status: AttendanceStatus,
    pub note: Option<String>,
    pub recorded_by: UserId,
    pub recorded_at: UtcTime,
}

impl Mark {
    /// Returns a new mark of a participant for a day of an activity.
    pub fn new(
        activity_id: ActivityId,
        (enrollment_id, day): (EnrollmentId, NaiveDate),
        status: AttendanceStatus,
        note: Option<String>,
        recorded_by: UserId,
        recorded_at: UtcTime,
    ) -> Self {
        let id = AttendanceId::from_uuid(Uuid::now_v7());
        Self { id, activity_id, enrollment_id, day, status, note, recorded_by, recorded_at }
    }

    /// Returns whether the mark has this status and note.
    pub fn is(&self, status: AttendanceStatus, note: Option<&String>) -> bool {
        self.status == status && self.note.as_ref() == note
    }
}

/// Returns the marks of an activity, by participant and day.
///
/// # Errors
/// If the database fails.
pub fn marks_of_activity(
    conn: &mut DbConnection,
    activity: ActivityId,
) -> Result<HashMap<(EnrollmentId, NaiveDate), Mark>> {
    let marks = attendance::table.filter(attendance::activity_id.eq(activity));
    let marks: Vec<Mark> = marks.select(Mark::as_select()).load(conn)?;
    Ok(marks.into_iter().map(|mark| ((mark.enrollment_id, mark.day), mark)).collect())
}

/// Returns the marks of the given activities.
///
/// # Errors
/// If the database fails.
pub fn marks_of_activities(conn: &mut DbConnection, activities: &[ActivityId]) -> Result<Vec<Mark>> {
    Ok(attendance::table.filter(attendance::activity_id.eq_any(activities)).select(Mark::as_select()).load(conn)?)
}

/// Returns the marks of the given participants in the given activities, by day.
///
/// # Errors
/// If the database fails.
pub fn marks_of_participants(
    conn: &mut DbConnection,
    activities: &[ActivityId],
    participants: &[EnrollmentId],
) -> Result<HashMap<(ActivityId, EnrollmentId, NaiveDate), Mark>> {
    let marks = attendance::table
        .filter(attendance::activity_id.eq_any(activities).and(attendance::enrollment_id.eq_any(participants)));
    let marks: Vec<Mark> = marks.select(Mark::as_select()).load(conn)?;
    Ok(marks.into_iter().map(|mark| ((mark.activity_id, mark.enrollment_id, mark.day), mark)).collect())
}

/// Writes marks. A mark of the same participant for the same day of an activity is replaced. One before the day of admission
/// moves it back.
///
/// # Errors
/// If the database fails.
pub fn upsert(tx: &mut Tx<'_>, marks: &[Mark]) -> Result<()> {
    enrollments::admitted_by(tx, marks.iter().map(|mark| (mark.enrollment_id, mark.day)))?;
    for chunk in marks.chunks(CHUNK) {
        on_connection!(tx.conn, conn => {
            diesel::insert_into(attendance::table)
                .values(chunk)
                .on_conflict((attendance::activity_id, attendance::enrollment_id, attendance::day))
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

/// Deletes marks.
///
/// # Errors
/// If the database fails.
pub fn delete(tx: &mut Tx<'_>, marks: &[AttendanceId]) -> Result<()> {
    for chunk in marks.chunks(CHUNK) {
        diesel::delete(attendance::table.filter(attendance::id.eq_any(chunk))).execute(tx.conn)?;
    }
    Ok(())
}

/// Bumps the version of activities whose marks have changed, so that stale clients get 412. An activity with marks is held.
///
/// # Errors
/// If the database fails.
pub fn marks_changed(tx: &mut Tx<'_>, activities: &[ActivityId]) -> Result<()> {
    for chunk in activities.chunks(CHUNK) {
        let changed = || activities::table.filter(activities::id.eq_any(chunk));
        diesel::update(changed())
            .set((activities::version.eq(activities::version + 1), activities::updated_at.eq(tx.now)))
            .execute(tx.conn)?;
        let marked = || attendance::table.filter(attendance::activity_id.eq_any(chunk)).select(attendance::activity_id);
        diesel::update(changed().filter(activities::id.eq_any(marked())))
            .set(activities::status.eq(ActivityStatus::Held))
            .execute(tx.conn)?;
        diesel::update(changed().filter(activities::id.ne_all(marked())))
            .set(activities::status.eq(ActivityStatus::Planned))
            .execute(tx.conn)?;
    }
    Ok(())
}
