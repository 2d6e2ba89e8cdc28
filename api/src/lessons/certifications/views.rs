//! Builds the views of certifications: one query per kind of detail.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    CertificationId, OrganizationId, Permission, ReviewId, UserId,
    certifications::{CertificationStatus, CertificationView, ReviewView, Verdict},
};

use super::{
    application::Application,
    batch::Certification,
    independence,
    related::Related,
    reviewers::{self, Pool},
};
use crate::{
    auth::{CurrentUser, person::person_of},
    db::{
        DbConnection,
        schema::{certification_reviews, organizations, users},
        types::UtcTime,
    },
    error::{ApiError, Result},
    people::{organizations::organization_refs, policies, users::user_names},
};

/// Returns the reviews of each certification, oldest first.
fn reviews(conn: &mut DbConnection, ids: &[CertificationId]) -> Result<HashMap<CertificationId, Vec<ReviewView>>> {
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
        let review =
            ReviewView { id, reviewer_id, reviewer_name, verdict, comment, excluded_because: None, created_at };
        found.entry(certification).or_default().push(review);
    }
    Ok(found)
}

/// Returns the paths of the organizations of some certifications.
fn paths(conn: &mut DbConnection, rows: &[Certification]) -> Result<HashMap<OrganizationId, String>> {
    let ids: Vec<OrganizationId> = rows.iter().map(|row| row.organization_id).collect();
    let paths = organizations::table.filter(organizations::id.eq_any(ids));
    Ok(paths.select((organizations::id, organizations::path)).load(conn)?.into_iter().collect())
}

/// Counts the reviews that recommend acceptance and rejection, without those that do not count.
fn count(reviews: &[ReviewView]) -> (i64, i64) {
    let with = |verdict| reviews.iter().filter(|one| one.verdict == verdict && one.excluded_because.is_none()).count();
    let [accepts, rejects] = [Verdict::Accept, Verdict::Reject].map(|verdict| i64::try_from(with(verdict)));
    (accepts.unwrap_or(i64::MAX), rejects.unwrap_or(i64::MAX))
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
    let open: Vec<_> = rows.iter().filter(|row| row.status == CertificationStatus::Applied).cloned().collect();
    let applications = independence::load(conn, &open, user.today())?;
    let pool = if open.is_empty() { None } else { Some(Pool::load(conn, user.now)?) };
    let paths = paths(conn, &open)?;
    let mut named = reviewers::named(conn, &ids)?;
    let decides = user.allows(Permission::CertificationsDecide);
    let organizations = organization_refs(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let related = Related::load(conn, &rows)?;
    let user_ids =
        rows.iter().flat_map(|row| [Some(row.applied_by), row.decided_by, row.revoked_by]).flatten().collect();
    let names = user_names(conn, user_ids)?;
    let policies = policies::of_organizations(conn, rows.iter().map(|row| row.organization_id).collect())?;
    rows.into_iter()
        .map(|row| {
            let mut reviews = reviews.remove(&row.id).unwrap_or_default();
            let application = applications.get(&row.id);
            for (review, exclusion) in
                reviews.iter_mut().zip(application.map(Application::review_exclusions).unwrap_or_default())
            {
                review.excluded_because = exclusion;
            }
            let (accepts, rejects) = count(&reviews);
            let waiting_for_me = user.allows(Permission::CertificationsReview)
                && application.is_some_and(|application| application.asks(person.id()));
            let mut named_reviewers = named.remove(&row.id).unwrap_or_default();
            let mut too_few_reviewers = match (application, &pool, paths.get(&row.organization_id)) {
                (Some(application), Some(pool), Some(path)) => {
                    reviewers::too_few(application, &pool.of(path, application))
                }
                _ => None,
            };
            if let Some(too_few) = too_few_reviewers.as_mut().filter(|_| !decides) {
                too_few.excluded.clear();
            }
            // A teacher does not learn before the decision who reviews their own lesson, and what they say.
            if person.teacher_id == Some(row.teacher_id) && row.status == CertificationStatus::Applied {
                reviews.clear();
                named_reviewers.clear();
                if let Some(too_few) = &mut too_few_reviewers {
                    too_few.excluded.clear();
                }
            }
            Ok(CertificationView {
                organization: organizations
                    .get(&row.organization_id)
                    .cloned()
                    .ok_or_else(|| ApiError::internal("a certification without organization"))?,
                applied_by_name: names.get(&row.applied_by).cloned().unwrap_or_default(),
                decided_by_name: row.decided_by.and_then(|id| names.get(&id).cloned()),
                revoked_by_name: row.revoked_by.and_then(|id| names.get(&id).cloned()),
                superseded_by_number: related.number(row.superseded_by),
                former: related.former(&row),
                restored_from_number: related.number(row.restored_from),
                restored_at: related.restored_at(&row),
                reissue_of: related.reissue_of(&row),
                reissued_as: related.reissued_as(&row),
                accepts,
                rejects,
                reviews_required: policies
                    .get(&row.organization_id)
                    .map_or(0, |policies| policies.on(user.today()).figures.reviews_required),
                ready_to_decide: application.is_some_and(Application::has_enough_reviews),
                too_few_reviewers,
                named_reviewers,
                waiting_for_me,
                may_decide: decides
                    && application.is_some_and(|application| application.may_be_decided_by(person.id())),
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
                awarded_on: row.awarded_on,
                issued_on: row.issued_on,
                decided_at: row.decided_at.map(Into::into),
                decision_reason: row.decision_reason,
                revoked_at: row.revoked_at.map(Into::into),
                revocation_reason: row.revocation_reason,
                restored_from: row.restored_from,
                superseded_by: row.superseded_by,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}
