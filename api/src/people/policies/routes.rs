use actix_web::{HttpResponse, delete, get, post, web};
use songjiao_types::{
    Page, PolicyId,
    policies::{CalendarQuery, CalendarView, CreatePolicy, PolicyPreview, PolicyQuery, PolicyView},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{store, views};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
    people::effects::PeopleEffects,
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_policies)
        .service(create_policy)
        .service(preview_policy)
        .service(find_policy)
        .service(withdraw_policy)
        .service(find_calendar);
}

/// List past, current and future policies
///
/// Returns the policies of the bureaus above the organization, of its own and of those below it. `in_force` marks a
/// bureau's present policy, `applies` the present one of the caller's organization.
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.read"])),
    params(PolicyQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<PolicyView>, extensions(("x-files" = json!(true)))))
)]
#[get("/policies")]
pub async fn list_policies(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<PolicyQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a policy
///
/// The policy applies to the bureau and all below it from `effective_from` on; earlier policies stay unchanged. A training
/// year keeps the policy that was in force when it began. Figures that are left out stay as they are. A policy of the
/// same bureau and day is replaced, and kept as replaced.
///
/// The root's policies require the whole installation as the caller's scope, a county's a scope that contains the county.
/// Cycles and the first day of training years are the root's alone (422 `calendar_of_root`), cycles change where one ends
/// (422 `cycles_do_not_join`), a prefix belongs to one bureau (422 `prefix_taken`), and a closed year is not touched (422
/// `year_closed`).
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.write"])),
    request_body = CreatePolicy,
    responses((status = 201, description = "Created; its version is the ETag", body = PolicyView, extensions(("x-etag" = json!(true)))))
)]
#[post("/policies")]
pub async fn create_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreatePolicy>,
) -> Result<Tagged<PolicyView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Preview a policy
///
/// Takes what `POST /policies` takes, refuses what it refuses, and writes nothing: returns every figure that would change,
/// and the number of teachers whose standing would change by year and cycle, also in years that are over.
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.write"])),
    request_body = CreatePolicy,
    responses((status = 200, description = "What the policy would change", body = PolicyPreview))
)]
#[post("/policies/preview")]
pub async fn preview_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreatePolicy>,
) -> Result<web::Json<PolicyPreview>> {
    let effects = db.clone();
    let preview = move |conn: &mut _| store::preview(conn, effects.effects_of::<dyn PeopleEffects>()?, &user, &new);
    db.read(preview).await.map(web::Json)
}

/// Get a policy
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.read"])),
    params(("id" = PolicyId, Path)),
    responses((status = 200, description = "The policy; its version is the ETag", body = PolicyView, extensions(("x-etag" = json!(true)))))
)]
#[get("/policies/{id}")]
pub async fn find_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PolicyId>,
) -> Result<Tagged<PolicyView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Withdraw a policy that is not yet in force
///
/// It stays readable as withdrawn. A policy in force is followed by another instead (409 `wrong_state`).
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.write"])),
    params(("id" = PolicyId, Path)),
    responses((status = 204, description = "Withdrawn"))
)]
#[delete("/policies/{id}")]
pub async fn withdraw_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PolicyId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::withdraw(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the calendar
///
/// Returns the training years and cycles up to the current ones, as the root's policies cut them, and the annual quota of
/// an organization in each year.
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.read"])),
    params(CalendarQuery),
    responses((status = 200, description = "The years and cycles", body = CalendarView))
)]
#[get("/calendar")]
pub async fn find_calendar(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<CalendarQuery>,
) -> Result<web::Json<CalendarView>> {
    db.read(move |conn| views::calendar(conn, &user, &query)).await.map(web::Json)
}
