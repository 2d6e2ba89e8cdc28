use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    ActivityId, Page, PhaseId, ProjectId,
    activities::{ActivityView, CreateActivity, UpdateActivity},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store::{self, Of};
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
        .service(delete_activity);
}

/// Which page of a list of activities is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityQuery {
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

async fn list(
    db: &Database,
    user: CurrentUser,
    of: Of,
    query: ActivityQuery,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor, query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, of, page)).await
}

async fn create(db: &Database, user: CurrentUser, of: Of, new: CreateActivity) -> Result<Tagged<ActivityView>> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, of, &new)).await?;
    let (version, location) = (created.version, format!("/api/v1/activities/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// List the activities of a phase, by date
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = PhaseId, Path), ActivityQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ActivityView>))
)]
#[get("/phases/{id}/activities")]
pub async fn list_phase_activities(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidQuery(query): ValidQuery<ActivityQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    list(&db, user, Of::Phase(id), query, accepted).await
}

/// Plan an activity of a phase
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    request_body = CreateActivity,
    responses((status = 201, description = "Created; its version is the ETag", body = ActivityView))
)]
#[post("/phases/{id}/activities")]
pub async fn create_phase_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(new): ValidJson<CreateActivity>,
) -> Result<Tagged<ActivityView>> {
    create(&db, user, Of::Phase(id), new).await
}

/// List the activities of a project, by date
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = ProjectId, Path), ActivityQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ActivityView>))
)]
#[get("/projects/{id}/activities")]
pub async fn list_project_activities(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidQuery(query): ValidQuery<ActivityQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    list(&db, user, Of::Project(id), query, accepted).await
}

/// Plan an activity of a project of a kind without phases
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ProjectId, Path)),
    request_body = CreateActivity,
    responses((status = 201, description = "Created; its version is the ETag", body = ActivityView))
)]
#[post("/projects/{id}/activities")]
pub async fn create_project_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(new): ValidJson<CreateActivity>,
) -> Result<Tagged<ActivityView>> {
    create(&db, user, Of::Project(id), new).await
}

/// Find an activity
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["projects.read"])),
    params(("id" = ActivityId, Path)),
    responses((status = 200, description = "The activity; its version is the ETag", body = ActivityView))
)]
#[get("/activities/{id}")]
pub async fn find_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
) -> Result<Tagged<ActivityView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change an activity
#[utoipa::path(
    tag = "activities",
    security(("bearer" = ["phases.run"])),
    params(("id" = ActivityId, Path)),
    request_body = UpdateActivity,
    responses((status = 200, description = "Changed; its version is the ETag", body = ActivityView))
)]
#[patch("/activities/{id}")]
pub async fn update_activity(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateActivity>,
) -> Result<Tagged<ActivityView>> {
    let changed = db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// Delete an activity of which no attendance was taken
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
