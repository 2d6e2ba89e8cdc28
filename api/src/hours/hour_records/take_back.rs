//! Takes the records of an import back, as one act.

use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, ImportId, Permission, TeacherId, UserId,
    hour_records::{HourRecordStatus as S, KeptBecause, KeptRecord, TakenBackImport},
};

use super::{
    ledger, own,
    reasons::{SUPERSEDED, SUPERSEDED_BY_FILE, TAKEN_BACK},
    store::visible_ids,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, schema::hour_records},
    error::{ApiError, Result},
    hours::quotas::closed_years::ClosedYears,
};

/// Kept records that the answer names.
const NAMED: usize = 100;

/// The records of an import that can be taken back.
#[derive(Default)]
struct Plan {
    voided: Vec<HourRecordId>,
    withdrawn: Vec<HourRecordId>,
    rejected: Vec<HourRecordId>,
    summary: TakenBackImport,
}

type Row = (HourRecordId, TeacherId, i32, Hours, S, Option<String>, UserId);

fn plan(conn: &mut DbConnection, user: &CurrentUser, import: ImportId) -> Result<Plan> {
    let rows: Vec<Row> = hour_records::table
        .filter(hour_records::import_id.eq(import))
        .order(hour_records::id)
        .select((
            hour_records::id,
            hour_records::teacher_id,
            hour_records::training_year,
            hour_records::hours,
            hour_records::status,
            hour_records::status_reason,
            hour_records::created_by,
        ))
        .load(conn)?;
    let ids: Vec<HourRecordId> = rows.iter().map(|(id, ..)| *id).collect();
    let visible = visible_ids(conn, user, &ids)?;
    let years = rows.iter().map(|(_, teacher, year, ..)| (*teacher, *year));
    let closed = ClosedYears::load(conn)?.of_teachers(conn, years)?;
    let own = own::teacher_of(conn, user.id)?;
    let mut plan = Plan::default();
    for (id, teacher, year, hours, status, reason, created_by) in rows {
        let kept = match status {
            _ if !status.is_live() => match reason.as_deref() {
                Some(SUPERSEDED | SUPERSEDED_BY_FILE) => Some(KeptBecause::Superseded),
                _ => Some(KeptBecause::Ended),
            },
            _ if !visible.contains(&id) => Some(KeptBecause::OutOfScope),
            S::Recognized if mutate!(ClosedTakenBack, closed.contains(&(teacher, year)), false) => {
                Some(KeptBecause::Closed)
            }
            S::Recognized if own == Some(teacher) => Some(KeptBecause::Own),
            _ => None,
        };
        if let Some(because) = kept {
            plan.summary.kept_total += 1;
            if plan.summary.kept.len() < NAMED {
                plan.summary.kept.push(KeptRecord { id, because });
            }
            continue;
        }
        plan.summary.hours += hours;
        if status == S::Recognized {
            plan.summary.voided += 1;
            plan.voided.push(id);
        } else {
            plan.summary.withdrawn += 1;
            if created_by == user.id { &mut plan.withdrawn } else { &mut plan.rejected }.push(id);
        }
    }
    if !plan.voided.is_empty() && !user.allows(Permission::HoursRecognize) {
        return Err(ApiError::forbidden().detail("其中有已认定的学时，只能由有认定权限的人撤回"));
    }
    Ok(plan)
}

/// Counts what taking an import back would end.
///
/// # Errors
/// 403 if some of the records are recognised and the caller may not void them.
pub fn count(conn: &mut DbConnection, user: &CurrentUser, import: ImportId) -> Result<TakenBackImport> {
    Ok(TakenBackImport { dry_run: true, ..plan(conn, user, import)?.summary })
}

/// Ends the live records of an import: recognised ones are voided, pending ones withdrawn, or rejected if somebody else
/// submitted them. Records that cannot be ended stay and are named.
///
/// # Errors
/// As [`count`].
pub fn take_back(tx: &mut Tx<'_>, user: &CurrentUser, import: ImportId, reason: &str) -> Result<TakenBackImport> {
    let Plan { voided, withdrawn, rejected, summary } = plan(tx.conn, user, import)?;
    let reason = format!("{TAKEN_BACK}{reason}");
    for (ids, to) in [(voided, S::Voided), (withdrawn, S::Withdrawn), (rejected, S::Rejected)] {
        if !ids.is_empty() {
            ledger::decide(tx, &ids, to, Some(&reason))?;
        }
    }
    Ok(summary)
}
