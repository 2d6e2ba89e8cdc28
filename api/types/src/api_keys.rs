//! API keys 接口密钥: machines that call the API, within an organization and with some permissions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    ApiKeyId, Column, OrganizationId, Patch, Permission, Tabular, WireEnum, column, double_option,
    organizations::OrganizationRef, validate,
};

/// How every secret begins, so that one that lies where it should not is recognised.
pub const SECRET_MARK: &str = "sjk_";
/// Hours for which the secret before a rotation is still good, unless the caller says otherwise.
pub const OVERLAP_DEFAULT: i64 = 24;
/// … and at most.
pub const OVERLAP_MAX: i64 = 168;

wire_enum! {
    /// Whether a key opens anything.
    ApiKeyStatus {
        Active = "active", "有效";
        Expired = "expired", "已过期";
        Revoked = "revoked", "已吊销";
    }
}

/// An API key 接口密钥.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyView {
    pub id: ApiKeyId,
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台"))]
    pub name: String,
    /// What the key sees: this organization and those below.
    pub organization: OrganizationRef,
    /// What the key may do.
    #[cfg_attr(feature = "openapi", schema(example = json!(["hours.read", "hours.submit"])))]
    pub scopes: Vec<Permission>,
    pub status: ApiKeyStatus,
    /// After which the key opens nothing; `null` is never.
    #[cfg_attr(feature = "openapi", schema(example = "2027-08-31T15:59:59Z"))]
    pub expires_at: Option<DateTime<Utc>>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The secrets that are good now, the newest first: two during a rotation.
    pub secrets: Vec<ApiKeySecretView>,
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub created_by_name: String,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What may be known of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeySecretView {
    /// How the secret begins.
    #[cfg_attr(feature = "openapi", schema(example = "sjk_4f9a02c7d1e8"))]
    pub prefix: String,
    pub created_at: DateTime<Utc>,
    /// When the newer one takes over for good; `null` of the newest.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub ends_at: Option<DateTime<Utc>>,
}

/// A key with its new secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedApiKey {
    #[serde(flatten)]
    pub key: ApiKeyView,
    /// Shown this once. `null` where the answer is given again for the same `Idempotency-Key`.
    #[cfg_attr(feature = "openapi", schema(example = "sjk_4f9a02c7d1e8_Wm8rT2nQxVbZc5uYd0kLhJ3sGf7pAe1oIi6tRq9XwUM"))]
    pub secret: Option<String>,
}

/// A new key.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "吉林省教师培训平台", min_length = 1, max_length = 64))]
    pub name: String,
    /// What the key sees: this organization and those below.
    pub organization_id: OrganizationId,
    /// What the key may do: no more than its maker may, and neither accounts nor keys.
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = json!(["hours.read", "hours.submit"]), min_items = 1, max_items = 64)
    )]
    pub scopes: Vec<Permission>,
    /// In the future; without one, until it is revoked.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "2027-08-31T15:59:59Z"))]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Changes of a key; what is absent stays. Where the key sees and what it may do stays for good.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateApiKey {
    #[validate(length(min = 1, max = 64), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "省平台推送", min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// In the future; `null` is never.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>, example = "2027-12-31T15:59:59Z"))]
    pub expires_at: Patch<DateTime<Utc>>,
}

/// How one secret takes over from the other.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// Hours for which the present secret is still good, by default 24; 0 ends it at once.
    #[validate(range(min = 0, max = "OVERLAP_MAX"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 24, minimum = 0, maximum = 168))]
    pub overlap_hours: Option<i64>,
}

wire_enum! {
    /// What a list of keys is sorted by.
    ApiKeySort {
        Name = "name", "名称升序";
        NameDesc = "-name", "名称降序";
        CreatedDesc = "-created", "创建时间降序";
        Created = "created", "创建时间升序";
    }
}

list_query! {
    /// What a list of keys can be asked for.
    ApiKeyQuery {
        /// Part of the name
        q: String,
        #[param(inline)]
        status: ApiKeyStatus,
        /// Keys of right this organization
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
    /// By default `name`
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
            column("secrets", "密钥开头", 20, |row: &Self| {
                row.secrets.iter().map(|secret| secret.prefix.as_str()).collect::<Vec<_>>().join("、").into()
            }),
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("expires_at", "到期时间", 20, |row: &Self| row.expires_at.into()),
            column("last_used_at", "最近使用", 20, |row: &Self| row.last_used_at.into()),
            column("created_by_name", "创建人", 12, |row: &Self| row.created_by_name.as_str().into()),
            column("created_at", "创建时间", 20, |row: &Self| row.created_at.into()),
            column("revoked_at", "吊销时间", 20, |row: &Self| row.revoked_at.into()),
        ]
    }
}
