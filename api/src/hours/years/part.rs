//! The bureau whose year is closed, and the organizations that are its part.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    OrganizationId,
    organizations::{OrganizationKind, OrganizationRef},
};

use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{DbConnection, schema::organizations},
    error::{ApiError, Result},
    hours::quotas::closed_years::{bureau_of, bureau_paths},
    visibility::in_scope,
};

/// A bureau with its part: all below it that is not below another bureau in between.
pub struct Bureau {
    /// The bureau.
    pub organization: OrganizationRef,
    /// The organizations of its part with path and name.
    pub part: HashMap<OrganizationId, (String, String)>,
    /// Whether the caller's scope contains it.
    pub in_scope: bool,
}

impl Bureau {
    /// Finds the bureau that a request names, by default the one at or above the root of the caller's scope.
    ///
    /// # Errors
    /// 422 at `organization_id` if it is no bureau, or neither in the caller's scope nor above it.
    pub fn requested(conn: &mut DbConnection, user: &CurrentUser, id: Option<OrganizationId>) -> Result<Self> {
        type Row = (OrganizationId, String, String, OrganizationKind, String);
        let invalid = |code, message| ApiError::invalid("organization_id", code, message);
        let bureaus = bureau_paths(conn)?;
        let rows = organizations::table.select((
            organizations::id,
            organizations::code,
            organizations::name,
            organizations::kind,
            organizations::path,
        ));
        let found: Option<Row> = match id {
            Some(id) => rows.filter(organizations::id.eq(id)).first(conn).optional()?,
            None => {
                let path = bureau_of(&bureaus, &user.scope.root).ok_or_else(ApiError::not_found)?;
                rows.filter(organizations::path.eq(path)).first(conn).optional()?
            }
        };
        let visible = |path: &str| user.scope.contains(path) || Scope::new(path).contains(&user.scope.root);
        let (id, code, name, kind, path) = found
            .filter(|(.., path)| visible(path))
            .ok_or_else(|| invalid("unknown_organization", "单位不存在或不在您的管理范围内"))?;
        if kind != OrganizationKind::Bureau {
            return Err(invalid("not_a_bureau", "年度结账以教育局为单位，请指定教育局"));
        }
        let in_scope = user.scope.contains(&path);
        Self::with_part(conn, OrganizationRef { id, code, name, kind }, &path, in_scope)
    }

    /// Returns a bureau for a program that fills a database.
    ///
    /// # Errors
    /// 404 if there is no such organization.
    pub fn of(conn: &mut DbConnection, id: OrganizationId) -> Result<Self> {
        let (code, name, kind, path): (String, String, OrganizationKind, String) = organizations::table
            .find(id)
            .select((organizations::code, organizations::name, organizations::kind, organizations::path))
            .first(conn)?;
        Self::with_part(conn, OrganizationRef { id, code, name, kind }, &path, true)
    }

    fn with_part(conn: &mut DbConnection, organization: OrganizationRef, path: &str, in_scope: bool) -> Result<Self> {
        let bureaus = bureau_paths(conn)?;
        let below: Vec<(OrganizationId, (String, String))> = organizations::table
            .filter(in_scope!(organizations::path, Scope::new(path)))
            .select((organizations::id, (organizations::path, organizations::name)))
            .load(conn)?;
        let own = |(_, (other, _)): &(_, (String, String))| bureau_of(&bureaus, other) == Some(path);
        Ok(Self { part: below.into_iter().filter(own).collect(), organization, in_scope })
    }

    /// Returns the ids of the organizations of its part.
    pub fn organization_ids(&self) -> Vec<OrganizationId> {
        self.part.keys().copied().collect()
    }

    /// Checks that the caller's scope contains the bureau.
    ///
    /// # Errors
    /// 404 if it does not.
    pub fn check_in_scope(&self) -> Result<()> {
        if self.in_scope {
            Ok(())
        } else {
            Err(ApiError::not_found().detail("年度结账由教育局的管理员办理"))
        }
    }
}
