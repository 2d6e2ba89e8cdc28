use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    LessonId, OrganizationId, Page, ProjectId, TeacherId,
    lessons::{CreateLesson, GradeLesson, LessonGrade, LessonSort, LessonView, UpdateLesson},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
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
        .service(list_lessons)
        .service(create_lesson)
        .service(find_lesson)
        .service(update_lesson)
        .service(delete_lesson)
        .service(grade_lesson);
}

/// What a list of lessons can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LessonQuery {
    /// Part of the title or the teacher's name
    pub q: Option<String>,
    #[param(value_type = Option<TeacherId>)]
    pub teacher_id: Option<TeacherId>,
    #[param(value_type = Option<ProjectId>)]
    pub project_id: Option<ProjectId>,
    /// Lessons of this organization and all below it
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    pub subject: Option<String>,
    #[param(inline)]
    pub grade: Option<LessonGrade>,
    /// Graded lessons, or those that are not
    pub graded: Option<bool>,
    /// By default `-created_at`
    #[param(inline)]
    pub sort: Option<LessonSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the lessons in scope, those of the own team's projects and the own ones
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.read"])),
    params(LessonQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<LessonView>))
)]
#[get("/lessons")]
pub async fn list_lessons(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<LessonQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Enter a lesson
///
/// A user of the role `teacher` enters the own lessons; a team, those of its projects.
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.write"])),
    request_body = CreateLesson,
    responses((status = 201, description = "Created; its version is the ETag", body = LessonView))
)]
#[post("/lessons")]
pub async fn create_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateLesson>,
) -> Result<Tagged<LessonView>> {
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await?;
    let (version, location) = (created.version, format!("/api/v1/lessons/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find a lesson
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, description = "The lesson; its version is the ETag", body = LessonView))
)]
#[get("/lessons/{id}")]
pub async fn find_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
) -> Result<Tagged<LessonView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change a lesson that is not graded yet
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.write"])),
    params(("id" = LessonId, Path)),
    request_body = UpdateLesson,
    responses((status = 200, description = "Changed; its version is the ETag", body = LessonView))
)]
#[patch("/lessons/{id}")]
pub async fn update_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateLesson>,
) -> Result<Tagged<LessonView>> {
    let changed = db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// Delete a lesson that is not graded yet
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.write"])),
    params(("id" = LessonId, Path)),
    responses((status = 204, description = "Deleted"))
)]
#[delete("/lessons/{id}")]
pub async fn delete_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| store::delete(tx, &user, id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Grade a lesson 合格课, 优质课 or 精品课
///
/// By the team of its project, the training school or the bureau, from 研课磨课 on (二-3). Grading
/// again replaces the grade; below an award in force it cannot fall (409 `wrong_state`).
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.grade"])),
    params(("id" = LessonId, Path)),
    request_body = GradeLesson,
    responses((status = 200, description = "Graded; its version is the ETag", body = LessonView))
)]
#[post("/lessons/{id}/grade")]
pub async fn grade_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
    ValidJson(found): ValidJson<GradeLesson>,
) -> Result<Tagged<LessonView>> {
    let graded = db.write(user.actor(), move |tx| store::grade(tx, &user, id, &found)).await?;
    let version = graded.version;
    Ok(Tagged::ok(graded, version))
}
