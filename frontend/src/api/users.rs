//! Users 用户.

use songjiao_types::{
    Page, UserId,
    users::{CreateUser, UpdateUser, UserQuery, UserView},
};

use super::{ApiResult, Client, Fetched, Get};

/// Lists the users in scope, a page at a time.
pub fn list_users(query: &UserQuery) -> Get<Page<UserView>> {
    Get::list("/users", query)
}

/// One user.
pub fn find_user(id: UserId) -> Get<UserView> {
    Get::new(format!("/users/{id}"))
}

/// Creates a user with a first password.
pub async fn create_user(client: &Client, body: &CreateUser) -> ApiResult<Fetched<UserView>> {
    client.post("/users", body).await
}

/// Lifts the locks of a user name.
pub async fn unlock_user(client: &Client, id: UserId) -> ApiResult<Fetched<UserView>> {
    client.post(&format!("/users/{id}/unlock"), &()).await
}

/// Changes a user: name, role, scope, access or password.
pub async fn update_user(client: &Client, id: UserId, etag: &str, body: &UpdateUser) -> ApiResult<Fetched<UserView>> {
    client.patch(&format!("/users/{id}"), etag, body).await
}
