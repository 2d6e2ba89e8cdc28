//! Users 用户.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    Column, OrganizationId, Patch, Role, Tabular, TeacherId, UserId, accounts::AccountState, auth::PASSWORD_MIN,
    column, double_option, organizations::OrganizationRef, validate,
};

/// A user 用户.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    /// The user.
    pub id: UserId,
    /// The name to sign in with, unique in the installation.
    #[cfg_attr(feature = "openapi", schema(example = "zhangwei"))]
    pub username: String,
    /// The user's name.
    #[cfg_attr(feature = "openapi", schema(example = "张伟"))]
    pub name: String,
    /// The role, which decides what the user may do.
    pub role: Role,
    /// Where the user works.
    pub organization: OrganizationRef,
    /// The root of the organizations whose rows the user sees.
    pub scope: OrganizationRef,
    /// The user's own teacher record.
    pub teacher_id: Option<TeacherId>,
    /// Whether the user is disabled and cannot sign in.
    pub disabled: bool,
    /// The state of the account, never `missing`.
    pub state: AccountState,
    /// The end of the lock on the user name after failed sign-ins.
    pub locked_until: Option<DateTime<Utc>>,
    /// When the user last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was last updated.
    pub updated_at: DateTime<Utc>,
}

/// A new user.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The name to sign in with, unique in the installation.
    #[validate(length(min = 1, max = 64), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "zhangwei", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub username: String,
    /// The user's name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "张伟", min_length = 1, max_length = 64))]
    pub name: String,
    /// A first password, which the user should change after signing in.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[cfg_attr(feature = "openapi", schema(example = "first-password-2026", min_length = 12, max_length = 128))]
    pub password: String,
    /// The role, which decides what the user may do.
    pub role: Role,
    /// The organization where the user works.
    pub organization_id: OrganizationId,
    /// The root of the organizations whose rows the user sees; defaults to `organization_id`.
    #[serde(default)]
    pub scope_organization_id: Option<OrganizationId>,
    /// The user's own teacher record; required for the role `teacher`.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
}

/// An update of a user; absent fields stay unchanged.
#[derive(Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// The user's name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "李敏", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// The role; another one ends the user's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The organization where the user works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The root of the organizations whose rows the user sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_organization_id: Option<OrganizationId>,
    /// The user's own teacher record; `null` clears it.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeacherId>))]
    pub teacher_id: Patch<TeacherId>,
    /// Whether the user is disabled; disabling ends their sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// A new first password; it ends the user's sessions.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub password: Option<String>,
}

wire_enum! {
    /// The orders of a list of users.
    UserSort {
        Username = "username", "用户名升序";
        UsernameDesc = "-username", "用户名降序";
        Name = "name", "姓名升序";
        NameDesc = "-name", "姓名降序";
    }
}

list_query! {
    /// The parameters of a list of users.
    UserQuery {
        /// Part of the user name or the name
        q: String,
        /// Users with this role
        #[param(inline)]
        role: Role,
        /// Users who work in this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// With `true`, only disabled users; with `false`, only others
        disabled: bool,
        /// Users whose account is in this state
        #[param(inline)]
        state: AccountState,
    }
    /// Defaults to `username`
    sort: UserSort
}

resource!(UserView, "/users");

impl Tabular for UserView {
    const NAME: &'static str = "用户";
    const FILE: &'static str = "users";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("username", "用户名", 16, |row: &Self| row.username.as_str().into()),
            column("name", "姓名", 12, |row: &Self| row.name.as_str().into()),
            column("role", "角色", 22, |row: &Self| row.role.into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("scope_name", "管理范围", 30, |row: &Self| row.scope.name.as_str().into()),
            column("state", "账号状态", 12, |row: &Self| row.state.into()),
            column("disabled", "停用", 8, |row: &Self| row.disabled.into()),
            column("locked_until", "锁定至", 20, |row: &Self| row.locked_until.into()),
            column("last_login_at", "最近登录", 20, |row: &Self| row.last_login_at.into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
