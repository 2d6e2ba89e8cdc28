//! API keys 接口密钥: made, given another secret, revoked.

use songjiao_types::{
    Page,
    api_keys::{ApiKeyView, CreateApiKey, IssuedApiKey, RotateApiKey, UpdateApiKey},
};

use super::{ApiResult, Client, Fetched, Get, etag};
use crate::query::Query;

/// The filters that a list of keys takes.
pub const FILTERS: &[&str] = &["q", "status", "organization_id"];

/// A page of the keys in scope.
pub fn list_api_keys(query: &Query) -> Get<Page<ApiKeyView>> {
    Get::list("/api-keys", query)
}

/// Makes a key; the answer has its secret.
pub async fn create_api_key(client: &Client, body: &CreateApiKey) -> ApiResult<Fetched<IssuedApiKey>> {
    client.post("/api-keys", body).await
}

/// Changes a key's name or expiry.
pub async fn update_api_key(client: &Client, key: &ApiKeyView, body: &UpdateApiKey) -> ApiResult<Fetched<ApiKeyView>> {
    client.patch(&format!("/api-keys/{}", key.id), &etag(key.version), body).await
}

/// Gives a key another secret; the answer has it.
pub async fn rotate_api_key(
    client: &Client,
    key: &ApiKeyView,
    body: &RotateApiKey,
) -> ApiResult<Fetched<IssuedApiKey>> {
    client.post(&format!("/api-keys/{}/rotate", key.id), body).await
}

/// Revokes a key.
pub async fn revoke_api_key(client: &Client, key: &ApiKeyView) -> ApiResult<Fetched<ApiKeyView>> {
    client.post(&format!("/api-keys/{}/revoke", key.id), &()).await
}
