use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Deserialize;
use songjiao_types::{Page, UserId, audit_log::AuditEntryView, validate};
use utoipa::IntoParams;
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

/// What the audit log can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditLogQuery {
    /// Such as `lesson`
    pub entity: Option<String>,
    pub entity_id: Option<String>,
    #[param(value_type = Option<UserId>)]
    pub user_id: Option<UserId>,
    /// Such as `grade`
    pub action: Option<String>,
    /// From this day on, in Asia/Shanghai
    pub from: Option<NaiveDate>,
    /// Up to and with this day, in Asia/Shanghai
    pub to: Option<NaiveDate>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the audit log, newest first
///
/// Who sees the whole installation sees all of it; another, what the users in scope did.
#[utoipa::path(
    tag = "audit_log",
    security(("bearer" = ["audit.read"])),
    params(AuditLogQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<AuditEntryView>))
)]
#[get("/audit-log")]
pub async fn list_audit_log(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<AuditLogQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    // The databases know fewer years than the calendar has.
    for (name, day) in [("from", query.from), ("to", query.to)] {
        if day.is_some_and(|day| validate::plausible_date(&day).is_err()) {
            return Err(ApiError::invalid(name, "date_out_of_range", "日期超出合理范围"));
        }
    }
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user.scope, &query, page)).await
}
