//! Sign-in.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Permission, Role, TeacherId, UserId, organizations::OrganizationRef};

/// The least characters of a password (OWASP ASVS 2.1.1).
pub const PASSWORD_MIN: u64 = 12;

/// A user name and its password.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(feature = "openapi", schema(example = "admin", min_length = 1, max_length = 64))]
    pub username: String,
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "correct horse battery staple", min_length = 1, max_length = 128)
    )]
    pub password: String,
}

/// What a sign-in or a refresh gives.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Good for one refresh: each refresh gives the next one.
    pub refresh_token: String,
    /// Always `Bearer`.
    #[cfg_attr(feature = "openapi", schema(example = "Bearer"))]
    pub token_type: String,
    /// Seconds for which the access token is good.
    #[cfg_attr(feature = "openapi", schema(example = 900))]
    pub expires_in: i64,
    pub user: Me,
}

/// A refresh token, to be used up or ended.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    #[validate(length(min = 1, max = 256))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub refresh_token: String,
}

/// The present password and the one to come.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub current_password: String,
    /// 12 to 128 characters, not the user name, not among the common passwords.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub new_password: String,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: UserId,
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub username: String,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    pub role: Role,
    /// Where the user works.
    pub organization: OrganizationRef,
    /// The root of what the user sees: the own organization unless granted a wider one.
    pub scope: OrganizationRef,
    /// The teacher that the user is, where the user is one.
    pub teacher_id: Option<TeacherId>,
    /// What the role allows.
    pub permissions: Vec<Permission>,
    /// The password was given by somebody else and should be changed.
    pub must_change_password: bool,
}
