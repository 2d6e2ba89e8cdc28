use actix_web::{HttpResponse, get, patch, post, web};
use songjiao_types::{
    AppointmentId, Page,
    appointments::{
        AppointmentQuery, AppointmentView, ConfirmAppointment, ConfirmAppointments, ConfirmedAppointments,
        CreateAppointment, CreateTransfers, Transfers, UpdateAppointment, WithdrawAppointment,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{listing, store};
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
        .service(list_appointments)
        .service(create_appointment)
        // Before the paths with an id.
        .service(create_transfers)
        .service(confirm_appointments)
        .service(find_appointment)
        .service(update_appointment)
        .service(withdraw_appointment)
        .service(confirm_appointment);
}

/// List the appointments in scope
///
/// Lists the statements that stand, confirmed and reported; with `standing=false` those that were corrected or taken back.
/// Callers see their own; by scope those at an organization there, and those of the teachers who serve there now.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.read"])),
    params(AppointmentQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<AppointmentView>, extensions(("x-files" = json!(true)))))
)]
#[get("/appointments")]
pub async fn list_appointments(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<AppointmentQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| listing::list(conn, &user, &query, page)).await
}

/// Record a spell
///
/// Spells of a teacher do not overlap: 409 `appointment_overlaps`. One that begins on the last day of another moves that
/// day to the day before; one with the same first day replaces the other. Gaps are allowed. The spell is confirmed at once
/// if the caller holds `appointments.confirm`, and otherwise reported: it counts in no figure until it is confirmed.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.write"])),
    request_body = CreateAppointment,
    responses((status = 201, description = "Recorded; its version is the ETag", body = AppointmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/appointments")]
pub async fn create_appointment(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateAppointment>,
) -> Result<Tagged<AppointmentView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get an appointment
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.read"])),
    params(("id" = AppointmentId, Path)),
    responses((status = 200, description = "The appointment; its version is the ETag", body = AppointmentView, extensions(("x-etag" = json!(true)))))
)]
#[get("/appointments/{id}")]
pub async fn find_appointment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<AppointmentId>,
) -> Result<Tagged<AppointmentView>> {
    db.read(move |conn| listing::find(conn, &user, id)).await.map(Tagged::from)
}

/// Correct an appointment
///
/// The former statement is kept, with the reason, and another takes its place, whose `corrects_id` names it. Where hour
/// records count follows. If records would be left without service, 409 `records_without_service` names them, unless
/// `void_records` is set, which voids them for the reason given. A correction of a confirmed appointment by a caller
/// without `appointments.confirm` is reported, and changes nothing until it is confirmed.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.write"])),
    params(("id" = AppointmentId, Path)),
    request_body = UpdateAppointment,
    responses((status = 200, description = "The new statement; its version is the ETag", body = AppointmentView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/appointments/{id}")]
pub async fn update_appointment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<AppointmentId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateAppointment>,
) -> Result<Tagged<AppointmentView>> {
    db.write(user.actor(), move |tx| store::correct(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// Take an appointment back
///
/// The statement is kept, with the reason. If the spell before it ended with the transfer to it, that spell goes on in its
/// place; a last day that it moved to the day before is what it was. A confirmed appointment is taken back by callers with `appointments.confirm` alone.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.write"])),
    params(("id" = AppointmentId, Path)),
    request_body = WithdrawAppointment,
    responses((status = 200, description = "Taken back; its version is the ETag", body = AppointmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/appointments/{id}/withdraw")]
pub async fn withdraw_appointment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<AppointmentId>,
    ValidJson(request): ValidJson<WithdrawAppointment>,
) -> Result<Tagged<AppointmentView>> {
    db.write(user.actor(), move |tx| store::withdraw(tx, &user, id, &request)).await.map(Tagged::from)
}

/// Confirm a reported appointment
///
/// From then on it counts in figures, and hour records that waited for it wait for a decision.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["appointments.confirm"])),
    params(("id" = AppointmentId, Path)),
    request_body = ConfirmAppointment,
    responses((status = 200, description = "Confirmed; its version is the ETag", body = AppointmentView, extensions(("x-etag" = json!(true)))))
)]
#[post("/appointments/{id}/confirm")]
pub async fn confirm_appointment(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<AppointmentId>,
    ValidJson(request): ValidJson<ConfirmAppointment>,
) -> Result<Tagged<AppointmentView>> {
    db.write(user.actor(), move |tx| store::confirm(tx, &user, id, &request)).await.map(Tagged::from)
}

/// Confirm reported appointments, all or none
///
/// Confirms those with the given `ids`, or all that wait in an organization and below it.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["appointments.confirm"])),
    request_body = ConfirmAppointments,
    responses((status = 200, description = "Confirmed", body = ConfirmedAppointments))
)]
#[post("/appointments/confirm")]
pub async fn confirm_appointments(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(request): ValidJson<ConfirmAppointments>,
) -> Result<web::Json<ConfirmedAppointments>> {
    let confirmed = db.write(user.actor(), move |tx| store::confirm_all(tx, &user, &request)).await?;
    Ok(web::Json(ConfirmedAppointments { confirmed: i64::try_from(confirmed).unwrap_or(i64::MAX) }))
}

/// Transfer teachers to another organization, all or none
///
/// The day may lie in the past, be today or lie in the future; a future transfer takes effect on its day. The spell of each
/// teacher that covers the day ends on the day before. Hours follow the teacher; hour records count where the teacher
/// served on their last day, so those from the day on count for the new organization.
#[utoipa::path(
    tag = "appointments",
    security(("bearer" = ["teachers.write"])),
    request_body = CreateTransfers,
    responses((status = 201, description = "The new spells", body = Transfers))
)]
#[post("/appointments/transfers")]
pub async fn create_transfers(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateTransfers>,
) -> Result<HttpResponse> {
    let items = db.write(user.actor(), move |tx| store::transfer_all(tx, &user, &new)).await?;
    Ok(HttpResponse::Created().json(Transfers { items }))
}
