//! The evidence of a lesson: the records of studying and polishing it that were submitted in its project (二-3).

use diesel::prelude::*;
use songjiao_types::{LessonId, deliverables::DeliverableKind, lessons::LessonEvidence};

use super::store;
use crate::{
    auth::CurrentUser,
    db::{DbConnection, schema::deliverables},
    error::Result,
    training::deliverables::{batch::Deliverable, with_details},
};

/// The kinds of deliverables that show how a lesson was made.
const KINDS: [DeliverableKind; 3] =
    [DeliverableKind::LessonStudyRecord, DeliverableKind::LessonPolishingRecord, DeliverableKind::DemonstrationLesson];

/// Returns the evidence of a lesson: what is about its teacher, and what is about the school or the project as a whole. The
/// lesson's teacher sees only what is about themselves.
///
/// # Errors
/// 404 if the caller does not see the lesson.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: LessonId) -> Result<LessonEvidence> {
    let lesson = store::find_row(conn, user, id)?;
    let Some(project) = lesson.project_id else { return Ok(LessonEvidence { items: Vec::new() }) };
    let of_teacher = deliverables::teacher_id.eq(Some(lesson.teacher_id));
    let of_school =
        deliverables::organization_id.is_null().or(deliverables::organization_id.eq(Some(lesson.organization_id)));
    let mut rows = deliverables::table
        .filter(deliverables::project_id.eq(project).and(deliverables::kind.eq_any(KINDS)))
        .filter(of_teacher.or(deliverables::teacher_id.is_null().and(of_school)))
        .into_boxed();
    if user.role.sees_by_assignment() && user.teacher_id == Some(lesson.teacher_id) {
        rows = rows.filter(of_teacher);
    }
    let rows = rows.order(deliverables::id).select(Deliverable::as_select()).load(conn)?;
    Ok(LessonEvidence { items: with_details(conn, rows)? })
}
