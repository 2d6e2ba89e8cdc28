//! The certifications of lessons, and what they mean for their lessons.

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
    lessons::certifications::rules::{EarlierApplication, check_application},
};

/// A certification of a lesson, with the grade it was applied for with.
pub struct GradedCertification {
    view: LessonCertification,
    grade: LessonGrade,
}

/// Returns the certifications of each lesson, oldest first. Lessons without any are absent.
pub fn load(conn: &mut DbConnection, ids: &[LessonId]) -> Result<HashMap<LessonId, Vec<GradedCertification>>> {
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
    let mut found: HashMap<LessonId, Vec<GradedCertification>> = HashMap::new();
    for (lesson, id, status, award, number, grade) in rows {
        let view = LessonCertification { id, status, award, number };
        found.entry(lesson).or_default().push(GradedCertification { view, grade });
    }
    Ok(found)
}

/// Returns whether certification may be applied for, given the lesson's grade.
pub fn may_apply(grade: Option<LessonGrade>, certifications: &[GradedCertification]) -> bool {
    let applications: Vec<EarlierApplication> =
        certifications.iter().map(|one| EarlierApplication { status: one.view.status, grade: one.grade }).collect();
    check_application(grade, &applications).is_ok()
}

/// Checks that a lesson may be given a grade, as by [`rules::check_grade`].
///
/// # Errors
/// 409 `wrong_state`.
pub fn check_grade(certifications: &[GradedCertification], grade: LessonGrade) -> Result<()> {
    let with_status = |status| certifications.iter().find(|one| one.view.status == status).map(|one| one.grade);
    let open = with_status(CertificationStatus::Applied).is_some();
    rules::check_grade(grade, open, with_status(CertificationStatus::Accepted))
}

/// Returns the certification that a lesson's view shows: the one in force or else the latest.
pub fn in_force_or_latest(mut certifications: Vec<GradedCertification>) -> Option<LessonCertification> {
    let in_force = certifications.iter().position(|one| one.view.status == CertificationStatus::Accepted);
    match in_force {
        Some(at) => Some(certifications.swap_remove(at).view),
        None => certifications.pop().map(|latest| latest.view),
    }
}
