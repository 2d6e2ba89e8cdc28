//! Builds the views of lessons: one query for the names, one for the certifications.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    LessonId, OrganizationId,
    lessons::LessonView,
    organizations::{OrganizationKind, OrganizationRef},
};

use super::{batch::Lesson, certification_status};
use crate::{
    db::{
        DbConnection,
        schema::{lessons, organizations, projects, teachers, users},
    },
    error::{ApiError, Result},
};

struct Names {
    teacher_no: String,
    teacher: String,
    organization: OrganizationRef,
    project: Option<String>,
    grader: Option<String>,
}

/// Returns the names that each lesson's view shows.
fn names(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Names>> {
    type Row = (
        LessonId,
        (String, String),
        (OrganizationId, String, String, OrganizationKind),
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = lessons::table
        .inner_join(teachers::table)
        .inner_join(organizations::table)
        .left_join(projects::table)
        .left_join(users::table)
        .filter(lessons::id.eq_any(ids))
        .select((
            lessons::id,
            (teachers::teacher_no, teachers::name),
            (organizations::id, organizations::code, organizations::name, organizations::kind),
            projects::title.nullable(),
            users::name.nullable(),
        ))
        .load(conn)?;
    let names = rows.into_iter().map(|(lesson, (teacher_no, teacher), (id, code, name, kind), project, grader)| {
        let organization = OrganizationRef { id, code, name, kind };
        (lesson, Names { teacher_no, teacher, organization, project, grader })
    });
    Ok(names.collect())
}

/// Returns the views of lessons.
pub fn with_details(conn: &mut DbConnection, rows: Vec<Lesson>) -> Result<Vec<LessonView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let (mut names, mut certifications) = (names(conn, &ids)?, certification_status::load(conn, &ids)?);
    rows.into_iter()
        .map(|row| {
            let Names { teacher_no, teacher, organization, project, grader } =
                names.remove(&row.id).ok_or_else(|| ApiError::internal("a lesson without teacher"))?;
            let certifications = certifications.remove(&row.id).unwrap_or_default();
            Ok(LessonView {
                can_apply: certification_status::may_apply(row.grade, &certifications),
                certification: certification_status::in_force_or_latest(certifications),
                id: row.id,
                teacher_id: row.teacher_id,
                teacher_no,
                teacher_name: teacher,
                organization,
                project_id: row.project_id,
                project_title: project,
                title: row.title,
                subject: row.subject,
                stage: row.stage,
                taught_on: row.taught_on,
                summary: row.summary,
                grade: row.grade,
                grade_comment: row.grade_comment,
                graded_by_name: grader,
                graded_at: row.graded_at.map(Into::into),
                distinct_reason: row.distinct_reason,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}
