//! The rows of deliverables, and their set-wise insertion.

use diesel::prelude::*;
use songjiao_types::{
    DeliverableId, OrganizationId, PhaseId, ProjectId, TeacherId, UserId,
    deliverables::{DeliverableKind, DiagnosisMethod},
};

use crate::{
    db::{Tx, schema::deliverables, types::UtcTime},
    error::Result,
    training::rows::insert_rows,
};

/// A deliverable's row.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deliverables, treat_none_as_default_value = false, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct Deliverable {
    pub id: DeliverableId,
    pub project_id: ProjectId,
    pub phase_id: PhaseId,
    pub kind: DeliverableKind,
    pub title: String,
    pub method: Option<DiagnosisMethod>,
    pub content: Option<String>,
    pub url: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub teacher_id: Option<TeacherId>,
    pub submitted_by: UserId,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// Inserts deliverables.
///
/// # Errors
/// If the database fails.
pub fn insert(tx: &mut Tx<'_>, rows: &[Deliverable]) -> Result<()> {
    insert_rows!(tx.conn, deliverables, rows);
    Ok(())
}
