//! The rows of lessons, and their set-wise writing.

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    LessonId, OrganizationId, ProjectId, TeacherId, UserId, changes::ChangeType, lessons::LessonGrade, training::Stage,
};

use crate::{
    db::{Tx, on_connection, schema::lessons, types::UtcTime},
    error::Result,
    training::rows::insert_rows,
};

/// Rows written by one statement.
const CHUNK: usize = 1000;

/// A lesson's row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = lessons, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Lesson {
    pub id: LessonId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub project_id: Option<ProjectId>,
    pub title: String,
    pub subject: String,
    pub stage: Stage,
    pub taught_on: Option<NaiveDate>,
    pub summary: Option<String>,
    pub grade: Option<LessonGrade>,
    pub grade_comment: Option<String>,
    pub graded_by: Option<UserId>,
    pub graded_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

impl Lesson {
    /// Returns the lesson with a grade.
    #[must_use]
    pub fn graded(self, grade: LessonGrade, comment: Option<String>, by: UserId, now: UtcTime) -> Self {
        Self { grade: Some(grade), grade_comment: comment, graded_by: Some(by), graded_at: Some(now), ..self }
    }
}

/// Inserts lessons and publishes their creation.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Lesson]) -> Result<()> {
    insert_rows!(tx.conn, lessons, rows);
    tx.publish(ChangeType::LessonCreated, rows.iter().map(|row| row.id));
    Ok(())
}

/// Inserts the lessons of version 1, writes the others over their rows, and publishes both. Only what
/// can change in a lesson is written over.
///
/// # Errors
/// If the database fails.
pub fn write(tx: &mut Tx<'_>, rows: Vec<Lesson>) -> Result<()> {
    let (new, changed): (Vec<Lesson>, Vec<Lesson>) = rows.into_iter().partition(|row| row.version == 1);
    insert(tx, &new)?;
    for chunk in changed.chunks(CHUNK) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(lessons::table)
                .values(chunk)
                .on_conflict(lessons::id)
                .do_update()
                .set((
                    lessons::subject.eq(excluded(lessons::subject)),
                    lessons::stage.eq(excluded(lessons::stage)),
                    lessons::taught_on.eq(excluded(lessons::taught_on)),
                    lessons::summary.eq(excluded(lessons::summary)),
                    lessons::grade.eq(excluded(lessons::grade)),
                    lessons::grade_comment.eq(excluded(lessons::grade_comment)),
                    lessons::graded_by.eq(excluded(lessons::graded_by)),
                    lessons::graded_at.eq(excluded(lessons::graded_at)),
                    lessons::version.eq(excluded(lessons::version)),
                    lessons::updated_at.eq(excluded(lessons::updated_at)),
                ))
                .execute(connection)?
        });
    }
    tx.publish(ChangeType::LessonUpdated, changed.iter().map(|row| row.id));
    Ok(())
}
