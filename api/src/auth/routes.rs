use actix_web::{HttpRequest, HttpResponse, get, post, web};
use songjiao_types::{
    ErrorCode, SessionId, UserId,
    auth::{ChangePassword, Credentials, Me, RefreshToken, Tokens},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    CurrentUser,
    attempts::{self, Attempt},
    password,
    store::{self, Rotation},
};
use crate::{
    auth::{profile::PasswordProfile, tokens::TokenKeys},
    db::{Actor, Database, DbConnection},
    error::{ApiError, Result},
    http::{
        extract::ValidJson,
        parts::PublicAddress,
        problems::{RequestId, client_address, client_ip},
    },
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(sign_in).service(refresh).service(sign_out).service(change_password).service(find_me);
}

/// Returns the actor of a request without a session, by the user name that it gives.
pub fn anonymous_actor(request: &HttpRequest, username: &str) -> Actor {
    Actor { user_id: None, username: username.to_owned(), ip: client_ip(request), request_id: RequestId::of(request) }
}

/// Sign in
///
/// The case of the user name does not matter. Five consecutive failures lock the name for the network that they come from,
/// ten failures for all networks from which the user has never signed in, whether or not such a user exists: first for 15
/// minutes, then for longer.
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
    public_address: web::Data<PublicAddress>,
    request: HttpRequest,
    ValidJson(credentials): ValidJson<Credentials>,
) -> Result<web::Json<Tokens>> {
    let Credentials { username, password } = credentials;
    let actor = anonymous_actor(&request, &username);
    let attempt = Attempt::new(&username, client_address(&request));
    let (name, now) = (username.clone(), db.clock().now());
    let find = move |conn: &mut DbConnection| store::find_credentials(conn, &name, now);
    let found = prove(&db, &actor, &attempt, password, find).await?;
    let Some(user) = found else {
        db.write(actor, move |tx| tx.audit("sign_in_failed", "user", &username, None::<&()>, None::<&()>)).await?;
        return Err(ApiError::new(ErrorCode::BadCredentials));
    };
    let (session, refresh_token) = db.write(actor, move |tx| store::open_session(tx, user, &attempt)).await?;
    let public_url = public_address.to_text();
    issue_tokens(&db, &tokens, **password_profile, public_url, user, session, refresh_token).await.map(web::Json)
}

/// Verifies a password, counted as an attempt. Returns the user; `None` if there is none or the password is wrong.
async fn prove(
    db: &Database,
    actor: &Actor,
    attempt: &Attempt,
    password: String,
    find: impl FnOnce(&mut DbConnection) -> Result<Option<(UserId, String)>> + Send + 'static,
) -> Result<Option<UserId>> {
    let (checked, now) = (attempt.clone(), db.clock().now());
    let (known, found) = db
        .read(move |conn| {
            attempts::check(conn, &checked, now)?;
            Ok((attempts::is_known(conn, &checked, now)?, find(conn)?))
        })
        .await?;
    // Before the attempt is counted: a full queue is not the user's failure.
    let permit = password::permit(known).await?;
    let counted = attempt.clone();
    db.write(actor.clone(), move |tx| attempts::begin(tx, &counted)).await?;
    let (user, hash) = found.unzip();
    let matches = permit.verify(password, hash).await?;
    Ok(user.filter(|_| matches))
}

async fn issue_tokens(
    db: &Database,
    tokens: &TokenKeys,
    profile: PasswordProfile,
    public_url: Option<String>,
    user: UserId,
    session: SessionId,
    refresh_token: String,
) -> Result<Tokens> {
    let now = db.clock().now();
    Ok(Tokens {
        access_token: tokens.access_token(user, session)?,
        refresh_token,
        token_type: "Bearer".to_owned(),
        expires_in: tokens.expires_in(),
        user: db.read(move |conn| store::me(conn, user, profile, public_url, now)).await?,
    })
}

/// Exchange a refresh token for new tokens
///
/// A refresh token can be used once. Within ten seconds it gives the same next token again; later its use ends the
/// session.
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
    password_profile: web::Data<PasswordProfile>,
    public_address: web::Data<PublicAddress>,
    request: HttpRequest,
    ValidJson(request_body): ValidJson<RefreshToken>,
) -> Result<web::Json<Tokens>> {
    let (actor, keys) = (anonymous_actor(&request, ""), tokens.clone());
    let rotation = db.write(actor, move |tx| store::rotate(tx, &keys, &request_body.refresh_token)).await?;
    match rotation {
        Rotation::Next { user, session, token } => {
            let public_url = public_address.to_text();
            issue_tokens(&db, &tokens, **password_profile, public_url, user, session, token).await.map(web::Json)
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
/// Ends all other sessions of the user. A wrong current password counts as a failed sign-in.
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
    request: HttpRequest,
    user: CurrentUser,
    ValidJson(change): ValidJson<ChangePassword>,
) -> Result<HttpResponse> {
    let (id, profile) = (user.id, **password_profile);
    let session = user.session_id.ok_or_else(ApiError::forbidden)?;
    let same = change.new_password == change.current_password;
    let attempt = Attempt::new(&user.username, client_address(&request));
    let current = move |conn: &mut DbConnection| Ok(Some((id, store::password_hash(conn, id)?)));
    if prove(&db, &user.actor(), &attempt, change.current_password, current).await?.is_none() {
        db.write(user.actor(), move |tx| tx.audit("password_refused", "user", id, None::<&()>, None::<&()>)).await?;
        return Err(ApiError::invalid("/current_password", "wrong_password", "当前密码不正确"));
    }
    db.write(user.actor(), move |tx| attempts::succeed(tx, &attempt)).await?;
    if same {
        return Err(ApiError::invalid("/new_password", "password_reused", "不能与当前密码相同"));
    }
    let earlier = db.read(move |conn| store::earlier_passwords(conn, profile, id)).await?;
    let username = user.username.clone();
    let hash = password::check_and_hash(profile, change.new_password, username, earlier, "/new_password").await?;
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
pub async fn find_me(
    db: web::Data<Database>,
    password_profile: web::Data<PasswordProfile>,
    public_address: web::Data<PublicAddress>,
    user: CurrentUser,
) -> Result<web::Json<Me>> {
    let (profile, public_url) = (**password_profile, public_address.to_text());
    db.read(move |conn| store::me(conn, user.id, profile, public_url, user.now)).await.map(web::Json)
}
