use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    OrganizationId, Page, TeamId,
    projects::ProjectStatus,
    teams::{CreateTeam, TeamMemberRole, TeamQuery, TeamSort, TeamView, UpdateTeam},
    training::Stage,
};
use uuid::Uuid;

use super::batch::{self, TeamRow};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, Tx,
        schema::{organizations, projects, team_members, teams},
        types::{UtcTime, contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    visibility::{
        Teams, joined_team_ids, organization_filter, organization_ids_in, organizations_in_scope, visible_organization,
        visible_teams,
    },
};

#[derive(AsChangeset)]
#[diesel(table_name = teams)]
struct TeamChanges<'a> {
    name: Option<&'a str>,
    subject: Option<&'a str>,
    stage: Option<Stage>,
    disbanded_on: Option<Option<NaiveDate>>,
    version: i32,
    updated_at: UtcTime,
}

fn filtered(user: &CurrentUser, organization: Option<&Scope>, query: &TeamQuery) -> Teams {
    let mut rows = visible_teams(user);
    if query.mine == Some(true) {
        rows = rows.filter(teams::id.eq_any(joined_team_ids!(user)));
    }
    if let Some(text) = &query.q {
        rows = rows.filter(lower(teams::name).like(contains_pattern(text)).escape('\\'));
    }
    if let Some(scope) = organization {
        rows = rows.filter(teams::organization_id.eq_any(organization_ids_in!(scope)));
    }
    if let Some(subject) = &query.subject {
        rows = rows.filter(teams::subject.eq(subject.clone()));
    }
    if let Some(stage) = query.stage {
        rows = rows.filter(teams::stage.eq(stage));
    }
    match query.disbanded {
        Some(true) => rows.filter(teams::disbanded_on.is_not_null()),
        Some(false) => rows.filter(teams::disbanded_on.is_null()),
        None => rows,
    }
}

/// Returns a page of the teams that the user sees.
///
/// # Errors
/// 422 at `organization_id`, `limit` or `cursor`.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &TeamQuery,
    page: &PageRequest,
) -> Result<Page<TeamView>> {
    let organization = organization_filter(conn, user, query.organization_id)?;
    listing!(conn, page, query.sort.unwrap_or(TeamSort::Name),
        rows: filtered(user, organization.as_ref(), query), TeamRow, id: teams::id, TeamId, views: with_details,
        {
            TeamSort::Name => asc teams::name, String, |view: &TeamView| view.name.clone();
            TeamSort::NameDesc => desc teams::name, String, |view: &TeamView| view.name.clone();
        }
    )
}

/// Adds the organizations, the members and the projects, with one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<TeamRow>) -> Result<Vec<TeamView>> {
    let ids: Vec<TeamId> = rows.iter().map(|row| row.id).collect();
    let formed_by: Vec<OrganizationId> = rows.iter().map(|row| row.organization_id).collect();
    let names: HashMap<OrganizationId, String> = organizations::table
        .filter(organizations::id.eq_any(formed_by))
        .select((organizations::id, organizations::name))
        .load(conn)?
        .into_iter()
        .collect();
    let current: Vec<(TeamId, TeamMemberRole, String)> = team_members::table
        .filter(team_members::team_id.eq_any(&ids).and(team_members::left_on.is_null()))
        .order(team_members::name)
        .select((team_members::team_id, team_members::role, team_members::name))
        .load(conn)?;
    let mut members: HashMap<TeamId, (Vec<String>, i64)> = HashMap::new();
    for (team, role, name) in current {
        let (leaders, number) = members.entry(team).or_default();
        *number += 1;
        if role == TeamMemberRole::Leader {
            leaders.push(name);
        }
    }
    let at_work: HashMap<TeamId, i64> = projects::table
        .filter(projects::team_id.eq_any(ids.iter().map(|id| Some(*id)).collect::<Vec<_>>()))
        .filter(projects::status.eq_any([ProjectStatus::Published, ProjectStatus::Running]))
        .group_by(projects::team_id)
        .select((projects::team_id.assume_not_null(), count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let (leaders, member_count) = members.remove(&row.id).unwrap_or_default();
            Ok(TeamView {
                organization_name: names
                    .get(&row.organization_id)
                    .cloned()
                    .ok_or_else(|| ApiError::internal("a team without organization"))?,
                leaders,
                member_count,
                project_count: at_work.get(&row.id).copied().unwrap_or_default(),
                id: row.id,
                name: row.name,
                organization_id: row.organization_id,
                subject: row.subject,
                stage: row.stage,
                disbanded_on: row.disbanded_on,
                version: row.version,
                created_at: row.created_at.into(),
                updated_at: row.updated_at.into(),
            })
        })
        .collect()
}

