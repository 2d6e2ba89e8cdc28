use actix_web::{get, web};
use serde::Deserialize;
use songjiao_types::{OrganizationId, dashboard::DashboardView};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{auth::CurrentUser, db::Database, error::Result, http::extract::ValidQuery};

pub fn configure(config: &mut ServiceConfig) {
    config.service(find_dashboard);
}

/// Which figures are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DashboardQuery {
    /// By default the one that runs
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
}

/// Find the figures of the home page
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
