//! Policies 政策参数.

use songjiao_types::{
    Page,
    policies::{CreatePolicy, PolicyView},
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// A page of the policies, past and to come.
pub fn list_policies(query: &Query) -> Get<Page<PolicyView>> {
    Get::list("/policies", query)
}

/// Sets a policy from a day on.
pub async fn create_policy(client: &Client, body: &CreatePolicy) -> ApiResult<Fetched<PolicyView>> {
    client.post("/policies", body).await
}
