//! Looks up existing records by their keys at a source.
//!
//! In the middle of an import the statistics of PostgreSQL are older than most of the table. Given a
//! list of keys, the planner then filters everything that the source has recorded, once per batch.
//! So the statements for PostgreSQL look up each key by itself; `OFFSET 0` keeps the planner from
//! merging the two queries.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Text},
};
use songjiao_types::{HourRecordId, TeacherId, hour_records::HourRecordStatus};

use super::{
    entry::{Content, LedgerEntry},
    reasons::is_by_source,
};
use crate::{
    db::{DbConnection, schema::hour_records, types::DbUuid},
    error::Result,
};

/// The condition of the index on live records. SQLite uses the index only if the statement repeats
/// its condition literally.
const LIVE: &str = "hour_records.status IN ('pending', 'recognized')";
/// The condition of the index on ended records; see [`LIVE`].
const ENDED: &str = "hour_records.status IN ('rejected', 'returned', 'voided')";
/// Keys looked up by one statement.
const CHUNK: usize = 5000;

/// A record under a key.
#[derive(Clone, Debug, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
pub struct ExistingRecord {
    pub source_key: String,
    pub key_space: String,
    pub id: HourRecordId,
    pub status: HourRecordStatus,
    /// Why the record ended.
    pub status_reason: Option<String>,
    #[diesel(embed)]
    pub content: Content,
}

impl ExistingRecord {
    /// Returns whether a person has ended the record with this content, so that it is not recorded again.
    pub fn is_decided_on(&self, content: &Content) -> bool {
        !self.status.is_live() && content.is_stated_by(&self.content) && !is_by_source(self.status_reason.as_deref())
    }
}

/// The records under some keys of a source.
#[derive(Default)]
pub struct ExistingRecords(HashMap<String, Vec<ExistingRecord>>);

impl ExistingRecords {
    /// Returns the record that an entry repeats: the latest with its key or, under the same external id of another
    /// organization, one with the same content, so that a file sent by two organizations counts once.
    pub fn of(&self, entry: &LedgerEntry) -> Option<&ExistingRecord> {
        self.with_key(&entry.source_key, &entry.key_space).or_else(|| {
            let equal = |record: &&ExistingRecord| entry.content.is_stated_by(&record.content);
            self.0.get(&entry.source_key)?.iter().find(equal).filter(|_| !entry.key_space.is_empty())
        })
    }

    /// Returns the latest record with a key.
    pub fn with_key(&self, source_key: &str, key_space: &str) -> Option<&ExistingRecord> {
        self.0.get(source_key)?.iter().rfind(|record| record.key_space == key_space)
    }

    fn add(&mut self, records: Vec<ExistingRecord>) {
        for mut record in records {
            self.0.entry(std::mem::take(&mut record.source_key)).or_default().push(record);
        }
    }

    /// Returns the ids of all records.
    pub fn ids(&self) -> impl Iterator<Item = HourRecordId> {
        self.0.values().flatten().map(|record| record.id)
    }
}

/// Returns the live records that entries of one source repeat; see [`ExistingRecords::of`].
pub fn live_of(conn: &mut DbConnection, source: &str, entries: &[&LedgerEntry]) -> Result<ExistingRecords> {
    of_entries(conn, source, entries, LIVE)
}

/// Returns the ended records that entries of one source repeat; see [`ExistingRecords::of`].
pub fn ended_of(conn: &mut DbConnection, source: &str, entries: &[&LedgerEntry]) -> Result<ExistingRecords> {
    of_entries(conn, source, entries, ENDED)
}

fn of_entries(
    conn: &mut DbConnection,
    source: &str,
    entries: &[&LedgerEntry],
    condition: &str,
) -> Result<ExistingRecords> {
    let mut found = ExistingRecords::default();
    for chunk in entries.chunks(CHUNK) {
        let keys: Vec<&str> = chunk.iter().map(|entry| entry.source_key.as_str()).collect();
        let spaces: BTreeSet<&str> = chunk.iter().map(|entry| entry.key_space.as_str()).collect();
        let spaces: Vec<&str> = spaces.into_iter().collect();
        // Other organizations' records are of interest for the same teachers alone.
        let numbered = chunk.iter().filter(|entry| !entry.key_space.is_empty());
        let teachers: BTreeSet<TeacherId> = numbered.map(|entry| entry.content.teacher_id).collect();
        let teachers: Vec<TeacherId> = teachers.into_iter().collect();
        found.add(find(conn, source, &keys, (&spaces, &teachers), condition)?);
    }
    Ok(found)
}

/// Returns the live records of a source with keys of its own.
pub fn live(conn: &mut DbConnection, source: &str, keys: &[&str]) -> Result<ExistingRecords> {
    with_keys(conn, source, keys, LIVE)
}

/// Returns the ended records of a source with keys of its own.
pub fn ended(conn: &mut DbConnection, source: &str, keys: &[&str]) -> Result<ExistingRecords> {
    with_keys(conn, source, keys, ENDED)
}

fn with_keys(conn: &mut DbConnection, source: &str, keys: &[&str], condition: &str) -> Result<ExistingRecords> {
    let mut found = ExistingRecords::default();
    for chunk in keys.chunks(CHUNK) {
        found.add(find(conn, source, chunk, (&[""], &[]), condition)?);
    }
    Ok(found)
}

/// Finds the records with keys that are unique in one of the spaces or that are of one of the teachers.
fn find(
    conn: &mut DbConnection,
    source: &str,
    keys: &[&str],
    (spaces, teachers): (&[&str], &[TeacherId]),
    condition: &str,
) -> QueryResult<Vec<ExistingRecord>> {
    match conn {
        DbConnection::Postgres(connection) => sql_query(format!(
            "SELECT found.* FROM unnest($2) AS wanted (key) CROSS JOIN LATERAL ( \
                 SELECT * FROM hour_records WHERE source = $1 AND source_key = wanted.key AND {condition} \
                   AND (key_space = ANY ($3) OR teacher_id = ANY ($4)) OFFSET 0 \
             ) AS found ORDER BY found.id"
        ))
        .bind::<Text, _>(source)
        .bind::<Array<Text>, _>(keys)
        .bind::<Array<Text>, _>(spaces)
        .bind::<Array<DbUuid>, _>(teachers)
        .load(connection),
        DbConnection::Sqlite(connection) => hour_records::table
            .filter(hour_records::source.eq(source).and(hour_records::source_key.eq_any(keys)))
            .filter(hour_records::key_space.eq_any(spaces).or(hour_records::teacher_id.eq_any(teachers)))
            .filter(sql::<Bool>(condition))
            .order(hour_records::id)
            .select(ExistingRecord::as_select())
            .load(connection),
    }
}
