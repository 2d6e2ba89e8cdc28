use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId, Page, TeacherId,
    credits::{CreditSort, CreditStatus, CreditView},
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
    config.service(list_credits).service(find_credit);
}

/// What a list of credits can be asked for.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreditQuery {
    /// The first year of a cycle: 2016, 2021, 2026 …; by default of the one that runs
    pub cycle_first_year: Option<i32>,
    /// Of teachers who serve in this organization or below
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    #[param(inline)]
    pub status: Option<CreditStatus>,
    #[param(inline)]
    pub stage: Option<Stage>,
    pub subject: Option<String>,
    /// Part of the teacher's name, of its 拼音首字母 or of the number
    pub q: Option<String>,
    /// By default `teacher_no`
    #[param(inline)]
    pub sort: Option<CreditSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the credits of a cycle
///
/// Of the teachers in scope who were in post in the cycle; a teacher sees the own ones.
#[utoipa::path(
    tag = "credits",
    security(("bearer" = ["hours.read"])),
    params(CreditQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<CreditView>))
)]
#[get("/credits")]
pub async fn list_credits(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CreditQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Find a teacher's credits of a cycle
#[utoipa::path(
    tag = "credits",
    security(("bearer" = ["hours.read"])),
    params(
        ("id" = TeacherId, Path),
        ("cycle_first_year" = i32, Path, description = "The cycle's first year", example = 2026)
    ),
    responses((status = 200, description = "The credits", body = CreditView))
)]
#[get("/teachers/{id}/credits/{cycle_first_year}")]
pub async fn find_credit(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<CreditView>> {
    let first_year = path.1.parse().map_err(|_| ApiError::not_found())?;
    db.read(move |conn| store::of_teacher(conn, &user, id, first_year)).await.map(web::Json)
}
