use actix_web::{HttpResponse, get, post, web};
use songjiao_types::{
    DuplicateGroupId, Page,
    duplicate_groups::{
        DecideDuplicateGroup, DecideDuplicateGroups, DecidedDuplicateGroups, DuplicateGroupQuery, DuplicateGroupView,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{decide, store};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_duplicate_groups)
        // Before the paths with an id.
        .service(decide_duplicate_groups)
        .service(find_duplicate_group)
        .service(decide_duplicate_group);
}

/// List groups of suspected duplicates
///
/// A group is units of one teacher that seem to state the same training: records, and what a project issued. The first
/// counts, the others wait. Teachers see their own groups. Everyone else, save members of teams, also sees those of the
/// teachers who serve in their scope now, and those whose hours were all earned there.
#[utoipa::path(
    tag = "duplicate_groups",
    security(("bearer" = ["hours.read"])),
    params(DuplicateGroupQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<DuplicateGroupView>, extensions(("x-files" = json!(true)))))
)]
#[get("/duplicate-groups")]
pub async fn list_duplicate_groups(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<DuplicateGroupQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Decide groups of suspected duplicates by a rule
///
/// Decides all open groups of the filter, or none. `dry_run` counts only. A group in which the rule names no unit, and a
/// group of the caller's own hours, is left.
#[utoipa::path(
    tag = "duplicate_groups",
    security(("bearer" = ["hours.recognize"])),
    request_body = DecideDuplicateGroups,
    responses((status = 200, description = "What was done, or would be", body = DecidedDuplicateGroups))
)]
#[post("/duplicate-groups/decide")]
pub async fn decide_duplicate_groups(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(request): ValidJson<DecideDuplicateGroups>,
) -> Result<web::Json<DecidedDuplicateGroups>> {
    db.write(user.actor(), move |tx| decide::decide_by_rule(tx, &user, &request)).await.map(web::Json)
}

/// Get a group of suspected duplicates with all its records
#[utoipa::path(
    tag = "duplicate_groups",
    security(("bearer" = ["hours.read"])),
    params(("id" = DuplicateGroupId, Path)),
    responses((status = 200, description = "The group", body = DuplicateGroupView))
)]
#[get("/duplicate-groups/{id}")]
pub async fn find_duplicate_group(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DuplicateGroupId>,
) -> Result<web::Json<DuplicateGroupView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(web::Json)
}

/// Decide a group of suspected duplicates
///
/// The kept units are recognised as far as nothing but this decision holds them; one that did not wait for it stays as it
/// is. The others end: recognised records are voided, pending ones rejected. Units that were kept together are not
/// suspected again. What a project issues later to a teacher whose hours of it ended here is rejected, as long as a unit
/// that was kept is live.
#[utoipa::path(
    tag = "duplicate_groups",
    security(("bearer" = ["hours.recognize"])),
    params(("id" = DuplicateGroupId, Path)),
    request_body = DecideDuplicateGroup,
    responses((status = 200, description = "The group after the decision", body = DuplicateGroupView))
)]
#[post("/duplicate-groups/{id}/decide")]
pub async fn decide_duplicate_group(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<DuplicateGroupId>,
    ValidJson(request): ValidJson<DecideDuplicateGroup>,
) -> Result<web::Json<DuplicateGroupView>> {
    db.write(user.actor(), move |tx| decide::decide(tx, &user, id, &request)).await.map(web::Json)
}
