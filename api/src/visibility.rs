//! Who sees what. Two grants decide it, and no third: scope, a subtree of organizations, and
//! assignment, membership in a project's team.

use diesel::prelude::*;
use songjiao_types::{ErrorCode, FieldError, OrganizationId};

use crate::{
    auth::scope::Scope,
    db::{DbConnection, schema::organizations},
    error::{ApiError, Result},
};

/// The condition that a path column lies in a scope, written so that the index on it serves.
macro_rules! in_scope {
    ($path:expr, $scope:expr) => {
        $path.eq($scope.root.clone()).or($path.ge($scope.below.clone()).and($path.lt($scope.beyond.clone())))
    };
}
pub(crate) use in_scope;

/// The ids of the projects whose team the user is in, as a subquery for `eq_any`. A user who is
/// no teacher is in no team.
macro_rules! team_project_ids {
    ($user:expr) => {
        $crate::db::schema::projects::table
            .inner_join(
                $crate::db::schema::team_members::table
                    .on($crate::db::schema::team_members::team_id.nullable().eq($crate::db::schema::projects::team_id)),
            )
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .select($crate::db::schema::projects::id)
    };
}
pub(crate) use team_project_ids;

/// The scope of a list: the caller's, or the subtree of the organization that the list is asked
/// for.
///
/// # Errors
/// 422 at `organization_id`, as [`visible_organization`].
pub fn narrowed(conn: &mut DbConnection, scope: &Scope, to: Option<OrganizationId>) -> Result<Scope> {
    match to {
        Some(id) => visible_organization(conn, scope, id, "organization_id").map(Scope::new),
        None => Ok(scope.clone()),
    }
}

/// The path of an organization that a request names, if the caller may see it.
///
/// # Errors
/// 422 at `pointer`: what is out of scope does not exist for the caller.
pub fn visible_organization(
    conn: &mut DbConnection,
    scope: &Scope,
    id: OrganizationId,
    pointer: &'static str,
) -> Result<String> {
    organizations::table
        .find(id)
        .filter(in_scope!(organizations::path, scope))
        .select(organizations::path)
        .first(conn)
        .optional()?
        .ok_or_else(|| {
            ApiError::new(ErrorCode::Invalid).errors(vec![FieldError::new(
                pointer,
                "unknown_organization",
                "单位不存在或不在您的管理范围内",
            )])
        })
}

/// The subtree of an organization that a filter names; one that does not exist has an empty one.
/// It narrows down what the caller sees anyway, so it need not be in scope itself.
pub fn subtree(conn: &mut DbConnection, id: OrganizationId) -> Result<Scope> {
    let path: Option<String> = organizations::table.find(id).select(organizations::path).first(conn).optional()?;
    Ok(Scope::new(path.unwrap_or_default()))
}
