//! The rows of projects, read, locked and inserted in sets.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Hours, OrganizationId, ProjectId, TeamId,
    changes::ChangeType,
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingDimension, TrainingLevel, TrainingMode},
};

use crate::{
    db::{DbConnection, Tx, schema::projects, types::UtcTime},
    error::Result,
    training::rows::insert_rows,
};

/// A project's row.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Project {
    pub id: ProjectId,
    pub title: String,
    pub kind: ProjectKind,
    pub training_year: i32,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    pub subject: Option<String>,
    pub stage: Option<Stage>,
    pub theme: Option<String>,
    pub school_theme: Option<String>,
    pub research_topic: Option<String>,
    pub conditions: Option<String>,
    pub requires_rural: bool,
    pub look_back_years: i32,
    pub planned_hours: Hours,
    pub capacity: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub owner_organization_id: OrganizationId,
    pub host_organization_id: Option<OrganizationId>,
    pub team_id: Option<TeamId>,
    pub status: ProjectStatus,
    pub status_reason: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    /// The pinyin initials of the title.
    pub initials: Option<String>,
    pub dimension: Option<TrainingDimension>,
    /// When its completed phases were settled at a year's end 阶段结算.
    pub settled_at: Option<UtcTime>,
}

/// Locks a project's row until the transaction ends, so that changes of a project and of what
/// belongs to it follow one another. SQLite has a single writer and needs no lock.
///
/// # Errors
/// 404 if there is no such project.
pub fn lock(tx: &mut Tx<'_>, id: ProjectId) -> Result<Project> {
    Ok(match tx.conn {
        DbConnection::Postgres(conn) => {
            projects::table.find(id).select(Project::as_select()).for_no_key_update().first(conn)?
        }
        DbConnection::Sqlite(conn) => projects::table.find(id).select(Project::as_select()).first(conn)?,
    })
}

/// Returns the rows of projects, locked as by [`lock`] if `for_update` is set. Locks are taken in
/// the order of ids to avoid deadlocks.
///
/// # Errors
/// If the database fails.
pub fn find_rows(conn: &mut DbConnection, ids: &[ProjectId], for_update: bool) -> Result<Vec<Project>> {
    if let (DbConnection::Postgres(conn), true) = (&mut *conn, for_update) {
        let locked = projects::table.filter(projects::id.eq_any(ids)).order(projects::id).for_no_key_update();
        locked.select(projects::id).load::<ProjectId>(conn)?;
    }
    Ok(projects::table.filter(projects::id.eq_any(ids)).select(Project::as_select()).load(conn)?)
}

/// Inserts projects and publishes their creation.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Project]) -> Result<()> {
    insert_rows!(tx.conn, projects, rows);
    tx.publish(ChangeType::ProjectCreated, rows.iter().map(|row| row.id));
    Ok(())
}
