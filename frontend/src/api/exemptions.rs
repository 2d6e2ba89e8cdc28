//! Exemptions 减免.

use songjiao_types::{
    Page,
    exemptions::{CreateExemption, ExemptionView},
};

use super::{ApiResult, Client, Fetched, Get, etag};
use crate::query::Query;

/// The filters that a list of exemptions takes.
pub const FILTERS: &[&str] = &["teacher_id", "organization_id", "kind"];

/// A page of the exemptions of the teachers in scope.
pub fn list_exemptions(query: &Query) -> Get<Page<ExemptionView>> {
    Get::list("/exemptions", query)
}

/// Exempts a teacher for a time.
pub async fn create_exemption(client: &Client, body: &CreateExemption) -> ApiResult<Fetched<ExemptionView>> {
    client.post("/exemptions", body).await
}

/// Deletes an exemption that was entered in error.
pub async fn delete_exemption(client: &Client, exemption: &ExemptionView) -> ApiResult<()> {
    client.delete(&format!("/exemptions/{}", exemption.id), &etag(exemption.version)).await
}
