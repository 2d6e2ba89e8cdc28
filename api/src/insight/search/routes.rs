use actix_web::{get, web};
use songjiao_types::search::{SearchQuery, SearchView};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    http::extract::ValidQuery,
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(search);
}

/// Search teachers, organizations and projects
///
/// Finds what the caller also sees in the lists. Among teachers, a user of the role `teacher` finds only themselves.
#[utoipa::path(
    tag = "search",
    security(("bearer" = ["dashboard.read"])),
    params(SearchQuery),
    responses((status = 200, description = "The hits", body = SearchView))
)]
#[get("/search")]
pub async fn search(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<SearchQuery>,
) -> Result<web::Json<SearchView>> {
    let limit = query.limit.unwrap_or(SearchView::DEFAULT_LIMIT);
    if !(1..=SearchView::MAX_LIMIT).contains(&limit) {
        return Err(ApiError::invalid("limit", "range", format!("须在 1 到 {} 之间", SearchView::MAX_LIMIT)));
    }
    let text = query.q.as_deref().unwrap_or_default().trim().to_owned();
    if text.chars().count() > SearchView::MAX_TEXT {
        return Err(ApiError::invalid("q", "length", format!("不能超过 {} 字", SearchView::MAX_TEXT)));
    }
    db.read(move |conn| store::search(conn, &user, &text, limit)).await.map(web::Json)
}
