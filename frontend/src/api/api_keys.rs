//! API keys 接口密钥.

use songjiao_types::{
    Page,
    api_keys::{ApiKeyQuery, ApiKeyView, CreateApiKey, IssuedApiKey, RotateApiKey, UpdateApiKey},
};

use super::{ApiResult, Client, Fetched, Get, etag};

/// Lists the keys in scope, a page at a time.
pub fn list_api_keys(query: &ApiKeyQuery) -> Get<Page<ApiKeyView>> {
    Get::list("/api-keys", query)
}

/// Creates a key. The answer holds its secret.
pub async fn create_api_key(client: &Client, body: &CreateApiKey) -> ApiResult<Fetched<IssuedApiKey>> {
    client.post("/api-keys", body).await
}

/// Changes the name or the expiry of a key.
pub async fn update_api_key(client: &Client, key: &ApiKeyView, body: &UpdateApiKey) -> ApiResult<Fetched<ApiKeyView>> {
    client.patch(&format!("/api-keys/{}", key.id), &etag(key.version), body).await
}

/// Rotates the secret of a key. The answer holds the new one.
pub async fn rotate_api_key(
    client: &Client,
    key: &ApiKeyView,
    body: &RotateApiKey,
) -> ApiResult<Fetched<IssuedApiKey>> {
    client.post_to(&format!("/api-keys/{}/rotate", key.id), &etag(key.version), body).await
}

/// Revokes a key.
pub async fn revoke_api_key(client: &Client, key: &ApiKeyView) -> ApiResult<Fetched<ApiKeyView>> {
    client.post(&format!("/api-keys/{}/revoke", key.id), &()).await
}
