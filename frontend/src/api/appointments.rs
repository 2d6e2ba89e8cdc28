//! Appointments 任职: the spells of teachers, reported and confirmed.

use songjiao_types::{
    AppointmentId, Page, TeacherId,
    appointments::{
        AppointmentQuery, AppointmentView, ConfirmAppointment, ConfirmAppointments, CreateAppointment, CreateTransfers,
        Transfers, UpdateAppointment, WithdrawAppointment,
    },
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the appointments in scope, a page at a time.
pub fn list_appointments(query: &AppointmentQuery) -> Get<Page<AppointmentView>> {
    Get::list("/appointments", query)
}

/// Lists the appointments of a teacher that stand, the latest first.
pub fn list_teacher_appointments(id: TeacherId) -> Get<Vec<AppointmentView>> {
    Get::new(format!("/teachers/{id}/appointments"))
}

/// Lists the statements about a teacher that were corrected or taken back, the latest first.
pub fn list_former_appointments(teacher: TeacherId) -> Get<Page<AppointmentView>> {
    let query = AppointmentQuery {
        teacher_id: Some(teacher),
        standing: Some(false),
        limit: Some(200),
        ..AppointmentQuery::default()
    };
    list_appointments(&query)
}

/// Records a spell.
pub async fn create_appointment(client: &Client, body: &CreateAppointment) -> ApiResult<Fetched<AppointmentView>> {
    client.post("/appointments", body).await
}

/// Corrects an appointment: another statement takes its place.
pub async fn correct_appointment(
    client: &Client,
    id: AppointmentId,
    etag: &str,
    body: &UpdateAppointment,
) -> ApiResult<Fetched<AppointmentView>> {
    client.patch(&format!("/appointments/{id}"), etag, body).await
}

/// Takes an appointment back.
pub async fn withdraw_appointment(
    client: &Client,
    id: AppointmentId,
    body: &WithdrawAppointment,
) -> ApiResult<Fetched<AppointmentView>> {
    client.post(&format!("/appointments/{id}/withdraw"), body).await
}

/// Confirms a reported appointment.
pub async fn confirm_appointment(
    client: &Client,
    id: AppointmentId,
    body: &ConfirmAppointment,
) -> ApiResult<Fetched<AppointmentView>> {
    client.post(&format!("/appointments/{id}/confirm"), body).await
}

/// Confirms several reported appointments, all or none.
pub async fn confirm_appointments(client: &Client, body: &ConfirmAppointments) -> ApiResult<()> {
    client.post_silent("/appointments/confirm", body).await
}

/// Transfers teachers, all or none.
pub async fn transfer_teachers(client: &Client, body: &CreateTransfers) -> ApiResult<Fetched<Transfers>> {
    client.post("/appointments/transfers", body).await
}
