//! The rows of activities, and their set-wise insertion.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ActivityId, Hours, OrganizationId, PhaseId, ProjectId,
    activities::{ActivityForm, ActivityStatus},
    training::TrainingDimension,
};

use super::rules;
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
    pub status: ActivityStatus,
    pub status_reason: Option<String>,
    pub dimension: Option<TrainingDimension>,
}

impl Activity {
    /// Returns the days with their hours.
    pub fn days(&self) -> Vec<(NaiveDate, Hours)> {
        rules::days_with_hours(self.held_on, self.days, self.hours)
    }
}

/// Inserts activities.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Activity]) -> Result<()> {
    insert_rows!(tx.conn, activities, rows);
    Ok(())
}

/// Takes the planned activities of a project, or of one of its phases, for held when it completes.
///
/// # Errors
/// If the database fails.
pub fn hold_all(tx: &mut Tx<'_>, project: ProjectId, phase: Option<PhaseId>) -> Result<()> {
    let planned = activities::project_id.eq(project).and(activities::status.eq(ActivityStatus::Planned));
    let mut rows = activities::table.filter(planned).select(activities::id).into_boxed();
    if phase.is_some() {
        rows = rows.filter(activities::phase_id.eq(phase));
    }
    let ids: Vec<ActivityId> = rows.load(tx.conn)?;
    diesel::update(activities::table.filter(activities::id.eq_any(ids)))
        .set(activities::status.eq(ActivityStatus::Held))
        .execute(tx.conn)?;
    Ok(())
}
