use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    DeliverableId, Page, PhaseId,
    deliverables::{CreateDeliverable, DeliverableQuery, DeliverableView, UpdateDeliverable},
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

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_deliverables)
        .service(create_deliverable)
        .service(find_deliverable)
        .service(update_deliverable)
        .service(delete_deliverable);
}

/// List the deliverables of a phase, in the order of submission
///
/// Callers who neither plan, host nor run the project see only those of their own scope, those about themselves and
/// those they submitted.
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["projects.read"])),
    params(("id" = PhaseId, Path), DeliverableQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<DeliverableView>, extensions(("x-files" = json!(true)))))
)]
#[get("/phases/{id}/deliverables")]
pub async fn list_deliverables(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidQuery(query): ValidQuery<DeliverableQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, id, &query, page)).await
}

/// Submit a deliverable
///
/// A school submits its own deliverables, in projects in which it takes part (六-3-4).
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["deliverables.write"])),
    params(("id" = PhaseId, Path)),
    request_body = CreateDeliverable,
    responses((status = 201, description = "Created; its version is the ETag", body = DeliverableView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/deliverables")]
pub async fn create_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(new): ValidJson<CreateDeliverable>,
) -> Result<Tagged<DeliverableView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, id, &new)).await.map(Tagged::created)
}

/// Get a deliverable
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["projects.read"])),
    params(("id" = DeliverableId, Path)),
    responses((status = 200, description = "The deliverable; its version is the ETag", body = DeliverableView, extensions(("x-etag" = json!(true)))))
)]
#[get("/deliverables/{id}")]
pub async fn find_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DeliverableId>,
) -> Result<Tagged<DeliverableView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update a deliverable while its phase is open
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["deliverables.write"])),
    params(("id" = DeliverableId, Path)),
    request_body = UpdateDeliverable,
    responses((status = 200, description = "Updated; its version is the ETag", body = DeliverableView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/deliverables/{id}")]
pub async fn update_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DeliverableId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateDeliverable>,
) -> Result<Tagged<DeliverableView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Delete a deliverable while its phase is open
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["deliverables.write"])),
    params(("id" = DeliverableId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/deliverables/{id}")]
pub async fn delete_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DeliverableId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
