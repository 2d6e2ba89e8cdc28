//! Suspected duplicates 疑似重复: the ledger holds back a record if another source seems to have
//! recorded the same training, and a person decides which of the two counts.

use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, HourRecordId,
    hour_records::{DuplicateDecision, DuplicatePair, HourRecordStatus, HourRecordView, ResolveDuplicate},
};

use super::{ledger, rules, store, supersede};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::hour_records},
    error::{ApiError, Result},
};

/// The reason recorded with a decision made without one.
const KEPT_OTHER: &str = "与其他来源的记录重复，保留另一条";
const KEPT_THIS: &str = "与其他来源的记录重复，以另一条为准";

/// Finds a record and, if it is a suspected duplicate, the record that it seems to repeat.
///
/// # Errors
/// 404 if the caller does not see one of them.
pub fn find_pair(conn: &mut DbConnection, user: &CurrentUser, id: HourRecordId) -> Result<DuplicatePair> {
    let record = store::find(conn, user, id)?;
    let other = match record.duplicate_of {
        Some(suspected) => Some(counterpart(conn, user, &record, suspected)?),
        None => None,
    };
    Ok(DuplicatePair { record, other })
}

/// Finds the record to compare a suspected duplicate with: the one that it was held back for while
/// that is live, otherwise the live record of another source about the same training, which may be
/// that of a third source, otherwise the ended one.
fn counterpart(
    conn: &mut DbConnection,
    user: &CurrentUser,
    record: &HourRecordView,
    suspected: HourRecordId,
) -> Result<HourRecordView> {
    let live: Vec<(HourRecordId, HourRecordStatus)> = hour_records::table
        .filter(hour_records::teacher_id.eq(record.teacher_id))
        .filter(hour_records::training_year.eq(record.training_year))
        .filter(hour_records::title.eq(&record.title).and(hour_records::institution.eq(&record.institution)))
        .filter(hour_records::source.ne(&record.source))
        .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
        .order(hour_records::id)
        .select((hour_records::id, hour_records::status))
        .load(conn)?;
    let with_status = |status| live.iter().find(move |(_, other)| *other == status).map(|(id, _)| *id);
    let still_live = live.iter().find(|(id, _)| *id == suspected).map(|(id, _)| *id);
    let other = still_live
        .or_else(|| with_status(HourRecordStatus::Recognized))
        .or_else(|| with_status(HourRecordStatus::Pending));
    store::find(conn, user, other.unwrap_or(suspected))
}

/// Carries out a decision: changes both records, the totals and the audit log in one transaction.
///
/// # Errors
/// 404 if the caller does not see the record; 409 if it is not a suspected duplicate, is compared with
/// another record by now, or the record to be kept has ended; 422 if `keep_both` comes without a reason.
pub fn resolve(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: HourRecordId,
    request: &ResolveDuplicate,
) -> Result<DuplicatePair> {
    let record = store::find(tx.conn, user, id)?;
    let suspected = rules::check_suspected(&record)?;
    let other = counterpart(tx.conn, user, &record, suspected)?;
    if request.other_id.is_some_and(|compared| compared != other.id) {
        return Err(ApiError::new(ErrorCode::Conflict).detail("与之比对的记录已变化，请刷新后重新核对"));
    }
    let reason = request.reason.as_deref().map(str::trim);
    match request.decision {
        DuplicateDecision::KeepOther => {
            rules::check_can_be_kept(other.status)?;
            let reason = reason.unwrap_or(KEPT_OTHER);
            ledger::decide(tx, &[id], HourRecordStatus::Rejected, Some(reason))?;
        }
        DuplicateDecision::KeepThis => {
            if other.status.is_live() {
                supersede::end(tx, &[(other.id, other.status)], reason.unwrap_or(KEPT_THIS))?;
            }
            ledger::decide(tx, &[id], HourRecordStatus::Recognized, reason)?;
        }
        DuplicateDecision::KeepBoth => {
            let reason = reason.ok_or_else(|| ApiError::invalid("/reason", "required", "两条都保留时须填写理由"))?;
            ledger::decide(tx, &[id], HourRecordStatus::Recognized, Some(reason))?;
        }
    }
    let (record_now, other_now) = (store::find(tx.conn, user, id)?, store::find(tx.conn, user, other.id)?);
    audit(tx, &record, &record_now)?;
    if other.status != other_now.status {
        audit(tx, &other, &other_now)?;
    }
    Ok(DuplicatePair { record: record_now, other: Some(other_now) })
}

fn audit(tx: &mut Tx<'_>, before: &HourRecordView, after: &HourRecordView) -> Result<()> {
    tx.audit(store::action(after.status), "hour_record", after.id, Some(before), Some(after))
}
