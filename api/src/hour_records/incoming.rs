//! Records that come from elsewhere under keys of their source: what is there already under a key,
//! whether it says the same, and the ending of what it replaces. In sets, whatever their number.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use songjiao_types::{
    HourRecordId, Hours, TeacherId,
    hour_records::HourRecordStatus,
    training::{TrainingLevel, TrainingMode},
};

use super::ledger::{self, LIVE, LedgerEntry};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{hour_records, organizations, teachers},
    },
    error::Result,
    scope::{Scope, in_scope},
};

/// The condition of the index on records that have ended; see [`LIVE`].
const ENDED: &str = "hour_records.status IN ('rejected', 'voided')";
/// Keys looked up by one statement.
const CHUNK: usize = 5000;

/// What a record says: two of the same key that say the same are one.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Content {
    teacher_id: TeacherId,
    training_year: i32,
    dates: (NaiveDate, NaiveDate),
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    title: String,
    institution: String,
}

impl Content {
    /// What an entry is about to say.
    pub fn of(entry: &LedgerEntry) -> Self {
        Self {
            teacher_id: entry.teacher_id,
            training_year: entry.training_year,
            dates: (entry.starts_on, entry.ends_on),
            hours: entry.hours,
            level: entry.level,
            mode: entry.mode,
            title: entry.title.clone(),
            institution: entry.institution.clone(),
        }
    }
}

/// A record that is there under a key.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: HourRecordId,
    pub status: HourRecordStatus,
    /// Why it ended.
    pub reason: Option<String>,
    pub content: Content,
}

/// The live records of a source under these keys: one each at most.
pub fn live(conn: &mut DbConnection, source: &str, keys: &[&str]) -> Result<HashMap<String, Known>> {
    known(conn, source, keys, LIVE)
}

/// Of the records of a source under these keys that have ended, the last of each key.
pub fn ended(conn: &mut DbConnection, source: &str, keys: &[&str]) -> Result<HashMap<String, Known>> {
    known(conn, source, keys, ENDED)
}

fn known(conn: &mut DbConnection, source: &str, keys: &[&str], condition: &str) -> Result<HashMap<String, Known>> {
    type Says = (TeacherId, i32, NaiveDate, NaiveDate, Hours, TrainingLevel, TrainingMode, String, String);
    let mut found = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<(String, HourRecordId, HourRecordStatus, Option<String>, Says)> = hour_records::table
            .filter(hour_records::source.eq(source).and(hour_records::source_key.eq_any(chunk)))
            .filter(sql::<Bool>(condition))
            .order(hour_records::id)
            .select((
                hour_records::source_key,
                hour_records::id,
                hour_records::status,
                hour_records::status_reason,
                (
                    hour_records::teacher_id,
                    hour_records::training_year,
                    hour_records::starts_on,
                    hour_records::ends_on,
                    hour_records::hours,
                    hour_records::level,
                    hour_records::mode,
                    hour_records::title,
                    hour_records::institution,
                ),
            ))
            .load(conn)?;
        for (key, id, status, reason, says) in rows {
            let (teacher_id, training_year, starts_on, ends_on, hours, level, mode, title, institution) = says;
            let dates = (starts_on, ends_on);
            let content = Content { teacher_id, training_year, dates, hours, level, mode, title, institution };
            found.insert(key, Known { id, status, reason, content });
        }
    }
    Ok(found)
}

/// The teachers of these numbers who serve in the scope.
pub fn teachers_by_no(
    conn: &mut DbConnection,
    scope: &Scope,
    mut numbers: Vec<&str>,
) -> Result<HashMap<String, TeacherId>> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = HashMap::with_capacity(numbers.len());
    for chunk in numbers.chunks(CHUNK) {
        let rows: Vec<(String, TeacherId)> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::teacher_no.eq_any(chunk))
            .filter(in_scope!(organizations::path, scope))
            .select((teachers::teacher_no, teachers::id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// How a live record ends that is no longer to count: what was recognised is voided, what was
/// pending rejected.
pub fn end_of(status: HourRecordStatus) -> HourRecordStatus {
    match status {
        HourRecordStatus::Recognized => HourRecordStatus::Voided,
        _ => HourRecordStatus::Rejected,
    }
}

/// Ends live records, each as its status asks; the reason stays with them.
///
/// # Errors
/// 409 where one has ended meanwhile.
pub fn end(tx: &mut Tx<'_>, records: &[(HourRecordId, HourRecordStatus)], reason: &str) -> Result<()> {
    for to in [HourRecordStatus::Voided, HourRecordStatus::Rejected] {
        let ids: Vec<_> = records.iter().filter(|(_, status)| end_of(*status) == to).map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            ledger::decide(tx, &ids, to, Some(reason))?;
        }
    }
    Ok(())
}
