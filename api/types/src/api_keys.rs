//! API keys 接口密钥: access for machines, limited to an organization and to some permissions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    ApiKeyId, Column, OrganizationId, Patch, Permission, Tabular, WireEnum, column, double_option,
    hour_records::platform_source, organizations::OrganizationRef, validate,
};

/// The prefix of every secret, by which leaked ones are recognised.
pub const SECRET_MARK: &str = "sjk_";
/// The default overlap of a rotation, in hours.
pub const OVERLAP_DEFAULT: i64 = 24;
/// The longest overlap of a rotation, in hours.
pub const OVERLAP_MAX: i64 = 168;

wire_enum! {
    /// The status of an API key.
    ApiKeyStatus {
        /// The key grants access.
        Active = "active", "有效";
        /// The key is past its expiry.
        Expired = "expired", "已过期";
        /// The key was ended by an administrator.
        Revoked = "revoked", "已吊销";
    }
}

/// An API key 接口密钥.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyView {
    /// The key's id.
    pub id: ApiKeyId,
    /// The key's name.
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台"))]
    pub name: String,
    /// The organization whose data the key sees, with all below it.
    pub organization: OrganizationRef,
    /// The permissions of the key.
    #[cfg_attr(feature = "openapi", schema(example = json!(["hours.read", "hours.submit"])))]
    pub scopes: Vec<Permission>,
    /// The source 学时来源 under which the key records hours; `null` if it has none.
    #[cfg_attr(feature = "openapi", schema(example = "province"))]
    pub source: Option<String>,
    /// The current status.
    pub status: ApiKeyStatus,
    /// When the key expires; `null` for never.
    #[cfg_attr(feature = "openapi", schema(example = "2027-08-31T15:59:59Z"))]
    pub expires_at: Option<DateTime<Utc>>,
    /// When the key was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The valid secrets, the newest first: two during a rotation.
    pub secrets: Vec<ApiKeySecretView>,
    /// The name of the user who created the key.
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub created_by_name: String,
    /// When the key was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When the key was created.
    pub created_at: DateTime<Utc>,
    /// When the key was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The public part of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeySecretView {
    /// The beginning of the secret.
    #[cfg_attr(feature = "openapi", schema(example = "sjk_4f9a02c7d1e8"))]
    pub prefix: String,
    /// When the secret was issued.
    pub created_at: DateTime<Utc>,
    /// When the secret ends; `null` for the newest.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub ends_at: Option<DateTime<Utc>>,
}

/// An API key with its new secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKeyView,
    /// The secret, shown only once; `null` if the response is repeated for the same `Idempotency-Key`.
    #[cfg_attr(feature = "openapi", schema(example = "sjk_4f9a02c7d1e8_Wm8rT2nQxVbZc5uYd0kLhJ3sGf7pAe1oIi6tRq9XwUM"))]
    pub secret: Option<String>,
}

/// A new API key.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// The key's name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台", min_length = 1, max_length = 64))]
    pub name: String,
    /// The organization whose data the key sees, with all below it.
    pub organization_id: OrganizationId,
    /// The permissions of the key: at most those of the caller, and none to manage users, keys or webhooks.
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!(["hours.read", "hours.submit"]), min_items = 1, max_items = 64)
    )]
    pub scopes: Vec<Permission>,
    /// The source 学时来源 under which the key records hours, for keys with `hours.submit`: a free name, which then
    /// belongs to `organization_id`, or a source of that organization. A key without a source cannot push.
    #[validate(custom(function = platform_source))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "province", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub source: Option<String>,
    /// When the key expires, in the future; never if absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "2027-08-31T15:59:59Z"))]
    pub expires_at: Option<DateTime<Utc>>,
}

/// An update of an API key; absent fields stay unchanged. The organization and the scopes cannot change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateApiKey {
    /// The new name.
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "省平台推送", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// When the key expires, in the future; `null` for never.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>, example = "2027-12-31T15:59:59Z"))]
    pub expires_at: Patch<DateTime<Utc>>,
}

/// The rotation of an API key's secret.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// The hours for which the current secret stays valid; defaults to 24; 0 ends it at once.
    #[validate(range(min = 0, max = "OVERLAP_MAX"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 24, minimum = 0, maximum = 168))]
    pub overlap_hours: Option<i64>,
}

wire_enum! {
    /// The order of a list of API keys.
    ApiKeySort {
        /// By name, ascending.
        Name = "name", "名称升序";
        /// By name, descending.
        NameDesc = "-name", "名称降序";
        /// The latest first.
        CreatedDesc = "-created", "创建时间降序";
        /// The oldest first.
        Created = "created", "创建时间升序";
    }
}

list_query! {
    /// The parameters of the list of API keys.
    ApiKeyQuery {
        /// Part of the name
        q: String,
        /// Keys with this status
        #[param(inline)]
        status: ApiKeyStatus,
        /// Keys of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
    /// Defaults to `name`
    sort: ApiKeySort
}

resource!(ApiKeyView, "/api-keys");

impl crate::Versioned for IssuedApiKey {
    fn version(&self) -> i32 {
        self.key.version
    }
}

impl crate::Resource for IssuedApiKey {
    fn path(&self) -> String {
        self.key.path()
    }
}

impl Tabular for ApiKeyView {
    const NAME: &'static str = "接口密钥";
    const FILE: &'static str = "api-keys";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("name", "名称", 30, |row: &Self| row.name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("scopes", "权限", 40, |row: &Self| {
                row.scopes.iter().map(|scope| scope.label()).collect::<Vec<_>>().join("、").into()
            }),
            column("source", "来源", 14, |row: &Self| row.source.as_deref().into()),
            column("secrets", "密钥开头", 20, |row: &Self| {
                row.secrets.iter().map(|secret| secret.prefix.as_str()).collect::<Vec<_>>().join("、").into()
            }),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("expires_at", "到期时间", 20, |row: &Self| row.expires_at.into()),
            column("last_used_at", "最近使用", 20, |row: &Self| row.last_used_at.into()),
            column("created_by_name", "创建人", 12, |row: &Self| row.created_by_name.as_str().into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
            column("revoked_at", "吊销时间", 20, |row: &Self| row.revoked_at.into()),
        ]
    }
}
