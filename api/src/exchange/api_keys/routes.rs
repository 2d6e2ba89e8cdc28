use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    ApiKeyId, OrganizationId, Page,
    api_keys::{
        ApiKeySort, ApiKeyStatus, ApiKeyView, CreateApiKey, IssuedApiKey, OVERLAP_DEFAULT, RotateApiKey, UpdateApiKey,
    },
};
use utoipa::IntoParams;
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
        idempotency::{Issued, ShownOnce},
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

/// What a list of keys can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApiKeyQuery {
    /// Part of the name
    pub q: Option<String>,
    #[param(inline)]
    pub status: Option<ApiKeyStatus>,
    /// Keys of right this organization
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// By default `name`
    #[param(inline)]
    pub sort: Option<ApiKeySort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

impl Issued for IssuedApiKey {
    fn without_secret(&self) -> Self {
        Self { key: self.key.clone(), secret: None }
    }
}

/// List the API keys in scope
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(ApiKeyQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ApiKeyView>))
)]
#[get("/api-keys")]
pub async fn list_api_keys(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ApiKeyQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create an API key
///
/// The secret is in this answer and nowhere else. It is sent as `Authorization: Bearer sjk_…`, or as
/// `X-API-Key` where there is no `Authorization`. The key keeps its scopes whatever becomes of its maker.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    request_body = CreateApiKey,
    responses((status = 201, description = "Created, with its secret; its version is the ETag", body = IssuedApiKey))
)]
#[post("/api-keys")]
pub async fn create_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateApiKey>,
) -> Result<ShownOnce<IssuedApiKey>> {
    let issued = db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await?;
    let (version, location) = (issued.key.version, format!("/api/v1/api-keys/{}", issued.key.id));
    Ok(ShownOnce(Tagged::created(issued, version, location)))
}

/// Find an API key
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    responses((status = 200, description = "The key; its version is the ETag", body = ApiKeyView))
)]
#[get("/api-keys/{id}")]
pub async fn find_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Tagged<ApiKeyView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change an API key's name or expiry
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    request_body = UpdateApiKey,
    responses((status = 200, description = "Changed; its version is the ETag", body = ApiKeyView))
)]
#[patch("/api-keys/{id}")]
pub async fn update_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateApiKey>,
) -> Result<Tagged<ApiKeyView>> {
    let changed = db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// Give an API key another secret
///
/// The present one is good for the overlap yet, so that a client can change over without a gap.
/// What is left of an earlier overlap ends at once: never are there more than two.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    request_body = RotateApiKey,
    responses((status = 200, description = "The key with its new secret; its version is the ETag", body = IssuedApiKey))
)]
#[post("/api-keys/{id}/rotate")]
pub async fn rotate_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
    ValidJson(RotateApiKey { overlap_hours }): ValidJson<RotateApiKey>,
) -> Result<ShownOnce<IssuedApiKey>> {
    let overlap = overlap_hours.unwrap_or(OVERLAP_DEFAULT);
    let issued = db.write(user.actor(), move |tx| store::rotate(tx, &user, id, overlap)).await?;
    let version = issued.key.version;
    Ok(ShownOnce(Tagged::ok(issued, version)))
}

/// Revoke an API key
///
/// At once and for good.
#[utoipa::path(
    tag = "api_keys",
    security(("bearer" = ["api_keys.manage"])),
    params(("id" = ApiKeyId, Path)),
    responses((status = 200, description = "Revoked; its version is the ETag", body = ApiKeyView))
)]
#[post("/api-keys/{id}/revoke")]
pub async fn revoke_api_key(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Tagged<ApiKeyView>> {
    let revoked = db.write(user.actor(), move |tx| store::revoke(tx, &user, id)).await?;
    let version = revoked.version;
    Ok(Tagged::ok(revoked, version))
}