/// Returns a team.
///
/// # Errors
/// 404 if the user does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: TeamId) -> Result<TeamView> {
    let row: TeamRow = visible_teams(user).filter(teams::id.eq(id)).select(TeamRow::as_select()).first(conn)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns a team to be changed: the organization that formed it has to be in the user's scope.
///
/// # Errors
/// 404 if the user does not see the team; 403 if the organization is out of scope.
pub fn find_for_update(conn: &mut DbConnection, user: &CurrentUser, id: TeamId) -> Result<TeamView> {
    let team = find(conn, user, id)?;
    let in_scope = organizations_in_scope(conn, user, &[team.organization_id])?;
    if in_scope.is_empty() { Err(ApiError::forbidden()) } else { Ok(team) }
}

/// Checks that a team can take on a project.
///
/// # Errors
/// 422 at `pointer` if the user does not see the team, or if it is disbanded.
pub fn check_available(conn: &mut DbConnection, user: &CurrentUser, id: TeamId, pointer: &'static str) -> Result<()> {
    let disbanded_on: Option<Option<NaiveDate>> =
        visible_teams(user).filter(teams::id.eq(id)).select(teams::disbanded_on).first(conn).optional()?;
    match disbanded_on {
        Some(None) => Ok(()),
        Some(Some(_)) => Err(ApiError::invalid(pointer, "team_disbanded", "该送培团队已解散")),
        None => Err(ApiError::invalid(pointer, "unknown_team", "送培团队不存在或不在您的管理范围内")),
    }
}

/// Creates a team.
///
/// # Errors
/// 409 if the organization has a team of this name; 422 at `/organization_id` if that is out of scope.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateTeam) -> Result<TeamView> {
    let organization_id = new.organization_id.unwrap_or(user.organization_id);
    visible_organization(tx.conn, &user.scope, organization_id, "/organization_id")?;
    let id = TeamId::from_uuid(Uuid::now_v7());
    let row = TeamRow {
        id,
        name: new.name.trim().to_owned(),
        organization_id,
        subject: new.subject.trim().to_owned(),
        stage: new.stage,
        disbanded_on: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    batch::insert(tx, &[row])?;
    let view = find(tx.conn, user, id)?;
    tx.created("team", id, &view)?;
    Ok(view)
}

/// Updates a team.
///
/// # Errors
/// 403 or 404 as [`find_for_update`]; 409 if the name exists; 412 if the version differs.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: TeamId,
    version: IfMatch,
    changes: &UpdateTeam,
) -> Result<TeamView> {
    let before = find_for_update(tx.conn, user, id)?;
    version.check(before.version)?;
    let changed = diesel::update(teams::table.find(id).filter(teams::version.eq(before.version)))
        .set(TeamChanges {
            name: changes.name.as_deref().map(str::trim),
            subject: changes.subject.as_deref().map(str::trim),
            stage: changes.stage,
            disbanded_on: changes.disbanded_on,
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("team", id, &before, &after)?;
    Ok(after)
}

/// Bumps the version of a team after a change of its members.
pub fn bump_version(tx: &mut Tx<'_>, id: TeamId) -> Result<()> {
    diesel::update(teams::table.find(id))
        .set((teams::version.eq(teams::version + 1), teams::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}
