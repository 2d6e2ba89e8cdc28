//! Decisions of persons: on one record, or on many at once, which reach only what nothing but a decision keeps.

use std::collections::BTreeMap;

use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, FieldError, HourRecordId, Hours, TeacherId, WireEnum,
    hour_records::{
        DecideHourRecords, DecidedHourRecords, HoldSet, HourRecordDecision, HourRecordFilter, HourRecordHold,
        HourRecordStatus, HourRecordView, LeftOutRecords,
    },
};

use super::{
    ledger, own,
    rules::check_decision,
    store::{filtered, find, visible},
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::hour_records},
    error::{ApiError, Result},
    hours::quotas::closed_years::ClosedYears,
    visibility::organization_filter,
};

/// Recognises, rejects or voids one record.
///
/// # Errors
/// 403 `own_record`; 404 if the caller does not see it; 409 if its status or its holds do not allow the change,
/// `duplicate_suspected` if it is to be recognised and seems to be of the same training as another.
pub fn decide(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: HourRecordId,
    to: HourRecordStatus,
    reason: Option<&str>,
) -> Result<HourRecordView> {
    let before = find(tx.conn, user, id)?;
    if own::teacher_of(tx.conn, user.id)? == Some(before.teacher_id) {
        return Err(own::own_record());
    }
    check_decision(before.holds, to)?;
    ledger::decide(tx, &[id], to, reason)?;
    let after = find(tx.conn, user, id)?;
    tx.audit(action(to), "hour_record", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Returns the name of a change to a status in the audit log.
pub fn action(to: HourRecordStatus) -> &'static str {
    match to {
        HourRecordStatus::Recognized => "recognize",
        HourRecordStatus::Rejected => "reject",
        HourRecordStatus::Voided => "void",
        HourRecordStatus::Withdrawn => "withdraw",
        HourRecordStatus::Returned => "return",
        HourRecordStatus::Pending => "update",
    }
}

/// Recognises records, all or none, and returns how many there were and the sum of their hours.
///
/// # Errors
/// 403 `own_record` if one is of the teacher that the caller is; 422 at `/ids/…` for records that the caller does not see,
/// and at `/reason` if a closed year asks for one; 409 if one is not pending, or waits for something else than a decision,
/// `duplicate_suspected` if one seems to be of the same training as another.
pub fn recognize_all(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    ids: &[HourRecordId],
    reason: Option<&str>,
) -> Result<(usize, Hours)> {
    let own = own::teacher_of(tx.conn, user.id)?;
    let seen: BTreeMap<HourRecordId, (HourRecordStatus, HoldSet, TeacherId)> = visible(user)
        .filter(hour_records::id.eq_any(ids.to_vec()))
        .select((hour_records::id, (hour_records::status, hour_records::holds, hour_records::teacher_id)))
        .load(tx.conn)?
        .into_iter()
        .collect();
    let at = |index: usize| format!("/ids/{index}");
    let mut unknown = Vec::new();
    let (mut of_own, mut suspected, mut not_pending) = (Vec::new(), Vec::new(), Vec::new());
    for (index, id) in ids.iter().enumerate() {
        match seen.get(id) {
            None => unknown.push(FieldError::new(at(index), "unknown_hour_record", "学时记录不存在或无权查看")),
            Some((.., teacher)) if own == Some(*teacher) => {
                let code = ErrorCode::OwnRecord;
                of_own.push(FieldError::new(at(index), code.as_str(), code.label()));
            }
            Some((HourRecordStatus::Pending, holds, _)) if holds.contains(HourRecordHold::Suspected) => {
                let code = ErrorCode::DuplicateSuspected;
                suspected.push(FieldError::new(at(index), code.as_str(), code.label()));
            }
            Some((HourRecordStatus::Pending, holds, _)) => {
                if let Some(hold) = holds.first().filter(|hold| *hold != HourRecordHold::Decision) {
                    not_pending.push(FieldError::new(at(index), "held", format!("该记录{}", hold.label())));
                }
            }
            Some((status, ..)) => {
                not_pending.push(FieldError::new(at(index), "wrong_state", format!("该记录{}", status.label())));
            }
        }
    }
    if !unknown.is_empty() {
        return Err(ApiError::new(ErrorCode::Invalid).errors(unknown));
    }
    if !of_own.is_empty() {
        return Err(own::own_record().errors(of_own));
    }
    if !suspected.is_empty() {
        suspected.append(&mut not_pending);
        return Err(ApiError::new(ErrorCode::DuplicateSuspected).errors(suspected));
    }
    if !not_pending.is_empty() {
        return Err(ApiError::wrong_state("只能认定待认定的学时记录").errors(not_pending));
    }
    let hours = ledger::decide(tx, ids, HourRecordStatus::Recognized, reason)?;
    for id in seen.keys() {
        tx.audit("recognize", "hour_record", id, None::<&()>, None::<&()>)?;
    }
    Ok((seen.len(), hours))
}

/// The records that a decision by filter reaches.
pub struct Reached {
    ids: Vec<HourRecordId>,
    /// What the decision amounts to.
    pub summary: DecidedHourRecords,
}

/// Finds the pending records that match a filter, are not of the teacher that the caller is, and wait for nothing but a
/// decision.
///
/// # Errors
/// 422 at `/filter/organization_id`.
pub fn reached(conn: &mut DbConnection, user: &CurrentUser, filter: HourRecordFilter) -> Result<Reached> {
    let query = filter.pending();
    let organization = organization_filter(conn, user, query.organization_id)?;
    let rows: Vec<(HourRecordId, TeacherId, i32, Hours, Option<HourRecordHold>)> =
        filtered(user, organization.as_ref(), &query)
            .order(hour_records::id)
            .select((
                hour_records::id,
                hour_records::teacher_id,
                hour_records::training_year,
                hour_records::hours,
                hour_records::hold,
            ))
            .load(conn)?;
    let own = own::teacher_of(conn, user.id)?;
    let mut left_out: BTreeMap<HourRecordHold, i64> = BTreeMap::new();
    let (mut ids, mut years, mut sum) = (Vec::new(), Vec::new(), Hours::ZERO);
    for (id, teacher, year, hours, hold) in rows {
        let hold = if own == Some(teacher) { Some(HourRecordHold::Own) } else { hold };
        match hold {
            Some(HourRecordHold::Flagged) if mutate!(FilterReachesFlagged, false, true) => ids.push(id),
            None | Some(HourRecordHold::Decision) => {
                ids.push(id);
                years.push((teacher, year));
                sum += hours;
            }
            Some(hold) => *left_out.entry(hold).or_default() += 1,
        }
    }
    let closed = ClosedYears::load(conn)?.of_teachers(conn, years.iter().copied())?;
    let closed = years.iter().filter(|year| closed.contains(year)).count();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let left_out = left_out.into_iter().map(|(hold, records)| LeftOutRecords { hold, records }).collect();
    let summary =
        DecidedHourRecords { dry_run: true, decided: count(ids.len()), hours: sum, closed: count(closed), left_out };
    Ok(Reached { ids, summary })
}

/// Decides on all records that a filter reaches.
///
/// # Errors
/// 409 if they are not as many as expected; 422 at `/filter/organization_id`, and at `/reason` if a closed year asks for
/// one, or records are rejected or returned without one.
pub fn decide_all(tx: &mut Tx<'_>, user: &CurrentUser, request: DecideHourRecords) -> Result<DecidedHourRecords> {
    let DecideHourRecords { decision, filter, reason, expected, .. } = request;
    if decision != HourRecordDecision::Recognize && reason.is_none() {
        return Err(ApiError::invalid("/reason", "required", "驳回或退回须填写理由"));
    }
    let Reached { ids, summary } = reached(tx.conn, user, filter)?;
    if expected.is_some_and(|expected| expected != summary.decided) {
        let detail = format!("符合条件的记录现为 {} 条，请重新核对", summary.decided);
        return Err(ApiError::new(ErrorCode::Conflict).detail(detail));
    }
    let to = decision.status();
    ledger::decide(tx, &ids, to, reason.as_deref().map(str::trim))?;
    for id in &ids {
        tx.audit(action(to), "hour_record", id, None::<&()>, None::<&()>)?;
    }
    Ok(DecidedHourRecords { dry_run: false, ..summary })
}
