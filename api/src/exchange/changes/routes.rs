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

/// List what changed, in the order in which it changed
///
/// Each change shows what changed as it is now: whoever keeps the rows by their `id` and takes the changes in order
/// ends with the same rows. Nothing is told twice, nothing left out: keep `next_after` in the same transaction as the
/// rows. A caller sees the changes of what lies in their organization; what left it is told no more.
#[utoipa::path(
    tag = "changes",
    security(("bearer" = ["changes.read"])),
    params(ChangeQuery),
    responses((status = 200, description = "The changes after that place", body = ChangePage))
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

/// The types that a caller asks for, or all that they may be told of.
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
