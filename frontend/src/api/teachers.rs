//! Teachers 教师 and their appointments 任职.

use songjiao_types::{
    Page, TeacherId,
    teachers::{AppointmentView, CreateTeacher, CreateTransfer, TeacherView, UpdateTeacher},
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// The filters that a list of teachers takes.
pub const FILTERS: &[&str] = &["q", "organization_id", "subject", "stage", "status", "backbone"];

/// A page of the teachers in scope.
pub fn list_teachers(query: &Query) -> Get<Page<TeacherView>> {
    Get::list("/teachers", query)
}

/// One teacher.
pub fn find_teacher(id: TeacherId) -> Get<TeacherView> {
    Get::new(format!("/teachers/{id}"))
}

/// Adds a teacher, with the first appointment.
pub async fn create_teacher(client: &Client, body: &CreateTeacher) -> ApiResult<Fetched<TeacherView>> {
    client.post("/teachers", body).await
}

/// Changes a teacher.
pub async fn update_teacher(
    client: &Client,
    id: TeacherId,
    etag: &str,
    body: &UpdateTeacher,
) -> ApiResult<Fetched<TeacherView>> {
    client.patch(&format!("/teachers/{id}"), etag, body).await
}

/// Where a teacher served, and when; the present place first.
pub fn list_appointments(id: TeacherId) -> Get<Vec<AppointmentView>> {
    Get::new(format!("/teachers/{id}/appointments"))
}

/// Has a teacher serve elsewhere from a day on.
pub async fn transfer_teacher(
    client: &Client,
    id: TeacherId,
    body: &CreateTransfer,
) -> ApiResult<Fetched<TeacherView>> {
    client.post(&format!("/teachers/{id}/transfers"), body).await
}
