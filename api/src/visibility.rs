//! Who sees which rows. Two grants decide it: scope, a subtree of organizations; and assignment, being in
//! a project's team or among its participants.
//!
//! The subqueries are macros, because the types of diesel's expressions cannot be written down.

use std::collections::HashSet;

use diesel::{helper_types::IntoBoxed, prelude::*};
use songjiao_types::{ErrorCode, FieldError, OrganizationId, Role, TeacherId, projects::ProjectStatus};

use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, FoldedMap, MultiBackend, folded,
        schema::{enrollments, organizations, projects, teachers, team_members, teams},
        types::lower,
    },
    error::{ApiError, Result},
};

diesel::alias!(organizations as served_organizations: ServedOrganizations);
diesel::alias!(team_members as fellow_members: FellowMembers);

/// A query of projects, to be filtered further.
pub type Projects = IntoBoxed<'static, projects::table, MultiBackend>;
/// A query of teachers, to be filtered further.
pub type Teachers<'a> = IntoBoxed<'a, teachers::table, MultiBackend>;
/// A query of teams, to be filtered further.
pub type Teams = IntoBoxed<'static, teams::table, MultiBackend>;

/// The condition that a path column lies in a scope, written so that the index on it is used.
macro_rules! in_scope {
    ($path:expr, $scope:expr) => {
        $path.eq($scope.root.clone()).or($path.ge($scope.below.clone()).and($path.lt($scope.beyond.clone())))
    };
}
pub(crate) use in_scope;

/// The condition that a teacher's name, number or pinyin initials match a text: the one meaning of
/// searching for a teacher. It refers to the columns of `teachers`.
macro_rules! teacher_matches {
    ($text:expr) => {{
        use $crate::db::{
            initials,
            schema::teachers,
            types::{contains_pattern, lower},
        };
        let pattern = contains_pattern($text);
        lower(teachers::name)
            .like(pattern.clone())
            .escape('\\')
            .or(lower(teachers::teacher_no).like(pattern).escape('\\'))
            .or(teachers::initials.assume_not_null().like(initials::pattern($text)).escape('\\'))
    }};
}
pub(crate) use teacher_matches;

/// The ids of the organizations in a scope, as a subquery for `eq_any`.
macro_rules! organization_ids_in {
    ($scope:expr) => {
        $crate::db::schema::organizations::table
            .filter($crate::visibility::in_scope!($crate::db::schema::organizations::path, $scope))
            .select($crate::db::schema::organizations::id)
    };
}
pub(crate) use organization_ids_in;

/// The ids of the organizations in the user's [`effective_scope`], as a subquery for `eq_any`.
macro_rules! scope_organization_ids {
    ($user:expr) => {{
        let scope = $crate::visibility::effective_scope($user);
        $crate::visibility::organization_ids_in!(scope)
    }};
}
pub(crate) use scope_organization_ids;

