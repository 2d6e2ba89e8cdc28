use actix_web::{Either, HttpResponse, get, web};
use songjiao_types::statistics::{
    CompletionQuery, CompletionView, CompositionQuery, CompositionView, CycleMapQuery, CycleMapView, ScheduleQuery,
    ScheduleView, TrendQuery, TrendView,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{schedule, store};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::Result,
    http::{
        self,
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

/// Get the completion of the annual quota by group
///
/// Counts the teachers in scope who were in post in the year; teachers and members of teams see their own figures.
/// Grouped by district, a school counts under the 学区 above it, or under the root if there is none.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(CompletionQuery),
    responses((status = 200, description = "The groups, the lowest rate first, or a file of all rows", body = CompletionView, extensions(("x-files" = json!(true)))))
)]
#[get("/statistics/completion")]
pub async fn find_completion(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CompletionQuery>,
    accepted: Accepted,
) -> Result<Either<web::Json<CompletionView>, HttpResponse>> {
    let limit = PageRequest::limited(query.limit.unwrap_or(store::MAX_GROUPS))?.limit();
    if accepted.format == Format::Json {
        let view = db.read(move |conn| store::completion(conn, &user, &query, limit)).await?;
        return Ok(Either::Left(web::Json(view)));
    }
    let rows = move |conn: &mut DbConnection, _: &PageRequest| {
        store::completion(conn, &user, &query, i64::MAX).map(CompletionView::into_rows)
    };
    http::export::list(&db, accepted, PageRequest::of_export(None), rows).await.map(Either::Right)
}

/// Get the composition of a year's hours
///
/// Sums the hours earned in scope, wherever their teachers serve now; teachers and members of teams see their own.
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

/// Get the trend of quotas and credits since the first cycle
///
/// Counts the teachers who serve in scope now; teachers and members of teams see their own figures.
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

/// Get the completion of each organization in each year of a cycle
///
/// Returns the organizations in scope where teachers serve; teachers and members of teams see their own figures.
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
    let page = PageRequest::of(&query)?;
    db.read(move |conn| store::cycle_map(conn, &user, &query, &page)).await.map(web::Json)
}

/// Get the calendar of a year's projects and phases
///
/// Returns the projects that the caller sees.
#[utoipa::path(
    tag = "statistics",
    security(("bearer" = ["dashboard.read"])),
    params(ScheduleQuery),
    responses((status = 200, description = "A page of projects, ordered by first day", body = ScheduleView))
)]
#[get("/statistics/schedule")]
pub async fn find_schedule(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ScheduleQuery>,
) -> Result<web::Json<ScheduleView>> {
    let page = PageRequest::of(&query)?;
    db.read(move |conn| schedule::find(conn, &user, &query, &page)).await.map(web::Json)
}
