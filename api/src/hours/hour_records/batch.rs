//! Inserts records in sets: the one way into the table, for the form, imports, platforms, projects
//! and the demonstration alike.

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, ImportId, OrganizationId, PhaseId, ProjectId, TeacherId, UserId,
    hour_records::{FlagSet, HoldSet, HourRecordHold, HourRecordStatus},
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

use super::entry::{Content, LedgerEntry};
use crate::{
    db::{DbConnection, schema::hour_records, types::UtcTime},
    error::Result,
};

pub use super::suspicion::groups::judge as open_duplicate_groups;

/// Rows of one statement: 31 columns each, and SQLite binds 32,766 values.
const CHUNK: usize = 500;

/// A row of the ledger. COPY takes flat structs only.
#[derive(Clone, Insertable)]
#[diesel(table_name = hour_records, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
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
    pub dimension: Option<TrainingDimension>,
    pub title: String,
    pub institution: String,
    pub project_id: Option<ProjectId>,
    pub phase_id: Option<PhaseId>,
    pub source: String,
    pub external_id: Option<String>,
    pub source_key: String,
    pub key_space: String,
    pub status: HourRecordStatus,
    pub status_reason: Option<String>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<UtcTime>,
    pub created_by: UserId,
    pub created_at: UtcTime,
    pub hold: Option<HourRecordHold>,
    pub recognized_at: Option<UtcTime>,
    pub holds: HoldSet,
    pub flags: FlagSet,
    pub origin: Option<String>,
    pub import_id: Option<ImportId>,
    pub former_id: Option<HourRecordId>,
}

impl NewHourRecord {
    /// Returns the record of an entry. A recognised one counts as decided by its author, a pending one waits for a
    /// decision or for its project's end.
    pub fn new(
        id: HourRecordId,
        entry: LedgerEntry,
        organization_id: OrganizationId,
        created_by: UserId,
        created_at: UtcTime,
    ) -> Self {
        let Content { teacher_id, training } = entry.content;
        let decided = entry.status == HourRecordStatus::Recognized;
        let row = Self {
            id,
            teacher_id,
            organization_id,
            training_year: training.training_year,
            starts_on: training.starts_on,
            ends_on: training.ends_on,
            hours: training.hours,
            level: training.level,
            mode: training.mode,
            dimension: training.dimension,
            title: training.title,
            institution: training.institution,
            project_id: entry.project_id,
            phase_id: entry.phase_id,
            source: entry.source,
            external_id: entry.external_id,
            source_key: entry.source_key,
            key_space: entry.key_space,
            status: entry.status,
            status_reason: entry.reason.filter(|_| decided),
            decided_by: decided.then_some(created_by),
            decided_at: decided.then_some(created_at),
            created_by,
            created_at,
            hold: None,
            recognized_at: decided.then_some(created_at),
            holds: HoldSet::EMPTY,
            flags: FlagSet::EMPTY,
            origin: entry.origin,
            import_id: entry.import_id,
            former_id: entry.former_id,
        };
        let pending = entry.status == HourRecordStatus::Pending;
        row.waiting_for(if pending { HoldSet::base(entry.awaits_project_end) } else { HoldSet::EMPTY })
    }

    /// Returns the record waiting for what is given; nothing unless it is pending.
    #[must_use]
    pub fn waiting_for(self, holds: HoldSet) -> Self {
        Self { hold: holds.first(), holds, ..self }
    }

    /// Returns the record as rejected at its entry.
    #[must_use]
    pub fn rejected_for(self, reason: &str) -> Self {
        Self {
            status: HourRecordStatus::Rejected,
            status_reason: Some(reason.to_owned()),
            decided_by: Some(self.created_by),
            decided_at: Some(self.created_at),
            ..self
        }
    }
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
