//! Phases 阶段 with their activities 活动 and deliverables 成果材料.

use songjiao_types::{
    ActivityId, DeliverableId, Page, PhaseId, ProjectId,
    activities::{ActivityQuery, ActivityView, CreateActivity, UpdateActivity},
    deliverables::{CreateDeliverable, DeliverableQuery, DeliverableView, UpdateDeliverable},
    phases::{PhaseView, SkipPhase, UpdatePhase},
};

use super::{ApiResult, Client, Fetched, Get, etag};

/// The most elements of a list that is read at once: more than there are.
const ALL: Option<i64> = Some(500);

/// One phase.
pub fn find_phase(id: PhaseId) -> Get<PhaseView> {
    Get::new(format!("/phases/{id}"))
}

/// Changes the plan of a phase.
pub async fn update_phase(client: &Client, phase: &PhaseView, body: &UpdatePhase) -> ApiResult<Fetched<PhaseView>> {
    client.patch(&format!("/phases/{}", phase.id), &etag(phase.version), body).await
}

/// Starts a phase. The previous one must be done.
pub async fn start_phase(client: &Client, id: PhaseId) -> ApiResult<Fetched<PhaseView>> {
    client.post(&format!("/phases/{id}/start"), &serde_json::json!({})).await
}

/// Skips a phase with a reason.
pub async fn skip_phase(client: &Client, id: PhaseId, body: &SkipPhase) -> ApiResult<Fetched<PhaseView>> {
    client.post(&format!("/phases/{id}/skip"), body).await
}

/// The parent of activities: a phase, or a project of a kind without phases.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ActivityParent {
    Phase(PhaseId),
    Project(ProjectId),
}

impl ActivityParent {
    fn activities(self) -> String {
        match self {
            Self::Phase(id) => format!("/phases/{id}/activities"),
            Self::Project(id) => format!("/projects/{id}/activities"),
        }
    }
}

/// Lists the activities of a phase or project by day.
pub fn list_activities(of: ActivityParent) -> Get<Page<ActivityView>> {
    Get::list(&of.activities(), &ActivityQuery { limit: ALL, ..Default::default() })
}

/// One activity.
pub fn find_activity(id: ActivityId) -> Get<ActivityView> {
    Get::new(format!("/activities/{id}"))
}

/// Creates an activity.
pub async fn create_activity(
    client: &Client,
    to: ActivityParent,
    body: &CreateActivity,
) -> ApiResult<Fetched<ActivityView>> {
    client.post(&to.activities(), body).await
}

/// Changes an activity.
pub async fn update_activity(
    client: &Client,
    activity: &ActivityView,
    body: &UpdateActivity,
) -> ApiResult<Fetched<ActivityView>> {
    client.patch(&format!("/activities/{}", activity.id), &etag(activity.version), body).await
}

/// Deletes an activity without attendance.
pub async fn delete_activity(client: &Client, id: ActivityId, version: i32) -> ApiResult<()> {
    client.delete(&format!("/activities/{id}"), &etag(version)).await
}

/// Lists the deliverables of a phase.
pub fn list_deliverables(phase: PhaseId) -> Get<Page<DeliverableView>> {
    Get::list(&format!("/phases/{phase}/deliverables"), &DeliverableQuery { limit: ALL, ..Default::default() })
}

/// Submits a deliverable.
pub async fn create_deliverable(
    client: &Client,
    phase: PhaseId,
    body: &CreateDeliverable,
) -> ApiResult<Fetched<DeliverableView>> {
    client.post(&format!("/phases/{phase}/deliverables"), body).await
}

/// Changes a deliverable.
pub async fn update_deliverable(
    client: &Client,
    deliverable: &DeliverableView,
    body: &UpdateDeliverable,
) -> ApiResult<Fetched<DeliverableView>> {
    client.patch(&format!("/deliverables/{}", deliverable.id), &etag(deliverable.version), body).await
}

/// Deletes a deliverable.
pub async fn delete_deliverable(client: &Client, id: DeliverableId, version: i32) -> ApiResult<()> {
    client.delete(&format!("/deliverables/{id}"), &etag(version)).await
}
