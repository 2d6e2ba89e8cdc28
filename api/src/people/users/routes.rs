use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use songjiao_types::{
    OrganizationId, Page, Role, UserId,
    users::{CreateUser, UpdateUser, UserSort, UserView},
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::{
    auth::profile::PasswordProfile,
    auth::{self, CurrentUser, password},
    db::Database,
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_users).service(create_user).service(find_user).service(update_user);
}

/// What a list of users can be asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Part of the user name or the name
    pub q: Option<String>,
    #[param(inline)]
    pub role: Option<Role>,
    /// Users who work right here
    #[param(value_type = Option<OrganizationId>)]
    pub organization_id: Option<OrganizationId>,
    pub disabled: Option<bool>,
    /// By default `username`
    #[param(inline)]
    pub sort: Option<UserSort>,
    /// Rows a page, by default 50
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    pub cursor: Option<String>,
    /// Count all rows
    pub with_total: Option<bool>,
}

/// List the users in scope
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.read"])),
    params(UserQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<UserView>))
)]
#[get("/users")]
pub async fn list_users(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<UserQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::new(query.limit, query.cursor.clone(), query.with_total)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a user
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.write"])),
    request_body = CreateUser,
    responses((status = 201, description = "Created; its version is the ETag", body = UserView))
)]
#[post("/users")]
pub async fn create_user(
    db: web::Data<Database>,
    password_profile: web::Data<PasswordProfile>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateUser>,
) -> Result<Tagged<UserView>> {
    let (password, username) = (new.password.clone(), new.username.clone());
    let hash = password::accept(**password_profile, password, username, Vec::new(), "/password").await?;
    let created = db.write(user.actor(), move |tx| store::create(tx, &user, &new, &hash)).await?;
    let (version, location) = (created.version, format!("/api/v1/users/{}", created.id));
    Ok(Tagged::created(created, version, location))
}

/// Find a user
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.read"])),
    params(("id" = UserId, Path)),
    responses((status = 200, description = "The user; its version is the ETag", body = UserView))
)]
#[get("/users/{id}")]
pub async fn find_user(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<UserId>,
) -> Result<Tagged<UserView>> {
    let found = db.read(move |conn| store::find(conn, &user, id)).await?;
    let version = found.version;
    Ok(Tagged::ok(found, version))
}

/// Change a user
///
/// A new password, another role or disabling ends the user's sessions.
#[utoipa::path(
    tag = "users",
    security(("bearer" = ["users.write"])),
    params(("id" = UserId, Path)),
    request_body = UpdateUser,
    responses((status = 200, description = "Changed; its version is the ETag", body = UserView))
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
            Some(password::accept(profile, password.clone(), username, earlier, "/password").await?)
        }
        None => None,
    };
    let changed =
        db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes, hash.as_deref())).await?;
    let version = changed.version;
    Ok(Tagged::ok(changed, version))
}
