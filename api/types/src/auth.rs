//! Sign-in.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Permission, Role, TeacherId, UserId, organizations::OrganizationRef};

/// The minimum length of a password in characters (OWASP ASVS 2.1.1).
pub const PASSWORD_MIN: u64 = 12;

/// A user name and a password.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The name to sign in with.
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(feature = "openapi", schema(example = "admin", min_length = 1, max_length = 64))]
    pub username: String,
    /// The password.
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "correct horse battery staple", min_length = 1, max_length = 128)
    )]
    pub password: String,
}

/// The tokens of a sign-in or a refresh.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// The access token, sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// The refresh token, valid for one refresh, which issues the next one.
    pub refresh_token: String,
    /// The token type, always `Bearer`.
    #[cfg_attr(feature = "openapi", schema(example = "Bearer"))]
    pub token_type: String,
    /// The lifetime of the access token, in seconds.
    #[cfg_attr(feature = "openapi", schema(example = 900))]
    pub expires_in: i64,
    /// The signed-in user.
    pub user: Me,
}

/// A refresh token.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    /// The token, as issued.
    #[validate(length(min = 1, max = 256))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub refresh_token: String,
}

/// The current password and a new one.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The current password.
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub current_password: String,
    /// The new password: 12 to 128 characters, not containing the user name, not a common password.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub new_password: String,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The user.
    pub id: UserId,
    /// The name to sign in with.
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub username: String,
    /// The user's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub name: String,
    /// The role, which decides what the user may do.
    pub role: Role,
    /// Where the user works.
    pub organization: OrganizationRef,
    /// The root of the organizations whose rows the user sees.
    pub scope: OrganizationRef,
    /// The user's own teacher record.
    pub teacher_id: Option<TeacherId>,
    /// The permissions of the role.
    pub permissions: Vec<Permission>,
    /// Whether the user should change the password, because someone else has set it or it has expired.
    pub must_change_password: bool,
    /// The address at which the public reaches the SPA, for QR codes and printed addresses; `null` if none is configured.
    #[cfg_attr(feature = "openapi", schema(example = "https://peixun.example.cn"))]
    #[serde(default)]
    pub public_url: Option<String>,
}
