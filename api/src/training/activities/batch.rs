//! The rows of activities, and their set-wise insertion.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{ActivityId, Hours, OrganizationId, PhaseId, ProjectId, activities::ActivityForm};

use crate::{
    db::{Tx, schema::activities, types::UtcTime},
    error::Result,
    training::rows::insert_rows,
};

/// An activity's row.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = activities, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Activity {
    pub id: ActivityId,
    pub project_id: ProjectId,
    pub phase_id: Option<PhaseId>,
    pub title: String,
    pub form: ActivityForm,
    pub held_on: NaiveDate,
    pub days: i32,
    pub hours: Hours,
    pub place: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub description: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// Inserts activities.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Activity]) -> Result<()> {
    insert_rows!(tx.conn, activities, rows);
    Ok(())
}
