use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use songjiao_types::{
    HourRecordId, Hours, TeacherId, UserId,
    changes::ChangeType,
    hour_records::{FlagSet, HoldSet, HourRecordFlag, HourRecordHold, HourRecordStatus, PROJECT_SOURCE},
};

use super::{closed::closed_among, outcome::Outcome};
use crate::{
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
    hours::{
        hour_records::{
            batch::{self, NewHourRecord},
            coverage::Services,
            day_loads::DayLoads,
            entry::{Content, LedgerEntry},
            own,
            plausibility::{self, Refusal, Setting},
            rules,
            suspicion::entries::{KnownUnits, Suspicions},
        },
        quotas::{
            closed_years::{self, ClosedYears},
            hour_deltas::HourDeltas,
        },
    },
};

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
    /// As [`append`](super::append()).
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
