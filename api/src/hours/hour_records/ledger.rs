//! The ledger: records hours and decides on records, and keeps the totals per teacher and year.
//! Set-based: each statement handles many records.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, TeacherId, UserId,
    changes::ChangeType,
    hour_records::{HourRecordHold, HourRecordStatus},
};
use uuid::Uuid;

use super::{
    batch::{self, NewHourRecord},
    coverage::Services,
    entry::{Content, LedgerEntry},
    existing_records::{self, ExistingTrainings},
    rules,
};
use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{former_recognitions, hour_records},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::quotas::{
        closed_years::{self, ClosedYears},
        hour_deltas::HourDeltas,
    },
};

pub use crate::hours::quotas::teacher_years::{TotalsDifference, rebuild_totals, verify_totals};

/// Ids looked up by one statement.
const CHUNK: usize = 5000;

/// The outcome of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The entry was recorded.
    Recorded {
        /// The new record.
        id: HourRecordId,
        /// The live record of another source that it seems to repeat, which keeps it pending.
        suspected: Option<HourRecordId>,
    },
    /// A live record has the entry's key; nothing was written.
    Existing(HourRecordId),
    /// No service covers the training; nothing was written.
    NotInService,
}

/// The outcomes of the entries, in their order.
#[derive(Clone, Debug, Default)]
pub struct Appended {
    /// One outcome for each entry, in order.
    pub outcomes: Vec<Outcome>,
}

impl Appended {
    /// Returns how many entries were recorded.
    pub fn recorded(&self) -> usize {
        self.outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Recorded { .. })).count()
    }
}

/// Records hours and updates the totals in the caller's transaction. The caller writes the audit log.
///
/// An entry whose source and key are live already is skipped, so that issuing twice records nothing.
/// An entry with the teacher, year, title and institution of another source's record waits for a
/// person.
///
/// # Errors
/// 401 if no user acts; 409 if another transaction records the same key at the same time.
pub fn append(tx: &mut Tx<'_>, entries: Vec<LedgerEntry>) -> Result<Appended> {
    let mut live = live_keys(tx.conn, &entries)?;
    let mut existing = Vec::with_capacity(entries.len());
    let mut fresh = Vec::with_capacity(entries.len());
    for entry in entries {
        match live.entry(full_key(&entry)) {
            Entry::Occupied(found) => existing.push(Some(*found.get())),
            Entry::Vacant(slot) => {
                let id = HourRecordId::from_uuid(Uuid::now_v7());
                slot.insert(id);
                existing.push(None);
                fresh.push((id, entry));
            }
        }
    }
    let mut recorder = Recorder::default();
    let mut recorded = recorder.record(tx, fresh)?.into_iter();
    recorder.finish(tx)?;
    let outcomes = existing.into_iter().filter_map(|existing| match existing {
        Some(id) => Some(Outcome::Existing(id)),
        None => recorded.next(),
    });
    Ok(Appended { outcomes: outcomes.collect() })
}

/// Records many batches as one: look-ups are shared, and the totals are written once, at the end.
#[derive(Default)]
pub struct Recorder {
    services: Services,
    deltas: HourDeltas,
    closed: Option<ClosedYears>,
}

impl Recorder {
    /// Returns which of the entries' trainings no service covers, by index. With `lock` the service stays as it is until
    /// the end of the transaction.
    ///
    /// # Errors
    /// If the database fails.
    pub fn uncovered(&mut self, conn: &mut DbConnection, contents: &[&Content], lock: bool) -> Result<BTreeSet<usize>> {
        self.services.load(conn, contents.iter().map(|content| content.teacher_id), lock)?;
        let mut found = BTreeSet::new();
        for (index, content) in contents.iter().enumerate() {
            if self.services.coverage(content)?.is_none() {
                found.insert(index);
            }
        }
        Ok(found)
    }

    /// Records entries under their new ids. The caller has checked that their keys are distinct and
    /// that no live record has one of them.
    ///
    /// # Errors
    /// As [`append`].
    pub fn record(&mut self, tx: &mut Tx<'_>, entries: Vec<(HourRecordId, LedgerEntry)>) -> Result<Vec<Outcome>> {
        let created_by = tx.user_id()?;
        self.services.load(tx.conn, entries.iter().map(|(_, entry)| entry.content.teacher_id), true)?;
        let closed = self.closed_years(tx, entries.iter().map(|(_, entry)| &entry.content))?;
        let mut trainings = ExistingTrainings::load(tx.conn, entries.iter().map(|(_, entry)| entry))?;
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        for (id, entry) in entries {
            let Some(coverage) = self.services.coverage(&entry.content)? else {
                outcomes.push(Outcome::NotInService);
                continue;
            };
            let suspected = trainings.of_another_source(&entry);
            trainings.add(&entry, id);
            let Content { teacher_id, training } = &entry.content;
            // What is recognised without a reason for a closed year waits for a person to give one.
            let unexplained = entry.reason.is_none() && closed.contains(&(*teacher_id, training.training_year));
            let (status, hold) = rules::entry_status(entry.status, suspected.is_some() || unexplained, coverage);
            self.deltas.enter(*teacher_id, training.training_year, status, training.hours);
            outcomes.push(Outcome::Recorded { id, suspected });
            let organization_id = self.services.organization_on(*teacher_id, training.ends_on)?;
            let row = NewHourRecord::new(id, LedgerEntry { status, ..entry }, organization_id, created_by, tx.now);
            rows.push(NewHourRecord { duplicate_of: suspected, hold, ..row });
        }
        batch::insert(tx.conn, &rows)?;
        tx.publish(ChangeType::HourRecordRecorded, rows.iter().map(|row| row.id));
        Ok(outcomes)
    }

