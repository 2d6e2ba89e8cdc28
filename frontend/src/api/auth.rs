//! Sign-in, sign-out and the user's own account.

use songjiao_types::auth::{ChangePassword, Credentials, Me, RefreshToken, Tokens};

use super::{ApiResult, Client, Get, SessionEvent, tokens::TokenStore};

pub use super::tokens::STORAGE_KEY;

/// Whether this browser holds a refresh token that may still be valid.
pub fn may_be_signed_in() -> bool {
    TokenStore::refresh().is_some()
}

/// Signs in and tells the session.
pub async fn log_in(client: &Client, credentials: &Credentials) -> ApiResult<()> {
    let tokens: Tokens = client.post_unsigned("/auth/login", credentials).await?;
    client.sign_in(tokens);
    Ok(())
}

/// Signs out: in this browser at once, and in the API if it can be reached.
pub async fn log_out(client: &Client) {
    let refresh_token = TokenStore::refresh();
    if let Some(refresh_token) = refresh_token {
        let _ = client.post_silent("/auth/logout", &RefreshToken { refresh_token }).await;
    }
    client.end_session(SessionEvent::SignedOut);
}

/// Changes the user's own password, which ends their other sessions.
pub async fn change_password(client: &Client, body: &ChangePassword) -> ApiResult<()> {
    client.post_silent("/auth/password", body).await?;
    // This clears `must_change_password`.
    if let Ok(me) = client.fetch(&find_me()).await {
        client.update_user(me.value.clone());
    }
    Ok(())
}

/// The signed-in user.
pub fn find_me() -> Get<Me> {
    Get::new("/me")
}
