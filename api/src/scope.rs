//! Which rows a user sees by the tree of organizations. Scope is one subtree; it becomes part of
//! every query through [`in_scope!`].

use songjiao_types::{ErrorCode, OrganizationId};

use crate::{
    db::DbConnection,
    error::{ApiError, Result},
};

/// A subtree of organizations, by the path of its root.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The path of the subtree's root.
    pub root: String,
    /// Every path below the root begins with this …
    pub below: String,
    /// … and lies before this: `0` follows `/`.
    pub beyond: String,
}

impl Scope {
    pub fn new(root: impl Into<String>) -> Self {
        let root = root.into();
        Self { below: format!("{root}/"), beyond: format!("{root}0"), root }
    }

    /// Whether a path lies in the subtree.
    pub fn contains(&self, path: &str) -> bool {
        path == self.root || path.starts_with(&self.below)
    }
}

/// The condition that a path column lies in a scope, written so that the index on it serves.
macro_rules! in_scope {
    ($path:expr, $scope:expr) => {
        $path.eq($scope.root.clone()).or($path.ge($scope.below.clone()).and($path.lt($scope.beyond.clone())))
    };
}
pub(crate) use in_scope;

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
    use crate::db::schema::organizations;
    use diesel::prelude::*;

    organizations::table
        .find(id)
        .filter(in_scope!(organizations::path, scope))
        .select(organizations::path)
        .first(conn)
        .optional()?
        .ok_or_else(|| {
            ApiError::new(ErrorCode::Invalid).errors(vec![songjiao_types::FieldError::new(
                pointer,
                "unknown_organization",
                "单位不存在或不在您的管理范围内",
            )])
        })
}

/// The subtree of an organization that a filter names; one that does not exist has an empty one.
/// It narrows down what the caller sees anyway, so it need not be in scope itself.
pub fn subtree(conn: &mut DbConnection, id: OrganizationId) -> Result<Scope> {
    use crate::db::schema::organizations;
    use diesel::prelude::*;

    let path: Option<String> = organizations::table.find(id).select(organizations::path).first(conn).optional()?;
    Ok(Scope::new(path.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_is_a_subtree_and_not_a_prefix() {
        let scope = Scope::new("220283/XQ01");
        assert!(scope.contains("220283/XQ01"));
        assert!(scope.contains("220283/XQ01/SL-ZX-003"));
        assert!(!scope.contains("220283/XQ010"));
        assert!(!scope.contains("220283/XQ01-B"));
        assert!(!scope.contains("220283"));
    }
}