    /// Returns which of the records' years are closed, and keeps open ones open until the end of the transaction.
    fn closed_years<'a>(
        &mut self,
        tx: &mut Tx<'_>,
        contents: impl Iterator<Item = &'a Content>,
    ) -> Result<HashSet<(TeacherId, i32)>> {
        let closed = match &self.closed {
            Some(closed) => closed,
            None => {
                closed_years::hold_open(tx.conn)?;
                self.closed.insert(ClosedYears::load(tx.conn)?)
            }
        };
        let years = contents.map(|content| (content.teacher_id, content.training.training_year));
        closed_among(tx, closed, years)
    }

    /// Adds everything recorded to the totals.
    ///
    /// # Errors
    /// If the database fails.
    pub fn finish(self, tx: &mut Tx<'_>) -> Result<()> {
        self.deltas.apply(tx)
    }

    /// Adds part of what was recorded to the totals and returns whether more is left.
    ///
    /// # Errors
    /// If the database fails.
    pub fn finish_some(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        self.deltas.apply_some(tx)
    }
}

/// Returns which of the given years of teachers are closed.
///
/// # Errors
/// 503 if one was closed after this transaction began: what it records would seem to be older than the closing.
fn closed_among(
    tx: &mut Tx<'_>,
    closed: &ClosedYears,
    years: impl Iterator<Item = (TeacherId, i32)>,
) -> Result<HashSet<(TeacherId, i32)>> {
    let found = closed.of_teachers(tx.conn, years)?;
    let is_newer = |(_, year): &(TeacherId, i32)| closed.last_closed(*year).is_some_and(|at| at >= tx.now);
    if found.iter().any(is_newer) {
        return Err(ApiError::unavailable());
    }
    Ok(found)
}

/// A source, a key and the organization within which the key is unique.
type FullKey = (String, String, String);

fn full_key(entry: &LedgerEntry) -> FullKey {
    (entry.source.clone(), entry.source_key.clone(), entry.key_space.clone())
}

/// Finds the live records that the entries repeat.
fn live_keys(conn: &mut DbConnection, entries: &[LedgerEntry]) -> Result<HashMap<FullKey, HourRecordId>> {
    let mut by_source: HashMap<&str, Vec<&LedgerEntry>> = HashMap::new();
    for entry in entries {
        by_source.entry(&entry.source).or_default().push(entry);
    }
    let mut live = HashMap::new();
    for (source, entries) in by_source {
        let found = existing_records::live_of(conn, source, &entries)?;
        live.extend(entries.into_iter().filter_map(|entry| Some((full_key(entry), found.of(entry)?.id))));
    }
    Ok(live)
}

/// Recognises, rejects or voids records, all or none, updates the totals and returns the sum of the
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
    closed_years::hold_open(tx.conn)?;
    let closed_years = ClosedYears::load(tx.conn)?;
    for chunk in ids.chunks(CHUNK) {
        let found = locked(tx.conn, chunk)?;
        if found.len() < chunk.len() {
            return Err(ApiError::not_found());
        }
        let years = found.iter().map(|(teacher, year, ..)| (*teacher, *year));
        let closed = closed_among(tx, &closed_years, years)?;
        for (teacher, year, amount, status, hold) in found {
            rules::check_transition(status, hold, to)?;
            rules::check_reason(closed.contains(&(teacher, year)), to, reason)?;
            deltas.leave(teacher, year, status, amount);
            deltas.enter(teacher, year, to, amount);
            hours += amount;
        }
        if to == HourRecordStatus::Voided {
            keep_recognitions(tx.conn, chunk)?;
        }
        diesel::update(hour_records::table.filter(hour_records::id.eq_any(chunk)))
            .set((
                hour_records::status.eq(to),
                hour_records::hold.eq(None::<HourRecordHold>),
                hour_records::status_reason.eq(reason),
                hour_records::decided_by.eq(Some(decided_by)),
                hour_records::decided_at.eq(Some(tx.now)),
                (to == HourRecordStatus::Recognized).then_some(hour_records::recognized_at.eq(tx.now)),
            ))
            .execute(tx.conn)?;
        tx.publish(rules::change_type(to), chunk.iter().copied());
    }
    deltas.apply(tx)?;
    Ok(hours)
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

type Decidable = (TeacherId, i32, Hours, HourRecordStatus, Option<HourRecordHold>);

/// Loads and, on PostgreSQL, locks records, so that concurrent decisions on one record queue.
fn locked(conn: &mut DbConnection, ids: &[HourRecordId]) -> Result<Vec<Decidable>> {
    let rows = hour_records::table.filter(hour_records::id.eq_any(ids)).order(hour_records::id).select((
        hour_records::teacher_id,
        hour_records::training_year,
        hour_records::hours,
        hour_records::status,
        hour_records::hold,
    ));
    Ok(match conn {
        DbConnection::Postgres(connection) => rows.for_update().load(connection)?,
        DbConnection::Sqlite(connection) => rows.load(connection)?,
    })
}
