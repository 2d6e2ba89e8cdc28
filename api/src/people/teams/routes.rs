use actix_web::{HttpResponse, delete, get, patch, post, web};
use songjiao_types::{
    Page, TeamId, TeamMemberId,
    teams::{CreateTeam, CreateTeamMember, TeamMemberView, TeamQuery, TeamView, UpdateTeam},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{members, store};
use crate::{
    auth::CurrentUser,
    db::{Database, DbConnection},
    error::Result,
    http::{
        etag::{IfMatch, Tagged},
        export::{self, Accepted},
        extract::{PathId, PathIds, ValidJson, ValidQuery},
        listing::PageRequest,
    },
};

/// Registers the operations.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_teams)
        .service(create_team)
        .service(find_team)
        .service(update_team)
        .service(list_team_members)
        .service(add_team_member)
        .service(remove_team_member);
}

/// List the teams
///
/// Returns the teams of the organizations in scope and above, and those of which the caller is a member.
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.read"])),
    params(TeamQuery),
    responses((status = 200, description = "A page, or a file of all rows", body = Page<TeamView>, extensions(("x-files" = json!(true)))))
)]
#[get("/teams")]
pub async fn list_teams(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<TeamQuery>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let page = PageRequest::of(&query)?;
    export::list(&db, accepted, page, move |conn, page| store::list(conn, &user, &query, page)).await
}

/// Create a team
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.write"])),
    request_body = CreateTeam,
    responses((status = 201, description = "Created; its version is the ETag", body = TeamView, extensions(("x-etag" = json!(true)))))
)]
#[post("/teams")]
pub async fn create_team(
    db: web::Data<Database>,
    user: CurrentUser,
    ValidJson(new): ValidJson<CreateTeam>,
) -> Result<Tagged<TeamView>> {
    db.write(user.actor(), move |tx| store::create(tx, &user, &new)).await.map(Tagged::created)
}

/// Get a team
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.read"])),
    params(("id" = TeamId, Path)),
    responses((status = 200, description = "The team; its version is the ETag", body = TeamView, extensions(("x-etag" = json!(true)))))
)]
#[get("/teams/{id}")]
pub async fn find_team(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeamId>,
) -> Result<Tagged<TeamView>> {
    db.read(move |conn| store::find(conn, &user, id)).await.map(Tagged::from)
}

/// Update or disband a team
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.write"])),
    params(("id" = TeamId, Path)),
    request_body = UpdateTeam,
    responses((status = 200, description = "Updated; its version is the ETag", body = TeamView, extensions(("x-etag" = json!(true)))))
)]
#[patch("/teams/{id}")]
pub async fn update_team(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeamId>,
    version: IfMatch,
    ValidJson(changes): ValidJson<UpdateTeam>,
) -> Result<Tagged<TeamView>> {
    db.write(user.actor(), move |tx| store::update(tx, &user, id, version, &changes)).await.map(Tagged::from)
}

/// List the members of a team
///
/// Leaders come first, former members last.
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.read"])),
    params(("id" = TeamId, Path)),
    responses((status = 200, description = "All members on one page, or a file of all rows", body = Page<TeamMemberView>, extensions(("x-files" = json!(true)))))
)]
#[get("/teams/{id}/members")]
pub async fn list_team_members(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeamId>,
    accepted: Accepted,
) -> Result<HttpResponse> {
    let all = move |conn: &mut DbConnection, _: &PageRequest| {
        let items = members::list(conn, &user, id)?;
        Ok(Page::whole(items))
    };
    export::list(&db, accepted, PageRequest::of_export(None), all).await
}

/// Add a member to a team
///
/// A member is either a teacher or an external expert.
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.write"])),
    params(("id" = TeamId, Path)),
    request_body = CreateTeamMember,
    responses((status = 201, description = "Added", body = TeamMemberView))
)]
#[post("/teams/{id}/members")]
pub async fn add_team_member(
    db: web::Data<Database>,
    user: CurrentUser,
    PathId(id): PathId<TeamId>,
    ValidJson(new): ValidJson<CreateTeamMember>,
) -> Result<HttpResponse> {
    let added = db.write(user.actor(), move |tx| members::add(tx, &user, id, &new)).await?;
    Ok(HttpResponse::Created().json(added))
}

/// Remove a member from a team
///
/// The membership ends today and stays on record. `If-Match` takes the version of the team.
#[utoipa::path(
    tag = "teams",
    security(("bearer" = ["teams.write"])),
    params(("id" = TeamId, Path), ("member_id" = TeamMemberId, Path)),
    responses((status = 204, description = "Removed"))
)]
#[delete("/teams/{id}/members/{member_id}")]
pub async fn remove_team_member(
    db: web::Data<Database>,
    user: CurrentUser,
    PathIds(id, member_id): PathIds<TeamId, TeamMemberId>,
    version: IfMatch,
) -> Result<HttpResponse> {
    db.write(user.actor(), move |tx| members::remove(tx, &user, id, member_id, version)).await?;
    Ok(HttpResponse::NoContent().finish())
}
