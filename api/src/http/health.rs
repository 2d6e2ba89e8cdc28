//! Health checks: whether the process is alive, and whether it can reach its database.

use actix_web::{HttpResponse, web};
use diesel::RunQueryDsl;

use crate::{db::Database, error::Result};

/// Registers `/health/live` and `/health/ready`.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/health/live", web::get().to(live)).route("/health/ready", web::get().to(ready));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "live" }))
}

async fn ready(db: web::Data<Database>) -> Result<HttpResponse> {
    db.read(|conn| {
        diesel::sql_query("SELECT 1").execute(conn)?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })))
}
