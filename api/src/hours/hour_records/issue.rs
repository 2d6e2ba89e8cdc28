//! Issues the hours of a completed phase or project. Hours know of projects only their ids.

use songjiao_types::{PhaseId, ProjectId, TeacherId, hour_records::HourRecordStatus};

use super::{
    entry::{Content, LedgerEntry, RecordKey, Training},
    ledger,
};
use crate::{db::Tx, error::Result};

/// Hours that a phase or, in a project without phases, the project grants a teacher.
#[derive(Clone, Debug)]
pub struct IssuedHours {
    pub teacher_id: TeacherId,
    pub project_id: ProjectId,
    pub phase_id: Option<PhaseId>,
    pub training: Training,
}

/// Why the hours are recognised.
const ISSUED: &str = "培训项目结业发放";

/// Records issued hours as recognised and returns how many records were new. A phase or project
/// issues to each teacher once; repeating an issue records nothing. In a closed year the hours become late hours 补录.
///
/// # Errors
/// 401 if no user acts; 409 if another transaction issues the same hours at the same time.
pub fn issue(tx: &mut Tx<'_>, hours: Vec<IssuedHours>) -> Result<usize> {
    let entry = |IssuedHours { teacher_id, project_id, phase_id, training }: IssuedHours| {
        let key = match phase_id {
            Some(phase) => RecordKey::Phase { project: project_id, phase },
            None => RecordKey::Project(project_id),
        };
        let entry = LedgerEntry::new(key, Content { teacher_id, training }, HourRecordStatus::Recognized);
        LedgerEntry { reason: Some(ISSUED.to_owned()), ..entry }
    };
    Ok(ledger::append(tx, hours.into_iter().map(entry).collect())?.recorded())
}
