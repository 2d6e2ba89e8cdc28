use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::NaiveDate;
use songjiao_types::{OrganizationId, Permission, Role, SessionId, TeacherId, UserId};

use crate::{
    auth::scope::Scope,
    db::{Actor, types::UtcTime},
    error::{ApiError, Result},
};

/// The user who makes the request, as the guard authenticated them; for an API key, its service account.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// The user.
    pub id: UserId,
    /// The name to sign in with.
    pub username: String,
    /// The role, which decides what the user may do.
    pub role: Role,
    /// The organization where the user works.
    pub organization_id: OrganizationId,
    /// The path of that organization.
    pub organization_path: String,
    /// The organizations whose rows the user sees.
    pub scope: Scope,
    /// The teacher that the user is.
    pub teacher_id: Option<TeacherId>,
    /// The session; an API key has none.
    pub session_id: Option<SessionId>,
    /// The permissions of an API key, which replace those of the role.
    pub scopes: Option<Vec<Permission>>,
    /// Whether the user has to change the password before anything else.
    pub must_change_password: bool,
    /// The client's address.
    pub ip: String,
    /// The id of the request.
    pub request_id: String,
    /// The instant of the request, which everything in it uses.
    pub now: UtcTime,
}

impl CurrentUser {
    /// Returns whether the user has a permission.
    pub fn allows(&self, permission: Permission) -> bool {
        self.scopes.as_ref().map_or_else(|| self.role.allows(permission), |scopes| scopes.contains(&permission))
    }

    /// Returns today's date in the county.
    pub fn today(&self) -> NaiveDate {
        self.now.local_date()
    }

    /// Returns the user as the audit log records them.
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: Some(self.id),
            username: self.username.clone(),
            ip: self.ip.clone(),
            request_id: self.request_id.clone(),
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
