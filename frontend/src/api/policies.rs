//! Policies 政策参数 and the calendar.

use songjiao_types::{
    Page,
    policies::{CalendarQuery, CalendarView, CreatePolicy, PolicyPreview, PolicyQuery, PolicyView},
};

use super::{ApiResult, Client, Fetched, Get, etag};

/// Lists the policies, past and future, a page at a time.
pub fn list_policies(query: &PolicyQuery) -> Get<Page<PolicyView>> {
    Get::list("/policies", query)
}

/// Reads the training years and cycles so far, with the quotas of an organization.
pub fn find_calendar(query: &CalendarQuery) -> Get<CalendarView> {
    Get::list("/calendar", query)
}

/// Says what a policy would change.
pub async fn preview_policy(client: &Client, body: &CreatePolicy) -> ApiResult<Fetched<PolicyPreview>> {
    client.post("/policies/preview", body).await
}

/// Creates a policy that is in force from a given day.
pub async fn create_policy(client: &Client, body: &CreatePolicy) -> ApiResult<Fetched<PolicyView>> {
    client.post("/policies", body).await
}

/// Withdraws a policy that is not yet in force.
pub async fn withdraw_policy(client: &Client, policy: &PolicyView) -> ApiResult<()> {
    client.delete(&format!("/policies/{}", policy.id), &etag(policy.version)).await
}
