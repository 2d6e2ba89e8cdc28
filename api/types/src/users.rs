//! Users 用户.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    Column, OrganizationId, Patch, Role, Tabular, TeacherId, UserId, WireEnum, auth::PASSWORD_MIN, column,
    double_option, organizations::OrganizationRef, validate,
};

/// A user 用户.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserView {
    pub id: UserId,
    #[cfg_attr(feature = "openapi", schema(example = "zhangwei"))]
    pub username: String,
    #[cfg_attr(feature = "openapi", schema(example = "张伟"))]
    pub name: String,
    pub role: Role,
    /// Where the user works.
    pub organization: OrganizationRef,
    /// The root of what the user sees.
    pub scope: OrganizationRef,
    /// The teacher that the user is, where the user is one.
    pub teacher_id: Option<TeacherId>,
    /// A disabled user cannot sign in.
    pub disabled: bool,
    /// After repeated failures, until when no sign-in is taken.
    pub locked_until: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new user.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// Unique in the installation.
    #[validate(length(min = 1, max = 64), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "zhangwei", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub username: String,
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "张伟", min_length = 1, max_length = 64))]
    pub name: String,
    /// The first password, to be changed at the first sign-in.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[cfg_attr(feature = "openapi", schema(example = "first-password-2026", min_length = 12, max_length = 128))]
    pub password: String,
    pub role: Role,
    pub organization_id: OrganizationId,
    /// Without one, the own organization.
    #[serde(default)]
    pub scope_organization_id: Option<OrganizationId>,
    /// Required of the role `teacher`.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
}

/// Changes of a user; what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "李敏", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_organization_id: Option<OrganizationId>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeacherId>))]
    pub teacher_id: Patch<TeacherId>,
    /// Disabling ends the user's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// A new first password; ends the user's sessions.
    #[validate(length(min = "PASSWORD_MIN", max = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub password: Option<String>,
}

wire_enum! {
    /// What a list of users is sorted by.
    UserSort {
        Username = "username", "用户名升序";
        UsernameDesc = "-username", "用户名降序";
        Name = "name", "姓名升序";
        NameDesc = "-name", "姓名降序";
    }
}

list_query! {
    /// What a list of users can be asked for.
    UserQuery {
        /// Part of the user name or the name
        q: String,
        #[param(inline)]
        role: Role,
        /// Users who work in this organization or below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        disabled: bool,
    }
    /// By default `username`
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
            column("role", "角色", 22, |row: &Self| row.role.label().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("scope_name", "数据范围", 30, |row: &Self| row.scope.name.as_str().into()),
            column("disabled", "停用", 8, |row: &Self| row.disabled.into()),
            column("locked_until", "锁定至", 20, |row: &Self| row.locked_until.into()),
            column("last_login_at", "最近登录", 20, |row: &Self| row.last_login_at.into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
