//! Exemptions 减免.

use songjiao_types::{
    ExemptionId, Page,
    exemptions::{CreateExemption, ExemptionQuery, ExemptionView},
};

use super::{ApiResult, Client, Fetched, Get, etag};

/// Lists the exemptions of the teachers in scope, a page at a time.
pub fn list_exemptions(query: &ExemptionQuery) -> Get<Page<ExemptionView>> {
    Get::list("/exemptions", query)
}

/// Exempts a teacher for a period.
pub async fn create_exemption(client: &Client, body: &CreateExemption) -> ApiResult<Fetched<ExemptionView>> {
    client.post("/exemptions", body).await
}

/// Confirms a reported exemption.
pub async fn confirm_exemption(client: &Client, id: ExemptionId) -> ApiResult<()> {
    client.post_silent(&format!("/exemptions/{id}/confirm"), &serde_json::json!({})).await
}

/// Deletes an exemption that was entered by mistake.
pub async fn delete_exemption(client: &Client, exemption: &ExemptionView) -> ApiResult<()> {
    client.delete(&format!("/exemptions/{}", exemption.id), &etag(exemption.version)).await
}
