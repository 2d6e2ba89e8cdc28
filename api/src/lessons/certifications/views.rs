//! Builds the views of certifications: one query per kind of detail.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    CertificationId, Permission, ReviewId, UserId,
    certifications::{CertificationStatus, CertificationView, ReviewView, Verdict},
};

use super::{batch::Certification, rules};
use crate::{
    auth::{
        CurrentUser,
        person::{Person, person_of},
    },
    db::{
        DbConnection,
        schema::{certification_reviews, certifications, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
    people::{organizations::organization_refs, policies, users::user_names},
};

/// Returns the reviews of each certification, oldest first.
pub fn reviews(conn: &mut DbConnection, ids: &[CertificationId]) -> Result<HashMap<CertificationId, Vec<ReviewView>>> {
    type Row = (CertificationId, ReviewId, UserId, String, Verdict, String, UtcTime);
    let rows: Vec<Row> = certification_reviews::table
        .inner_join(users::table)
        .filter(certification_reviews::certification_id.eq_any(ids))
        .order(certification_reviews::id)
        .select((
            certification_reviews::certification_id,
            certification_reviews::id,
            users::id,
            users::name,
            certification_reviews::verdict,
            certification_reviews::comment,
            certification_reviews::created_at,
        ))
        .load(conn)?;
    let mut found: HashMap<CertificationId, Vec<ReviewView>> = HashMap::new();
    for (certification, id, reviewer_id, reviewer_name, verdict, comment, created_at) in rows {
        let created_at = created_at.into();
        let review = ReviewView { id, reviewer_id, reviewer_name, verdict, comment, created_at };
        found.entry(certification).or_default().push(review);
    }
    Ok(found)
}

/// Returns the views of certifications.
pub fn with_details(
    conn: &mut DbConnection,
    user: &CurrentUser,
    rows: Vec<Certification>,
) -> Result<Vec<CertificationView>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut reviews = reviews(conn, &ids)?;
    let person = person_of(conn, user.id)?;
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let user_ids = rows.iter().flat_map(|row| [Some(row.applied_by), row.decided_by]).flatten().collect();
    let names = user_names(conn, user_ids)?;
    let superseding: HashMap<CertificationId, Option<String>> = certifications::table
        .filter(certifications::id.eq_any(rows.iter().filter_map(|row| row.superseded_by).collect::<Vec<_>>()))
        .select((certifications::id, certifications::number))
        .load(conn)?
        .into_iter()
        .collect();
    let policies = policies::of_organizations(conn, rows.iter().map(|row| row.organization_id).collect())?;
    rows.into_iter()
        .map(|row| {
            let mut reviews = reviews.remove(&row.id).unwrap_or_default();
            let count = |verdict| reviews.iter().filter(|review| review.verdict == verdict).count();
            let (accepts, rejects) = (count(Verdict::Accept), count(Verdict::Reject));
            let waiting_for_me = user.allows(Permission::CertificationsReview)
                && rules::check_review(row.status, relation(&person, &row, &reviews)).is_ok();
            // A teacher does not read the reviews of their own lesson before the decision.
            if person.teacher_id == Some(row.teacher_id) && row.status == CertificationStatus::Applied {
                reviews.clear();
            }
            Ok(CertificationView {
                organization: organizations
                    .get(&row.organization_id)
                    .cloned()
                    .ok_or_else(|| ApiError::internal("a certification without organization"))?,
                applied_by_name: names.get(&row.applied_by).cloned().unwrap_or_default(),
                decided_by_name: row.decided_by.and_then(|id| names.get(&id).cloned()),
                superseded_by_number: row.superseded_by.and_then(|id| superseding.get(&id).cloned().flatten()),
                accepts: i64::try_from(accepts).unwrap_or_default(),
                rejects: i64::try_from(rejects).unwrap_or_default(),
                reviews_required: policies
                    .get(&row.organization_id)
                    .map_or(0, |policies| policies.on(user.today()).figures.reviews_required),
                waiting_for_me,
                reviews,
                id: row.id,
                lesson_id: row.lesson_id,
                teacher_id: row.teacher_id,
                teacher_name: row.teacher_name,
                school_name: row.school_name,
                lesson_title: row.lesson_title,
                lesson_subject: row.lesson_subject,
                grade: row.grade,
                status: row.status,
                award: row.award,
                number: row.number,
                issued_on: row.issued_on,
                decided_at: row.decided_at.map(Into::into),
                decision_reason: row.decision_reason,
                superseded_by: row.superseded_by,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Returns a person's relation to a certification with these reviews.
pub fn relation(person: &Person, row: &Certification, reviews: &[ReviewView]) -> rules::CallerRelation {
    rules::CallerRelation {
        own: person.teacher_id == Some(row.teacher_id),
        applicant: person.has(row.applied_by),
        reviewed: reviews.iter().any(|review| person.has(review.reviewer_id)),
    }
}
