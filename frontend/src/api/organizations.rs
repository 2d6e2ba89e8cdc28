//! Organizations 单位.

use songjiao_types::{
    OrganizationId, Page,
    organizations::{CreateOrganization, OrganizationQuery, OrganizationView, UpdateOrganization},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the organizations in scope, a page at a time.
pub fn list_organizations(query: &OrganizationQuery) -> Get<Page<OrganizationView>> {
    Get::list("/organizations", query)
}

/// One organization.
pub fn find_organization(id: OrganizationId) -> Get<OrganizationView> {
    Get::new(format!("/organizations/{id}"))
}

/// Creates an organization below another.
pub async fn create_organization(client: &Client, body: &CreateOrganization) -> ApiResult<Fetched<OrganizationView>> {
    client.post("/organizations", body).await
}

/// Changes an organization.
pub async fn update_organization(
    client: &Client,
    id: OrganizationId,
    etag: &str,
    body: &UpdateOrganization,
) -> ApiResult<Fetched<OrganizationView>> {
    client.patch(&format!("/organizations/{id}"), etag, body).await
}

/// Deletes an organization to which nothing refers.
pub async fn delete_organization(client: &Client, id: OrganizationId, etag: &str) -> ApiResult<()> {
    client.delete(&format!("/organizations/{id}"), etag).await
}
