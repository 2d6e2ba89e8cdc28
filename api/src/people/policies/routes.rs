use actix_web::{HttpResponse, get, http::header, post, web};
use songjiao_types::{
    Page, PolicyId,
    policies::{CreatePolicy, PolicyQuery, PolicySort, PolicyView},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
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

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list_policies).service(create_policy).service(find_policy);
}

/// List past, current and future policies
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
    let sort = query.sort.unwrap_or(PolicySort::EffectiveFromDesc);
    export::list(&db, accepted, page, move |conn, page| store::list(conn, sort, user.today(), page)).await
}

/// Create a policy
///
/// The policy applies from `effective_from` on; earlier policies stay unchanged. A training year keeps the policy that
/// was in force when it began. Requires the whole installation as the caller's scope.
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.write"])),
    request_body = CreatePolicy,
    responses((status = 201, description = "Created", body = PolicyView))
)]
#[post("/policies")]
pub async fn create_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreatePolicy>,
) -> Result<HttpResponse> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await?;
    let location = (header::LOCATION, format!("/api/v1/policies/{}", created.id));
    Ok(HttpResponse::Created().insert_header(location).json(created))
}

/// Get a policy
#[utoipa::path(
    tag = "policies",
    security(("bearer" = ["policies.read"])),
    params(("id" = PolicyId, Path)),
    responses((status = 200, description = "The policy", body = PolicyView))
)]
#[get("/policies/{id}")]
pub async fn find_policy(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PolicyId>,
) -> Result<web::Json<PolicyView>> {
    db.read(move |conn| store::find(conn, id, user.today())).await.map(web::Json)
}
