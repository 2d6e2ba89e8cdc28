use actix_web::{get, web};
use songjiao_types::dashboard::{DashboardQuery, DashboardView};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{auth::CurrentUser, db::Database, error::Result, http::extract::ValidQuery};

pub fn configure(config: &mut ServiceConfig) {
    config.service(find_dashboard);
}

/// Get the figures of the home page
#[utoipa::path(
    tag = "dashboard",
    security(("bearer" = ["dashboard.read"])),
    params(DashboardQuery),
    responses((status = 200, description = "The figures", body = DashboardView))
)]
#[get("/dashboard")]
pub async fn find_dashboard(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<DashboardQuery>,
) -> Result<web::Json<DashboardView>> {
    db.read(move |conn| store::find(conn, &user, &query)).await.map(web::Json)
}
