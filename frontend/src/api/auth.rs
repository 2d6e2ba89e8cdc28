//! Sign-in, sign-out, the own account.

use songjiao_types::auth::{ChangePassword, Credentials, Me, RefreshToken, Tokens};

use super::{ApiResult, Client, Get, SessionEvent, tokens::TokenStore};

pub use super::tokens::STORAGE_KEY;

/// Whether a sign-in of this browser may still be good.
pub fn may_be_signed_in() -> bool {
    TokenStore::refresh().is_some()
}

/// Signs in; the session hears of it.
pub async fn log_in(client: &Client, credentials: &Credentials) -> ApiResult<()> {
    let tokens: Tokens = client.post_unsigned("/auth/login", credentials).await?;
    client.sign_in(tokens);
    Ok(())
}

/// Signs out, here at once and in the API if it can be reached.
pub async fn log_out(client: &Client) {
    let refresh_token = TokenStore::refresh();
    if let Some(refresh_token) = refresh_token {
        let _ = client.post_silent("/auth/logout", &RefreshToken { refresh_token }).await;
    }
    client.end(SessionEvent::SignedOut);
}

/// Changes the own password, which ends the user's other sessions.
pub async fn change_password(client: &Client, body: &ChangePassword) -> ApiResult<()> {
    client.post_silent("/auth/password", body).await?;
    // `must_change_password` is settled by it.
    if let Ok(me) = client.fetch(&find_me()).await {
        client.announce(me.value.clone());
    }
    Ok(())
}

/// The signed-in user.
pub fn find_me() -> Get<Me> {
    Get::new("/me")
}
