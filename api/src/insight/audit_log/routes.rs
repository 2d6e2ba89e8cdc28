use actix_web::{HttpResponse, get, web};
use songjiao_types::{
    Page,
    audit_log::{AuditEntryView, AuditLogQuery},
    validate,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    http::{
        export::{self, Accepted},
        extract::ValidQuery,
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_audit_log);
}

/// List the audit log, newest first
///
/// Users whose scope is the whole installation see every entry. Everyone else sees the entries made by the users in
/// their scope.
#[utoipa::path(
    tag = "audit_log",
    security(("bearer" = ["audit.read"])),
    params(AuditLogQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<AuditEntryView>, extensions(("x-files" = json!(true)))))
)]
#[get("/audit-log")]
pub async fn list_audit_log(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<AuditLogQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    // The databases support fewer years than `NaiveDate`.
    for (name, day) in [("from", query.from), ("to", query.to)] {
        if day.is_some_and(|day| validate::plausible_date(&day).is_err()) {
            return Err(ApiError::invalid(name, "date_out_of_range", "日期超出合理范围"));
        }
    }
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}
