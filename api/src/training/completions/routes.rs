use actix_web::{get, post, web};
use songjiao_types::{
    ActivityId, PhaseId, ProjectId,
    attendance::AttendanceSheet,
    completions::{CompletionView, CorrectMark},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{mending, preview};
use crate::{
    auth::CurrentUser,
    db::Database,
    error::Result,
    http::{
        etag::Tagged,
        extract::{PathId, ValidJson},
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(preview_phase_completion).service(preview_project_completion).service(correct_mark);
}

/// Preview the completion of a phase
///
/// Lists what keeps it from being completed, and the hours of each participant and member of the team.
#[utoipa::path(
    tag = "phases",
    security(("bearer" = ["phases.run"])),
    params(("id" = PhaseId, Path)),
    responses((status = 200, description = "What completing it asks for and leads to", body = CompletionView))
)]
#[get("/phases/{id}/completion")]
pub async fn preview_phase_completion(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<PhaseId>,
) -> Result<web::Json<CompletionView>> {
    db.read(move |conn| preview::of_phase(conn, &user, id)).await.map(web::Json)
}

/// Preview the completion of a project
///
/// Lists what keeps it from being completed, and for each participant the hours attended and missed in all of it.
#[utoipa::path(
    tag = "projects",
    security(("bearer" = ["projects.write"])),
    params(("id" = ProjectId, Path)),
    responses((status = 200, description = "What completing it asks for and leads to", body = CompletionView))
)]
#[get("/projects/{id}/completion")]
pub async fn preview_project_completion(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ProjectId>,
) -> Result<web::Json<CompletionView>> {
    db.read(move |conn| preview::of_project(conn, &user, id)).await.map(web::Json)
}

/// Correct the mark of a participant after hours were issued
///
/// Decides on the participant anew: what the project issued is voided or rejected with the reason and issued anew, but not
/// what a person ended singly. 409 `wrong_state` while attendance is open.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["projects.write"])),
    params(("id" = ActivityId, Path)),
    request_body = CorrectMark,
    responses((status = 200, description = "The sheet; its version is the ETag", body = AttendanceSheet, extensions(("x-etag" = json!(true)))))
)]
#[post("/activities/{id}/attendance/correct")]
pub async fn correct_mark(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<ActivityId>,
    ValidJson(correction): ValidJson<CorrectMark>,
) -> Result<Tagged<AttendanceSheet>> {
    db.write(user.actor(), move |tx| mending::correct_mark(tx, &user, id, &correction)).await.map(Tagged::from)
}
