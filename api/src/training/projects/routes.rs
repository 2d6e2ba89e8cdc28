use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    Page, ProjectId,
    completions::{CompleteProject, MendingReason},
    projects::{CancelProject, CreateProject, ProjectQuery, ProjectStatus, ProjectView, UpdateProject},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{store, transitions};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{OptionalJson, PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_projects)
        .service(create_project)
        .service(find_project)
        .service(update_project)
        .service(delete_project)
        .service(publish_project)
        .service(start_project)
        .service(complete_project)
        .service(archive_project)
        .service(cancel_project)
        .service(reopen_project)
        .service(settle_project);
}

/// List the projects that the caller sees
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.read"])),
    params(ProjectQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<ProjectView>, extensions(("x-files" = json!(true)))))
)]
#[get("/projects")]
pub async fn list_projects(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<ProjectQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a project as a draft
///
/// A `send_teaching` project is created with its five phases (二), planned in sequence.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    request_body = CreateProject,
    responses((status = 201, description = "Created; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects")]
pub async fn create_project(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateProject>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get a project
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.read"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "The project; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[get("/projects/{id}")]
pub async fn find_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
) -> Result<Tagged<ProjectView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update a project
///
/// In a running project, `ends_on` may become later, `capacity` may grow, and team, host and themes may change; any
/// other change is refused with 409 `wrong_state`, which names each field. A completed, archived or cancelled project
/// cannot be changed.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    request_body = UpdateProject,
    responses((status = 200, description = "Updated; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/projects/{id}")]
pub async fn update_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateProject>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Delete a draft with its phases and activities
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/projects/{id}")]
pub async fn delete_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn change_status(
    db: &Database,
    user: CurrentUser,
    id: ProjectId,
    to: ProjectStatus,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| transitions::change_status(tx, &user, id, to)).await.map(Tagged::from)
}

/// Publish a draft
///
/// Schools can then see it and nominate participants (五-1).
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "Published; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/publish")]
pub async fn publish_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
) -> Result<Tagged<ProjectView>> {
    change_status(&db, user, id, ProjectStatus::Published).await
}

/// Start a published project
///
/// Its phases can then be run.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "Running; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/start")]
pub async fn start_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
) -> Result<Tagged<ProjectView>> {
    change_status(&db, user, id, ProjectStatus::Running).await
}

/// Complete a running project
///
/// A `send_teaching` project can be completed once each of its phases is completed or skipped; a project of any other
/// kind issues its hours now. 403 for members of its team. 409 `activities_ahead` and `marks_missing` as for phases. Who
/// has missed more of the hours held than the policy allows becomes `not_completed`, and the hours pending for them are
/// rejected; the others become `completed`, and what nothing else holds is recognised. A project in which nothing was held
/// grants what `hours` lists for each participant (otherwise 409 `nothing_held`).
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    request_body = Option<CompleteProject>,
    responses((status = 200, description = "Completed; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/complete")]
pub async fn complete_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    OptionalJson(request): OptionalJson<CompleteProject>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| transitions::complete(tx, &user, id, &request)).await.map(Tagged::from)
}

/// Archive a completed project
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "Archived; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/archive")]
pub async fn archive_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
) -> Result<Tagged<ProjectView>> {
    change_status(&db, user, id, ProjectStatus::Archived).await
}

/// Cancel a project that has not been completed
///
/// Its enrollments become `cancelled`. If it has issued hours, `issued_hours` says what becomes of them.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    request_body = CancelProject,
    responses((status = 200, description = "Cancelled; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/cancel")]
pub async fn cancel_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(cancel): ValidJson<CancelProject>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| transitions::cancel(tx, &user, id, &cancel)).await.map(Tagged::from)
}

/// Reopen a completed project
///
/// Its participants are admitted again. What it issued is voided or rejected with the reason; the hours of its completed
/// phases are issued anew and wait for its end, but not those that a person ended singly.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    request_body = MendingReason,
    responses((status = 200, description = "Running again; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/reopen")]
pub async fn reopen_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(why): ValidJson<MendingReason>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| transitions::reopen(tx, &user, id, &why.reason)).await.map(Tagged::from)
}

/// Settle a running project by its completed phases, after its training year
///
/// Decides on each participant by the share of hours missed so far, and recognises or rejects for good what the completed
/// phases issued. The project is then no open matter of the year; what its end decides is 补录 if the year is closed.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    request_body = MendingReason,
    responses((status = 200, description = "Settled; its version is the ETag", body = ProjectView, extensions(("x-etag" = json!(true)))))
)]
#[post("/projects/{id}/settle")]
pub async fn settle_project(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    ValidJson(why): ValidJson<MendingReason>,
) -> Result<Tagged<ProjectView>> {
    db.write(user.actor(), move |tx| transitions::settle(tx, &user, id, &why.reason)).await.map(Tagged::from)
}
