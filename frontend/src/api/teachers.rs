//! Teachers 教师.

use songjiao_types::{
    Page, TeacherId,
    teachers::{CreateTeacher, TeacherQuery, TeacherView, UpdateTeacher},
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
