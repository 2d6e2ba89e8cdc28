//! Projects 培训项目.

use songjiao_types::{
    Page, ProjectId,
    lessons::{LessonQuery, LessonView},
    projects::{CancelProject, CreateProject, ProjectQuery, ProjectStatus, ProjectView, UpdateProject},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the projects in scope, those of the user's team and those in which the user takes part, a page at a time.
pub fn list_projects(query: &ProjectQuery) -> Get<Page<ProjectView>> {
    Get::list("/projects", query)
}

/// One project.
pub fn find_project(id: ProjectId) -> Get<ProjectView> {
    Get::new(format!("/projects/{id}"))
}

/// Lists the lessons of a project.
pub fn list_project_lessons(id: ProjectId) -> Get<Page<LessonView>> {
    Get::list("/lessons", &LessonQuery { project_id: Some(id), limit: Some(200), ..Default::default() })
}

/// Creates a project as a draft.
pub async fn create_project(client: &Client, body: &CreateProject) -> ApiResult<Fetched<ProjectView>> {
    client.post("/projects", body).await
}

/// Changes the plan of a project.
pub async fn update_project(
    client: &Client,
    id: ProjectId,
    etag: &str,
    body: &UpdateProject,
) -> ApiResult<Fetched<ProjectView>> {
    client.patch(&format!("/projects/{id}"), etag, body).await
}

/// Deletes a draft.
pub async fn delete_project(client: &Client, id: ProjectId, etag: &str) -> ApiResult<()> {
    client.delete(&format!("/projects/{id}"), etag).await
}

/// Moves a project to its next status: published, running, completed or archived.
pub async fn advance_project(client: &Client, id: ProjectId, to: ProjectStatus) -> ApiResult<Fetched<ProjectView>> {
    let verb = match to {
        ProjectStatus::Published => "publish",
        ProjectStatus::Running => "start",
        ProjectStatus::Completed => "complete",
        ProjectStatus::Archived => "archive",
        // Not a next status. The API has no such path and answers 404.
        ProjectStatus::Draft | ProjectStatus::Cancelled => "draft",
    };
    client.post(&format!("/projects/{id}/{verb}"), &serde_json::json!({})).await
}

/// Cancels a project.
pub async fn cancel_project(client: &Client, id: ProjectId, body: &CancelProject) -> ApiResult<Fetched<ProjectView>> {
    client.post(&format!("/projects/{id}/cancel"), body).await
}
