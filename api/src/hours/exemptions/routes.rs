use actix_web::{HttpResponse, delete, get, post, web};
use songjiao_types::{
    ExemptionId, Page,
    exemptions::{CreateExemption, ExemptionQuery, ExemptionView},
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
        .service(list_exemptions)
        .service(create_exemption)
        .service(find_exemption)
        .service(confirm_exemption)
        .service(delete_exemption);
}

/// List the exemptions of the teachers in scope
///
/// Requires `exemptions.read`; callers without it get only their own exemptions, so an API key without it gets none.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["hours.read"])),
    params(ExemptionQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ExemptionView>, extensions(("x-files" = json!(true)))))
)]
#[get("/exemptions")]
pub async fn list_exemptions(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ExemptionQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Exempt a teacher for a period
///
/// Each month that exemptions cover entirely reduces the year's requirement by a twelfth. A month counts once, even if
/// exemptions overlap. An exemption entered by a caller without `exemptions.confirm` is reported, and reduces nothing until
/// it is confirmed.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["exemptions.write"])),
    request_body = CreateExemption,
    responses((status = 201, description = "Created; its version is the ETag", body = ExemptionView, extensions(("x-etag" = json!(true)))))
)]
#[post("/exemptions")]
pub async fn create_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateExemption>,
) -> Result<Tagged<ExemptionView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get an exemption
///
/// Callers without `exemptions.read` find only their own exemptions.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["hours.read"])),
    params(("id" = ExemptionId, Path)),
    responses((status = 200, description = "The exemption; its version is the ETag", body = ExemptionView, extensions(("x-etag" = json!(true)))))
)]
#[get("/exemptions/{id}")]
pub async fn find_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ExemptionId>,
) -> Result<Tagged<ExemptionView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Confirm a reported exemption
///
/// From then on it reduces what its years require.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["exemptions.confirm"])),
    params(("id" = ExemptionId, Path)),
    responses((status = 200, description = "Confirmed; its version is the ETag", body = ExemptionView, extensions(("x-etag" = json!(true)))))
)]
#[post("/exemptions/{id}/confirm")]
pub async fn confirm_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ExemptionId>,
) -> Result<Tagged<ExemptionView>> {
    db.write(user.actor(), move |tx| store::confirm(tx, &user, id)).await.map(Tagged::from)
}

/// Delete an exemption that was entered in error
///
/// A confirmed one is deleted by callers with `exemptions.confirm` alone.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["exemptions.write"])),
    params(("id" = ExemptionId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/exemptions/{id}")]
pub async fn delete_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ExemptionId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
