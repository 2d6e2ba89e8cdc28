//! Who may review an application, naming reviewers, and admitting one of the lesson's team where too few others remain.

use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{
    CertificationId, Permission, UserId,
    certifications::{CertificationView, NameReviewer, ReviewerCandidate, ReviewerCandidates, ReviewerExclusion},
    changes::ChangeType,
};

use super::{
    batch::Certification,
    independence,
    reviewers::{self, Pool, Reviewer},
    rules, store,
};
use crate::{
    auth::{
        CurrentUser,
        person::{PersonId, person_ids, person_of},
    },
    db::{
        DbConnection, Tx, on_connection,
        schema::{certification_reviewers, certifications},
        types::UtcTime,
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    training::rows::trimmed,
};

/// A named reviewer's row.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = certification_reviewers, treat_none_as_default_value = false, treat_none_as_null = true)]
struct NamedRow {
    certification_id: CertificationId,
    user_id: UserId,
    admission_reason: Option<String>,
    named_by: UserId,
    named_at: UtcTime,
}

/// Records a change of a certification's reviewers, which its ETag covers.
fn changed(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    row: &Certification,
    before: &CertificationView,
    action: &'static str,
) -> Result<CertificationView> {
    diesel::update(certifications::table.find(row.id))
        .set((certifications::version.eq(row.version + 1), certifications::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    let after = store::find(tx.conn, user, row.id)?;
    tx.audit(action, "certification", row.id, Some(before), Some(&after))?;
    tx.publish(ChangeType::CertificationUpdated, [row.id]);
    Ok(after)
}

/// Returns who may and may not review a certification.
///
/// # Errors
/// 404 if the caller does not see it, 403 `own_lesson`.
pub fn candidates(conn: &mut DbConnection, user: &CurrentUser, id: CertificationId) -> Result<ReviewerCandidates> {
    let row = store::find_row(conn, user, id)?;
    rules::check_own(person_of(conn, user.id)?.id(), row.teacher_id)?;
    let (path, pool) = (reviewers::organization_path(conn, &row)?, Pool::load(conn, user.now)?);
    let application = independence::load_one(conn, &row, user.today())?;
    let concerned = pool.of(&path, &application);
    let too_few = reviewers::too_few(&application, &concerned).is_some();
    let named: Vec<UserId> = reviewers::named(conn, &[id])?
        .remove(&id)
        .unwrap_or_default()
        .iter()
        .map(|reviewer| reviewer.user_id)
        .collect();
    let named: HashSet<PersonId> = person_ids(conn, named)?.into_values().collect();
    let candidate = |reviewer: &&Reviewer| {
        let excluded_because = application.exclusion(reviewer.person);
        ReviewerCandidate {
            user_id: reviewer.account,
            name: reviewer.name.clone(),
            role: reviewer.role,
            organization_name: reviewer.organization_name.clone(),
            excluded_because,
            admissible: too_few && excluded_because == Some(ReviewerExclusion::LessonTeam),
            named: named.contains(&reviewer.person),
            reviewed: application.reviews.iter().any(|review| review.person == reviewer.person),
        }
    };
    let mut items: Vec<ReviewerCandidate> = concerned.iter().map(candidate).collect();
    items.sort_by_key(|item| (!item.named, item.excluded_because.is_some(), !item.admissible));
    Ok(ReviewerCandidates { items, too_few_reviewers: too_few })
}

/// Names a reviewer, to whom the lesson is then visible. A person is named once.
///
/// # Errors
/// 404 if the caller does not see the certification; 403 `own_lesson`; 422 at `/user_id` if the user does not review in the county; 403, 409
/// or 422 as by [`rules::check_naming`].
pub fn name(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    naming: &NameReviewer,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    rules::check_own(person_of(tx.conn, user.id)?.id(), row.teacher_id)?;
    let before = store::find(tx.conn, user, id)?;
    let application = independence::load_one(tx.conn, &row, tx.now.local_date())?;
    let (path, pool) = (reviewers::organization_path(tx.conn, &row)?, Pool::load(tx.conn, tx.now)?);
    let concerned = pool.of(&path, &application);
    let person = pool
        .find(naming.user_id)
        .map(|reviewer| reviewer.person)
        .filter(|person| concerned.iter().any(|reviewer| reviewer.person == *person))
        .ok_or_else(|| ApiError::invalid("/user_id", "unknown_reviewer", "用户不存在、已停用或不能评审本县的课例"))?;
    let too_few = reviewers::too_few(&application, &concerned).is_some();
    let (may_admit, reason) = (user.allows(Permission::CertificationsAdmit), naming.reason.as_deref());
    let admits = rules::check_naming(&application, person, may_admit, too_few, reason)?;
    let named: Vec<UserId> = before.named_reviewers.iter().map(|reviewer| reviewer.user_id).collect();
    let persons = person_ids(tx.conn, named)?;
    let account = persons.into_iter().find(|(_, other)| *other == person).map(|(account, _)| account);
    if account.is_some() && !admits {
        return Err(ApiError::wrong_state("该评审人已经指定"));
    }
    let new = NamedRow {
        certification_id: id,
        user_id: account.unwrap_or(naming.user_id),
        admission_reason: if admits { trimmed(naming.reason.as_ref()) } else { None },
        named_by: user.id,
        named_at: tx.now,
    };
    on_connection!(tx.conn, connection => {
        diesel::insert_into(certification_reviewers::table)
            .values(&new)
            .on_conflict((certification_reviewers::certification_id, certification_reviewers::user_id))
            .do_update()
            .set(&new)
            .execute(connection)?
    });
    changed(tx, user, &row, &before, if admits { "admit_reviewer" } else { "name_reviewer" })
}

/// Takes the naming of a reviewer back.
///
/// # Errors
/// 404 if the caller does not see the certification or the user is not named; 403 `own_lesson`; 412 if it has another version; 409
/// `wrong_state` after the decision or the reviewer's review.
pub fn remove(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    reviewer: UserId,
    version: IfMatch,
) -> Result<()> {
    let row = store::find_for_update(tx, user, id)?;
    rules::check_own(person_of(tx.conn, user.id)?.id(), row.teacher_id)?;
    let before = store::find(tx.conn, user, id)?;
    let named = certification_reviewers::table.find((id, reviewer));
    named.select(certification_reviewers::user_id).first::<UserId>(tx.conn)?;
    version.check(row.version)?;
    let application = independence::load_one(tx.conn, &row, tx.now.local_date())?;
    let person = person_ids(tx.conn, vec![reviewer])?.remove(&reviewer);
    rules::check_removal(&application, person)?;
    diesel::delete(certification_reviewers::table.find((id, reviewer))).execute(tx.conn)?;
    changed(tx, user, &row, &before, "remove_reviewer")?;
    Ok(())
}
