//! The steps of a certification: application, reviews, decision.

use chrono::Datelike;
use diesel::prelude::*;
use songjiao_types::{
    CertificationId, ErrorCode, LessonId, ReviewId, TeacherId,
    certifications::{CertificationStatus, CertificationView, DecideCertification, ReviewCertification},
    changes::ChangeType,
    lessons::LessonGrade,
};
use uuid::Uuid;

use super::{
    batch::{self, Certification, Review},
    independence, numbers,
    rules::{self, EarlierApplication, Tally},
    store,
};
use crate::{
    auth::{CurrentUser, person::person_of},
    db::{
        DbConnection, Tx,
        schema::{certifications, lessons, organizations, teachers},
    },
    error::{ApiError, Result},
    lessons::lessons::{facts, rules as lesson_rules, store as lesson_store},
    people::policies,
    training::rows::trimmed,
};

/// Writes a certification that is locked as its next version, and records the change under `action`.
///
/// # Errors
/// If the database fails.
pub fn change(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    certification: Certification,
    action: &'static str,
) -> Result<CertificationView> {
    let before = store::find(tx.conn, user, certification.id)?;
    let row = Certification { version: certification.version + 1, updated_at: tx.now, ..certification };
    diesel::update(certifications::table.find(row.id)).set(&row).execute(tx.conn)?;
    let after = store::find(tx.conn, user, row.id)?;
    tx.audit(action, "certification", row.id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::CertificationUpdated, [row.id]);
    Ok(after)
}

/// Returns a teacher's name and that of the school where they serve, as they are now.
fn current_names(conn: &mut DbConnection, teacher: TeacherId) -> Result<(String, String)> {
    Ok(teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq(teacher))
        .select((teachers::name, organizations::name))
        .first(conn)?)
}

/// The names and titles on a certificate.
pub struct CertificateNames {
    teacher: String,
    school: String,
    title: String,
    subject: String,
}

impl CertificateNames {
    /// Returns the certification with the names and titles.
    pub fn on(self, row: Certification) -> Certification {
        let Self { teacher: teacher_name, school: school_name, title: lesson_title, subject: lesson_subject } = self;
        Certification { teacher_name, school_name, lesson_title, lesson_subject, ..row }
    }
}

/// Returns the names and titles of a certificate that is issued now.
///
/// # Errors
/// If the database fails.
pub fn certificate_names(conn: &mut DbConnection, row: &Certification) -> Result<CertificateNames> {
    let (teacher, school) = current_names(conn, row.teacher_id)?;
    let (title, subject) = lessons::table.find(row.lesson_id).select((lessons::title, lessons::subject)).first(conn)?;
    Ok(CertificateNames { teacher, school, title, subject })
}

