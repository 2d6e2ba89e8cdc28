use actix_web::{HttpRequest, HttpResponse, get, post, web};
use songjiao_types::{
    ErrorCode, UserId,
    auth::{ChangePassword, Credentials, Me, RefreshToken, Tokens},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    CurrentUser, password,
    store::{self, Rotation},
};
use crate::{
    auth::{profile::PasswordProfile, tokens::TokenKeys},
    db::Actor,
    db::Database,
    error::{ApiError, Result},
    http::{
        extract::ValidJson,
        problems::{RequestId, client_ip},
    },
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(sign_in).service(refresh).service(sign_out).service(change_password).service(find_me);
}

/// Returns the actor of a request without a session, by the user name that it gives.
fn anonymous_actor(request: &HttpRequest, username: &str) -> Actor {
    Actor { user_id: None, username: username.to_owned(), ip: client_ip(request), request_id: RequestId::of(request) }
}

/// Sign in
///
/// Five consecutive failures lock the user name for 15 minutes, whether or not such a user exists.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = Credentials,
    responses((status = 200, description = "Signed in", body = Tokens))
)]
#[post("/auth/login")]
pub async fn sign_in(
    db: web::Data<Database>,
    tokens: web::Data<TokenKeys>,
    password_profile: web::Data<PasswordProfile>,
    request: HttpRequest,
    ValidJson(credentials): ValidJson<Credentials>,
) -> Result<web::Json<Tokens>> {
    let Credentials { username, password } = credentials;
    let (name, now) = (username.clone(), db.clock().now());
    let (locked_until, found) = db
        .read(move |conn| Ok((store::locked_until(conn, &name, now)?, store::find_credentials(conn, &name)?)))
        .await?;
    if let Some(until) = locked_until {
        let seconds = (until - chrono::DateTime::from(now)).num_seconds().max(1);
        return Err(ApiError::new(ErrorCode::TooManyAttempts).retry_after(seconds));
    }
    let (user, hash) = found.unzip();
    let matches = password::verify(password, hash).await?;
    let actor = anonymous_actor(&request, &username);
    let Some(user) = user.filter(|_| matches) else {
        db.write(actor, move |tx| store::record_failure(tx, &username)).await?;
        return Err(ApiError::new(ErrorCode::BadCredentials));
    };
    let profile = **password_profile;
    let (session, refresh_token) = db.write(actor, move |tx| store::open_session(tx, user, &username, profile)).await?;
    issue_tokens(&db, &tokens, user, session, refresh_token).await.map(web::Json)
}

async fn issue_tokens(
    db: &Database,
    tokens: &TokenKeys,
    user: UserId,
    session: songjiao_types::SessionId,
    refresh_token: String,
) -> Result<Tokens> {
    Ok(Tokens {
        access_token: tokens.access_token(user, session)?,
        refresh_token,
        token_type: "Bearer".to_owned(),
        expires_in: tokens.expires_in(),
        user: db.read(move |conn| store::me(conn, user)).await?,
    })
}

/// Exchange a refresh token for new tokens
///
/// A refresh token can be used once. Using it again ends the session.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = RefreshToken,
    responses((status = 200, description = "The new tokens", body = Tokens))
)]
#[post("/auth/refresh")]
pub async fn refresh(
    db: web::Data<Database>,
    tokens: web::Data<TokenKeys>,
    request: HttpRequest,
    ValidJson(request_body): ValidJson<RefreshToken>,
) -> Result<web::Json<Tokens>> {
    let rotation =
        db.write(anonymous_actor(&request, ""), move |tx| store::rotate(tx, &request_body.refresh_token)).await?;
    match rotation {
        Rotation::Next { user, session, token } => {
            issue_tokens(&db, &tokens, user, session, token).await.map(web::Json)
        }
        Rotation::Reused => Err(ApiError::new(ErrorCode::TokenReused)),
    }
}

/// Sign out
///
/// Ends the session of the refresh token and so its access tokens. An unknown token has no effect.
#[utoipa::path(
    tag = "auth",
    security(()),
    request_body = RefreshToken,
    responses((status = 204, description = "Signed out"))
)]
#[post("/auth/logout")]
pub async fn sign_out(
    db: web::Data<Database>,
    request: HttpRequest,
    ValidJson(request_body): ValidJson<RefreshToken>,
) -> Result<HttpResponse> {
    db.write(anonymous_actor(&request, ""), move |tx| store::sign_out(tx, &request_body.refresh_token)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change your password
///
/// Ends all other sessions of the user.
#[utoipa::path(
    tag = "auth",
    security(("bearer" = ["account"])),
    request_body = ChangePassword,
    responses((status = 204, description = "Changed"))
)]
#[post("/auth/password")]
pub async fn change_password(
    db: web::Data<Database>,
    password_profile: web::Data<PasswordProfile>,
    user: CurrentUser,
    ValidJson(change): ValidJson<ChangePassword>,
) -> Result<HttpResponse> {
    let (id, profile) = (user.id, **password_profile);
    let (current, earlier) = db
        .read(move |conn| Ok((store::password_hash(conn, id)?, store::earlier_passwords(conn, profile, id)?)))
        .await?;
    if !password::verify(change.current_password, Some(current)).await? {
        return Err(ApiError::invalid("/current_password", "wrong_password", "当前密码不正确"));
    }
    let username = user.username.clone();
    let hash = password::check_and_hash(profile, change.new_password, username, earlier, "/new_password").await?;
    let session = user.session_id.ok_or_else(ApiError::forbidden)?;
    db.write(user.actor(), move |tx| store::change_password(tx, id, session, &hash)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get the signed-in user
#[utoipa::path(
    tag = "auth",
    security(("bearer" = ["account"])),
    responses((status = 200, description = "The user", body = Me))
)]
#[get("/me")]
pub async fn find_me(db: web::Data<Database>, user: CurrentUser) -> Result<web::Json<Me>> {
    db.read(move |conn| store::me(conn, user.id)).await.map(web::Json)
}
