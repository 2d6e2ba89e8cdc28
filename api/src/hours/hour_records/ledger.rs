//! The ledger: records hours and decides on records, and keeps the totals per teacher and year.
//! Set-based: each statement handles many records.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, hash_map::Entry};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    HourRecordId, Hours, TeacherId, UserId,
    changes::ChangeType,
    hour_records::{FlagSet, HoldSet, HourRecordFlag, HourRecordHold, HourRecordStatus, PROJECT_SOURCE},
};
use uuid::Uuid;

use super::{
    batch::{self, NewHourRecord},
    coverage::Services,
    day_loads::DayLoads,
    entry::{Content, LedgerEntry},
    existing_records, holds, own,
    plausibility::{self, Refusal, Setting},
    rules,
    suspicion::{
        entries::{KnownUnits, Suspicions},
        groups,
    },
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
        /// Whether it seems to repeat what is recorded already, which keeps it pending.
        suspected: bool,
        /// All that it waits for; empty if it is recognised.
        holds: HoldSet,
    },
    /// A live record has the entry's key; nothing was written.
    Existing(HourRecordId),
    /// The ledger refuses the hours; nothing was written.
    Refused(Refusal),
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
/// An entry that is suspected to repeat what is recorded already waits for a person, and so do implausible hours and those
/// of the teacher that the user is. What a project issues is rejected if a person decided against its hours of the teacher.
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

/// What becomes of an entry.
#[derive(Clone, Copy)]
struct Assessed {
    status: HourRecordStatus,
    holds: HoldSet,
    flags: FlagSet,
    suspected: bool,
}

/// Records many batches as one: look-ups are shared, and the totals are written once, at the end.
#[derive(Default)]
pub struct Recorder {
    services: Services,
    loads: DayLoads,
    deltas: HourDeltas,
    closed: Option<ClosedYears>,
    known: KnownUnits,
}

impl Recorder {
    /// Returns which of the contents that do not come from projects are refused, by index. With `lock` the service stays
    /// as it is until the end of the transaction.
    ///
    /// # Errors
    /// If the database fails.
    pub fn refused(
        &mut self,
        conn: &mut DbConnection,
        contents: &[&Content],
        today: NaiveDate,
        lock: bool,
    ) -> Result<BTreeMap<usize, Refusal>> {
        self.services.load(conn, contents.iter().map(|content| content.teacher_id), lock)?;
        let mut found = BTreeMap::new();
        for (index, content) in contents.iter().enumerate() {
            if let Err(refusal) = self.check(content, today, false)? {
                found.insert(index, refusal);
            }
        }
        Ok(found)
    }

    /// Returns what is implausible about hours apart from other records, or why they are refused.
    fn check(
        &self,
        content: &Content,
        today: NaiveDate,
        issued: bool,
    ) -> Result<std::result::Result<(FlagSet, Setting), Refusal>> {
        let Some(setting) = self.services.setting(content, today, issued)? else {
            return Ok(Err(Refusal::NotInService));
        };
        Ok(plausibility::check(&content.training, &setting).map(|flags| (flags, setting)))
    }

    /// Returns whether an entry and the teacher's other hours exceed the limit on one of its days. The entry then counts
    /// with those that follow.
    fn overlaps(&mut self, Content { teacher_id, training }: &Content, hours_per_day: Hours) -> bool {
        let overlaps = self.loads.exceeds(*teacher_id, training, hours_per_day);
        self.loads.add(*teacher_id, training);
        overlaps
    }

    /// Leaves a record out that ends before the next entries are recorded.
    pub fn leave_out(&mut self, ended: &Content) {
        self.loads.remove(ended);
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
        let (assessed, suspicions) = self.assess(tx.conn, &entries, &closed, (created_by, tx.now))?;
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        let (mut recognized, mut refused) = (HashSet::new(), Vec::new());
        for ((id, mut entry), assessed) in entries.into_iter().zip(assessed) {
            let Assessed { status, holds, flags, suspected } = match assessed {
                Ok(assessed) => assessed,
                Err(refusal) => {
                    outcomes.push(Outcome::Refused(refusal));
                    continue;
                }
            };
            let Content { teacher_id, training } = &entry.content;
            self.deltas.enter(*teacher_id, training.training_year, status, training.hours);
            outcomes.push(Outcome::Recorded { id, suspected, holds });
            let organization_id = self.services.organization_on(*teacher_id, training.ends_on)?;
            if !flags.is_empty() {
                entry.reason = entry.accept_flags.take().or(entry.reason);
            }
            let row = NewHourRecord::new(id, LedgerEntry { status, ..entry }, organization_id, created_by, tx.now);
            let row = NewHourRecord { flags, ..row.waiting_for(holds) };
            if status == HourRecordStatus::Recognized {
                recognized.insert(id);
            }
            rows.push(match suspicions.refusal(id) {
                Some(reason) => {
                    refused.push(id);
                    row.rejected_for(reason)
                }
                None => row,
            });
        }
        batch::insert(tx.conn, &rows)?;
        tx.publish(ChangeType::HourRecordRecorded, rows.iter().map(|row| row.id));
        tx.publish(ChangeType::HourRecordRejected, refused);
        self.known.recognized(&suspicions, &recognized);
        suspicions.store(tx)?;
        Ok(outcomes)
    }

