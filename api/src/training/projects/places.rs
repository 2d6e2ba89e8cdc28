//! The schools that the activities and deliverables of a project may name.

use diesel::prelude::*;
use songjiao_types::{OrganizationId, organizations::OrganizationKind};

use super::batch::Project;
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::organizations},
    error::{ApiError, Result},
    visibility::in_scope,
};

/// Checks that a school is one that the project's owner serves, or lies in the caller's scope. Teams
/// work at schools that their members do not otherwise see.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_place(
    conn: &mut DbConnection,
    user: &CurrentUser,
    project: &Project,
    id: OrganizationId,
    pointer: impl Into<String>,
) -> Result<()> {
    let (path, kind): (String, OrganizationKind) = organizations::table
        .find(project.owner_organization_id)
        .select((organizations::path, organizations::kind))
        .first(conn)?;
    // A training school serves the schools beside it.
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
