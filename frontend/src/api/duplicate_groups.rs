//! Groups of suspected duplicates 疑似重复, and the decisions on them.

use songjiao_types::{
    DuplicateGroupId, Page,
    duplicate_groups::{
        DecideDuplicateGroup, DecideDuplicateGroups, DecidedDuplicateGroups, DuplicateGroupQuery, DuplicateGroupView,
    },
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the groups in scope, a page at a time.
pub fn list_duplicate_groups(query: &DuplicateGroupQuery) -> Get<Page<DuplicateGroupView>> {
    Get::list("/duplicate-groups", query)
}

/// One group with all its records.
pub fn find_duplicate_group(id: DuplicateGroupId) -> Get<DuplicateGroupView> {
    Get::new(format!("/duplicate-groups/{id}"))
}

/// Decides which units of a group count.
pub async fn decide_duplicate_group(
    client: &Client,
    id: DuplicateGroupId,
    body: &DecideDuplicateGroup,
) -> ApiResult<Fetched<DuplicateGroupView>> {
    client.post(&format!("/duplicate-groups/{id}/decide"), body).await
}

/// Decides the open groups of a filter by a rule, or counts what that would do.
pub async fn decide_duplicate_groups(
    client: &Client,
    body: &DecideDuplicateGroups,
) -> ApiResult<Fetched<DecidedDuplicateGroups>> {
    client.post("/duplicate-groups/decide", body).await
}
