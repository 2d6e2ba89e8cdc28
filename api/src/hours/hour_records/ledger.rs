//! Writing to the ledger: whoever grants hours, be it a person, an import or a completed project,
//! appends here. Set-based: a statement for many records, whatever their number.

use std::collections::{HashMap, hash_map::Entry};

use chrono::NaiveDate;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use songjiao_types::{
    HourRecordId, Hours, OrganizationId, PhaseId, ProjectId, TeacherId, UserId,
    changes::ChangeType,
    hour_records::HourRecordStatus,
    training::{TrainingLevel, TrainingMode},
};
use uuid::Uuid;

use super::{
    known::{self, KnownTrainings},
    rules,
    totals::Deltas,
};
use crate::{
    db::{
        DbConnection, Tx, hex,
        schema::{appointments, hour_records, teachers},
        types::UtcTime,
    },
    error::{ApiError, Result},
};

pub use super::totals::{TotalsDifference, rebuild_totals, verify_totals};

/// Records written by one statement: 23 columns each, and SQLite binds 32,766 values.
const INSERT_CHUNK: usize = 500;
/// Keys or ids looked up by one statement.
const LOOKUP_CHUNK: usize = 5000;

/// Hours to be recorded.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    pub teacher_id: TeacherId,
    /// Its own field: it does not follow from the dates.
    pub training_year: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Above zero: the database refuses others.
    pub hours: Hours,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    pub title: String,
    pub institution: String,
    pub project_id: Option<ProjectId>,
    pub phase_id: Option<PhaseId>,
    /// Who tells of the hours: `manual`, `project`, `import`, a platform.
    pub source: String,
    pub external_id: Option<String>,
    /// One live record per source and key; see [`source_key`].
    pub source_key: String,
    /// `Pending` or `Recognized`.
    pub status: HourRecordStatus,
}

impl LedgerEntry {
    /// The key that the entry has by its external id or, without one, by what it says.
    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.source_key = match &self.external_id {
            Some(id) => id.clone(),
            None => natural_key(
                self.teacher_id,
                self.training_year,
                &self.title,
                &self.institution,
                (self.starts_on, self.ends_on),
            ),
        };
        self
    }
}

/// The natural key: teacher, year, title, institution and dates.
pub fn natural_key(
    teacher: TeacherId,
    year: i32,
    title: &str,
    institution: &str,
    (starts_on, ends_on): (NaiveDate, NaiveDate),
) -> String {
    let mut digest = Sha256::new();
    for field in [&teacher.to_string(), &year.to_string(), title, institution] {
        digest.update(field.len().to_be_bytes());
        digest.update(field.as_bytes());
    }
    digest.update(format!("{starts_on}{ends_on}"));
    format!("natural:{}", hex(&digest.finalize()))
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is recorded; where another source tells of what seems the same training, as pending.
    Recorded { id: HourRecordId, suspected: Option<HourRecordId> },
    /// A live record has its key: nothing was written.
    AlreadyThere(HourRecordId),
}

/// What became of the entries, in their order.
#[derive(Clone, Debug, Default)]
pub struct Appended {
    pub outcomes: Vec<Outcome>,
}

impl Appended {
    /// How many were recorded.
    pub fn recorded(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Recorded { .. })).count()
    }

    /// The ids of those recorded.
    pub fn ids(&self) -> impl Iterator<Item = HourRecordId> + '_ {
        self.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Recorded { id, .. } => Some(*id),
            Outcome::AlreadyThere(_) => None,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = hour_records, treat_none_as_default_value = false)]
struct NewHourRecord {
    id: HourRecordId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    training_year: i32,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    hours: Hours,
    level: TrainingLevel,
    mode: TrainingMode,
    title: String,
    institution: String,
    project_id: Option<ProjectId>,
    phase_id: Option<PhaseId>,
    source: String,
    external_id: Option<String>,
    source_key: String,
    duplicate_of: Option<HourRecordId>,
    status: HourRecordStatus,
    decided_by: Option<UserId>,
    decided_at: Option<UtcTime>,
    created_by: UserId,
    created_at: UtcTime,
}

