//! Who does what to a project (design 1). Scope: of the organization that owns it or hosts it.
//! Assignment: being in its team. Who sees a project stands in `visibility`.

use std::collections::HashSet;

use diesel::prelude::*;
use songjiao_types::{OrganizationId, ProjectId, organizations::OrganizationKind};

use super::batch::Project;
pub(crate) use crate::visibility::{
    Projects, effective_scope as scope, organizations_in_scope, scope_organization_ids, visible_projects as visible,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection,
        schema::{enrollments, organizations, projects, team_members},
    },
    error::{ApiError, Result},
    visibility::{by_assignment_only, in_scope, own_team_ids},
};

/// What the caller may do with a project that they see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Change it and its status; decide on its participants.
    pub manage: bool,
    /// Run its phases, take attendance, keep its deliverables.
    pub run: bool,
    /// See all of its participants and deliverables, not only those of the own scope.
    pub whole: bool,
}

/// Those of some projects that the user is at work in: in the team, or a participant who is not
/// out of it.
pub fn only_own(projects: Projects, user: &CurrentUser) -> Projects {
    use songjiao_types::enrollments::EnrollmentStatus as S;

    let own_teams = own_team_ids!(user).select(team_members::team_id.nullable());
    let own_parts = enrollments::table
        .filter(enrollments::teacher_id.nullable().eq(user.teacher_id))
        .filter(enrollments::status.ne_all([S::Rejected, S::Withdrawn, S::Disqualified]))
        .select(enrollments::project_id);
    projects.filter(projects::id.eq_any(own_parts).or(projects::team_id.eq_any(own_teams)))
}

/// What the caller may do with each of some projects.
pub struct Grants {
    owned: HashSet<ProjectId>,
    hosted: HashSet<ProjectId>,
    team: HashSet<ProjectId>,
}

impl Grants {
    /// Of projects that the caller sees.
    pub fn load(conn: &mut DbConnection, user: &CurrentUser, ids: &[ProjectId]) -> Result<Self> {
        let mut grants = Self { owned: HashSet::new(), hosted: HashSet::new(), team: HashSet::new() };
        let own_teams = own_team_ids!(user).select(team_members::team_id.nullable());
        let team = projects::table
            .filter(projects::id.eq_any(ids).and(projects::team_id.eq_any(own_teams)))
            .select(projects::id);
        grants.team.extend(team.load::<ProjectId>(conn)?);
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

    pub fn of(&self, id: ProjectId) -> Access {
        let (owned, hosted, team) = (self.owned.contains(&id), self.hosted.contains(&id), self.team.contains(&id));
        Access { manage: owned, run: owned || team, whole: owned || hosted || team }
    }
}

/// What the caller may do with a project.
///
/// # Errors
/// 404 where the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<Access> {
    visible(user).filter(projects::id.eq(id)).select(projects::id).first::<ProjectId>(conn)?;
    Ok(Grants::load(conn, user, &[id])?.of(id))
}

/// # Errors
/// 404 where the caller does not see the project, 403 where they may not manage it.
pub fn manage(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<()> {
    if find(conn, user, id)?.manage { Ok(()) } else { Err(ApiError::forbidden()) }
}

/// # Errors
/// 404 where the caller does not see the project, 403 where they may not run it.
pub fn run(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<()> {
    if find(conn, user, id)?.run { Ok(()) } else { Err(ApiError::forbidden()) }
}

/// A school that an activity or a deliverable names: one that the project's owner serves, or one
/// in the caller's scope. A team goes to schools that its members do not otherwise see.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_place(
    conn: &mut DbConnection,
    user: &CurrentUser,
    project: &Project,
    id: OrganizationId,
    pointer: &'static str,
) -> Result<()> {
    let (path, kind): (String, OrganizationKind) = organizations::table
        .find(project.owner_organization_id)
        .select((organizations::path, organizations::kind))
        .first(conn)?;
    let served = match path.rsplit_once('/') {
        Some((above, _)) if kind == OrganizationKind::TrainingSchool => Scope::new(above),
        _ => Scope::new(path),
    };
    let found: Option<OrganizationId> = organizations::table
        .find(id)
        .filter(in_scope!(organizations::path, served).or(in_scope!(organizations::path, user.scope)))
        .select(organizations::id)
        .first(conn)
        .optional()?;
    found.map(|_| ()).ok_or_else(|| ApiError::invalid(pointer, "unknown_organization", "单位不存在或不在项目范围内"))
}
