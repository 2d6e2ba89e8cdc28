use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId, Page, Permission, TeacherId,
    teachers::{
        AppointmentView, CreateTeacher, CreateTransfer, TeacherSort, TeacherStatus, TeacherView, UpdateTeacher,
        possible_id_number,
    },
    training::Stage,
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
    people::teachers::identity::IdNumbers,
};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_teachers)
        .service(create_teacher)
        .service(find_teacher)
        .service(update_teacher)
        .service(list_appointments)
        .service(transfer_teacher);
}

/// What a list of teachers can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TeacherQuery {
    /// Part of the name, of its 拼音首字母 or of the number; for who may change teachers, also a whole 身份证号
    pub q: Option<String>,
    /// Serving in this organization or below
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    pub subject: Option<String>,
    #[param(inline)]
    pub stage: Option<Stage>,
    #[param(inline)]
    pub status: Option<TeacherStatus>,
    /// 骨干教师
    pub backbone: Option<bool>,
    /// By default `teacher_no`
    #[param(inline)]
    pub sort: Option<TeacherSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the teachers in scope
///
/// A teacher sees the own row; a team's members also the participants of their projects.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(TeacherQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<TeacherView>))
)]
#[get("/teachers")]
pub async fn list_teachers(
    db: web::Data<Database>,
    id_numbers: web::Data<IdNumbers>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<TeacherQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    let number = query.q.as_deref().map(str::trim).filter(|text| possible_id_number(text).is_ok());
    let key = number.filter(|_| user.allows(Permission::TeachersWrite)).map(|number| id_numbers.lookup_key(number));
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, key.as_deref(), page)).await
}

/// Create a teacher
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    request_body = CreateTeacher,
    responses((status = 201, description = "Created; its version is the ETag", body = TeacherView))
)]
#[post("/teachers")]
pub async fn create_teacher(
    db: web::Data<Database>,
    id_numbers: web::Data<IdNumbers>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateTeacher>,
) -> Result<Tagged<TeacherView>> {
    let number = new.id_number.as_deref().map(|number| id_numbers.seal(number)).transpose()?;
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new, number.as_ref())).await?;
    let (version, location) = (created.version, format!("/api/v1/teachers/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find a teacher
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(("id" = TeacherId, Path)),
    responses((status = 200, description = "The teacher; its version is the ETag", body = TeacherView))
)]
#[get("/teachers/{id}")]
pub async fn find_teacher(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
) -> Result<Tagged<TeacherView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change a teacher
///
/// When somebody joined and left decides what their years ask for, which follows at once.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    params(("id" = TeacherId, Path)),
    request_body = UpdateTeacher,
    responses((status = 200, description = "Changed; its version is the ETag", body = TeacherView))
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
    let changed = db
        .write(user.actor(), move |tx| {
            store::update(tx, &user, id, version, &changes, number.as_ref().map(Option::as_ref))
        })
        .await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}

/// List a teacher's appointments, the present one first
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.read"])),
    params(("id" = TeacherId, Path)),
    responses((status = 200, description = "The appointments", body = Vec<AppointmentView>))
)]
#[get("/teachers/{id}/appointments")]
pub async fn list_appointments(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
) -> Result<web::Json<Vec<AppointmentView>>> {
    db.read(move |conn| store::appointments_of(conn, &user, id)).await.map(web::Json)
}

/// Transfer a teacher to another organization
///
/// The present appointment ends the day before. Hours follow the teacher; those earned before
/// count for the former organization.
#[utoipa::path(
    tag = "teachers",
    security(("bearer" = ["teachers.write"])),
    params(("id" = TeacherId, Path)),
    request_body = CreateTransfer,
    responses((status = 201, description = "Transferred; the teacher's version is the ETag", body = TeacherView))
)]
#[post("/teachers/{id}/transfers")]
pub async fn transfer_teacher(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeacherId>,
    ValidJson(new): ValidJson<CreateTransfer>,
) -> Result<Tagged<TeacherView>> {
    let moved = db.write(user.actor(), move |tx| store::transfer(tx, &user, id, &new)).await?;
    let (version, location) = (moved.version, format!("/api/v1/teachers/{}", moved.id));
    Ok(Tagged::created(moved, version, location))
}
