use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId, Page,
    organizations::{CreateOrganization, OrganizationKind, OrganizationSort, OrganizationView, UpdateOrganization},
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
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_organizations)
        .service(create_organization)
        .service(find_organization)
        .service(update_organization)
        .service(delete_organization);
}

/// What a list of organizations can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganizationQuery {
    /// Part of the code, of the name or of its 拼音首字母
    pub q: Option<String>,
    #[param(inline)]
    pub kind: Option<OrganizationKind>,
    /// The organizations right below this one
    #[param(value_type = Option<OrganizationId>)]
    pub parent_id: Option<OrganizationId>,
    /// 乡村学校
    pub rural: Option<bool>,
    /// By default `code`
    #[param(inline)]
    pub sort: Option<OrganizationSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the organizations in scope
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.read"])),
    params(OrganizationQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<OrganizationView>))
)]
#[get("/organizations")]
pub async fn list_organizations(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<OrganizationQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user.scope, &query, page)).await
}

/// Create an organization
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.write"])),
    request_body = CreateOrganization,
    responses((status = 201, description = "Created; its version is the ETag", body = OrganizationView))
)]
#[post("/organizations")]
pub async fn create_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateOrganization>,
) -> Result<Tagged<OrganizationView>> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await?;
    let (version, location) = (created.version, format!("/api/v1/organizations/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find an organization
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.read"])),
    params(("id" = OrganizationId, Path)),
    responses((status = 200, description = "The organization; its version is the ETag", body = OrganizationView))
)]
#[get("/organizations/{id}")]
pub async fn find_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<OrganizationId>,
) -> Result<Tagged<OrganizationView>> {
    let found = db.read(move |conn| store::find(conn, &user.scope, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change an organization
///
/// Its code and its place in the tree are for good: records of the past lean on them.
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.write"])),
    params(("id" = OrganizationId, Path)),
    request_body = UpdateOrganization,
    responses((status = 200, description = "Changed; its version is the ETag", body = OrganizationView))
)]
#[patch("/organizations/{id}")]
pub async fn update_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateOrganization>,
) -> Result<Tagged<OrganizationView>> {
    let changed = db.write(user.actor(), move |tx| store::update(tx, &user.scope, id, version, &changes)).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// Delete an organization that nothing refers to
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.write"])),
    params(("id" = OrganizationId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/organizations/{id}")]
pub async fn delete_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user.scope, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
