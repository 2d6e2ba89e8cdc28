//! What is recorded already: under the keys of a source, and of a training by other sources.
//!
//! In the middle of an import the statistics of PostgreSQL are older than most of the table. It takes a list
//! of keys for a filter then, and reads for each batch all that the source has ever told. So each key is
//! looked up by itself there, in one statement; `OFFSET 0` keeps the planner from making one of the two out
//! of the other.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::{
    PgConnection,
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Integer, Text},
};
use songjiao_types::{
    HourRecordId, Hours, TeacherId,
    hour_records::HourRecordStatus,
    training::{TrainingLevel, TrainingMode},
};

use super::ledger::LedgerEntry;
use crate::{
    db::{DbConnection, schema::hour_records, types::DbUuid},
    error::Result,
};

/// The condition of the index on live records. SQLite takes it only where it stands in the
/// statement as it stands in the index.
const LIVE: &str = "hour_records.status IN ('pending', 'recognized')";
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

#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
struct KnownRow {
    source_key: String,
    id: HourRecordId,
    status: HourRecordStatus,
    status_reason: Option<String>,
    teacher_id: TeacherId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    title: String,
    institution: String,
}

impl From<KnownRow> for Known {
    fn from(row: KnownRow) -> Self {
        let content = Content {
            teacher_id: row.teacher_id,
            training_year: row.training_year,
            dates: (row.starts_on, row.ends_on),
            hours: row.hours,
            level: row.level,
            mode: row.mode,
            title: row.title,
            institution: row.institution,
        };
        Self { id: row.id, status: row.status, reason: row.status_reason, content }
    }
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
    let mut found = HashMap::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = match conn {
            DbConnection::Postgres(connection) => one_by_one(connection, source, chunk, condition)?,
            DbConnection::Sqlite(connection) => hour_records::table
                .filter(hour_records::source.eq(source).and(hour_records::source_key.eq_any(chunk)))
                .filter(sql::<Bool>(condition))
                .order(hour_records::id)
                .select(KnownRow::as_select())
                .load(connection)?,
        };
        found.extend(rows.into_iter().map(|mut row| (std::mem::take(&mut row.source_key), row.into())));
    }
    Ok(found)
}

fn one_by_one(
    connection: &mut PgConnection,
    source: &str,
    keys: &[&str],
    condition: &str,
) -> QueryResult<Vec<KnownRow>> {
    sql_query(format!(
        "SELECT known.* FROM unnest($2) AS wanted (key) CROSS JOIN LATERAL ( \
             SELECT * FROM hour_records WHERE source = $1 AND source_key = wanted.key AND {condition} OFFSET 0 \
         ) AS known ORDER BY known.id"
    ))
    .bind::<Text, _>(source)
    .bind::<Array<Text>, _>(keys)
    .load(connection)
}

/// Teacher, year, title and institution.
type Training = (TeacherId, i32, String, String);

#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = hour_records)]
struct TrainingRow {
    teacher_id: TeacherId,
    training_year: i32,
    title: String,
    institution: String,
    source: String,
    id: HourRecordId,
}

/// The live records of other sources that could tell of the same training as one of some entries.
pub struct KnownTrainings(HashMap<Training, Vec<(String, HourRecordId)>>);

impl KnownTrainings {
    pub fn load<'a>(conn: &mut DbConnection, entries: impl Iterator<Item = &'a LedgerEntry>) -> Result<Self> {
        let (mut teachers, mut years) = (BTreeSet::new(), BTreeSet::new());
        let (mut titles, mut sources) = (BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            teachers.insert(entry.teacher_id);
            years.insert(entry.training_year);
            titles.insert(entry.title.as_str());
            sources.insert(entry.source.as_str());
        }
        let teachers: Vec<_> = teachers.into_iter().collect();
        let years: Vec<_> = years.into_iter().collect();
        let titles: Vec<_> = titles.into_iter().collect();
        let mut known = Self(HashMap::new());
        for source in sources {
            for (teachers, titles) in
                teachers.chunks(CHUNK).flat_map(|teachers| titles.chunks(CHUNK).map(move |titles| (teachers, titles)))
            {
                // What a source has told itself is never read: of a large file it would be most.
                for others in ["<", ">"] {
                    known.take(trainings(conn, (teachers, &years, titles), others, source)?);
                }
            }
        }
        Ok(known)
    }

    fn take(&mut self, found: Vec<TrainingRow>) {
        for TrainingRow { teacher_id, training_year, title, institution, source, id } in found {
            self.0.entry((teacher_id, training_year, title, institution)).or_default().push((source, id));
        }
    }

    fn training(entry: &LedgerEntry) -> Training {
        (entry.teacher_id, entry.training_year, entry.title.clone(), entry.institution.clone())
    }

    /// The first record of another source.
    pub fn told_by_another(&self, entry: &LedgerEntry) -> Option<HourRecordId> {
        let told = self.0.get(&Self::training(entry))?;
        told.iter().find(|(source, _)| *source != entry.source).map(|(_, id)| *id)
    }

    pub fn add(&mut self, entry: &LedgerEntry, id: HourRecordId) {
        self.0.entry(Self::training(entry)).or_default().push((entry.source.clone(), id));
    }
}

/// The live records of teachers in some years, of these titles, whose sources come before (`<`) or after (`>`) one.
fn trainings(
    conn: &mut DbConnection,
    (teachers, years, titles): (&[TeacherId], &[i32], &[&str]),
    others: &str,
    source: &str,
) -> QueryResult<Vec<TrainingRow>> {
    match conn {
        DbConnection::Postgres(connection) => sql_query(format!(
            "SELECT known.* FROM unnest($1) AS wanted (id) CROSS JOIN LATERAL ( \
                 SELECT teacher_id, training_year, title, institution, source, id FROM hour_records \
                 WHERE teacher_id = wanted.id AND training_year = ANY ($2) AND {LIVE} AND source {others} $3 \
                   AND title = ANY ($4) OFFSET 0 \
             ) AS known ORDER BY known.id"
        ))
        .bind::<Array<DbUuid>, _>(teachers)
        .bind::<Array<Integer>, _>(years)
        .bind::<Text, _>(source)
        .bind::<Array<Text>, _>(titles)
        .load(connection),
        DbConnection::Sqlite(connection) => hour_records::table
            .filter(hour_records::teacher_id.eq_any(teachers).and(hour_records::training_year.eq_any(years)))
            .filter(hour_records::status.eq_any([HourRecordStatus::Pending, HourRecordStatus::Recognized]))
            .filter(sql::<Bool>(&format!("hour_records.source {others} ")).bind::<Text, _>(source))
            .filter(hour_records::title.eq_any(titles))
            .order(hour_records::id)
            .select(TrainingRow::as_select())
            .load(connection),
    }
}
