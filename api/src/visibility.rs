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

/// Returns the scope that a request's `organization_id` names, the organization and all below it; by
/// default the caller's. Every list reads the parameter through this function.
///
/// # Errors
/// 422 at `organization_id` if the caller does not see the organization.
pub fn requested_scope(conn: &mut DbConnection, scope: &Scope, to: Option<OrganizationId>) -> Result<Scope> {
    match to {
        Some(id) => visible_organization(conn, scope, id, "organization_id").map(Scope::new),
        None => Ok(scope.clone()),
    }
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
