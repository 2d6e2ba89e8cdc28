use actix_web::{get, post, web};
use songjiao_types::years::{CloseYear, ReopenYear, YearDetailView, YearQuery, YearsView};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{closing, store};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    http::extract::{ValidJson, ValidQuery},
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list_years).service(find_year).service(close_year).service(reopen_year);
}

fn number(year: &str) -> Result<i32> {
    year.parse().map_err(|_| ApiError::not_found())
}

/// List the training years of a bureau
///
/// Returns the years from the first policy's to the current one, each with its closing 年度结账, if it is closed. Callers
/// whose scope contains the bureau also get the open matters of each year.
#[utoipa::path(
    tag = "years",
    security(("bearer" = ["hours.read"])),
    params(YearQuery),
    responses((status = 200, description = "The years", body = YearsView))
)]
#[get("/years")]
pub async fn list_years(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<YearQuery>,
) -> Result<web::Json<YearsView>> {
    db.read(move |conn| store::list(conn, &user, &query)).await.map(web::Json)
}

/// Get a training year of a bureau with its open matters and closings
#[utoipa::path(
    tag = "years",
    security(("bearer" = ["hours.read"])),
    params(("year" = i32, Path, description = "The training year", example = 2026), YearQuery),
    responses((status = 200, description = "The year", body = YearDetailView))
)]
#[get("/years/{year}")]
pub async fn find_year(
    db: web::Data<Database>,
    user: CurrentUser,
    year: web::Path<String>,
    ValidQuery(query): ValidQuery<YearQuery>,
) -> Result<web::Json<YearDetailView>> {
    let year = number(&year)?;
    db.read(move |conn| store::find(conn, &user, year, &query)).await.map(web::Json)
}

/// Close a training year
///
/// Freezes organization, required, recognised and counted hours and status of every teacher whose year belongs to the
/// bureau or to an organization below it, unless a bureau in between has it. Years close in order and only when over.
/// Each kind of open matters is waived with a reason, or refuses the closing. What is recognised or voided afterwards
/// needs a reason and is shown apart as late hours 补录.
#[utoipa::path(
    tag = "years",
    security(("bearer" = ["years.close"])),
    params(("year" = i32, Path, description = "The training year", example = 2026), YearQuery),
    request_body = CloseYear,
    responses((status = 200, description = "The closed year", body = YearDetailView))
)]
#[post("/years/{year}/close")]
pub async fn close_year(
    db: web::Data<Database>,
    user: CurrentUser,
    year: web::Path<String>,
    ValidQuery(query): ValidQuery<YearQuery>,
    ValidJson(request): ValidJson<CloseYear>,
) -> Result<web::Json<YearDetailView>> {
    let year = number(&year)?;
    db.write(user.actor(), move |tx| closing::close(tx, &user, year, &query, &request)).await.map(web::Json)
}

/// Reopen a closed training year
///
/// The figures follow service, exemptions, policies and hours again. Later years are reopened first.
#[utoipa::path(
    tag = "years",
    security(("bearer" = ["years.close"])),
    params(("year" = i32, Path, description = "The training year", example = 2026), YearQuery),
    request_body = ReopenYear,
    responses((status = 200, description = "The open year", body = YearDetailView))
)]
#[post("/years/{year}/reopen")]
pub async fn reopen_year(
    db: web::Data<Database>,
    user: CurrentUser,
    year: web::Path<String>,
    ValidQuery(query): ValidQuery<YearQuery>,
    ValidJson(request): ValidJson<ReopenYear>,
) -> Result<web::Json<YearDetailView>> {
    let year = number(&year)?;
    db.write(user.actor(), move |tx| closing::reopen(tx, &user, year, &query, &request)).await.map(web::Json)
}
