use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId, Page, TeacherId,
    quotas::{QuotaSort, QuotaStatus, QuotaSummary, QuotaView, TeacherQuotaView},
    training::Stage,
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    http::{
        export::{self, Accepted},
        extract::{PathId, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_quotas).service(summarize_quotas).service(find_quota);
}

/// What a list of quotas can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuotaQuery {
    /// By default the year that runs
    pub training_year: Option<i32>,
    /// Of teachers who serve in this organization or below
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    #[param(inline)]
    pub status: Option<QuotaStatus>,
    #[param(inline)]
    pub stage: Option<Stage>,
    pub subject: Option<String>,
    /// Part of the teacher's name, of its 拼音首字母 or of the number
    pub q: Option<String>,
    /// By default `teacher_no`
    #[param(inline)]
    pub sort: Option<QuotaSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the quotas of a training year
///
/// Of the teachers in scope who were in post in the year; a teacher sees the own one.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(QuotaQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<QuotaView>))
)]
#[get("/quotas")]
pub async fn list_quotas(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<QuotaQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// What a summary of quotas can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuotaSummaryQuery {
    /// By default the year that runs
    pub training_year: Option<i32>,
    /// By default the caller's scope
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// Of the teachers' figures alone
    #[param(inline)]
    pub stage: Option<Stage>,
    /// Of the teachers' figures alone
    pub subject: Option<String>,
}

/// Sum up a training year
///
/// How many teachers of an organization met their quota, and what was earned there by tier and mode.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(QuotaSummaryQuery),
    responses((status = 200, description = "The sums", body = QuotaSummary))
)]
#[get("/quotas/summary")]
pub async fn summarize_quotas(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<QuotaSummaryQuery>,
) -> Result<web::Json<QuotaSummary>> {
    db.read(move |conn| store::summary(conn, &user, &query)).await.map(web::Json)
}

/// Find a teacher's quota of a training year, with what it is made of
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(("id" = TeacherId, Path), ("year" = i32, Path, description = "The training year", example = 2026)),
    responses((status = 200, description = "The quota", body = TeacherQuotaView))
)]
#[get("/teachers/{id}/quotas/{year}")]
pub async fn find_quota(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<TeacherQuotaView>> {
    let year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| store::of_teacher(conn, &user, id, year)).await.map(web::Json)
}