    /// Takes note that records have ended since this recorder compared with them.
    pub fn forget(&mut self, ended: &[HourRecordId]) {
        self.known.forget(ended);
    }

    /// Returns what the entries would wait for if they were recorded now.
    ///
    /// # Errors
    /// If the database fails.
    pub fn preview(
        &mut self,
        conn: &mut DbConnection,
        entries: &[(HourRecordId, LedgerEntry)],
        ended: &[Content],
        (user, now): (UserId, UtcTime),
    ) -> Result<Vec<std::result::Result<HoldSet, Refusal>>> {
        self.services.load(conn, entries.iter().map(|(_, entry)| entry.content.teacher_id), false)?;
        self.loads.load(conn, entries.iter().map(|(_, entry)| &entry.content))?;
        for content in ended {
            self.leave_out(content);
        }
        let years = entries.iter().map(|(_, entry)| (entry.content.teacher_id, entry.content.training.training_year));
        let closed = ClosedYears::load(conn)?.of_teachers(conn, years)?;
        let (assessed, _) = self.assess(conn, entries, &closed, (user, now))?;
        Ok(assessed.into_iter().map(|assessed| assessed.map(|assessed| assessed.holds)).collect())
    }

    /// Decides on the status of entries whose service is loaded, or why they are refused, and what is suspected of them.
    fn assess(
        &mut self,
        conn: &mut DbConnection,
        entries: &[(HourRecordId, LedgerEntry)],
        closed: &HashSet<(TeacherId, i32)>,
        (user, now): (UserId, UtcTime),
    ) -> Result<(Vec<std::result::Result<Assessed, Refusal>>, Suspicions)> {
        self.loads.load(conn, entries.iter().map(|(_, entry)| &entry.content))?;
        let own = own::teacher_of(conn, user)?;
        let mut checked = Vec::with_capacity(entries.len());
        for (_, entry) in entries {
            checked.push(self.check(&entry.content, now.local_date(), entry.source == PROJECT_SOURCE)?);
        }
        let accepted = entries.iter().zip(&checked).filter(|(_, checked)| checked.is_ok());
        let accepted: Vec<_> = accepted.map(|((id, entry), _)| (*id, entry)).collect();
        let suspicions = self.known.judge(conn, &accepted, now)?;
        let assess = |((id, entry), checked): (&(HourRecordId, LedgerEntry), _)| {
            let (flags, setting): (FlagSet, Setting) = checked?;
            let suspected = suspicions.is_suspected(*id);
            // Of a group of duplicates one counts.
            let overlaps = !suspected && self.overlaps(&entry.content, setting.hours_per_day);
            let flags = flags.and_if(overlaps, HourRecordFlag::DayOverlap);
            let Content { teacher_id, training } = &entry.content;
            // What is recognised without a reason for a closed year waits for a person to give one.
            let unexplained = entry.reason.is_none() && closed.contains(&(*teacher_id, training.training_year));
            let accepted = flags.is_empty() || entry.accept_flags.is_some() && setting.is_over();
            let holds = rules::entry_holds(setting.coverage, entry.awaits_project_end, suspected)
                .and_if(own == Some(*teacher_id), HourRecordHold::Own)
                .and_if(!accepted, HourRecordHold::Flagged);
            let (status, holds) = match suspicions.refusal(*id) {
                Some(_) => (HourRecordStatus::Rejected, HoldSet::EMPTY),
                None => rules::entry_status(entry.status, !unexplained, holds),
            };
            Ok(Assessed { status, holds, flags, suspected })
        };
        let assessed = entries.iter().zip(checked).map(assess).collect();
        Ok((assessed, suspicions))
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
    if !to.is_live() {
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
