//! The transitions of a project from one status to the next, with what they set off.

use diesel::prelude::*;
use songjiao_types::{
    ProjectId,
    completions::CompleteProject,
    phases::{PhaseKind, PhaseStatus},
    projects::{CancelProject, ProjectStatus, ProjectView},
};

use super::{
    batch::Project,
    rules,
    store::{change, lock_managed},
};
use crate::{
    auth::CurrentUser,
    db::{Tx, schema::phases},
    error::{ApiError, Result},
    people::policies,
    training::{completions, enrollments},
};

/// Takes a project to another status.
///
/// # Errors
/// 404 if the caller does not see the project, 403 if they may not manage it, 409 `wrong_state` if
/// its present status does not lead there.
pub fn change_status(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, to: ProjectStatus) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    rules::check_step(project.status, to)?;
    let action = match to {
        ProjectStatus::Published => "publish",
        ProjectStatus::Running => "start",
        ProjectStatus::Completed => "complete",
        ProjectStatus::Archived => "archive",
        ProjectStatus::Cancelled => "cancel",
        ProjectStatus::Draft => "update",
    };
    change(tx, user, Project { status: to, status_reason: None, ..project }, action)
}

/// Completes a project: decides on its participants and on the hours that it issued.
///
/// # Errors
/// As [`change_status`]; 409 `wrong_state` if a phase is not done; as [`completions::complete`].
pub fn complete(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, request: &CompleteProject) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    rules::check_step(project.status, ProjectStatus::Completed)?;
    let phases: Vec<(i32, PhaseKind, PhaseStatus)> = phases::table
        .filter(phases::project_id.eq(project.id))
        .order(phases::position)
        .select((phases::position, phases::kind, phases::status))
        .load(tx.conn)?;
    rules::check_phases_done(&phases)?;
    completions::complete(tx, user, &project, request)?;
    enrollments::batch::cancel_undecided(tx, project.id)?;
    change(tx, user, Project { status: ProjectStatus::Completed, status_reason: None, ..project }, "complete")
}

/// Reopens a completed project.
///
/// # Errors
/// As [`change_status`].
pub fn reopen(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, reason: &str) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    if project.status != ProjectStatus::Completed {
        return Err(ApiError::wrong_state("只有已完成的项目可以重新打开"));
    }
    completions::reopen_project(tx, &project, reason)?;
    let status_reason = Some(reason.trim().to_owned());
    let reopened = Project { status: ProjectStatus::Running, status_reason, settled_at: None, ..project };
    change(tx, user, reopened, "reopen")
}

/// Settles a running project by its completed phases once its training year is over 阶段结算.
///
/// # Errors
/// As [`change_status`]; 403 if the caller is in the project's team; 409 `wrong_state` unless the project runs, its year is
/// over, a phase is completed, and it is not settled yet.
pub fn settle(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, reason: &str) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    completions::check_not_of_team(tx, user, &project)?;
    if project.status != ProjectStatus::Running || project.settled_at.is_some() {
        return Err(ApiError::wrong_state("只有实施中、尚未结算的项目可以阶段结算"));
    }
    let year = policies::all(tx.conn)?.root().year(project.training_year);
    if year.last_day >= tx.now.local_date() {
        return Err(ApiError::wrong_state(format!("{} 年度尚未结束，不能阶段结算", project.training_year)));
    }
    completions::settle(tx, &project)?;
    tx.audit("settle", "project", id, None::<&()>, Some(&reason.trim()))?;
    change(tx, user, Project { settled_at: Some(tx.now), ..project }, "settle")
}

/// Cancels a project with its enrollments, and decides what becomes of the hours that it issued.
///
/// # Errors
/// As [`change_status`]; 422 `required` at `/issued_hours`.
pub fn cancel(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, request: &CancelProject) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    rules::check_step(project.status, ProjectStatus::Cancelled)?;
    let reason = request.reason.trim();
    completions::conclude_cancelled(tx, &project, request.issued_hours, reason)?;
    enrollments::batch::cancel_undecided(tx, project.id)?;
    enrollments::batch::cancel_admitted(tx, project.id, reason)?;
    let status_reason = Some(reason.to_owned());
    change(tx, user, Project { status: ProjectStatus::Cancelled, status_reason, ..project }, "cancel")
}
