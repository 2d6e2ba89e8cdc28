//! What becomes of the nominated: admitted, rejected, withdrawn, disqualified, completed.

use diesel::prelude::*;
use songjiao_types::{
    EnrollmentId, ErrorCode, FieldError, ProjectId, TeacherId, WireEnum,
    changes::ChangeType,
    enrollments::{EnrollmentStatus, EnrollmentView},
};

use super::{
    checks::Candidates,
    roll, rules,
    store::{check_distinct, find, find_all},
};
use crate::{
    auth::CurrentUser,
    db::{Tx, schema::enrollments},
    error::{ApiError, Result},
    training::projects::{self as project_store, access},
};

/// Admits participants, all or none. The project's lock makes admissions follow one another, so
/// that no two of them take the last place.
pub fn admit(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    project_id: ProjectId,
    ids: &[EnrollmentId],
) -> Result<Vec<EnrollmentView>> {
    access::manage(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    rules::check_open(project.status)?;
    check_distinct(ids, "/ids")?;
    let found = find_all(tx.conn, ids)?;
    let mut errors = Vec::new();
    let mut before = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        match found.iter().find(|row| row.id == *id && row.project_id == project_id) {
            Some(row) => before.push(row),
            None => errors.push(FieldError::new(format!("/ids/{index}"), "unknown_enrollment", "不在本项目的名单中")),
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(errors));
    }
    for (index, row) in before.iter().enumerate() {
        if rules::check_step(row.status, EnrollmentStatus::Admitted).is_err() {
            let message = format!("{}{}", row.teacher_name, row.status.label());
            errors.push(FieldError::new(format!("/ids/{index}"), "wrong_state", message));
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::wrong_state("只能录取待审核的学员").errors(errors));
    }
    let teacher_ids: Vec<TeacherId> = before.iter().map(|row| row.teacher_id).collect();
    let candidates = Candidates::load(tx.conn, &teacher_ids, true)?;
    candidates.check(&project, &teacher_ids, "/ids", tx.now.local_date())?;
    let taken = roll::places_taken(tx.conn, &[project_id])?.remove(&project_id).unwrap_or_default();
    rules::check_capacity(project.capacity, taken, ids.len())?;
    roll::admit(tx, ids)?;
    let after = find_all(tx.conn, ids)?;
    tx.audit("admit", "project", project_id, Some(&found), Some(&after))?;
    Ok(after)
}

/// Admits one participant.
pub fn admit_one(tx: &mut Tx<'_>, user: &CurrentUser, id: EnrollmentId) -> Result<EnrollmentView> {
    let project = find(tx.conn, user, id)?.project_id;
    let admitted = admit(tx, user, project, &[id]).map_err(|mut error| {
        // There is no list whose entry could be at fault.
        error.errors.iter_mut().for_each(|fault| "/teacher_id".clone_into(&mut fault.pointer));
        error
    });
    admitted?.pop().ok_or_else(ApiError::not_found)
}

/// Rejects, withdraws or disqualifies a participant. Rejecting and disqualifying are for who
/// manages the project (五-1: 取消其参训资格予以更换); a school withdraws its own.
pub fn end(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: EnrollmentId,
    to: EnrollmentStatus,
    reason: &str,
) -> Result<EnrollmentView> {
    let seen = find(tx.conn, user, id)?;
    let access = access::find(tx.conn, user, seen.project_id)?;
    let own_school = !access::organizations_in_scope(tx.conn, user, &[seen.organization_id])?.is_empty();
    if !access.manage && (to != EnrollmentStatus::Withdrawn || !own_school) {
        return Err(ApiError::forbidden());
    }
    let project = project_store::lock(tx, seen.project_id)?;
    rules::check_open(project.status)?;
    let before = find(tx.conn, user, id)?;
    rules::check_step(before.status, to)?;
    let reviewed = to != EnrollmentStatus::Withdrawn;
    let reviewer = tx.user_id()?;
    diesel::update(enrollments::table.find(id))
        .set((
            enrollments::status.eq(to),
            enrollments::reason.eq(Some(reason.trim())),
            enrollments::version.eq(before.version + 1),
            enrollments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if reviewed {
        diesel::update(enrollments::table.find(id))
            .set((enrollments::reviewed_by.eq(Some(reviewer)), enrollments::reviewed_at.eq(Some(tx.now))))
            .execute(tx.conn)?;
    }
    let after = find(tx.conn, user, id)?;
    let action = match to {
        EnrollmentStatus::Rejected => "reject",
        EnrollmentStatus::Disqualified => "disqualify",
        _ => "withdraw",
    };
    tx.audit(action, "enrollment", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::EnrollmentUpdated, [id]);
    Ok(after)
}

/// With the project, its participants are done.
pub fn complete_admitted(tx: &mut Tx<'_>, project: ProjectId) -> Result<()> {
    let ids: Vec<EnrollmentId> = enrollments::table
        .filter(enrollments::project_id.eq(project))
        .filter(enrollments::status.eq(EnrollmentStatus::Admitted))
        .order(enrollments::id)
        .select(enrollments::id)
        .load(tx.conn)?;
    diesel::update(enrollments::table.filter(enrollments::id.eq_any(&ids)))
        .set((
            enrollments::status.eq(EnrollmentStatus::Completed),
            enrollments::version.eq(enrollments::version + 1),
            enrollments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.publish(ChangeType::EnrollmentUpdated, ids);
    Ok(())
}
