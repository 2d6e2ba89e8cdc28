//! Sign-in, tokens, and who the caller is.
//!
//! A caller is let in by what the OpenAPI document says of the route ([`guard`]); which rows the
//! caller then sees is the store's business, by the caller's [`Scope`].

pub mod keys;
pub mod password;
pub mod profile;
pub mod routes;
pub mod scope;
pub mod store;
pub mod tokens;

pub use store::{earlier_passwords, end_sessions, find_absent_caller, forgive_failures, set_password};

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::NaiveDate;
use songjiao_types::{OrganizationId, Permission, Role, SessionId, TeacherId, UserId};

use crate::{
    auth::scope::Scope,
    db::{Actor, types::UtcTime},
    error::{ApiError, Result},
};

/// The user who makes the request, as [`guard`] found them; the service account of an API key where it is a machine.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub id: UserId,
    pub username: String,
    pub role: Role,
    pub organization_id: OrganizationId,
    /// The path of the organization where the user works.
    pub organization_path: String,
    pub scope: Scope,
    pub teacher_id: Option<TeacherId>,
    /// The sign-in; an API key has none.
    pub session_id: Option<SessionId>,
    /// Of an API key: what it may do, whatever its role.
    pub scopes: Option<Vec<Permission>>,
    pub ip: String,
    pub request_id: String,
    /// The instant of the request: everything in it goes by this one.
    pub now: UtcTime,
}

impl CurrentUser {
    pub fn allows(&self, permission: Permission) -> bool {
        self.scopes.as_ref().map_or_else(|| self.role.allows(permission), |scopes| scopes.contains(&permission))
    }

    /// Today in the county.
    pub fn today(&self) -> NaiveDate {
        self.now.local_date()
    }

    /// What the audit log says of the user.
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: Some(self.id),
            username: self.username.clone(),
            ip: self.ip.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// Of the role `teacher`: the one teacher whose records the user sees.
    ///
    /// # Errors
    /// Where the role is `teacher` and nobody linked the user to one.
    pub fn own_teacher_only(&self) -> Result<Option<TeacherId>> {
        match (self.role, self.teacher_id) {
            (Role::Teacher, None) => Err(ApiError::forbidden()),
            (Role::Teacher, teacher_id) => Ok(teacher_id),
            _ => Ok(None),
        }
    }
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(ApiError::unauthenticated))
    }
}
