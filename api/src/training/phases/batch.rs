//! The rows of phases, and their set-wise insertion.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Hours, PhaseId, ProjectId,
    phases::{PhaseKind, PhaseStatus, Responsible},
};
use uuid::Uuid;

use super::rules::PhasePlan;
use crate::{
    db::{Tx, schema::phases, types::UtcTime},
    error::Result,
    training::{completions, projects::lock, rows::insert_rows},
};

/// A phase's row.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = phases, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Phase {
    pub id: PhaseId,
    pub project_id: ProjectId,
    pub kind: PhaseKind,
    pub position: i32,
    pub status: PhaseStatus,
    pub planned_hours: Hours,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub responsible: Responsible,
    pub skip_reason: Option<String>,
    pub started_at: Option<UtcTime>,
    pub completed_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

impl Phase {
    /// Returns a phase as its project plans it.
    pub fn planned(project_id: ProjectId, plan: PhasePlan, now: UtcTime) -> Self {
        Self {
            id: PhaseId::from_uuid(Uuid::now_v7()),
            project_id,
            kind: plan.kind,
            position: plan.position,
            status: PhaseStatus::Planned,
            planned_hours: plan.planned_hours,
            starts_on: Some(plan.starts_on),
            ends_on: Some(plan.ends_on),
            responsible: plan.responsible,
            skip_reason: None,
            started_at: None,
            completed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Reopens a completed phase of a running project, for a program that fills a database.
///
/// # Errors
/// 401 if no user acts; 404 if the project does not exist.
pub fn reopen(tx: &mut Tx<'_>, project: ProjectId, phase: PhaseId, reason: &str) -> Result<()> {
    let project = lock(tx, project)?;
    completions::reopen_phase(tx, &project, phase, reason)?;
    diesel::update(phases::table.find(phase))
        .set((
            phases::status.eq(PhaseStatus::Active),
            phases::completed_at.eq(None::<UtcTime>),
            phases::version.eq(phases::version + 1),
            phases::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.audit("reopen", "phase", phase, None::<&()>, Some(&reason))
}

/// Inserts phases.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Phase]) -> Result<()> {
    insert_rows!(tx.conn, phases, rows);
    Ok(())
}
