//! Acts that take back: what was submitted is withdrawn, what was returned is corrected, what was rejected or voided is
//! restored. Nothing is edited: corrections and restored records are new ones that name the former.

use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, HourRecordId, PhaseId, ProjectId,
    hour_records::{HourRecordStatus, HourRecordView, PROJECT_SOURCE},
};

use super::{
    decisions,
    entry::{Content, LedgerEntry},
    ledger::{self, Outcome},
    own, store,
};
use crate::{
    auth::CurrentUser,
    db::{Tx, schema::hour_records},
    error::{ApiError, Result},
};

/// Withdraws a pending record that the caller submitted.
///
/// # Errors
/// 403 if somebody else submitted it; 404 if the caller does not see it; 409 if it is not pending, or a project issued it.
pub fn withdraw(tx: &mut Tx<'_>, user: &CurrentUser, id: HourRecordId, reason: Option<&str>) -> Result<HourRecordView> {
    let before = store::find(tx.conn, user, id)?;
    if before.source == PROJECT_SOURCE {
        return Err(ApiError::wrong_state("项目发放的学时不能撤回"));
    }
    if before.created_by != user.id {
        return Err(ApiError::forbidden().detail("只有登记人可以撤回"));
    }
    let to = HourRecordStatus::Withdrawn;
    ledger::decide(tx, &[id], to, reason)?;
    let after = store::find(tx.conn, user, id)?;
    tx.audit(decisions::action(to), "hour_record", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// What a record is made of, apart from its status.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hour_records)]
struct Made {
    #[diesel(embed)]
    content: Content,
    project_id: Option<ProjectId>,
    phase_id: Option<PhaseId>,
    source: String,
    external_id: Option<String>,
    source_key: String,
    key_space: String,
    origin: Option<String>,
}

/// Restores a rejected or voided record by a new one with the same content and key that names it: a rejected one is pending
/// again, a voided one recognised, unless something else keeps it.
///
/// # Errors
/// 403 `own_record`; 404 if the caller does not see the record; 409 if it is neither rejected nor voided, or a live record
/// has its key; 422 if its service or its year no longer allow it.
pub fn restore(tx: &mut Tx<'_>, user: &CurrentUser, id: HourRecordId, reason: &str) -> Result<HourRecordView> {
    let former = store::find(tx.conn, user, id)?;
    if own::teacher_of(tx.conn, user.id)? == Some(former.teacher_id) {
        return Err(own::own_record());
    }
    let status = match former.status {
        HourRecordStatus::Rejected => HourRecordStatus::Pending,
        HourRecordStatus::Voided => {
            mutate!(RestoredAsPending, HourRecordStatus::Recognized, HourRecordStatus::Pending)
        }
        _ => return Err(ApiError::wrong_state("只有已驳回或已作废的记录可以恢复")),
    };
    let made: Made = hour_records::table.find(id).select(Made::as_select()).first(tx.conn)?;
    let entry = LedgerEntry {
        content: made.content,
        project_id: made.project_id,
        phase_id: made.phase_id,
        source: made.source,
        external_id: made.external_id,
        source_key: made.source_key,
        key_space: made.key_space,
        status,
        reason: Some(reason.to_owned()),
        // Only what a person had recognised is recognised again in spite of its flags.
        accept_flags: (status == HourRecordStatus::Recognized).then(|| reason.to_owned()),
        awaits_project_end: false,
        origin: made.origin,
        import_id: None,
        former_id: Some(id),
    };
    match ledger::append(tx, vec![entry])?.outcomes.first() {
        Some(Outcome::Recorded { id: restored, .. }) => {
            let view = store::find(tx.conn, user, *restored)?;
            tx.audit("restore", "hour_record", restored, Some(&former), Some(&view))?;
            Ok(view)
        }
        Some(Outcome::Refused(refusal)) => Err(refusal.error()),
        _ => Err(ApiError::new(ErrorCode::AlreadyExists).detail("该培训已有有效的学时记录，不能恢复")),
    }
}
