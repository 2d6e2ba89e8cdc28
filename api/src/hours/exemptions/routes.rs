use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use songjiao_types::{
    ExemptionId, OrganizationId, Page, TeacherId,
    exemptions::{CreateExemption, ExemptionKind, ExemptionSort, ExemptionView},
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
    config.service(list_exemptions).service(create_exemption).service(find_exemption).service(delete_exemption);
}

/// What a list of exemptions can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExemptionQuery {
    #[param(value_type = Option<TeacherId>)]
    pub teacher_id: Option<TeacherId>,
    /// Of teachers who serve in this organization or below
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    #[param(inline)]
    pub kind: Option<ExemptionKind>,
    /// By default `-starts_on`
    #[param(inline)]
    pub sort: Option<ExemptionSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the exemptions of the teachers in scope
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["hours.read"])),
    params(ExemptionQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ExemptionView>))
)]
#[get("/exemptions")]
pub async fn list_exemptions(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ExemptionQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Exempt a teacher for a time
///
/// Every calendar month that is covered wholly takes a twelfth off the year's requirement; where
/// exemptions overlap, a month counts once.
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["exemptions.write"])),
    request_body = CreateExemption,
    responses((status = 201, description = "Created; its version is the ETag", body = ExemptionView))
)]
#[post("/exemptions")]
pub async fn create_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateExemption>,
) -> Result<Tagged<ExemptionView>> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await?;
    let (version, location) = (created.version, format!("/api/v1/exemptions/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find an exemption
#[utoipa::path(
    tag = "exemptions",
    security(("bearer" = ["hours.read"])),
    params(("id" = ExemptionId, Path)),
    responses((status = 200, description = "The exemption; its version is the ETag", body = ExemptionView))
)]
#[get("/exemptions/{id}")]
pub async fn find_exemption(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ExemptionId>,
) -> Result<Tagged<ExemptionView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Delete an exemption that was entered in error
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
