use actix_web::{Either, HttpResponse, get, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId,
    statistics::{CompletionBy, CompletionView, CompositionBy, CompositionView, CycleMapView, ScheduleView, TrendView},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{export, schedule, store};
use crate::{
    auth::CurrentUser,
    db::Database,
    db::DbConnection,
    error::Result,
    http::{
        export::{Accepted, Format},
        extract::ValidQuery,
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(find_completion)
        .service(find_composition)
        .service(find_trend)
        .service(find_cycle_map)
        .service(find_schedule);
}

/// Whose completion is asked for, and by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompletionQuery {
    /// By default `organization`
    #[param(inline)]
    pub by: Option<CompletionBy>,
    /// By default the one that runs
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// Groups at most, the lowest rates; by default 500
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

/// Find how the annual quota is met, by group
///
/// Of the teachers in scope who were in post in the year; a teacher sees the own figures. By
/// district, schools count under the 学区 above them, those without one under the root.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(CompletionQuery),
    responses((status = 200, description = "The groups, the lowest rate first, or a file of all rows", body = CompletionView))
)]
#[get("/statistics/completion")]
pub async fn find_completion(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CompletionQuery>,
    accepted: Accepted,
) -> Result<Either<web::Json<CompletionView>, HttpResponse>> {
    let limit = PageRequest::new(query.limit.or(Some(store::MOST_GROUPS)), None, None)?.limit();
    if accepted.format == Format::Json {
        let view = db.read(move |conn| store::completion(conn, &user, &query, limit)).await?;
        return Ok(Either::Left(web::Json(view)));
    }
    let rows = move |conn: &mut DbConnection, _: &PageRequest| {
        store::completion(conn, &user, &query, i64::MAX).map(export::rows)
    };
    crate::http::export::list(&db, accepted, PageRequest::of_export(None), rows).await.map(Either::Right)
}

/// Whose hours are asked for, and by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompositionQuery {
    /// By default `tier`
    #[param(inline)]
    pub by: Option<CompositionBy>,
    /// By default the one that runs
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
}

/// Find what a year's hours are made of
///
/// Of the hours earned in scope, wherever their teachers serve by now; a teacher sees the own ones.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(CompositionQuery),
    responses((status = 200, description = "The hours by tier or mode", body = CompositionView))
)]
#[get("/statistics/composition")]
pub async fn find_composition(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CompositionQuery>,
) -> Result<web::Json<CompositionView>> {
    db.read(move |conn| store::composition(conn, &user, &query)).await.map(web::Json)
}

/// Whose trend is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrendQuery {
    /// This organization and all below it; by default all that the caller sees
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
}

/// Find how quotas and credits went since the first cycle
///
/// Of the teachers who serve in scope now; a teacher sees the own figures.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(TrendQuery),
    responses((status = 200, description = "The years and the cycles", body = TrendView))
)]
#[get("/statistics/trend")]
pub async fn find_trend(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<TrendQuery>,
) -> Result<web::Json<TrendView>> {
    db.read(move |conn| store::trend(conn, &user, &query)).await.map(web::Json)
}

/// Which cycle's heat map is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CycleMapQuery {
    /// The first year of a cycle: 2016, 2021, 2026 …; by default of the one that runs
    pub cycle_first_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// Organizations a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
}

/// Find the completion of each organization in each year of a cycle
///
/// Of the organizations in scope where teachers serve; a teacher sees the own figures.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(CycleMapQuery),
    responses((status = 200, description = "A page of organizations", body = CycleMapView))
)]
#[get("/statistics/cycle-map")]
pub async fn find_cycle_map(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CycleMapQuery>,
) -> Result<web::Json<CycleMapView>> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), None)?;
    db.read(move |conn| store::cycle_map(conn, &user, &query, &page)).await.map(web::Json)
}

/// Which projects' calendar is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScheduleQuery {
    /// By default the one that runs
    pub training_year: Option<i32>,
    /// Planned or held in this organization or below, or with participants from there
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    /// Projects a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
}

/// Find the projects of a year with their phases, along the calendar
///
/// Of the projects that the caller sees.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(ScheduleQuery),
    responses((status = 200, description = "A page of projects, by their first days", body = ScheduleView))
)]
#[get("/statistics/schedule")]
pub async fn find_schedule(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ScheduleQuery>,
) -> Result<web::Json<ScheduleView>> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), None)?;
    db.read(move |conn| schedule::find(conn, &user, &query, &page)).await.map(web::Json)
}
