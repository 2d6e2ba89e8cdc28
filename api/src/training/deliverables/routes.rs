use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    DeliverableId, Page, PhaseId,
    deliverables::{CreateDeliverable, DeliverableKind, DeliverableView, UpdateDeliverable},
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
        .service(list_deliverables)
        .service(create_deliverable)
        .service(find_deliverable)
        .service(update_deliverable)
        .service(delete_deliverable);
}

/// What a list of deliverables can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliverableQuery {
    #[param(inline)]
    pub kind: Option<DeliverableKind>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the deliverables of a phase, as they were handed in
///
/// Who neither runs nor hosts the project sees those of the own school, the own and those they
/// handed in.
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["projects.read"])),
    params(("id" = PhaseId, Path), DeliverableQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<DeliverableView>))
)]
#[get("/phases/{id}/deliverables")]
pub async fn list_deliverables(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidQuery(query): ValidQuery<DeliverableQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, id, &query, page)).await
}

/// Hand in a deliverable
///
/// A school hands in its own, in the projects in which it takes part.
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["deliverables.write"])),
    params(("id" = PhaseId, Path)),
    request_body = CreateDeliverable,
    responses((status = 201, description = "Created; its version is the ETag", body = DeliverableView))
)]
#[post("/phases/{id}/deliverables")]
pub async fn create_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(new): ValidJson<CreateDeliverable>,
) -> Result<Tagged<DeliverableView>> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, id, &new)).await?;
    let (version, location) = (created.version, format!("/api/v1/deliverables/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find a deliverable
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["projects.read"])),
    params(("id" = DeliverableId, Path)),
    responses((status = 200, description = "The deliverable; its version is the ETag", body = DeliverableView))
)]
#[get("/deliverables/{id}")]
pub async fn find_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DeliverableId>,
) -> Result<Tagged<DeliverableView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change a deliverable while its phase is open
#[utoipa::path(
    tag = "deliverables",
    security(("bearer" = ["deliverables.write"])),
    params(("id" = DeliverableId, Path)),
    request_body = UpdateDeliverable,
    responses((status = 200, description = "Changed; its version is the ETag", body = DeliverableView))
)]
#[patch("/deliverables/{id}")]
pub async fn update_deliverable(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DeliverableId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateDeliverable>,
) -> Result<Tagged<DeliverableView>> {
    let changed = db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// Take a deliverable back while its phase is open
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
