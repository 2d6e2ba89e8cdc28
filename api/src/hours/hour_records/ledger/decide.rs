//! Decisions on records, by the persons and projects that may take them: the callers have checked who may.

use std::collections::BTreeSet;

use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, TeacherId, UserId,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus},
};

use super::closed::closed_among;
use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{former_recognitions, hour_records},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::{
        hour_records::{holds, own, rules, suspicion::groups},
        quotas::{
            closed_years::{self, ClosedYears},
            hour_deltas::HourDeltas,
        },
    },
};

/// Ids looked up by one statement.
const CHUNK: usize = 5000;

/// Recognises, rejects, voids, withdraws or returns records, all or none, updates the totals and returns the sum of the
/// records' hours. The caller has checked which records the user may decide on.
///
/// # Errors
/// 404 if a record does not exist; 409 if the status of one does not allow the change; 422 `reason_required` at `/reason`
/// if hours of a closed year are recognised or voided without a reason.
pub fn decide(tx: &mut Tx<'_>, ids: &[HourRecordId], to: HourRecordStatus, reason: Option<&str>) -> Result<Hours> {
    let decided_by = tx.user_id()?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut deltas = HourDeltas::default();
    let mut hours = Hours::ZERO;
    let mut teachers = BTreeSet::new();
    closed_years::hold_open(tx.conn)?;
    let closed_years = ClosedYears::load(tx.conn)?;
    for chunk in ids.chunks(CHUNK) {
        let found = locked(tx.conn, chunk)?;
        if found.len() < chunk.len() {
            return Err(ApiError::not_found());
        }
        let years = found.iter().map(|(_, teacher, year, ..)| (*teacher, *year));
        let closed = closed_among(tx, &closed_years, years)?;
        for (_, teacher, year, amount, status, holds) in found {
            rules::check_transition(status, holds, to)?;
            rules::check_reason(closed.contains(&(teacher, year)), to, reason)?;
            deltas.leave(teacher, year, status, amount);
            deltas.enter(teacher, year, to, amount);
            hours += amount;
            teachers.insert(teacher);
        }
        if to == HourRecordStatus::Voided {
            keep_recognitions(tx.conn, chunk)?;
        }
        diesel::update(hour_records::table.filter(hour_records::id.eq_any(chunk)))
            .set((
                hour_records::status.eq(to),
                hour_records::hold.eq(None::<HourRecordHold>),
                hour_records::holds.eq(HoldSet::EMPTY),
                hour_records::status_reason.eq(reason),
                hour_records::decided_by.eq(Some(decided_by)),
                hour_records::decided_at.eq(Some(tx.now)),
                (to == HourRecordStatus::Recognized).then_some(hour_records::recognized_at.eq(tx.now)),
            ))
            .execute(tx.conn)?;
        tx.publish(rules::change_type(to), chunk.iter().copied());
    }
    deltas.apply(tx)?;
    if mutate!(SuspicionStays, !to.is_live(), false) {
        groups::judge_anew(tx, &teachers.into_iter().collect::<Vec<_>>())?;
    }
    Ok(hours)
}

/// Decides on hours at the end of the project that issued them, and returns the sum of those that it recognises or rejects.
/// To `recognized`, it recognises what waits for the project's end alone; what something else keeps, or is of the teacher
/// that the user is, waits on without it, for a decision in the end. Records that no longer wait for their project's end
/// stay as they are.
///
/// # Errors
/// As [`decide`].
pub fn decide_project(tx: &mut Tx<'_>, ids: &[HourRecordId], to: HourRecordStatus, reason: &str) -> Result<Hours> {
    let mut waiting = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let ends = |(.., holds): &Decidable| holds.contains(HourRecordHold::ProjectEnd);
        waiting.extend(locked(tx.conn, chunk)?.into_iter().filter(ends));
    }
    let all: Vec<HourRecordId> = waiting.iter().map(|(id, ..)| *id).collect();
    let decided: Vec<HourRecordId> = match to {
        HourRecordStatus::Recognized => {
            let user = tx.user_id()?;
            let own = own::teacher_of(tx.conn, user)?;
            let (mine, others): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(_, teacher, ..)| own == Some(*teacher));
            let mine: Vec<HourRecordId> = mine.into_iter().map(|(id, ..)| id).collect();
            holds::raise(tx, HourRecordHold::Own, &mine)?;
            holds::lift(tx, HourRecordHold::ProjectEnd, &all)?;
            others.into_iter().filter(|(.., holds)| holds.is_base()).map(|(id, ..)| id).collect()
        }
        _ => all,
    };
    decide(tx, &decided, to, Some(reason))
}

/// Keeps when recognised records were recognised, before voiding overwrites it, so that figures as of an earlier day
/// still count them.
fn keep_recognitions(conn: &mut DbConnection, ids: &[HourRecordId]) -> Result<()> {
    let rows: Vec<(HourRecordId, UserId, UtcTime, Option<UserId>, Option<UtcTime>)> = hour_records::table
        .filter(hour_records::id.eq_any(ids).and(hour_records::status.eq(HourRecordStatus::Recognized)))
        .select((
            hour_records::id,
            hour_records::created_by,
            hour_records::created_at,
            hour_records::decided_by,
            hour_records::decided_at,
        ))
        .load(conn)?;
    let kept = |(id, created_by, created_at, decided_by, decided_at): (_, UserId, UtcTime, Option<_>, Option<_>)| {
        (
            former_recognitions::hour_record_id.eq(id),
            former_recognitions::recognized_at.eq(decided_at.unwrap_or(created_at)),
            former_recognitions::recognized_by.eq(Some(decided_by.unwrap_or(created_by))),
        )
    };
    let rows: Vec<_> = rows.into_iter().map(kept).collect();
    on_connection!(conn, connection => {
        diesel::insert_into(former_recognitions::table).values(&rows).execute(connection)?
    });
    Ok(())
}

type Decidable = (HourRecordId, TeacherId, i32, Hours, HourRecordStatus, HoldSet);

/// Loads and, on PostgreSQL, locks records, so that concurrent decisions on one record queue.
fn locked(conn: &mut DbConnection, ids: &[HourRecordId]) -> Result<Vec<Decidable>> {
    let rows = hour_records::table.filter(hour_records::id.eq_any(ids)).order(hour_records::id).select((
        hour_records::id,
        hour_records::teacher_id,
        hour_records::training_year,
        hour_records::hours,
        hour_records::status,
        hour_records::holds,
    ));
    Ok(match conn {
        DbConnection::Postgres(connection) => rows.for_update().load(connection)?,
        DbConnection::Sqlite(connection) => rows.load(connection)?,
    })
}
