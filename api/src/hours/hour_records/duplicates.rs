//! Suspected duplicates 疑似重复: the ledger holds back what another source seems to tell of already,
//! and a person says which of the two counts.

use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, HourRecordId,
    hour_records::{DuplicateDecision, DuplicatePair, HourRecordStatus, HourRecordView, ResolveDuplicate},
};

use super::{incoming, ledger, rules, store};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::hour_records},
    error::{ApiError, Result},
};

/// Where nobody gives a reason.
const KEPT_OTHER: &str = "与其他来源的记录重复，保留另一条";
const KEPT_THIS: &str = "与其他来源的记录重复，以另一条为准";

/// A record beside the one of which it seems to tell again, if there is one.
pub fn find_pair(conn: &mut DbConnection, user: &CurrentUser, id: HourRecordId) -> Result<DuplicatePair> {
    let record = store::find(conn, user, id)?;
    let other = match record.duplicate_of {
        Some(named) => Some(counterpart(conn, user, &record, named)?),
        None => None,
    };
    Ok(DuplicatePair { record, other })
}

/// What a suspected record is to be compared with: the record for which it was held back, while
/// that counts or may count; else the live record of the same training, since a third source may have
/// taken the place; else what there was.
fn counterpart(
    conn: &mut DbConnection,
    user: &CurrentUser,
    record: &HourRecordView,
    named: HourRecordId,
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
    let is = |status| live.iter().find(move |(_, other)| *other == status).map(|(id, _)| *id);
    let still_named = live.iter().find(|(id, _)| *id == named).map(|(id, _)| *id);
    let other = still_named.or_else(|| is(HourRecordStatus::Recognized)).or_else(|| is(HourRecordStatus::Pending));
    store::find(conn, user, other.unwrap_or(named))
}

/// Carries a decision out: both records, the totals and the audit log in one transaction.
///
/// # Errors
/// 404; 409 where the record waits for no decision, the other is not the one that was compared, or
/// the one to be kept has ended; 422 without the reason that `keep_both` asks for.
pub fn resolve(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: HourRecordId,
    asked: &ResolveDuplicate,
) -> Result<DuplicatePair> {
    let record = store::find(tx.conn, user, id)?;
    let named = rules::check_suspected(&record)?;
    let other = counterpart(tx.conn, user, &record, named)?;
    if asked.other_id.is_some_and(|compared| compared != other.id) {
        return Err(ApiError::new(ErrorCode::Conflict).detail("与之比对的记录已变化，请刷新后重新核对"));
    }
    let reason = asked.reason.as_deref().map(str::trim);
    match asked.decision {
        DuplicateDecision::KeepOther => {
            rules::check_can_be_kept(other.status)?;
            let reason = reason.unwrap_or(KEPT_OTHER);
            ledger::decide(tx, &[id], HourRecordStatus::Rejected, Some(reason))?;
        }
        DuplicateDecision::KeepThis => {
            if other.status.is_live() {
                incoming::end(tx, &[(other.id, other.status)], reason.unwrap_or(KEPT_THIS))?;
            }
            ledger::decide(tx, &[id], HourRecordStatus::Recognized, None)?;
        }
        DuplicateDecision::KeepBoth => {
            let reason = reason.ok_or_else(|| ApiError::invalid("/reason", "required", "两条都保留时须填写理由"))?;
            ledger::decide(tx, &[id], HourRecordStatus::Recognized, Some(reason))?;
        }
    }
    let (record_now, other_now) = (store::find(tx.conn, user, id)?, store::find(tx.conn, user, other.id)?);
    note(tx, &record, &record_now)?;
    if other.status != other_now.status {
        note(tx, &other, &other_now)?;
    }
    Ok(DuplicatePair { record: record_now, other: Some(other_now) })
}

fn note(tx: &mut Tx<'_>, before: &HourRecordView, after: &HourRecordView) -> Result<()> {
    tx.audit(store::verb(after.status), "hour_record", after.id, Some(before), Some(after))
}
