use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    OrganizationId, Page,
    organizations::{CreateOrganization, OrganizationQuery, OrganizationView, UpdateOrganization},
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
        listing::PageRequest,
    },
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_organizations)
        .service(create_organization)
        .service(find_organization)
        .service(update_organization)
        .service(delete_organization);
}

/// List the organizations in scope
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.read"])),
    params(OrganizationQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<OrganizationView>, extensions(("x-files" = json!(true)))))
)]
#[get("/organizations")]
pub async fn list_organizations(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<OrganizationQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create an organization
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.write"])),
    request_body = CreateOrganization,
    responses((status = 201, description = "Created; its version is the ETag", body = OrganizationView, extensions(("x-etag" = json!(true)))))
)]
#[post("/organizations")]
pub async fn create_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateOrganization>,
) -> Result<Tagged<OrganizationView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get an organization
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.read"])),
    params(("id" = OrganizationId, Path)),
    responses((status = 200, description = "The organization; its version is the ETag", body = OrganizationView, extensions(("x-etag" = json!(true)))))
)]
#[get("/organizations/{id}")]
pub async fn find_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<OrganizationId>,
) -> Result<Tagged<OrganizationView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update an organization
///
/// The code and the position in the tree are permanent, because past records depend on them.
#[utoipa::path(
    tag = "organizations",
    security(("bearer" = ["organizations.write"])),
    params(("id" = OrganizationId, Path)),
    request_body = UpdateOrganization,
    responses((status = 200, description = "Updated; its version is the ETag", body = OrganizationView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/organizations/{id}")]
pub async fn update_organization(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateOrganization>,
) -> Result<Tagged<OrganizationView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Delete an organization
///
/// Only an organization that no other record refers to can be deleted.
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
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
