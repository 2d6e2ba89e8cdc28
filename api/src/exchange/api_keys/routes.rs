use actix_web::{HttpResponse, get, patch, post, web};
use songjiao_types::{
    ApiKeyId, Page,
    api_keys::{ApiKeyQuery, ApiKeyView, CreateApiKey, IssuedApiKey, OVERLAP_DEFAULT, RotateApiKey, UpdateApiKey},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        idempotency::{ShownOnce, WithSecret},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(find_api_key)
        .service(update_api_key)
        .service(rotate_api_key)
        .service(revoke_api_key);
}

impl WithSecret for IssuedApiKey {
    fn without_secret(&self) -> Self {
        Self { key: self.key.clone(), secret: None }
    }
}

/// List API keys
///
/// Returns the keys of the organizations in scope.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(ApiKeyQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ApiKeyView>, extensions(("x-files" = json!(true)))))
)]
#[get("/api-keys")]
pub async fn list_api_keys(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ApiKeyQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create an API key
///
/// The secret is shown in this response only. Send it as `Authorization: Bearer sjk_…`, or as `X-API-Key` without an
/// `Authorization` header. The key keeps its scopes when its creator loses theirs. With `source` the key records hours
/// under that source 学时来源; several keys may share one, and rotating or revoking a key leaves the source as it is.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    request_body = CreateApiKey,
    responses((status = 201, description = "Created, with its secret; its version is the ETag", body = IssuedApiKey, extensions(("x-etag" = json!(true)))))
)]
#[post("/api-keys")]
pub async fn create_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateApiKey>,
) -> Result<ShownOnce<IssuedApiKey>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created).map(ShownOnce)
}

/// Get an API key
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    responses((status = 200, description = "The key; its version is the ETag", body = ApiKeyView, extensions(("x-etag" = json!(true)))))
)]
#[get("/api-keys/{id}")]
pub async fn find_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Tagged<ApiKeyView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update an API key
///
/// Updates the name or the expiry date.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    request_body = UpdateApiKey,
    responses((status = 200, description = "Updated; its version is the ETag", body = ApiKeyView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/api-keys/{id}")]
pub async fn update_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateApiKey>,
) -> Result<Tagged<ApiKeyView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Rotate an API key's secret
///
/// The current secret stays valid for the overlap, so that clients can change secrets without a gap. A secret from an
/// earlier overlap ends at once: at most two are valid.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    request_body = RotateApiKey,
    responses((status = 200, description = "The key with its new secret; its version is the ETag", body = IssuedApiKey, extensions(("x-etag" = json!(true)))))
)]
#[post("/api-keys/{id}/rotate")]
pub async fn rotate_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
    version: IfMatch,
    ValidJson(RotateApiKey { overlap_hours }): ValidJson<RotateApiKey>,
) -> Result<ShownOnce<IssuedApiKey>> {
    let overlap = overlap_hours.unwrap_or(OVERLAP_DEFAULT);
    db.write(user.actor(), move |tx| store::rotate(tx, &user, id, version, overlap))
        .await
        .map(Tagged::from)
        .map(ShownOnce)
}

/// Revoke an API key
///
/// The key becomes invalid at once and cannot be restored.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    responses((status = 200, description = "Revoked; its version is the ETag", body = ApiKeyView, extensions(("x-etag" = json!(true)))))
)]
#[post("/api-keys/{id}/revoke")]
pub async fn revoke_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Tagged<ApiKeyView>> {
    db.write(user.actor(), move |tx| store::revoke(tx, &user, id)).await.map(Tagged::from)
}
