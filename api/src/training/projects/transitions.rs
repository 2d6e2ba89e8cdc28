//! The transitions of a project from one status to the next, with what they set off.

use diesel::prelude::*;
use songjiao_types::{
    ProjectId,
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectKind, ProjectStatus, ProjectView},
};

use super::{
    batch::Project,
    rules,
    store::{change, lock_managed},
};
use crate::{
    auth::CurrentUser,
    db::{Tx, schema::phases},
    error::Result,
    training::{attendance, enrollments},
};

/// Takes a project to another status.
///
/// # Errors
/// 404 if the caller does not see the project, 403 if they may not manage it, 409 `wrong_state` if
/// its present status does not lead there.
pub fn change_status(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ProjectId,
    to: ProjectStatus,
    reason: Option<&str>,
) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    rules::check_step(project.status, to)?;
    if to == ProjectStatus::Completed {
        complete(tx, &project)?;
    }
    if matches!(to, ProjectStatus::Completed | ProjectStatus::Cancelled) {
        enrollments::batch::cancel_undecided(tx, project.id)?;
    }
    let action = match to {
        ProjectStatus::Published => "publish",
        ProjectStatus::Running => "start",
        ProjectStatus::Completed => "complete",
        ProjectStatus::Archived => "archive",
        ProjectStatus::Cancelled => "cancel",
        ProjectStatus::Draft => "update",
    };
    let status_reason = reason.map(|reason| reason.trim().to_owned());
    change(tx, user, Project { status: to, status_reason, ..project }, action)
}

/// Issues the hours of a project without phases, and completes its participants. With phases, each
/// of them has issued its own hours.
fn complete(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    let phases: Vec<(i32, PhaseKind, PhaseStatus)> = phases::table
        .filter(phases::project_id.eq(project.id))
        .order(phases::position)
        .select((phases::position, phases::kind, phases::status))
        .load(tx.conn)?;
    rules::check_phases_done(&phases)?;
    if project.kind != ProjectKind::SendTeaching {
        attendance::issue_project_hours(tx, project)?;
    }
    enrollments::batch::complete_admitted(tx, project.id)
}
