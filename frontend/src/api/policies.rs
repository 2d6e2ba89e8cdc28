//! Policies 政策参数.

use songjiao_types::{
    Page,
    policies::{CreatePolicy, PolicyQuery, PolicyView},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the policies, past and future, a page at a time.
pub fn list_policies(query: &PolicyQuery) -> Get<Page<PolicyView>> {
    Get::list("/policies", query)
}

/// Creates a policy that is in force from a given day.
pub async fn create_policy(client: &Client, body: &CreatePolicy) -> ApiResult<Fetched<PolicyView>> {
    client.post("/policies", body).await
}
