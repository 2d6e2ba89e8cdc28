//! Inserts records in sets: the one way into the table, for the form, imports, platforms, projects
//! and the demonstration alike.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, OrganizationId, PhaseId, ProjectId, TeacherId, UserId,
    hour_records::HourRecordStatus,
    training::{TrainingLevel, TrainingMode},
};

use crate::{
    db::{DbConnection, schema::hour_records, types::UtcTime},
    error::Result,
};

/// Rows of one statement: 23 columns each, and SQLite binds 32,766 values.
const CHUNK: usize = 500;

/// A row of the ledger. COPY takes flat structs only.
#[derive(Insertable)]
#[diesel(table_name = hour_records, treat_none_as_default_value = false)]
pub struct NewHourRecord {
    pub id: HourRecordId,
    pub teacher_id: TeacherId,
    pub organization_id: OrganizationId,
    pub training_year: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub hours: Hours,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    pub title: String,
    pub institution: String,
    pub project_id: Option<ProjectId>,
    pub phase_id: Option<PhaseId>,
    pub source: String,
    pub external_id: Option<String>,
    pub source_key: String,
    pub duplicate_of: Option<HourRecordId>,
    pub status: HourRecordStatus,
    pub status_reason: Option<String>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<UtcTime>,
    pub created_by: UserId,
    pub created_at: UtcTime,
}

/// Inserts rows. The totals per teacher and year are the caller's to change.
///
/// # Errors
/// 409 if a live record has the key of one of them.
pub fn insert(conn: &mut DbConnection, rows: &[NewHourRecord]) -> Result<()> {
    match conn {
        // Several times as fast as INSERT.
        DbConnection::Postgres(connection) => {
            diesel::copy_from(hour_records::table).from_insertable(rows).execute(connection)?;
        }
        DbConnection::Sqlite(connection) => {
            for chunk in rows.chunks(CHUNK) {
                diesel::insert_into(hour_records::table).values(chunk).execute(connection)?;
            }
        }
    }
    Ok(())
}
