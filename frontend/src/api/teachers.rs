//! Teachers 教师 and their appointments 任职.

use songjiao_types::{
    Page, TeacherId,
    teachers::{AppointmentView, CreateTeacher, CreateTransfer, TeacherQuery, TeacherView, UpdateTeacher},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the teachers in scope, a page at a time.
pub fn list_teachers(query: &TeacherQuery) -> Get<Page<TeacherView>> {
    Get::list("/teachers", query)
}

/// One teacher.
pub fn find_teacher(id: TeacherId) -> Get<TeacherView> {
    Get::new(format!("/teachers/{id}"))
}

/// Creates a teacher with the first appointment.
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

/// Lists the appointments of a teacher, the present one first.
pub fn list_appointments(id: TeacherId) -> Get<Vec<AppointmentView>> {
    Get::new(format!("/teachers/{id}/appointments"))
}

/// Transfers a teacher to another organization from a given day on.
pub async fn transfer_teacher(
    client: &Client,
    id: TeacherId,
    body: &CreateTransfer,
) -> ApiResult<Fetched<TeacherView>> {
    client.post(&format!("/teachers/{id}/transfers"), body).await
}
