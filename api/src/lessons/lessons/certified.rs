//! How far the certifications of lessons are, as far as lessons go by it.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    CertificationId, LessonId,
    certifications::{Award, CertificationStatus},
    lessons::{LessonCertification, LessonGrade},
};

use super::rules;
use crate::{
    db::{DbConnection, schema::certifications},
    error::Result,
    lessons::certifications::rules::{Applied, check_application},
};

/// A certification of a lesson, as far as the lesson tells of it.
pub struct Certified {
    view: LessonCertification,
    grade: LessonGrade,
}

/// The certifications of lessons, oldest first, in one query.
pub fn of_lessons(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Vec<Certified>>> {
    type Row = (LessonId, CertificationId, CertificationStatus, Option<Award>, Option<String>, LessonGrade);
    let rows: Vec<Row> = certifications::table
        .filter(certifications::lesson_id.eq_any(ids))
        .order(certifications::id)
        .select((
            certifications::lesson_id,
            certifications::id,
            certifications::status,
            certifications::award,
            certifications::number,
            certifications::grade,
        ))
        .load(conn)?;
    let mut found: HashMap<LessonId, Vec<Certified>> = HashMap::new();
    for (lesson, id, status, award, number, grade) in rows {
        let view = LessonCertification { id, status, award, number };
        found.entry(lesson).or_default().push(Certified { view, grade });
    }
    Ok(found)
}

/// Whether a lesson of this grade may apply.
pub fn may_apply(grade: Option<LessonGrade>, certified: &[Certified]) -> bool {
    let applied: Vec<Applied> =
        certified.iter().map(|one| Applied { status: one.view.status, grade: one.grade }).collect();
    check_application(grade, &applied).is_ok()
}

/// Whether a lesson may have this grade from now on.
///
/// # Errors
/// 409 `wrong_state`, as [`rules::check_grade`].
pub fn check_grade(certified: &[Certified], grade: LessonGrade) -> Result<()> {
    let with_status = |status| certified.iter().find(|one| one.view.status == status).map(|one| one.grade);
    let open = with_status(CertificationStatus::Applied).is_some();
    rules::check_grade(grade, open, with_status(CertificationStatus::Accepted))
}

/// What a lesson shows of its certifications.
pub fn in_force_or_latest(mut certified: Vec<Certified>) -> Option<LessonCertification> {
    let in_force = certified.iter().position(|one| one.view.status == CertificationStatus::Accepted);
    match in_force {
        Some(at) => Some(certified.swap_remove(at).view),
        None => certified.pop().map(|latest| latest.view),
    }
}
