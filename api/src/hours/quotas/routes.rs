use actix_web::{HttpResponse, get, web};
use songjiao_types::{
    Page, TeacherId,
    explanations::{AsOfQuery, QuotaExplanation, RateExplanation},
    quotas::{QuotaQuery, QuotaSummary, QuotaSummaryQuery, QuotaView, TeacherQuotaView},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{explain, store};
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
    config
        .service(list_quotas)
        .service(summarize_quotas)
        .service(explain_rate)
        .service(find_quota)
        .service(explain_quota);
}

/// List the quotas for a training year
///
/// Returns the quotas of the teachers in scope who were in post in the year. Teachers and members of teams see their
/// own.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(QuotaQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<QuotaView>, extensions(("x-files" = json!(true)))))
)]
#[get("/quotas")]
pub async fn list_quotas(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<QuotaQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Summarise a training year
///
/// Counts the teachers of an organization who met their quota, and sums the hours earned there by tier
/// and mode.
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

/// Explain the rate of an organization for a training year
///
/// Counts the teachers of an organization and of each organization directly below it who met their quota: figures, the
/// computation, the clause and a Chinese sentence.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(QuotaSummaryQuery),
    responses((status = 200, description = "The explanation", body = RateExplanation))
)]
#[get("/quotas/explanation")]
pub async fn explain_rate(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<QuotaSummaryQuery>,
) -> Result<web::Json<RateExplanation>> {
    db.read(move |conn| explain::rate(conn, &user, &query)).await.map(web::Json)
}

/// Get a teacher's quota for a training year with its breakdown
///
/// With `as_of`, the quota as it was known at the end of that day, which also stands for today. Which exemption reduces the requirement, and of which kind it is, is only for callers with `exemptions.read` and for
/// the teacher.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(
        ("id" = TeacherId, Path),
        ("year" = i32, Path, description = "The training year", example = 2026),
        AsOfQuery
    ),
    responses((status = 200, description = "The quota", body = TeacherQuotaView))
)]
#[get("/teachers/{id}/quotas/{year}")]
pub async fn find_quota(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
    ValidQuery(query): ValidQuery<AsOfQuery>,
) -> Result<web::Json<TeacherQuotaView>> {
    let year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| store::of_teacher(conn, &user, id, year, query.as_of)).await.map(web::Json)
}

/// Explain a teacher's quota for a training year
///
/// Returns everything the quota is made of, so that each figure can be recomputed: spells, exemptions, months, the policy
/// row, records and sums, with the clause and a Chinese sentence. Which exemption reduces the requirement, and of which
/// kind it is, is only for callers with `exemptions.read` and for the teacher.
#[utoipa::path(
    tag = "quotas",
    security(("bearer" = ["hours.read"])),
    params(
        ("id" = TeacherId, Path),
        ("year" = i32, Path, description = "The training year", example = 2026),
        AsOfQuery
    ),
    responses((status = 200, description = "The explanation", body = QuotaExplanation))
)]
#[get("/teachers/{id}/quotas/{year}/explanation")]
pub async fn explain_quota(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
    ValidQuery(query): ValidQuery<AsOfQuery>,
) -> Result<web::Json<QuotaExplanation>> {
    let year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| explain::quota(conn, &user, id, year, query.as_of)).await.map(web::Json)
}
