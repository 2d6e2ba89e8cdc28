use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use serde_json::json;
use songjiao_types::{
    FieldError, HourRecordId, Permission, TeacherId,
    hour_records::HourRecordStatus,
    imports::OnConflict,
    sources::{PushCounts, PushOutcome, PushReport, PushResult},
};

use super::{
    pushed_record::{Action, PushedItem, PushedRecord, TeacherKey},
    rules::{self, Existing, Step},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, FoldedMap, Tx,
        schema::{organizations, teachers},
    },
    error::Result,
    hours::hour_records::{
        self,
        entry::{Content, LedgerEntry, RecordKey, RecordSource},
        existing_records,
        ledger::{self, Outcome, Recorder},
        plausibility::Refusal,
        reasons, sources, supersede,
    },
    visibility::{in_scope, visible_teachers_by_no},
};

const CHUNK: usize = 5000;

/// The options of a push, with defaults applied.
pub struct PushSettings {
    pub source: RecordSource,
    /// The status of new records.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// Processes the items, each on its own, and writes one audit entry if anything changed.
///
/// # Errors
/// 403 if the caller may not write under the source; 409 if another transaction writes the same keys at the same time.
pub fn push(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    settings: &PushSettings,
    items: Vec<PushedItem>,
) -> Result<PushReport> {
    // Again, because the source may have been taken since the request was received.
    let source = sources::open(tx, user, settings.source.name(), "source")?;
    let external_ids: Vec<Option<String>> = items.iter().map(|item| item.external_id.clone()).collect();
    let (firsts, mut verdicts) = resolve(tx.conn, user, settings, items)?;
    write(tx, user, settings, firsts, &mut verdicts)?;
    let report = report(source.name(), external_ids, &verdicts);
    if report.counts.unchanged + report.counts.decided + report.counts.rejected
        < i64::try_from(verdicts.len()).unwrap_or_default()
    {
        let ended: Vec<HourRecordId> = verdicts.iter().filter_map(|verdict| verdict.ended).collect();
        let after = json!({ "counts": report.counts, "ended": ended });
        tx.audit("push", "source", source.name(), None::<&()>, Some(&after))?;
        sources::record_use(tx, &source)?;
    }
    Ok(report)
}

/// The result of an item.
#[derive(Clone, Default)]
struct Verdict {
    /// `None` while undecided, and for a repetition of another item.
    outcome: Option<PushOutcome>,
    id: Option<HourRecordId>,
    /// The record that the item ended.
    ended: Option<HourRecordId>,
    errors: Vec<FieldError>,
    /// The index of an earlier item with the same key and content.
    repeats: Option<usize>,
}

impl Verdict {
    fn rejected(errors: Vec<FieldError>) -> Self {
        Self { outcome: Some(PushOutcome::Rejected), errors, ..Self::default() }
    }

