//! Users 用户.

use songjiao_types::{
    Page, UserId,
    users::{CreateUser, UpdateUser, UserView},
};

use super::{ApiResult, Client, Fetched, Get};
use crate::query::Query;

/// The filters that a list of users takes.
pub const FILTERS: &[&str] = &["q", "role", "organization_id", "disabled"];

/// A page of the users in scope.
pub fn list_users(query: &Query) -> Get<Page<UserView>> {
    Get::list("/users", query)
}

/// One user.
pub fn find_user(id: UserId) -> Get<UserView> {
    Get::new(format!("/users/{id}"))
}

/// Adds a user with a first password.
pub async fn create_user(client: &Client, body: &CreateUser) -> ApiResult<Fetched<UserView>> {
    client.post("/users", body).await
}

/// Changes a user: who it is, what it may see, whether it may sign in, or its password.
pub async fn update_user(client: &Client, id: UserId, etag: &str, body: &UpdateUser) -> ApiResult<Fetched<UserView>> {
    client.patch(&format!("/users/{id}"), etag, body).await
}
