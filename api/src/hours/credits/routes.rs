use actix_web::{HttpResponse, get, web};
use songjiao_types::{
    Page, TeacherId,
    credits::{CreditQuery, CreditView},
    explanations::{AsOfQuery, CreditExplanation},
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
    config.service(list_credits).service(find_credit).service(explain_credit);
}

/// List the credits of a cycle
///
/// Returns the credits of the teachers in scope who were in post in the cycle. Teachers and members of teams see their
/// own.
#[utoipa::path(
    tag = "credits",
    security(("bearer" = ["hours.read"])),
    params(CreditQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<CreditView>, extensions(("x-files" = json!(true)))))
)]
#[get("/credits")]
pub async fn list_credits(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CreditQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Get a teacher's credits in a cycle
///
/// With `as_of`, the credits as they were known at the end of that day, which also stands for today.
#[utoipa::path(
    tag = "credits",
    security(("bearer" = ["hours.read"])),
    params(
        ("id" = TeacherId, Path),
        ("cycle_first_year" = i32, Path, description = "The cycle's first year", example = 2026),
        AsOfQuery
    ),
    responses((status = 200, description = "The credits", body = CreditView))
)]
#[get("/teachers/{id}/credits/{cycle_first_year}")]
pub async fn find_credit(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
    ValidQuery(query): ValidQuery<AsOfQuery>,
) -> Result<web::Json<CreditView>> {
    let first_year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| store::of_teacher(conn, &user, id, first_year, query.as_of)).await.map(web::Json)
}

/// Explain a teacher's credits in a cycle
///
/// Returns the share of each year with its policy row and months, what is owed for the months that are over, the clause and
/// a Chinese sentence.
#[utoipa::path(
    tag = "credits",
    security(("bearer" = ["hours.read"])),
    params(
        ("id" = TeacherId, Path),
        ("cycle_first_year" = i32, Path, description = "The cycle's first year", example = 2026),
        AsOfQuery
    ),
    responses((status = 200, description = "The explanation", body = CreditExplanation))
)]
#[get("/teachers/{id}/credits/{cycle_first_year}/explanation")]
pub async fn explain_credit(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
    ValidQuery(query): ValidQuery<AsOfQuery>,
) -> Result<web::Json<CreditExplanation>> {
    let first_year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| explain::credit(conn, &user, id, first_year, query.as_of)).await.map(web::Json)
}