/// Applies for the certification of a lesson.
///
/// # Errors
/// 422 at `/lesson_id` if the caller does not see the lesson, 403 if they may not write it, 409
/// `wrong_state` as by [`rules::check_application`].
pub fn apply(tx: &mut Tx<'_>, user: &CurrentUser, lesson_id: LessonId) -> Result<CertificationView> {
    let lesson = lesson_store::find_for_update(tx, user, lesson_id).map_err(|error| match error.code {
        ErrorCode::NotFound => ApiError::invalid("/lesson_id", "unknown_lesson", "课例不存在或不在您的管理范围内"),
        _ => error,
    })?;
    lesson_rules::check_may_write(facts::relation(tx.conn, user, lesson.teacher_id, lesson.project_id)?)?;
    let earlier: Vec<(CertificationStatus, LessonGrade)> = certifications::table
        .filter(certifications::lesson_id.eq(lesson_id))
        .select((certifications::status, certifications::grade))
        .load(tx.conn)?;
    let earlier: Vec<_> = earlier.into_iter().map(|(status, grade)| EarlierApplication { status, grade }).collect();
    let grade = rules::check_application(lesson.grade, &earlier)?;
    let (teacher_name, school_name) = current_names(tx.conn, lesson.teacher_id)?;
    let id = CertificationId::from_uuid(Uuid::now_v7());
    let certification = Certification {
        id,
        lesson_id,
        teacher_id: lesson.teacher_id,
        organization_id: lesson.organization.id,
        grade,
        status: CertificationStatus::Applied,
        award: None,
        number: None,
        number_prefix: None,
        number_year: None,
        number_sequence: None,
        teacher_name,
        school_name,
        lesson_title: lesson.title,
        lesson_subject: lesson.subject,
        awarded_on: None,
        issued_on: None,
        applied_by: user.id,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        superseded_by: None,
        revoked_by: None,
        revoked_at: None,
        revocation_reason: None,
        restored_from: None,
        reissue_of: None,
        reissued_by: None,
        reissue_reason: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    batch::insert(tx, &[certification])?;
    let view = store::find(tx.conn, user, id)?;
    tx.audit("apply", "certification", id, None::<&()>, Some(&view))?;
    Ok(view)
}

/// Records the caller's review.
///
/// # Errors
/// 404 if the caller does not see the certification; 403 or 409 as by [`rules::check_review`].
pub fn review(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    review: &ReviewCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    let application = independence::load_one(tx.conn, &row, tx.now.local_date())?;
    rules::check_review(&application, user.id, person_of(tx.conn, user.id)?.id())?;
    let new = Review {
        id: ReviewId::from_uuid(Uuid::now_v7()),
        certification_id: id,
        reviewer_id: user.id,
        verdict: review.verdict,
        comment: review.comment.trim().to_owned(),
        created_at: tx.now,
    };
    batch::insert_reviews(tx, &[new])?;
    // The ETag covers the reviews.
    diesel::update(certifications::table.find(id))
        .set((certifications::version.eq(row.version + 1), certifications::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    tx.audit("review", "certification", id, None::<&()>, Some(review))?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    store::find(tx.conn, user, id)
}

/// Accepts or rejects an application.
///
/// # Errors
/// 404 if the caller does not see the certification; 403, 409 or 422 as by [`rules::check_decision`].
pub fn decide(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    decision: &DecideCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    let (policies, today) = (policies::all(tx.conn)?, tx.now.local_date());
    let path: String = organizations::table.find(row.organization_id).select(organizations::path).first(tx.conn)?;
    let application = independence::load_one(tx.conn, &row, today)?;
    let CertificationView { accepts, rejects, .. } = store::find(tx.conn, user, id)?;
    let tally = Tally { required: application.reviews_required.into(), accepts, rejects };
    let person = person_of(tx.conn, user.id)?.id();
    rules::check_decision(&application, person, tally, decision.accept, decision.reason.as_deref())?;
    let decided = Certification {
        decided_by: Some(user.id),
        decided_at: Some(tx.now),
        decision_reason: trimmed(decision.reason.as_ref()),
        ..row
    };
    let decided = match decision.accept {
        true => issue(tx, user, decided, policies.certificate_prefix(&path, today))?,
        false => Certification { status: CertificationStatus::Rejected, ..decided },
    };
    change(tx, user, decided, "decide")
}

/// Returns the certification in force of a lesson, locked until the transaction ends.
fn in_force(tx: &mut Tx<'_>, user: &CurrentUser, lesson: LessonId) -> Result<Option<Certification>> {
    loop {
        let accepted: Option<CertificationId> = certifications::table
            .filter(certifications::lesson_id.eq(lesson))
            .filter(certifications::status.eq(CertificationStatus::Accepted))
            .select(certifications::id)
            .first(tx.conn)
            .optional()?;
        let Some(id) = accepted else { return Ok(None) };
        let row = store::find_for_update(tx, user, id)?;
        // It may have been revoked or reissued before its row was locked.
        if row.status == CertificationStatus::Accepted {
            return Ok(Some(row));
        }
    }
}

/// Returns a certification as accepted: with the award that follows from the grade, its number in the
/// series of its county, and the names and titles of today. A lower award of the same lesson is superseded.
fn issue(tx: &mut Tx<'_>, user: &CurrentUser, row: Certification, prefix: String) -> Result<Certification> {
    if let Some(lower) = in_force(tx, user, row.lesson_id)? {
        let (status, superseded_by) = (CertificationStatus::Superseded, Some(row.id));
        change(tx, user, Certification { status, superseded_by, ..lower }, "supersede")?;
    }
    let (award, today) = (row.grade.award(), tx.now.local_date());
    let sequence = numbers::take(tx, &prefix, today.year(), award, 1)?;
    let names = certificate_names(tx.conn, &row)?;
    Ok(Certification {
        status: CertificationStatus::Accepted,
        award: Some(award),
        number: Some(rules::number(&prefix, today.year(), award, sequence)),
        number_prefix: Some(prefix),
        number_year: Some(today.year()),
        number_sequence: Some(sequence),
        awarded_on: Some(today),
        issued_on: Some(today),
        ..names.on(row)
    })
}
