//! What the caller may do with a project: by scope over the organization that owns or hosts it, or by
//! assignment to its team. Who sees a project is decided in `visibility`.

use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{OrganizationId, ProjectId};

use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{projects, team_members},
    },
    error::{ApiError, Result},
    hours::effects::ProjectAccess,
    visibility::{by_assignment_only, organizations_in_scope, own_team_ids, visible_projects},
};

/// What the caller may do with a project that they see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Change it and its status, and decide on its participants.
    pub manage: bool,
    /// Run its phases, take attendance and write its deliverables.
    pub run: bool,
    /// See all of its participants and deliverables, not only those in scope.
    pub whole: bool,
}

/// The caller's access to each of some projects.
pub struct Grants {
    owned: HashSet<ProjectId>,
    hosted: HashSet<ProjectId>,
    team: HashSet<ProjectId>,
}

impl Grants {
    /// Loads the access to projects that the caller sees.
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, ids: &[ProjectId]) -> Result<Self> {
        let own_teams = own_team_ids!(user).select(team_members::team_id.nullable());
        let team: Vec<ProjectId> = projects::table
            .filter(projects::id.eq_any(ids).and(projects::team_id.eq_any(own_teams)))
            .select(projects::id)
            .load(conn)?;
        let mut grants = Self { owned: HashSet::new(), hosted: HashSet::new(), team: team.into_iter().collect() };
        if by_assignment_only(user) {
            return Ok(grants);
        }
        let rows: Vec<(ProjectId, OrganizationId, Option<OrganizationId>)> = projects::table
            .filter(projects::id.eq_any(ids))
            .select((projects::id, projects::owner_organization_id, projects::host_organization_id))
            .load(conn)?;
        let named: Vec<_> = rows.iter().flat_map(|(_, owner, host)| [Some(*owner), *host]).flatten().collect();
        let in_scope = organizations_in_scope(conn, user, &named)?;
        for (id, owner, host) in rows {
            if in_scope.contains(&owner) {
                grants.owned.insert(id);
            }
            if host.is_some_and(|host| in_scope.contains(&host)) {
                grants.hosted.insert(id);
            }
        }
        Ok(grants)
    }

    /// Returns the access to one of the projects.
    pub fn of(&self, id: ProjectId) -> Access {
        let (owned, hosted, team) = (self.owned.contains(&id), self.hosted.contains(&id), self.team.contains(&id));
        Access { manage: owned, run: owned || team, whole: owned || hosted || team }
    }
}

/// Tells the hours which projects a caller runs.
pub struct ProjectGrants;

impl ProjectAccess for ProjectGrants {
    fn runs(&self, conn: &mut DbConnection, user: &CurrentUser, project: ProjectId) -> Result<bool> {
        Ok(Grants::load(conn, user, &[project])?.of(project).run)
    }
}

/// Returns the caller's access to a project.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<Access> {
    visible_projects(user).filter(projects::id.eq(id)).select(projects::id).first::<ProjectId>(conn)?;
    Ok(Grants::load(conn, user, &[id])?.of(id))
}

/// Checks that the caller may manage a project.
///
/// # Errors
/// 404 if the caller does not see it, 403 if they may not manage it.
pub fn manage(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<()> {
    if find(conn, user, id)?.manage { Ok(()) } else { Err(ApiError::forbidden()) }
}

/// Checks that the caller may run a project.
///
/// # Errors
/// 404 if the caller does not see it, 403 if they may not run it.
pub fn run(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<()> {
    if find(conn, user, id)?.run { Ok(()) } else { Err(ApiError::forbidden()) }
}
