use actix_web::{HttpResponse, get, patch, post, web};
use songjiao_types::{
    Page, UserId,
    users::{CreateUser, UpdateUser, UserQuery, UserView},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::{self, CurrentUser, password, profile::PasswordProfile},
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list_users).service(create_user).service(find_user).service(update_user).service(unlock_user);
}

/// List the users in scope
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.read"])),
    params(UserQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<UserView>, extensions(("x-files" = json!(true)))))
)]
#[get("/users")]
pub async fn list_users(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<UserQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a user
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.write"])),
    request_body = CreateUser,
    responses((status = 201, description = "Created; its version is the ETag", body = UserView, extensions(("x-etag" = json!(true)))))
)]
#[post("/users")]
pub async fn create_user(
    db: web::Data<Database>,
    password_profile: web::Data<PasswordProfile>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateUser>,
) -> Result<Tagged<UserView>> {
    let (password, username) = (new.password.clone(), new.username.clone());
    let hash = password::check_and_hash(**password_profile, password, username, Vec::new(), "/password").await?;
    db.write(user.actor(), move |tx| store::create(tx, &user, &new, &hash)).await.map(Tagged::created)
}

/// Get a user
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.read"])),
    params(("id" = UserId, Path)),
    responses((status = 200, description = "The user; its version is the ETag", body = UserView, extensions(("x-etag" = json!(true)))))
)]
#[get("/users/{id}")]
pub async fn find_user(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<UserId>,
) -> Result<Tagged<UserView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update a user
///
/// A new password, a different role or disabling the user ends their sessions. A user who sees more than the caller cannot
/// be changed, and nobody changes their own rights or password here.
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.write"])),
    params(("id" = UserId, Path)),
    request_body = UpdateUser,
    responses((status = 200, description = "Updated; its version is the ETag", body = UserView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/users/{id}")]
pub async fn update_user(
    db: web::Data<Database>,
    password_profile: web::Data<PasswordProfile>,
    user: CurrentUser,
    PathId(id): PathId<UserId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateUser>,
) -> Result<Tagged<UserView>> {
    let hash = match &changes.password {
        Some(password) => {
            let (caller, profile) = (user.clone(), **password_profile);
            let (username, earlier) = db
                .read(move |conn| {
                    Ok((store::find(conn, &caller, id)?.username, auth::earlier_passwords(conn, profile, id)?))
                })
                .await?;
            Some(password::check_and_hash(profile, password.clone(), username, earlier, "/password").await?)
        }
        None => None,
    };
    let updated =
        db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes, hash.as_deref())).await?;
    Ok(updated.into())
}

/// Unlock a user name
///
/// Lifts the locks after failed sign-ins, for all networks.
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.write"])),
    params(("id" = UserId, Path)),
    responses((status = 200, description = "Unlocked; its version is the ETag", body = UserView, extensions(("x-etag" = json!(true)))))
)]
#[post("/users/{id}/unlock")]
pub async fn unlock_user(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<UserId>,
) -> Result<Tagged<UserView>> {
    db.write(user.actor(), move |tx| store::unlock(tx, &user, id)).await.map(Tagged::from)
}
