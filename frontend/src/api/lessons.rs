//! Lessons 课.

use songjiao_types::{
    LessonId, Page,
    lessons::{CreateLesson, GradeLesson, LessonEvidence, LessonQuery, LessonView, UpdateLesson},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the lessons in scope, those of the user's team projects and the user's own, a page at a time.
pub fn list_lessons(query: &LessonQuery) -> Get<Page<LessonView>> {
    Get::list("/lessons", query)
}

/// One lesson.
pub fn find_lesson(id: LessonId) -> Get<LessonView> {
    Get::new(format!("/lessons/{id}"))
}

/// Creates a lesson.
pub async fn create_lesson(client: &Client, body: &CreateLesson) -> ApiResult<Fetched<LessonView>> {
    client.post("/lessons", body).await
}

/// Changes a lesson that is not graded yet.
pub async fn update_lesson(
    client: &Client,
    id: LessonId,
    etag: &str,
    body: &UpdateLesson,
) -> ApiResult<Fetched<LessonView>> {
    client.patch(&format!("/lessons/{id}"), etag, body).await
}

/// Deletes a lesson that is not graded yet.
pub async fn delete_lesson(client: &Client, id: LessonId, etag: &str) -> ApiResult<()> {
    client.delete(&format!("/lessons/{id}"), etag).await
}

/// Grades a lesson.
pub async fn grade_lesson(client: &Client, id: LessonId, body: &GradeLesson) -> ApiResult<Fetched<LessonView>> {
    client.post(&format!("/lessons/{id}/grade"), body).await
}

/// The evidence of a lesson from its project.
pub fn find_evidence(id: LessonId) -> Get<LessonEvidence> {
    Get::new(format!("/lessons/{id}/evidence"))
}