/// Records hours and keeps the totals, in the caller's transaction; auditing is the caller's.
/// An entry whose (source, key) is live already is skipped, so issuing twice issues nothing. The
/// same teacher, year, title and institution from another source waits for a person.
///
/// # Errors
/// 401 where no user acts; 409 where another transaction records the same key meanwhile.
pub fn append(tx: &mut Tx<'_>, entries: Vec<LedgerEntry>) -> Result<Appended> {
    let mut live = live_keys(tx.conn, &entries)?;
    let mut known = Vec::with_capacity(entries.len());
    let mut fresh = Vec::with_capacity(entries.len());
    for entry in entries {
        match live.entry((entry.source.clone(), entry.source_key.clone())) {
            Entry::Occupied(there) => known.push(Some(*there.get())),
            Entry::Vacant(slot) => {
                let id = HourRecordId::from_uuid(Uuid::now_v7());
                slot.insert(id);
                known.push(None);
                fresh.push((id, entry));
            }
        }
    }
    let mut recorder = Recorder::default();
    let mut recorded = recorder.record(tx, fresh)?.into_iter();
    recorder.finish(tx)?;
    let outcomes = known.into_iter().filter_map(|there| match there {
        Some(id) => Some(Outcome::AlreadyThere(id)),
        None => recorded.next(),
    });
    Ok(Appended { outcomes: outcomes.collect() })
}

/// Records many batches as one: what is looked up for one serves the next, and the totals are
/// changed once, at the end.
#[derive(Default)]
pub struct Recorder {
    serving: Serving,
    deltas: Deltas,
}

impl Recorder {
    /// Records entries under their new ids. That no live record has their keys, nor two of them
    /// the same, the caller has seen.
    ///
    /// # Errors
    /// As [`append`].
    pub fn record(&mut self, tx: &mut Tx<'_>, entries: Vec<(HourRecordId, LedgerEntry)>) -> Result<Vec<Outcome>> {
        let created_by = tx.user_id()?;
        self.serving.load(tx.conn, entries.iter().map(|(_, entry)| entry.teacher_id))?;
        let mut known = KnownTrainings::load(tx.conn, entries.iter().map(|(_, entry)| entry))?;
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        for (id, entry) in entries {
            let suspected = known.told_by_another(&entry);
            known.add(&entry, id);
            let status = if suspected.is_some() { HourRecordStatus::Pending } else { entry.status };
            self.deltas.enter(entry.teacher_id, entry.training_year, status, entry.hours);
            outcomes.push(Outcome::Recorded { id, suspected });
            let decided = status == HourRecordStatus::Recognized;
            rows.push(NewHourRecord {
                id,
                organization_id: self.serving.on(entry.teacher_id, entry.ends_on)?,
                teacher_id: entry.teacher_id,
                training_year: entry.training_year,
                starts_on: entry.starts_on,
                ends_on: entry.ends_on,
                hours: entry.hours,
                level: entry.level,
                mode: entry.mode,
                title: entry.title,
                institution: entry.institution,
                project_id: entry.project_id,
                phase_id: entry.phase_id,
                source: entry.source,
                external_id: entry.external_id,
                source_key: entry.source_key,
                duplicate_of: suspected,
                status,
                decided_by: decided.then_some(created_by),
                decided_at: decided.then_some(tx.now),
                created_by,
                created_at: tx.now,
            });
        }
        insert(tx.conn, &rows)?;
        tx.publish(ChangeType::HourRecordRecorded, rows.iter().map(|row| row.id));
        Ok(outcomes)
    }

    /// Changes the totals by all that was recorded.
    pub fn finish(self, tx: &mut Tx<'_>) -> Result<()> {
        self.deltas.apply(tx.conn)
    }

    /// Changes some of the totals, and says whether there are more to be changed.
    pub fn finish_some(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        self.deltas.apply_some(tx.conn)
    }
}

fn insert(conn: &mut DbConnection, rows: &[NewHourRecord]) -> Result<()> {
    match conn {
        // Far faster there than any INSERT.
        DbConnection::Postgres(connection) => {
            diesel::copy_from(hour_records::table).from_insertable(rows).execute(connection)?;
        }
        DbConnection::Sqlite(connection) => {
            for chunk in rows.chunks(INSERT_CHUNK) {
                diesel::insert_into(hour_records::table).values(chunk).execute(connection)?;
            }
        }
    }
    Ok(())
}

/// The live records that have one of the entries' keys.
fn live_keys(conn: &mut DbConnection, entries: &[LedgerEntry]) -> Result<HashMap<(String, String), HourRecordId>> {
    let mut by_source: HashMap<&str, Vec<&str>> = HashMap::new();
    for entry in entries {
        by_source.entry(&entry.source).or_default().push(&entry.source_key);
    }
    let mut live = HashMap::new();
    for (source, keys) in by_source {
        let found = known::live(conn, source, &keys)?;
        live.extend(found.into_iter().map(|(key, known)| ((source.to_owned(), key), known.id)));
    }
    Ok(live)
}