/// The ids of the organizations whose notices reach the user, as a subquery for `eq_any`: those above the
/// user's own, and the training schools directly below one of these, since a training school serves the
/// schools beside it.
macro_rules! organization_ids_above {
    ($user:expr) => {{
        use $crate::{db::schema::organizations, visibility::served_organizations};
        let above = $crate::visibility::ancestors(&$user.organization_path);
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

/// The ids of the teams that the user is in, disbanded ones included, as a subquery for `eq_any`. A user who is no teacher
/// is in none.
macro_rules! joined_team_ids {
    ($user:expr) => {
        $crate::db::schema::team_members::table
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .select($crate::db::schema::team_members::team_id)
    };
}
pub(crate) use joined_team_ids;

/// The ids of the teams for which the user acts, as a subquery for `eq_any`: a disbanded team acts no longer.
macro_rules! own_team_ids {
    ($user:expr) => {
        $crate::db::schema::team_members::table
            .inner_join($crate::db::schema::teams::table)
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .filter($crate::db::schema::teams::disbanded_on.is_null())
            .select($crate::db::schema::team_members::team_id)
    };
}
pub(crate) use own_team_ids;

/// The ids of the projects for whose team the user acts, as a subquery for `eq_any`. A user who is no teacher is in no
/// team.
macro_rules! team_project_ids {
    ($user:expr) => {
        $crate::db::schema::projects::table
            .inner_join(
                $crate::db::schema::team_members::table
                    .on($crate::db::schema::team_members::team_id.nullable().eq($crate::db::schema::projects::team_id)),
            )
            .inner_join(
                $crate::db::schema::teams::table
                    .on($crate::db::schema::teams::id.eq($crate::db::schema::team_members::team_id)),
            )
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .filter($crate::db::schema::teams::disbanded_on.is_null())
            .select($crate::db::schema::projects::id)
    };
}
pub(crate) use team_project_ids;

/// Returns whether the user sees projects, and records of persons, by assignment alone.
pub fn by_assignment_only(user: &CurrentUser) -> bool {
    user.role.sees_by_assignment()
}

/// Returns the scope in which the user sees projects, participants, teams and records of persons; an empty one for
/// users who see them by assignment alone.
pub fn effective_scope(user: &CurrentUser) -> Scope {
    if by_assignment_only(user) { Scope::empty() } else { user.scope.clone() }
}

/// How far the user sees records of persons: hour records, lessons and so on. Everyone sees their own.
pub enum RecordAccess {
    /// Only their own: the role `teacher`.
    Own,
    /// Also those that the projects of their teams issued: the team roles.
    Teams,
    /// Also those in scope: all other roles.
    Scope(Scope),
}

/// Returns how far the user sees records of persons.
pub fn record_access(user: &CurrentUser) -> RecordAccess {
    match user.role {
        Role::Teacher => RecordAccess::Own,
        Role::TeamLeader | Role::TeamMember => RecordAccess::Teams,
        _ => RecordAccess::Scope(user.scope.clone()),
    }
}

/// Filters a boxed query of records of persons by what the user sees: `own` is the condition that a record is about
/// the user, `teams` that a project of the user's teams issued it, and `scope` that it belongs to a scope. A user who
/// is linked to no teacher has neither own records nor teams.
macro_rules! visible_records {
    ($user:expr, $rows:expr, own: $own:expr, teams: $teams:expr, scope: |$scope:ident| $in_scope:expr $(,)?) => {
        match $crate::visibility::record_access($user) {
            $crate::visibility::RecordAccess::Own => $rows.filter($own),
            $crate::visibility::RecordAccess::Teams => $rows.filter($own.or($teams)),
            $crate::visibility::RecordAccess::Scope(scope) if scope.is_everything() => $rows,
            $crate::visibility::RecordAccess::Scope($scope) => $rows.filter($in_scope.or($teams).or($own)),
        }
    };
}
pub(crate) use visible_records;

/// Returns the paths from the root down to a path: `a/b/c` gives `a`, `a/b` and `a/b/c`.
pub fn ancestors(path: &str) -> Vec<String> {
    path.match_indices('/').map(|(end, _)| path[..end].to_owned()).chain([path.to_owned()]).collect()
}

/// Returns the scope that a request's `organization_id` names, the organization and all below it; by
/// default the caller's. For lists in which scope alone decides what the caller sees; the others read the
/// parameter by [`organization_filter`].
///
/// # Errors
/// 422 at `organization_id` if the organization is unknown or out of the caller's scope.
pub fn requested_scope(conn: &mut DbConnection, scope: &Scope, id: Option<OrganizationId>) -> Result<Scope> {
    match id {
        Some(id) => visible_organization(conn, scope, id, "organization_id").map(Scope::new),
        None => Ok(scope.clone()),
    }
}

/// Returns the scope that a request's `organization_id` names, the organization and all below it, as a
/// filter of rows that the caller sees by scope or by assignment; `None` without the parameter.
///
/// The rows of users who see by assignment alone lie outside their scope, so these users may name any
/// organization. The filter itself must therefore never decide what a caller sees.
///
/// # Errors
/// 422 at `organization_id` if the organization is unknown, or out of the scope of any other user.
pub fn organization_filter(
    conn: &mut DbConnection,
    user: &CurrentUser,
    id: Option<OrganizationId>,
) -> Result<Option<Scope>> {
    let Some(id) = id else { return Ok(None) };
    let path = if by_assignment_only(user) {
        organizations::table.find(id).select(organizations::path).first(conn).optional()?
    } else {
        find_path(conn, &user.scope, id)?
    };
    path.map(|path: String| Some(Scope::new(path))).ok_or_else(|| unknown_organization("organization_id"))
}

/// Returns the path of an organization that a request names.
///
/// # Errors
/// 422 at `pointer` if the organization does not exist or is out of the caller's scope.
pub fn visible_organization(
    conn: &mut DbConnection,
    scope: &Scope,
    id: OrganizationId,
    pointer: &'static str,
) -> Result<String> {
    find_path(conn, scope, id)?.ok_or_else(|| unknown_organization(pointer))
}

fn find_path(conn: &mut DbConnection, scope: &Scope, id: OrganizationId) -> Result<Option<String>> {
    let found = organizations::table.find(id).filter(in_scope!(organizations::path, scope));
    Ok(found.select(organizations::path).first(conn).optional()?)
}

fn unknown_organization(pointer: &str) -> ApiError {
    let error = FieldError::new(pointer, "unknown_organization", "单位不存在或不在您的管理范围内");
    ApiError::new(ErrorCode::Invalid).errors(vec![error])
}

/// Returns which of the given organizations are in the user's [`effective_scope`].
pub fn organizations_in_scope(
    conn: &mut DbConnection,
    user: &CurrentUser,
    ids: &[OrganizationId],
) -> Result<HashSet<OrganizationId>> {
    let found = scope_organization_ids!(user).filter(organizations::id.eq_any(ids)).load(conn)?;
    Ok(found.into_iter().collect())
}

/// Returns the teachers that the user sees: the user, those who serve in scope, and, save for the role `teacher`, the
/// participants of the projects of the user's teams and the members of these teams.
pub fn visible_teachers<'a>(user: &CurrentUser) -> Teachers<'a> {
    let participants = enrollments::table
        .filter(enrollments::project_id.eq_any(team_project_ids!(user)))
        .select(enrollments::teacher_id);
    let colleagues = fellow_members
        .filter(fellow_members.field(team_members::team_id).eq_any(own_team_ids!(user)))
        .filter(fellow_members.field(team_members::left_on).is_null())
        .filter(fellow_members.field(team_members::teacher_id).is_not_null())
        .select(fellow_members.field(team_members::teacher_id).assume_not_null());
    visible_records!(user, teachers::table.into_boxed(),
        own: teachers::id.nullable().eq(user.teacher_id),
        teams: teachers::id.eq_any(participants).or(teachers::id.eq_any(colleagues)),
        scope: |scope| teachers::organization_id.eq_any(organization_ids_in!(scope)),
    )
}

/// Returns whether the user sees the figures of a teacher's year or cycle that belongs to an organization: their own,
/// and those of teachers who serve, or whose figures belong, in scope. Being in a team opens nobody's.
///
/// # Errors
/// If the database fails.
pub fn sees_figures(
    conn: &mut DbConnection,
    user: &CurrentUser,
    teacher: TeacherId,
    organizations: [OrganizationId; 2],
) -> Result<bool> {
    match record_access(user) {
        _ if user.teacher_id == Some(teacher) => Ok(true),
        RecordAccess::Own | RecordAccess::Teams => Ok(false),
        RecordAccess::Scope(scope) if scope.is_everything() => Ok(true),
        RecordAccess::Scope(_) => Ok(!organizations_in_scope(conn, user, &organizations)?.is_empty()),
    }
}

/// Returns those of the teachers who act for a team of an organization out of a scope.
///
/// # Errors
/// If the database fails.
pub fn acting_beyond(conn: &mut DbConnection, scope: &Scope, teachers: &[TeacherId]) -> Result<HashSet<TeacherId>> {
    if scope.is_everything() || teachers.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<Option<TeacherId>> = team_members::table
        .inner_join(teams::table)
        .filter(team_members::teacher_id.eq_any(teachers).and(team_members::left_on.is_null()))
        .filter(teams::disbanded_on.is_null())
        .filter(teams::organization_id.ne_all(organization_ids_in!(scope)))
        .select(team_members::teacher_id)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Returns the teams that the user sees: those of the organizations in scope, those of the organizations
/// above the user's own, whose projects reach the user, and those that the user is in.
pub fn visible_teams(user: &CurrentUser) -> Teams {
    teams::table
        .filter(
            teams::organization_id
                .eq_any(organization_ids_above!(user))
                .or(teams::id.eq_any(joined_team_ids!(user)))
                .or(teams::organization_id.eq_any(scope_organization_ids!(user))),
        )
        .into_boxed()
}

/// Returns the projects that the user sees: by scope, those that an organization in scope owns or hosts or
/// sends participants to; by assignment, those of their teams and those that they take part in; and once
/// published, those of the organizations above.
pub fn visible_projects(user: &CurrentUser) -> Projects {
    let own_teams = joined_team_ids!(user).select(team_members::team_id.nullable());
    let own_enrollments = enrollments::table
        .filter(enrollments::teacher_id.nullable().eq(user.teacher_id))
        .select(enrollments::project_id);
    let notices = projects::status
        .eq_any([ProjectStatus::Published, ProjectStatus::Running, ProjectStatus::Completed])
        .and(projects::owner_organization_id.eq_any(organization_ids_above!(user)));
    let enrollments_in_scope = enrollments::table
        .filter(enrollments::organization_id.eq_any(scope_organization_ids!(user)))
        .select(enrollments::project_id);
    projects::table
        .filter(
            projects::id
                .eq_any(own_enrollments)
                .or(notices)
                .or(projects::id.eq_any(enrollments_in_scope))
                .or(projects::owner_organization_id.eq_any(scope_organization_ids!(user)))
                .or(projects::host_organization_id
                    .eq_any(scope_organization_ids!(user).select(organizations::id.nullable())))
                .or(projects::team_id.eq_any(own_teams)),
        )
        .into_boxed()
}

/// Returns the teachers with the given numbers who serve in a scope, by their numbers, without regard to case.
pub fn visible_teachers_by_no(
    conn: &mut DbConnection,
    scope: &Scope,
    mut numbers: Vec<&str>,
) -> Result<FoldedMap<TeacherId>> {
    /// Numbers looked up by one statement.
    const CHUNK: usize = 5000;
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<_> = numbers.into_iter().map(folded).collect();
    let mut found = FoldedMap::default();
    for chunk in numbers.chunks(CHUNK) {
        let rows: Vec<(String, TeacherId)> = teachers::table
            .inner_join(organizations::table)
            .filter(lower(teachers::teacher_no).eq_any(chunk))
            .filter(in_scope!(organizations::path, scope))
            .select((teachers::teacher_no, teachers::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_are_the_paths_down_to_the_path_itself() {
        assert_eq!(ancestors("220283/XQ01/SL"), ["220283", "220283/XQ01", "220283/XQ01/SL"]);
        assert_eq!(ancestors("220283"), ["220283"]);
    }
}