    fn of(outcome: PushOutcome, id: HourRecordId) -> Self {
        Self { outcome: Some(outcome), id: Some(id), ..Self::default() }
    }
}

/// The first item of its key.
struct FirstItem {
    index: usize,
    key: String,
    /// `None` withdraws.
    entry: Option<LedgerEntry>,
}

/// Resolves the teachers; rejects faulty items and marks repetitions.
fn resolve(
    conn: &mut DbConnection,
    user: &CurrentUser,
    settings: &PushSettings,
    items: Vec<PushedItem>,
) -> Result<(Vec<FirstItem>, Vec<Verdict>)> {
    let teachers = Teachers::load(conn, &user.scope, &items)?;
    let mut verdicts = vec![Verdict::default(); items.len()];
    let mut firsts: Vec<FirstItem> = Vec::with_capacity(items.len());
    let mut by_key: HashMap<String, usize> = HashMap::with_capacity(items.len());
    for (index, PushedItem { external_id, action }) in items.into_iter().enumerate() {
        let key = external_id.unwrap_or_default();
        let action = match action {
            Ok(action) => action,
            Err(faults) => {
                verdicts[index] = Verdict::rejected(faults);
                continue;
            }
        };
        let entry = match action {
            Action::Withdraw => None,
            Action::Record(record) => match teachers.find(&record.teacher) {
                Ok(teacher) => Some(entry(record, teacher, key.clone(), settings)),
                Err(fault) => {
                    verdicts[index] = Verdict::rejected(vec![fault]);
                    continue;
                }
            },
        };
        let Some(first) = by_key.get(&key).map(|at| &firsts[*at]) else {
            by_key.insert(key.clone(), firsts.len());
            firsts.push(FirstItem { index, key, entry });
            continue;
        };
        verdicts[index] =
            if first.entry.as_ref().map(|entry| &entry.content) == entry.as_ref().map(|entry| &entry.content) {
                Verdict { repeats: Some(first.index), ..Verdict::default() }
            } else {
                let message = format!("与第 {} 条来源编号相同而内容不同", first.index + 1);
                Verdict::rejected(vec![FieldError::new("/external_id", "repeated_item", message)])
            };
    }
    Ok((firsts, verdicts))
}

fn entry(record: PushedRecord, teacher_id: TeacherId, external_id: String, settings: &PushSettings) -> LedgerEntry {
    let key = RecordKey::External { source: settings.source.clone(), id: external_id };
    LedgerEntry::new(key, Content { teacher_id, training: record.training }, settings.status)
}

/// Ends and records.
fn write(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    settings: &PushSettings,
    firsts: Vec<FirstItem>,
    verdicts: &mut [Verdict],
) -> Result<()> {
    let keys: Vec<&str> = firsts.iter().map(|good| good.key.as_str()).collect();
    let live = existing_records::live(tx.conn, settings.source.name(), &keys)?;
    let ended = existing_records::ended(tx.conn, settings.source.name(), &keys)?;
    let known: Vec<HourRecordId> = live.ids().chain(ended.ids()).collect();
    let visible = hour_records::visible_ids(tx.conn, user, &known)?;
    let may_recognize = user.allows(Permission::HoursRecognize);
    let (mut replaced, mut withdrawn) = (Vec::new(), Vec::new());
    let (mut entries, mut places) = (Vec::new(), Vec::new());
    let stated: Vec<(usize, &Content)> =
        firsts.iter().filter_map(|item| Some((item.index, &item.entry.as_ref()?.content))).collect();
    let contents: Vec<&Content> = stated.iter().map(|(_, content)| *content).collect();
    let refused = Recorder::default().refused(tx.conn, &contents, tx.now.local_date(), true)?;
    let refused: HashMap<usize, Refusal> = refused.into_iter().map(|(at, refusal)| (stated[at].0, refusal)).collect();
    for FirstItem { index, key, entry } in firsts {
        let existing = Existing {
            live: live.with_key(&key, ""),
            ended: ended.with_key(&key, ""),
            is_visible: &|id| visible.contains(&id),
            may_recognize,
            on_conflict: settings.on_conflict,
        };
        let step = match rules::decide(entry.as_ref().map(|entry| &entry.content), existing) {
            Ok(step) => step,
            Err(fault) => {
                verdicts[index] = Verdict::rejected(vec![fault]);
                continue;
            }
        };
        if let (Step::Record | Step::Replace(..), Some(refusal)) = (step, refused.get(&index)) {
            verdicts[index] = Verdict::rejected(vec![refusal.fault()]);
            continue;
        }
        match step {
            Step::Leave(id) => verdicts[index] = Verdict::of(PushOutcome::Unchanged, id),
            Step::LeaveDecided(id) => verdicts[index] = Verdict::of(PushOutcome::Decided, id),
            Step::Withdraw(id, status) => {
                withdrawn.push((id, status));
                verdicts[index] = Verdict { ended: Some(id), ..Verdict::of(PushOutcome::Withdrawn, id) };
            }
            Step::Replace(id, status) => {
                replaced.push((id, status));
                verdicts[index].ended = Some(id);
            }
            Step::Record => {}
        }
        if let (Step::Record | Step::Replace(..), Some(entry)) = (step, entry) {
            entries.push(entry);
            places.push(index);
        }
    }
    supersede::end(tx, &withdrawn, reasons::WITHDRAWN)?;
    supersede::end(tx, &replaced, reasons::SUPERSEDED)?;
    let appended = ledger::append(tx, entries)?;
    for (index, outcome) in places.into_iter().zip(appended.outcomes) {
        let verdict = &mut verdicts[index];
        let (outcome, id) = match outcome {
            Outcome::Recorded { id, suspected: true, .. } => (PushOutcome::DuplicateSuspected, id),
            Outcome::Recorded { id, .. } if verdict.ended.is_some() => (PushOutcome::Superseded, id),
            Outcome::Recorded { id, .. } => (PushOutcome::Created, id),
            Outcome::Existing(id) => (PushOutcome::Unchanged, id),
            Outcome::Refused(refusal) => {
                *verdict = Verdict::rejected(vec![refusal.fault()]);
                continue;
            }
        };
        (verdict.outcome, verdict.id) = (Some(outcome), Some(id));
    }
    Ok(())
}

fn report(source: &str, external_ids: Vec<Option<String>>, verdicts: &[Verdict]) -> PushReport {
    let mut counts = PushCounts::default();
    let items = external_ids.into_iter().zip(verdicts).enumerate().map(|(index, (external_id, verdict))| {
        let first = verdict.repeats.map_or(verdict, |first| &verdicts[first]);
        let outcome = match first.outcome.unwrap_or(PushOutcome::Unchanged) {
            PushOutcome::Rejected => PushOutcome::Rejected,
            _ if verdict.repeats.is_some() => PushOutcome::Unchanged,
            outcome => outcome,
        };
        counts.add(outcome);
        PushResult {
            index: i64::try_from(index).unwrap_or(i64::MAX),
            external_id,
            outcome,
            id: first.id,
            errors: first.errors.clone(),
        }
    });
    let items = items.collect();
    PushReport { source: source.to_owned(), counts, items }
}

/// The visible teachers that the items refer to.
struct Teachers {
    by_no: FoldedMap<TeacherId>,
    ids: HashSet<TeacherId>,
}

impl Teachers {
    fn load(conn: &mut DbConnection, scope: &Scope, items: &[PushedItem]) -> Result<Self> {
        let (mut numbers, mut ids) = (Vec::new(), Vec::new());
        for item in items {
            match &item.action {
                Ok(Action::Record(PushedRecord { teacher: TeacherKey::Number(number), .. })) => {
                    numbers.push(number.as_str());
                }
                Ok(Action::Record(PushedRecord { teacher: TeacherKey::Id(id), .. })) => ids.push(*id),
                Ok(Action::Withdraw) | Err(_) => {}
            }
        }
        let by_no = visible_teachers_by_no(conn, scope, numbers)?;
        let mut found = HashSet::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows: Vec<TeacherId> = teachers::table
                .inner_join(organizations::table)
                .filter(teachers::id.eq_any(chunk))
                .filter(in_scope!(organizations::path, scope))
                .select(teachers::id)
                .load(conn)?;
            found.extend(rows);
        }
        Ok(Self { by_no, ids: found })
    }

    fn find(&self, teacher: &TeacherKey) -> std::result::Result<TeacherId, FieldError> {
        let (found, pointer) = match teacher {
            TeacherKey::Number(number) => (self.by_no.get(number).copied(), "/teacher_no"),
            TeacherKey::Id(id) => (self.ids.get(id).copied(), "/teacher_id"),
        };
        found.ok_or_else(|| FieldError::new(pointer, "unknown_teacher", "教师不存在或不在您的管理范围内"))
    }
}
