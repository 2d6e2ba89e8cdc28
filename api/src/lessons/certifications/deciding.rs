//! What becomes of an application: reviews, the decision, and a revocation.

use chrono::Datelike;
use diesel::prelude::*;
use songjiao_types::{
    CertificationId, LessonId, ReviewId,
    certifications::{
        CertificationStatus, CertificationView, DecideCertification, ReviewCertification, RevokeCertification, Verdict,
    },
    changes::ChangeType,
};
use uuid::Uuid;

use super::{
    numbers,
    rules::{self, Tally},
    store::{self, CertificationRow},
};
use crate::{
    auth::CurrentUser,
    db::{
        Tx,
        schema::{certification_reviews, certifications, lessons},
    },
    error::Result,
    people::policies,
};

pub fn review(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    review: &ReviewCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    let (standing, _) = store::standing_of(tx.conn, user, &row)?;
    rules::check_review(row.status, standing)?;
    diesel::insert_into(certification_reviews::table)
        .values((
            certification_reviews::id.eq(ReviewId::from_uuid(Uuid::now_v7())),
            certification_reviews::certification_id.eq(id),
            certification_reviews::reviewer_id.eq(user.id),
            certification_reviews::verdict.eq(review.verdict),
            certification_reviews::comment.eq(review.comment.trim()),
            certification_reviews::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    // The reviews are part of what the ETag stands for.
    diesel::update(certifications::table.find(id))
        .set((certifications::version.eq(row.version + 1), certifications::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    tx.audit("review", "certification", id, None::<&()>, Some(review))?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    store::find(tx.conn, user, id)
}

pub fn decide(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    decision: &DecideCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    let (standing, reviews) = store::standing_of(tx.conn, user, &row)?;
    let today = tx.now.local_date();
    let policy = policies::in_force(tx.conn, today)?;
    let count =
        |verdict| i64::try_from(reviews.iter().filter(|review| review.verdict == verdict).count()).unwrap_or(i64::MAX);
    let tally = Tally {
        required: policy.reviews_required.into(),
        accepts: count(Verdict::Accept),
        rejects: count(Verdict::Reject),
    };
    rules::check_decision(row.status, standing.own, tally, decision.accept, decision.reason.as_deref())?;
    let before = store::find(tx.conn, user, id)?;
    if decision.accept {
        issue(tx, user, &row, today.year(), &policy.certificate_prefix)?;
    }
    let status = if decision.accept { CertificationStatus::Accepted } else { CertificationStatus::Rejected };
    let reason = decision.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    diesel::update(certifications::table.find(id))
        .set((
            certifications::status.eq(status),
            certifications::decided_by.eq(user.id),
            certifications::decided_at.eq(tx.now),
            certifications::decision_reason.eq(reason),
            certifications::version.eq(row.version + 1),
            certifications::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = store::find(tx.conn, user, id)?;
    tx.audit("decide", "certification", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    Ok(after)
}

/// Writes the certificate: the award that the grade asks for, its number, and name, school and
/// title as they are today. A lower award of the same lesson makes way.
fn issue(tx: &mut Tx<'_>, user: &CurrentUser, row: &CertificationRow, year: i32, prefix: &str) -> Result<()> {
    let award = row.grade.award();
    supersede(tx, user, row.lesson_id, row.id)?;
    let sequence = numbers::next(tx, year, award)?;
    let (teacher_name, school_name) = store::present_names(tx.conn, row.teacher_id)?;
    let (title, subject): (String, String) =
        lessons::table.find(row.lesson_id).select((lessons::title, lessons::subject)).first(tx.conn)?;
    diesel::update(certifications::table.find(row.id))
        .set((
            certifications::award.eq(award),
            certifications::number.eq(rules::number(prefix, year, award, sequence)),
            certifications::number_year.eq(year),
            certifications::number_sequence.eq(sequence),
            certifications::issued_on.eq(tx.now.local_date()),
            certifications::teacher_name.eq(teacher_name),
            certifications::school_name.eq(school_name),
            certifications::lesson_title.eq(title),
            certifications::lesson_subject.eq(subject),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends the award of a lesson that is in force, in favour of a later one.
fn supersede(tx: &mut Tx<'_>, user: &CurrentUser, lesson: LessonId, by: CertificationId) -> Result<()> {
    let in_force: Option<CertificationId> = certifications::table
        .filter(certifications::lesson_id.eq(lesson))
        .filter(certifications::status.eq(CertificationStatus::Accepted))
        .select(certifications::id)
        .first(tx.conn)
        .optional()?;
    let Some(id) = in_force else { return Ok(()) };
    let before = store::find(tx.conn, user, id)?;
    diesel::update(certifications::table.find(id))
        .set((
            certifications::status.eq(CertificationStatus::Superseded),
            certifications::superseded_by.eq(by),
            certifications::version.eq(certifications::version + 1),
            certifications::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = store::find(tx.conn, user, id)?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    tx.audit("supersede", "certification", id, Some(&before), Some(&after))
}

pub fn revoke(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    revocation: &RevokeCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    rules::check_revocation(row.status)?;
    let before = store::find(tx.conn, user, id)?;
    diesel::update(certifications::table.find(id))
        .set((
            certifications::status.eq(CertificationStatus::Revoked),
            certifications::decided_by.eq(user.id),
            certifications::decided_at.eq(tx.now),
            certifications::decision_reason.eq(revocation.reason.trim()),
            certifications::version.eq(row.version + 1),
            certifications::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = store::find(tx.conn, user, id)?;
    tx.audit("revoke", "certification", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    Ok(after)
}
