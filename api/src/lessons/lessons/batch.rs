//! The rows of lessons, and their set-wise writing.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    LessonId, OrganizationId, ProjectId, TeacherId, TeamId, UserId, changes::ChangeType, lessons::LessonGrade,
    training::Stage,
};

use crate::{
    db::{
        Tx, on_connection,
        schema::{lesson_gradings, lessons, projects},
        types::UtcTime,
    },
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
    pub distinct_reason: Option<String>,
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
    keep_gradings(tx, rows)?;
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
    keep_gradings(tx, &changed)?;
    tx.publish(ChangeType::LessonUpdated, changed.iter().map(|row| row.id));
    Ok(())
}

/// A grading's row.
#[derive(Insertable)]
#[diesel(table_name = lesson_gradings, treat_none_as_default_value = false)]
struct Grading {
    lesson_id: LessonId,
    graded_at: UtcTime,
    graded_on: NaiveDate,
    graded_by: UserId,
    grade: LessonGrade,
    team_id: Option<TeamId>,
}

/// Keeps the gradings of lessons that are not kept yet, with the team of each lesson's project.
fn keep_gradings(tx: &mut Tx<'_>, rows: &[Lesson]) -> Result<()> {
    let graded: Vec<&Lesson> = rows.iter().filter(|row| row.grade.is_some()).collect();
    for chunk in graded.chunks(CHUNK) {
        let ids: Vec<ProjectId> = chunk.iter().filter_map(|row| row.project_id).collect();
        let teams: HashMap<ProjectId, Option<TeamId>> = projects::table
            .filter(projects::id.eq_any(ids))
            .select((projects::id, projects::team_id))
            .load(tx.conn)?
            .into_iter()
            .collect();
        let grading = |row: &&Lesson| {
            let graded_at = row.graded_at?;
            Some(Grading {
                lesson_id: row.id,
                graded_at,
                graded_on: graded_at.local_date(),
                graded_by: row.graded_by?,
                grade: row.grade?,
                team_id: row.project_id.and_then(|project| teams.get(&project).copied().flatten()),
            })
        };
        let gradings: Vec<Grading> = chunk.iter().filter_map(grading).collect();
        on_connection!(tx.conn, connection => {
            diesel::insert_into(lesson_gradings::table)
                .values(&gradings)
                .on_conflict((lesson_gradings::lesson_id, lesson_gradings::graded_at))
                .do_nothing()
                .execute(connection)?
        });
    }
    Ok(())
}