/// Where teachers served, and when.
#[derive(Default)]
struct Serving(HashMap<TeacherId, Vec<(NaiveDate, OrganizationId)>>);

impl Serving {
    /// Learns of those it does not know yet.
    fn load(&mut self, conn: &mut DbConnection, ids: impl Iterator<Item = TeacherId>) -> Result<()> {
        let mut ids: Vec<_> = ids.filter(|id| !self.0.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        for chunk in ids.chunks(LOOKUP_CHUNK) {
            let found: Vec<(TeacherId, NaiveDate, OrganizationId)> = appointments::table
                .filter(appointments::teacher_id.eq_any(chunk))
                .order((appointments::teacher_id, appointments::starts_on))
                .select((appointments::teacher_id, appointments::starts_on, appointments::organization_id))
                .load(conn)?;
            for (teacher, starts_on, organization) in found {
                self.0.entry(teacher).or_default().push((starts_on, organization));
            }
        }
        // A teacher whose appointments nobody entered serves where they are.
        let missing: Vec<_> = ids.into_iter().filter(|id| !self.0.contains_key(id)).collect();
        for chunk in missing.chunks(LOOKUP_CHUNK) {
            let found: Vec<(TeacherId, OrganizationId)> = teachers::table
                .filter(teachers::id.eq_any(chunk))
                .select((teachers::id, teachers::organization_id))
                .load(conn)?;
            self.0.extend(found.into_iter().map(|(id, organization)| (id, vec![(NaiveDate::MIN, organization)])));
        }
        Ok(())
    }

    /// The latest appointment that had begun by then; before the first one, the first.
    fn on(&self, teacher: TeacherId, date: NaiveDate) -> Result<OrganizationId> {
        let appointments = self.0.get(&teacher).ok_or_else(|| ApiError::internal("hours of an unknown teacher"))?;
        let begun = appointments.iter().rev().find(|(starts_on, _)| *starts_on <= date);
        begun
            .or_else(|| appointments.first())
            .map(|(_, organization)| *organization)
            .ok_or_else(|| ApiError::internal("a teacher without appointment"))
    }
}

/// Recognises, rejects or voids records, all or none, and keeps the totals. Answers with the
/// hours of all of them. Which records the caller may decide on is the caller's to check.
///
/// # Errors
/// 404 where one does not exist, 409 where one is in no state for it.
pub fn decide(tx: &mut Tx<'_>, ids: &[HourRecordId], to: HourRecordStatus, reason: Option<&str>) -> Result<Hours> {
    let decided_by = tx.user_id()?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut deltas = Deltas::default();
    let mut hours = Hours::ZERO;
    for chunk in ids.chunks(LOOKUP_CHUNK) {
        let found = locked(tx.conn, chunk)?;
        if found.len() < chunk.len() {
            return Err(ApiError::not_found());
        }
        for (teacher, year, amount, status) in found {
            rules::check_step(status, to)?;
            deltas.leave(teacher, year, status, amount);
            deltas.enter(teacher, year, to, amount);
            hours += amount;
        }
        diesel::update(hour_records::table.filter(hour_records::id.eq_any(chunk)))
            .set((
                hour_records::status.eq(to),
                hour_records::status_reason.eq(reason),
                hour_records::decided_by.eq(Some(decided_by)),
                hour_records::decided_at.eq(Some(tx.now)),
            ))
            .execute(tx.conn)?;
        tx.publish(rules::change(to), chunk.iter().copied());
    }
    deltas.apply(tx.conn)?;
    Ok(hours)
}

type Decidable = (TeacherId, i32, Hours, HourRecordStatus);

/// On PostgreSQL two people may decide at once: the second waits for the first.
fn locked(conn: &mut DbConnection, ids: &[HourRecordId]) -> Result<Vec<Decidable>> {
    let rows = hour_records::table.filter(hour_records::id.eq_any(ids)).order(hour_records::id).select((
        hour_records::teacher_id,
        hour_records::training_year,
        hour_records::hours,
        hour_records::status,
    ));
    Ok(match conn {
        DbConnection::Postgres(connection) => rows.for_update().load(connection)?,
        DbConnection::Sqlite(connection) => rows.load(connection)?,
    })
}
