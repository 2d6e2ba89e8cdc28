use actix_web::{get, web};
use songjiao_types::changes::{CHANGES_DEFAULT, CHANGES_MAX, ChangePage, ChangeQuery, ChangeType};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::{self, Wanted};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::{ApiError, Result},
    http::extract::ValidQuery,
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_changes);
}

/// List changes
///
/// Returns changes in the order in which they happened. A change contains the entity as it is now, so a client that
/// stores entities by `id` and applies the changes in order ends up with the same data. A client that stores
/// `next_after` in the same transaction as the entities neither repeats nor misses a change. Callers receive the
/// changes of entities in their organization; once an entity has left it, its changes are no longer listed.
#[utoipa::path(
    tag = "changes",
    security(("bearer" = ["changes.read"])),
    params(ChangeQuery),
    responses((status = 200, description = "The changes after that position", body = ChangePage))
)]
#[get("/changes")]
pub async fn list_changes(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ChangeQuery>,
) -> Result<web::Json<ChangePage>> {
    let after = query.after.unwrap_or_default();
    if after < 0 {
        return Err(ApiError::invalid("after", "range", "不能小于 0"));
    }
    let limit = query.limit.unwrap_or(CHANGES_DEFAULT);
    if !(1..=CHANGES_MAX).contains(&limit) {
        return Err(ApiError::invalid("limit", "range", format!("须在 1 到 {CHANGES_MAX} 之间")));
    }
    let types = allowed_types(&user, query.types.as_deref())?;
    db.read(move |conn| store::read(conn, &user, &Wanted { after, types, limit })).await.map(web::Json)
}

/// Returns the requested types, by default all that the caller may read.
///
/// # Errors
/// 403 if the caller may not read a type, 422 if a type is unknown.
fn allowed_types(user: &CurrentUser, asked: Option<&str>) -> Result<Vec<ChangeType>> {
    use songjiao_types::WireEnum;

    let may = |kind: &ChangeType| user.allows(kind.entity().permission());
    let Some(asked) = asked else { return Ok(ChangeType::ALL.iter().copied().filter(may).collect()) };
    let mut types = Vec::new();
    for name in asked.split(',') {
        let matching = ChangeType::matching(name);
        if matching.is_empty() {
            let name: String = name.chars().take(64).collect();
            return Err(ApiError::invalid("types", "unknown_value", format!("没有变更类型“{name}”")));
        }
        if !matching.iter().all(may) {
            return Err(ApiError::forbidden().detail(format!("没有读取“{name}”变更的权限")));
        }
        types.extend(matching);
    }
    Ok(types)
}
