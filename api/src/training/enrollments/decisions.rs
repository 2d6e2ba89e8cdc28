//! Decisions about nominated and admitted teachers: admit, reject, reinstate, withdraw, disqualify.

use chrono::NaiveDate;
use songjiao_types::{
    EnrollmentId, ErrorCode, FieldError, ProjectId, TeacherId, WireEnum,
    completions::{DisqualifyEnrollment, WithdrawEnrollment},
    enrollments::{EnrollmentStatus, EnrollmentView},
};

use super::{
    batch::{self, EnrollmentChanges},
    candidates::Candidates,
    rules,
    store::{check_distinct, find, find_all},
};
use crate::{
    auth::CurrentUser,
    db::Tx,
    error::{ApiError, Result},
    training::{
        completions::{self, blockers::Filling},
        projects::{self as project_store, access},
    },
    visibility::organizations_in_scope,
};

/// Admits participants, all or none. The project's lock makes admissions follow one another, so
/// that no two of them take the last place.
///
/// # Errors
/// 404 or 403 as by [`access::manage`], 409 `wrong_state` if the project takes no participants or
/// one of them is not waiting for a decision, 422 `invalid` for a future day of admission and for ids that are not on the
/// project's list, 422 `not_eligible`, 409 `capacity_reached`.
pub fn admit(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    project_id: ProjectId,
    ids: &[EnrollmentId],
    admitted_on: Option<NaiveDate>,
) -> Result<Vec<EnrollmentView>> {
    access::manage(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    rules::check_open(project.status)?;
    let admitted_on = match admitted_on {
        Some(day) if day > tx.now.local_date() => {
            return Err(ApiError::invalid("/admitted_on", "in_the_future", "录取日期不能晚于今天"));
        }
        Some(day) => day,
        None => batch::admission_day(tx.conn, project_id, project.starts_on, tx.now.local_date())?,
    };
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
    ApiError::check(ErrorCode::Invalid, errors)?;
    let mut errors = Vec::new();
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
    let candidates = Candidates::load(tx.conn, &teacher_ids, true, tx.now.local_date())?;
    candidates.check(&project, &teacher_ids, "/ids")?;
    let taken = batch::places_taken(tx.conn, &[project_id])?.remove(&project_id).unwrap_or_default();
    rules::check_capacity(project.capacity, taken, ids.len())?;
    batch::admit(tx, ids, admitted_on)?;
    let after = find_all(tx.conn, ids)?;
    tx.audit("admit", "project", project_id, Some(&found), Some(&after))?;
    Ok(after)
}

/// Admits one participant, as by [`admit`].
///
/// # Errors
/// 404, and those of [`admit`].
pub fn admit_one(tx: &mut Tx<'_>, user: &CurrentUser, id: EnrollmentId) -> Result<EnrollmentView> {
    let project = find(tx.conn, user, id)?.project_id;
    let admitted = admit(tx, user, project, &[id], None).map_err(|mut error| {
        // The request has no list whose entry an error could point at.
        error.errors.iter_mut().for_each(|fault| "/teacher_id".clone_into(&mut fault.pointer));
        error
    });
    admitted?.pop().ok_or_else(ApiError::not_found)
}

/// How a participation ends before its project does.
pub enum End<'a> {
    /// The nomination is rejected.
    Reject(&'a str),
    /// The teacher withdraws.
    Withdraw(&'a WithdrawEnrollment),
    /// The participant is disqualified (五-1: 取消其参训资格予以更换).
    Disqualify(&'a DisqualifyEnrollment),
}

impl End<'_> {
    fn status(&self) -> EnrollmentStatus {
        match self {
            Self::Reject(_) => EnrollmentStatus::Rejected,
            Self::Withdraw(_) => EnrollmentStatus::Withdrawn,
            Self::Disqualify(_) => EnrollmentStatus::Disqualified,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Reject(reason) => reason.trim(),
            Self::Withdraw(WithdrawEnrollment { reason, .. })
            | Self::Disqualify(DisqualifyEnrollment { reason, .. }) => reason.trim(),
        }
    }
}

/// Rejects, withdraws or disqualifies a participant, and decides on the hours of one who was admitted. Rejecting and
/// disqualifying are up to those who manage the project; a school withdraws its own teachers.
///
/// # Errors
/// 404 if the caller does not see the participant, 403 if the decision is not theirs, 409
/// `wrong_state` if the project takes no participants or the present status does not lead there, 409 `marks_missing`, 422 for
/// a future last day and at `/issued_hours` if there are hours and nothing says what becomes of them.
pub fn end(tx: &mut Tx<'_>, user: &CurrentUser, id: EnrollmentId, how: &End<'_>) -> Result<EnrollmentView> {
    let seen = find(tx.conn, user, id)?;
    let access = access::find(tx.conn, user, seen.project_id)?;
    let own_school = !organizations_in_scope(tx.conn, user, &[seen.organization_id])?.is_empty();
    let to = how.status();
    if !access.manage && (to != EnrollmentStatus::Withdrawn || !own_school) {
        return Err(ApiError::forbidden());
    }
    let project = project_store::lock(tx, seen.project_id)?;
    rules::check_open(project.status)?;
    let before = find(tx.conn, user, id)?;
    rules::check_step(before.status, to)?;
    let today = tx.now.local_date();
    let left_on = match how {
        End::Withdraw(WithdrawEnrollment { left_on: Some(day), .. }) if *day > today => {
            return Err(ApiError::invalid("/left_on", "in_the_future", "退出日期不能晚于今天"));
        }
        End::Withdraw(WithdrawEnrollment { left_on: Some(day), .. }) => *day,
        _ => today,
    };
    let was_admitted = before.status == EnrollmentStatus::Admitted;
    let (reviewed_by, reviewed_at) =
        (to != EnrollmentStatus::Withdrawn).then_some((Some(tx.user_id()?), Some(tx.now))).unzip();
    let changes = EnrollmentChanges {
        status: Some(to),
        reason: Some(Some(how.reason().to_owned())),
        reviewed_by,
        reviewed_at,
        left_on: was_admitted.then_some(Some(left_on)),
        ..EnrollmentChanges::default()
    };
    batch::change(tx, &[id], &changes)?;
    match how {
        End::Withdraw(WithdrawEnrollment { reason, unmarked, .. }) if was_admitted => {
            completions::conclude_withdrawn(tx, &project, id, Filling::new(*unmarked, Some(reason))?)?;
        }
        End::Disqualify(DisqualifyEnrollment { reason, issued_hours }) => {
            completions::conclude_disqualified(tx, &project, id, *issued_hours, reason.trim())?;
        }
        _ => {}
    }
    let after = find(tx.conn, user, id)?;
    let action = match to {
        EnrollmentStatus::Rejected => "reject",
        EnrollmentStatus::Disqualified => "disqualify",
        _ => "withdraw",
    };
    tx.audit(action, "enrollment", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Takes back the rejection of a participant, who then waits for a decision again.
///
/// # Errors
/// 404 if the caller does not see the participant, 403 if they may not manage the project, 409
/// `wrong_state` if the project takes no participants or the participant is not rejected, 409
/// `capacity_reached` if no place is left.
pub fn reinstate(tx: &mut Tx<'_>, user: &CurrentUser, id: EnrollmentId, reason: &str) -> Result<EnrollmentView> {
    let project_id = find(tx.conn, user, id)?.project_id;
    access::manage(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    rules::check_open(project.status)?;
    let before = find(tx.conn, user, id)?;
    rules::check_reinstate(before.status)?;
    let taken = batch::places_taken(tx.conn, &[project_id])?.remove(&project_id).unwrap_or_default();
    rules::check_capacity(project.capacity, taken, 1)?;
    let changes = EnrollmentChanges {
        status: Some(EnrollmentStatus::Nominated),
        reason: Some(Some(reason.trim().to_owned())),
        reviewed_by: Some(None),
        reviewed_at: Some(None),
        ..EnrollmentChanges::default()
    };
    batch::change(tx, &[id], &changes)?;
    let after = find(tx.conn, user, id)?;
    tx.audit("reinstate", "enrollment", id, Some(&before), Some(&after))?;
    Ok(after)
}
