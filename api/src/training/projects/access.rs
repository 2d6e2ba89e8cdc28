//! Who sees a project, and who does what to it (design 1). Scope: of the organization that owns
//! it or hosts it. Assignment: being in its team, being a participant or answering for one. And
//! its notice, once published, for everybody below the organization that owns it.
//!
//! A teacher and the members of a team have their projects by assignment alone: that their school
//! owns a project is no business of theirs.

use std::collections::HashSet;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{OrganizationId, ProjectId, Role, organizations::OrganizationKind, projects::ProjectStatus};

use super::batch::Project;
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, MultiBackend,
        schema::{enrollments, organizations, projects, team_members},
    },
    error::{ApiError, Result},
    visibility::in_scope,
};

diesel::alias!(organizations as served_organizations: ServedOrganizations);

/// A query of projects, to be narrowed further.
pub type Projects = IntoBoxed<'static, projects::table, MultiBackend>;

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

/// Whether the user has projects by assignment alone.
pub fn by_assignment_only(user: &CurrentUser) -> bool {
    matches!(user.role, Role::Teacher | Role::TeamLeader | Role::TeamMember)
}

/// The scope in which the user sees projects and participants: none by assignment alone.
pub fn scope(user: &CurrentUser) -> Scope {
    // No organization's path is empty, and so none lies below the empty path.
    if by_assignment_only(user) { Scope::new("") } else { user.scope.clone() }
}

/// A path and the paths above it: `a/b/c` gives `a`, `a/b` and `a/b/c`.
pub fn ancestors(path: &str) -> Vec<String> {
    path.match_indices('/').map(|(end, _)| path[..end].to_owned()).chain([path.to_owned()]).collect()
}

/// The ids of the organizations in the user's [`scope`], as a subquery for `eq_any`.
macro_rules! scope_organization_ids {
    ($user:expr) => {{
        let scope = $crate::training::projects::access::scope($user);
        $crate::db::schema::organizations::table
            .filter($crate::visibility::in_scope!($crate::db::schema::organizations::path, scope))
            .select($crate::db::schema::organizations::id)
    }};
}
pub(crate) use scope_organization_ids;

/// The ids of the organizations whose notices reach the user, as a subquery for `eq_any`: those
/// above the user's own, and the training schools right below one of these, since a training
/// school serves the schools beside it.
macro_rules! organization_ids_above {
    ($user:expr) => {{
        use $crate::{db::schema::organizations, training::projects::access::served_organizations};
        let above = $crate::training::projects::access::ancestors(&$user.organization_path);
        let served = served_organizations
            .filter(served_organizations.field(organizations::path).eq_any(above.clone()))
            .select(served_organizations.field(organizations::id).nullable());
        organizations::table
            .filter(
                organizations::path.eq_any(above).or(organizations::kind
                    .eq(songjiao_types::organizations::OrganizationKind::TrainingSchool)
                    .and(organizations::parent_id.eq_any(served))
                    .assume_not_null()),
            )
            .select(organizations::id)
    }};
}
pub(crate) use organization_ids_above;

/// The ids of the teams in which the user is, as a subquery for `eq_any`. A user who is no
/// teacher is in none.
macro_rules! own_team_ids {
    ($user:expr) => {
        $crate::db::schema::team_members::table
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .select($crate::db::schema::team_members::team_id)
    };
}
pub(crate) use own_team_ids;

/// Every project that the user sees.
pub fn visible(user: &CurrentUser) -> Projects {
    let own_teams = own_team_ids!(user).select(team_members::team_id.nullable());
    let own_parts = enrollments::table
        .filter(enrollments::teacher_id.nullable().eq(user.teacher_id))
        .select(enrollments::project_id);
    let notices = projects::status
        .eq_any([ProjectStatus::Published, ProjectStatus::Running, ProjectStatus::Completed])
        .and(projects::owner_organization_id.eq_any(organization_ids_above!(user)));
    let parts = enrollments::table
        .filter(enrollments::organization_id.eq_any(scope_organization_ids!(user)))
        .select(enrollments::project_id);
    projects::table
        .filter(
            projects::id
                .eq_any(own_parts)
                .or(notices)
                .or(projects::id.eq_any(parts))
                .or(projects::owner_organization_id.eq_any(scope_organization_ids!(user)))
                .or(projects::host_organization_id
                    .eq_any(scope_organization_ids!(user).select(organizations::id.nullable())))
                .or(projects::team_id.eq_any(own_teams)),
        )
        .into_boxed()
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

/// Which of some organizations are in the user's [`scope`].
pub fn organizations_in_scope(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: &[OrganizationId],
) -> Result<HashSet<OrganizationId>> {
    let found = scope_organization_ids!(user).filter(organizations::id.eq_any(ids)).load(conn)?;
    Ok(found.into_iter().collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_are_the_paths_down_to_the_own_one() {
        assert_eq!(ancestors("220283/XQ01/SL"), ["220283", "220283/XQ01", "220283/XQ01/SL"]);
        assert_eq!(ancestors("220283"), ["220283"]);
    }
}
