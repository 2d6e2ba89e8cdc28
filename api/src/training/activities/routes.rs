use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    ActivityId, Page, PhaseId, ProjectId,
    activities::{ActivityQuery, ActivityView, CancelActivity, CreateActivity, UpdateActivity},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    status,
    store::{self, ActivityParent},
};
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
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_phase_activities)
        .service(create_phase_activity)
        .service(list_project_activities)
        .service(create_project_activity)
        .service(find_activity)
        .service(update_activity)
        .service(delete_activity)
        .service(cancel_activity)
        .service(reinstate_activity);
}

async fn list(
    db: &Database,
    user: CurrentUser,
    parent: ActivityParent,
    query: ActivityQuery,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(db, accepted, page, move |conn, page| store::list(conn, &user, parent, page)).await
}

async fn create(
    db: &Database,
    user: CurrentUser,
    parent: ActivityParent,
    new: CreateActivity,
) -> Result<Tagged<ActivityView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, parent, &new)).await.map(Tagged::created)
}

/// List the activities of a phase, by date
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = PhaseId, Path), ActivityQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ActivityView>, extensions(("x-files" = json!(true)))))
)]
#[get("/phases/{id}/activities")]
pub async fn list_phase_activities(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidQuery(query): ValidQuery<ActivityQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    list(&db, user, ActivityParent::Phase(id), query, accepted).await
}

/// Plan an activity of a phase
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    request_body = CreateActivity,
    responses((status = 201, description = "Created; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/activities")]
pub async fn create_phase_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(new): ValidJson<CreateActivity>,
) -> Result<Tagged<ActivityView>> {
    create(&db, user, ActivityParent::Phase(id), new).await
}

/// List the activities of a project, by date
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = ProjectId, Path), ActivityQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ActivityView>, extensions(("x-files" = json!(true)))))
)]
#[get("/projects/{id}/activities")]
pub async fn list_project_activities(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidQuery(query): ValidQuery<ActivityQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    list(&db, user, ActivityParent::Project(id), query, accepted).await
}

/// Plan an activity of a project without phases
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ProjectId, Path)),
    request_body = CreateActivity,
    responses((status = 201, description = "Created; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/activities")]
pub async fn create_project_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(new): ValidJson<CreateActivity>,
) -> Result<Tagged<ActivityView>> {
    create(&db, user, ActivityParent::Project(id), new).await
}

/// Get an activity
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = ActivityId, Path)),
    responses((status = 200, description = "The activity; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[get("/activities/{id}")]
pub async fn find_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
) -> Result<Tagged<ActivityView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update an activity
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ActivityId, Path)),
    request_body = UpdateActivity,
    responses((status = 200, description = "Updated; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/activities/{id}")]
pub async fn update_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateActivity>,
) -> Result<Tagged<ActivityView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Delete an activity without attendance marks
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ActivityId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/activities/{id}")]
pub async fn delete_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Cancel an activity that will not be held
///
/// It then counts neither towards the plan nor towards hours. 409 `in_use` if it has attendance marks.
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ActivityId, Path)),
    request_body = CancelActivity,
    responses((status = 200, description = "Cancelled; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[post("/activities/{id}/cancel")]
pub async fn cancel_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    ValidJson(cancel): ValidJson<CancelActivity>,
) -> Result<Tagged<ActivityView>> {
    db.write(user.actor(), move |tx| status::cancel(tx, &user, id, &cancel.reason)).await.map(Tagged::from)
}

/// Take back that an activity was cancelled
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ActivityId, Path)),
    responses((status = 200, description = "Planned again; its version is the ETag", body = ActivityView, extensions(("x-etag" = json!(true)))))
)]
#[post("/activities/{id}/reinstate")]
pub async fn reinstate_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
) -> Result<Tagged<ActivityView>> {
    db.write(user.actor(), move |tx| status::reinstate(tx, &user, id)).await.map(Tagged::from)
}
