//! Ending phases and projects 结业, and mending what was ended.

use songjiao_types::{
    ActivityId, PhaseId, ProjectId,
    activities::{ActivityView, CancelActivity},
    attendance::AttendanceSheet,
    completions::{CompletePhase, CompleteProject, CompletionView, CorrectMark, MendingReason},
    phases::PhaseView,
    projects::ProjectView,
};

use super::{ApiResult, Client, Fetched, Get};

/// What completing a phase asks for and leads to.
pub fn preview_phase(id: PhaseId) -> Get<CompletionView> {
    Get::new(format!("/phases/{id}/completion"))
}

/// What completing a project asks for and leads to.
pub fn preview_project(id: ProjectId) -> Get<CompletionView> {
    Get::new(format!("/projects/{id}/completion"))
}

/// Completes a phase, which issues its hours.
pub async fn complete_phase(client: &Client, id: PhaseId, body: &CompletePhase) -> ApiResult<Fetched<PhaseView>> {
    client.post(&format!("/phases/{id}/complete"), body).await
}

/// Completes a project, which decides on its participants and their hours.
pub async fn complete_project(
    client: &Client,
    id: ProjectId,
    body: &CompleteProject,
) -> ApiResult<Fetched<ProjectView>> {
    client.post(&format!("/projects/{id}/complete"), body).await
}

/// Reopens a phase.
pub async fn reopen_phase(client: &Client, id: PhaseId, body: &MendingReason) -> ApiResult<Fetched<PhaseView>> {
    client.post(&format!("/phases/{id}/reopen"), body).await
}

/// Reopens a project.
pub async fn reopen_project(client: &Client, id: ProjectId, body: &MendingReason) -> ApiResult<Fetched<ProjectView>> {
    client.post(&format!("/projects/{id}/reopen"), body).await
}

/// Settles a project by its completed phases.
pub async fn settle_project(client: &Client, id: ProjectId, body: &MendingReason) -> ApiResult<Fetched<ProjectView>> {
    client.post(&format!("/projects/{id}/settle"), body).await
}

/// Cancels an activity.
pub async fn cancel_activity(
    client: &Client,
    id: ActivityId,
    body: &CancelActivity,
) -> ApiResult<Fetched<ActivityView>> {
    client.post(&format!("/activities/{id}/cancel"), body).await
}

/// Takes back that an activity was cancelled.
pub async fn reinstate_activity(client: &Client, id: ActivityId) -> ApiResult<Fetched<ActivityView>> {
    client.post(&format!("/activities/{id}/reinstate"), &serde_json::json!({})).await
}

/// Corrects a mark after hours were issued.
pub async fn correct_mark(client: &Client, id: ActivityId, body: &CorrectMark) -> ApiResult<Fetched<AttendanceSheet>> {
    client.post(&format!("/activities/{id}/attendance/correct"), body).await
}
