use actix_web::{HttpResponse, get, patch, post, web};
use songjiao_types::{
    Page, PhaseId, ProjectId,
    completions::{CompletePhase, MendingReason},
    phases::{PhaseView, SkipPhase, UpdatePhase},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{OptionalJson, PathId, ValidJson},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_phases)
        .service(find_phase)
        .service(update_phase)
        .service(start_phase)
        .service(complete_phase)
        .service(skip_phase)
        .service(reopen_phase);
}

/// List the phases of a project, in order
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["projects.read"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "All of them on one page, or a file of all rows", body = Page<PhaseView>, extensions(("x-files" = json!(true)))))
)]
#[get("/projects/{id}/phases")]
pub async fn list_phases(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let phases = move |conn: &mut DbConnection, _: &PageRequest| store::list(conn, &user, id).map(Page::whole);
    export::list(&db, accepted, PageRequest::of_export(None), phases).await
}

/// Get a phase with its requirements
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["projects.read"])),
    params(("id" = PhaseId, Path)),
    responses((status = 200, description = "The phase; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[get("/phases/{id}")]
pub async fn find_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
) -> Result<Tagged<PhaseView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update the plan of a phase
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    request_body = UpdatePhase,
    responses((status = 200, description = "Updated; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/phases/{id}")]
pub async fn update_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdatePhase>,
) -> Result<Tagged<PhaseView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Start a phase
///
/// The project must be running, and every earlier phase must be completed or skipped (409 `phase_out_of_order`).
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    responses((status = 200, description = "Active; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/start")]
pub async fn start_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
) -> Result<Tagged<PhaseView>> {
    db.write(user.actor(), move |tx| store::start(tx, &user, id)).await.map(Tagged::from)
}

/// Complete a phase and issue its hours
///
/// The requirements of its clause must be met (二); otherwise 409 `deliverables_missing` names each missing one. 409
/// `activities_ahead` names the activities that lie ahead, 409 `marks_missing` the participants without a mark for a day
/// that was held; `unmarked=absent` with a reason fills these in. Each participant's attended hours are recorded as
/// pending, with the hold `project_end`, and so are those of the activities that members of the team delivered.
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    request_body = Option<CompletePhase>,
    responses((status = 200, description = "Completed; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/complete")]
pub async fn complete_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    OptionalJson(request): OptionalJson<CompletePhase>,
) -> Result<Tagged<PhaseView>> {
    db.write(user.actor(), move |tx| store::complete(tx, &user, id, &request)).await.map(Tagged::from)
}

/// Skip a phase
///
/// A skipped phase issues no hours. 409 `wrong_state` if its attendance has been taken.
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["phases.skip"])),
    params(("id" = PhaseId, Path)),
    request_body = SkipPhase,
    responses((status = 200, description = "Skipped; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/skip")]
pub async fn skip_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(skip): ValidJson<SkipPhase>,
) -> Result<Tagged<PhaseView>> {
    db.write(user.actor(), move |tx| store::skip(tx, &user, id, &skip.reason)).await.map(Tagged::from)
}

/// Reopen a completed or skipped phase
///
/// The project must be running; a completed one is reopened first. What the phase issued is voided or rejected with the
/// reason and issued anew when it completes again, but not what a person ended singly.
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["projects.write"])),
    params(("id" = PhaseId, Path)),
    request_body = MendingReason,
    responses((status = 200, description = "Active again, or planned if it was not started; its version is the ETag", body = PhaseView, extensions(("x-etag" = json!(true)))))
)]
#[post("/phases/{id}/reopen")]
pub async fn reopen_phase(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
    ValidJson(why): ValidJson<MendingReason>,
) -> Result<Tagged<PhaseView>> {
    db.write(user.actor(), move |tx| store::reopen(tx, &user, id, &why.reason)).await.map(Tagged::from)
}
