use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    LessonId, Page,
    lessons::{CreateLesson, GradeLesson, LessonEvidence, LessonQuery, LessonView, UpdateLesson},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{evidence, store};
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
        .service(list_lesson_evidence)
        .service(update_lesson)
        .service(delete_lesson)
        .service(grade_lesson);
}

/// List lessons
///
/// Teachers see their own lessons, members of teams also those of their teams' projects. Everyone else also sees the
/// lessons of their scope.
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.read"])),
    params(LessonQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<LessonView>, extensions(("x-files" = json!(true)))))
)]
#[get("/lessons")]
pub async fn list_lessons(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<LessonQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Enter a lesson
///
/// Teachers enter their own lessons; team members also enter those of their projects. A second lesson of a teacher with an
/// equal title in one training year is 409 `lesson_suspected`, unless `distinct_reason` says why it is another. Titles are
/// compared without regard to case, width, blanks, brackets and quotation marks; a lesson's year is its project's, else that
/// of the day on which it was taught.
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.write"])),
    request_body = CreateLesson,
    responses((status = 201, description = "Created; its version is the ETag", body = LessonView, extensions(("x-etag" = json!(true)))))
)]
#[post("/lessons")]
pub async fn create_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateLesson>,
) -> Result<Tagged<LessonView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get a lesson
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, description = "The lesson; its version is the ETag", body = LessonView, extensions(("x-etag" = json!(true)))))
)]
#[get("/lessons/{id}")]
pub async fn find_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
) -> Result<Tagged<LessonView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// List a lesson's evidence
///
/// The records of studying and polishing the lesson that were submitted in its project, for everyone who sees the lesson, named
/// reviewers included. Its teacher sees only those about themselves.
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.read"])),
    params(("id" = LessonId, Path)),
    responses((status = 200, description = "The evidence", body = LessonEvidence))
)]
#[get("/lessons/{id}/evidence")]
pub async fn list_lesson_evidence(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
) -> Result<web::Json<LessonEvidence>> {
    db.read(move |conn| evidence::find(conn, &user, id)).await.map(web::Json)
}

/// Update a lesson that is not graded
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.write"])),
    params(("id" = LessonId, Path)),
    request_body = UpdateLesson,
    responses((status = 200, description = "Updated; its version is the ETag", body = LessonView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/lessons/{id}")]
pub async fn update_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateLesson>,
) -> Result<Tagged<LessonView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Delete a lesson that is not graded
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

/// Grade a lesson as 合格课, 优质课 or 精品课
///
/// The project's team, the training school and the bureau grade lessons from 研课磨课 on (二-3), but not their own. Grading
/// again replaces the grade, which cannot fall below that of an award in force (409 `wrong_state`).
#[utoipa::path(
    tag = "lessons",
    security(("bearer" = ["lessons.grade"])),
    params(("id" = LessonId, Path)),
    request_body = GradeLesson,
    responses((status = 200, description = "Graded; its version is the ETag", body = LessonView, extensions(("x-etag" = json!(true)))))
)]
#[post("/lessons/{id}/grade")]
pub async fn grade_lesson(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<LessonId>,
    ValidJson(grade): ValidJson<GradeLesson>,
) -> Result<Tagged<LessonView>> {
    db.write(user.actor(), move |tx| store::grade(tx, &user, id, &grade)).await.map(Tagged::from)
}
