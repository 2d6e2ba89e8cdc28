//! Issues the hours of phases and projects. Hours know of projects only their ids.

use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, PhaseId, ProjectId, TeacherId,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus, PROJECT_SOURCE},
};

use super::{
    entry::{Content, LedgerEntry, RecordKey, Training},
    ledger,
};
use crate::{
    db::{DbConnection, Tx, schema::hour_records},
    error::Result,
};

/// Hours that a phase or, in a project without phases, the project grants a teacher.
#[derive(Clone, Debug)]
pub struct IssuedHours {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The project.
    pub project_id: ProjectId,
    /// The phase.
    pub phase_id: Option<PhaseId>,
    /// Whether they are earned by delivering activities, and not by attending them.
    pub delivered: bool,
    /// The position among the records into which the hours are divided, from 0.
    pub part: usize,
    /// What the record states.
    pub training: Training,
}

/// A record that a project issued.
#[derive(Clone, Debug)]
pub struct IssuedRecord {
    /// The record.
    pub id: HourRecordId,
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The phase.
    pub phase_id: Option<PhaseId>,
    /// The hours.
    pub hours: Hours,
    /// The status.
    pub status: HourRecordStatus,
    /// Whether the hours are earned by delivering activities.
    pub delivered: bool,
    /// Whether the record waits for the project's end.
    pub awaits_end: bool,
}

/// Why the hours are recognised, if nothing keeps them.
const ISSUED: &str = "培训项目结业发放";
/// What the keys of hours earned by delivering contain.
const DELIVERED: &str = ":delivered";

/// Records issued hours, which wait for the project's end, and returns how many records were new. Repeating an issue
/// records nothing. In a closed year the hours become late hours 补录.
///
/// # Errors
/// 401 if no user acts; 409 if another transaction issues the same hours at the same time.
pub fn issue(tx: &mut Tx<'_>, hours: Vec<IssuedHours>) -> Result<usize> {
    let entry = |IssuedHours { teacher_id, project_id, phase_id, delivered, part, training }: IssuedHours| {
        let key = match phase_id {
            Some(phase) => RecordKey::Phase { project: project_id, phase },
            None => RecordKey::Project(project_id),
        };
        let entry = LedgerEntry::new(key, Content { teacher_id, training }, HourRecordStatus::Recognized);
        let mut source_key = entry.source_key.clone();
        if delivered {
            source_key.push_str(DELIVERED);
        }
        if part > 0 {
            source_key = format!("{source_key}:{part}");
        }
        LedgerEntry { source_key, reason: Some(ISSUED.to_owned()), awaits_project_end: true, ..entry }
    };
    Ok(ledger::append(tx, hours.into_iter().map(entry).collect())?.recorded())
}

/// Returns the records that a project issued, in the order in which it did.
///
/// # Errors
/// If the database fails.
pub fn issued_by(conn: &mut DbConnection, project: ProjectId) -> Result<Vec<IssuedRecord>> {
    type Row = (HourRecordId, TeacherId, Option<PhaseId>, Hours, HourRecordStatus, HoldSet, String);
    let rows: Vec<Row> = hour_records::table
        .filter(hour_records::project_id.eq(project).and(hour_records::source.eq(PROJECT_SOURCE)))
        .order(hour_records::id)
        .select((
            hour_records::id,
            hour_records::teacher_id,
            hour_records::phase_id,
            hour_records::hours,
            hour_records::status,
            hour_records::holds,
            hour_records::source_key,
        ))
        .load(conn)?;
    let record = |(id, teacher_id, phase_id, hours, status, holds, key): Row| IssuedRecord {
        id,
        teacher_id,
        phase_id,
        hours,
        status,
        delivered: key.contains(DELIVERED),
        awaits_end: status == HourRecordStatus::Pending && holds.contains(HourRecordHold::ProjectEnd),
    };
    Ok(rows.into_iter().map(record).collect())
}
