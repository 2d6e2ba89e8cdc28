//! The rows of teams and their members, and their set-wise insertion.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId, TeamId, TeamMemberId, teams::TeamMemberRole, training::Stage};

use crate::{
    db::{
        Tx, on_connection,
        schema::{team_members, teams},
        types::UtcTime,
    },
    error::Result,
};

/// A row of `teams`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = teams, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct TeamRow {
    pub id: TeamId,
    pub name: String,
    pub organization_id: OrganizationId,
    pub subject: String,
    pub stage: Stage,
    pub disbanded_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A row of `team_members`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = team_members, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct MemberRow {
    pub id: TeamMemberId,
    pub team_id: TeamId,
    pub teacher_id: Option<TeacherId>,
    pub name: String,
    pub institution: Option<String>,
    pub role: TeamMemberRole,
    pub joined_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub created_at: UtcTime,
}

/// Inserts teams.
///
/// # Errors
/// 409 if an organization has a team of the same name.
pub fn insert(tx: &mut Tx<'_>, rows: &[TeamRow]) -> Result<()> {
    on_connection!(tx.conn, connection => diesel::insert_into(teams::table).values(rows).execute(connection)?);
    Ok(())
}

/// Inserts members.
///
/// # Errors
/// 409 if a teacher is in the team already.
pub fn insert_members(tx: &mut Tx<'_>, rows: &[MemberRow]) -> Result<()> {
    on_connection!(tx.conn, connection => diesel::insert_into(team_members::table).values(rows).execute(connection)?);
    Ok(())
}
