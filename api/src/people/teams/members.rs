//! The members of a team.

use std::collections::HashMap;

use diesel::prelude::*;
use songjiao_types::{
    TeacherId, TeamId, TeamMemberId,
    teams::{CreateTeamMember, TeamMemberView},
};
use uuid::Uuid;

use super::{
    batch::{self, MemberRow},
    store,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{organizations, teachers, team_members},
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    people::teachers::visible_name,
};

/// Returns all members of a team: leaders first, former members last.
///
/// # Errors
/// 404 if the user does not see the team.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, team: TeamId) -> Result<Vec<TeamMemberView>> {
    store::find(conn, user, team)?;
    let rows = team_members::table
        .filter(team_members::team_id.eq(team))
        .order((team_members::joined_on, team_members::id))
        .select(MemberRow::as_select())
        .load(conn)?;
    let mut views = with_teachers(conn, rows)?;
    views.sort_by_key(|view| (view.left_on.is_some(), view.role));
    Ok(views)
}

fn find(conn: &mut DbConnection, team: TeamId, id: TeamMemberId) -> Result<TeamMemberView> {
    let row = team_members::table
        .find(id)
        .filter(team_members::team_id.eq(team))
        .select(MemberRow::as_select())
        .first(conn)?;
    with_teachers(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Adds the teachers' numbers and current schools, with one query.
fn with_teachers(conn: &mut DbConnection, rows: Vec<MemberRow>) -> Result<Vec<TeamMemberView>> {
    let ids: Vec<TeacherId> = rows.iter().filter_map(|row| row.teacher_id).collect();
    let known: HashMap<TeacherId, (String, String)> = teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq_any(ids))
        .select((teachers::id, teachers::teacher_no, organizations::name))
        .load::<(TeacherId, String, String)>(conn)?
        .into_iter()
        .map(|(id, number, school)| (id, (number, school)))
        .collect();
    let view = |row: MemberRow| {
        // Not removed from the map, because a former member may have joined again.
        let teacher = row.teacher_id.and_then(|id| known.get(&id).cloned());
        let (teacher_no, school) = teacher.unzip();
        TeamMemberView {
            institution: row.institution.or(school),
            teacher_no,
            id: row.id,
            team_id: row.team_id,
            teacher_id: row.teacher_id,
            name: row.name,
            role: row.role,
            joined_on: row.joined_on,
            left_on: row.left_on,
            created_at: row.created_at.into(),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Adds a member.
///
/// # Errors
/// 403 or 404 as [`store::find_for_update`]; 409 if the team is disbanded or has the member; 422 at `/teacher_id`.
pub fn add(tx: &mut Tx<'_>, user: &CurrentUser, team: TeamId, new: &CreateTeamMember) -> Result<TeamMemberView> {
    let before = store::find_for_update(tx.conn, user, team)?;
    if before.disbanded_on.is_some() {
        return Err(ApiError::wrong_state("团队已解散，不能增加成员"));
    }
    let name = match new.teacher_id {
        Some(id) => visible_name(tx.conn, &user.scope, id, "/teacher_id")?,
        None => new.name.as_deref().unwrap_or_default().trim().to_owned(),
    };
    let id = TeamMemberId::from_uuid(Uuid::now_v7());
    let row = MemberRow {
        id,
        team_id: team,
        teacher_id: new.teacher_id,
        name,
        institution: new.institution.as_deref().map(|text| text.trim().to_owned()),
        role: new.role,
        joined_on: new.joined_on.unwrap_or_else(|| tx.now.local_date()),
        left_on: None,
        created_at: tx.now,
    };
    batch::insert_members(tx, &[row])?;
    store::bump_version(tx, team)?;
    let view = find(tx.conn, team, id)?;
    tx.created("team_member", id, &view)?;
    Ok(view)
}

/// Ends a membership today.
///
/// # Errors
/// 403 or 404 as [`store::find_for_update`]; 409 if the member has left; 412 if the team has another version.
pub fn remove(tx: &mut Tx<'_>, user: &CurrentUser, team: TeamId, id: TeamMemberId, version: IfMatch) -> Result<()> {
    let found = store::find_for_update(tx.conn, user, team)?;
    let before = find(tx.conn, team, id)?;
    version.check(found.version)?;
    if before.left_on.is_some() {
        return Err(ApiError::wrong_state("该成员已离开团队"));
    }
    let left_on = tx.now.local_date().max(before.joined_on);
    diesel::update(team_members::table.find(id)).set(team_members::left_on.eq(Some(left_on))).execute(tx.conn)?;
    store::bump_version(tx, team)?;
    let after = find(tx.conn, team, id)?;
    tx.audit("leave", "team_member", id, Some(&before), Some(&after))
}
