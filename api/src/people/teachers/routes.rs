use actix_web::{HttpResponse, get, patch, post, web};
use songjiao_types::{
    Page, TeacherId,
    appointments::AppointmentView,
    teachers::{CreateTeacher, CreateTransfer, TeacherQuery, TeacherView, UpdateTeacher},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    identity::{self, IdNumbers},
    store,
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

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_teachers)
        .service(create_teacher)
        .service(find_teacher)
        .service(update_teacher)
        .service(list_teacher_appointments)
        .service(transfer_teacher);
}

/// List the teachers in scope
///
/// Teachers see their own row, members of teams also the participants of their projects and the members of their teams.
/// Everyone else also sees the teachers who serve in their scope.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(TeacherQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<TeacherView>, extensions(("x-files" = json!(true)))))
)]
#[get("/teachers")]
pub async fn list_teachers(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<TeacherQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    if query.shared_id_number == Some(true) {
        let caller = user.clone();
        db.write(user.actor(), move |tx| identity::record_lookup(tx, &caller)).await?;
    }
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a teacher
///
/// An ID number that another teacher has is accepted, since a refusal would confirm it; `shared_id_number` lists such teachers.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    request_body = CreateTeacher,
    responses((status = 201, description = "Created; its version is the ETag", body = TeacherView, extensions(("x-etag" = json!(true)))))
)]
#[post("/teachers")]
pub async fn create_teacher(
    db: web::Data<Database>,
    id_numbers: web::Data<IdNumbers>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateTeacher>,
) -> Result<Tagged<TeacherView>> {
    let number = new.id_number.as_deref().map(|number| id_numbers.seal(number)).transpose()?;
    db.write(user.actor(), move |tx| store::create(tx, &user, &new, number.as_ref())).await.map(Tagged::created)
}

/// Get a teacher
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(("id" = TeacherId, Path)),
    responses((status = 200, description = "The teacher; its version is the ETag", body = TeacherView, extensions(("x-etag" = json!(true)))))
)]
#[get("/teachers/{id}")]
pub async fn find_teacher(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
) -> Result<Tagged<TeacherView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update a teacher
///
/// A change of the first or the last day in post corrects the appointments. By callers with `appointments.confirm` it
/// counts at once; otherwise it is reported, and changes nothing until it is confirmed. If hour records would be left
/// without service, 409 `records_without_service` names them, unless `void_records` is set.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    params(("id" = TeacherId, Path)),
    request_body = UpdateTeacher,
    responses((status = 200, description = "Updated; its version is the ETag", body = TeacherView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/teachers/{id}")]
pub async fn update_teacher(
    db: web::Data<Database>,
    id_numbers: web::Data<IdNumbers>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateTeacher>,
) -> Result<Tagged<TeacherView>> {
    let number = match &changes.id_number {
        Some(Some(number)) => Some(Some(id_numbers.seal(number)?)),
        Some(None) => Some(None),
        None => None,
    };
    db.write(user.actor(), move |tx| {
        store::update(tx, &user, id, version, &changes, number.as_ref().map(Option::as_ref))
    })
    .await
    .map(Tagged::from)
}

/// List a teacher's appointments, the latest first
///
/// Lists the statements that stand, confirmed and reported.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(("id" = TeacherId, Path)),
    responses((status = 200, description = "The appointments", body = Vec<AppointmentView>))
)]
#[get("/teachers/{id}/appointments")]
pub async fn list_teacher_appointments(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
) -> Result<web::Json<Vec<AppointmentView>>> {
    db.read(move |conn| store::appointments_of(conn, &user, id)).await.map(web::Json)
}

/// Transfer a teacher to another organization
///
/// The spell that covers the day ends on the day before. The day may lie in the past, be today or lie in the future; a
/// future transfer takes effect on its day. Hours follow the teacher; in the figures of organizations, hours earned before
/// the transfer count for the former organization. A transfer by a caller without `appointments.confirm` is reported, and
/// changes nothing until it is confirmed.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    params(("id" = TeacherId, Path)),
    request_body = CreateTransfer,
    responses((status = 201, description = "Recorded; the teacher's version is the ETag", body = TeacherView, extensions(("x-etag" = json!(true)))))
)]
#[post("/teachers/{id}/transfers")]
pub async fn transfer_teacher(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    ValidJson(new): ValidJson<CreateTransfer>,
) -> Result<Tagged<TeacherView>> {
    db.write(user.actor(), move |tx| store::transfer(tx, &user, id, &new)).await.map(Tagged::created)
}
