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
    item::{Item, Says, Told, Whose},
    rules::{self, Step, There},
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, Tx,
        schema::{organizations, teachers},
    },
    error::Result,
    hours::hour_records::{
        self,
        entry::{Content, LedgerEntry, RecordKey},
        existing_records,
        ledger::{self, Outcome},
        supersede,
    },
    visibility::{in_scope, visible_teachers_by_no},
};

const CHUNK: usize = 5000;

/// How items are to be taken.
pub struct Manner {
    pub source: String,
    /// Of what is new.
    pub status: HourRecordStatus,
    pub on_conflict: OnConflict,
}

/// Does what the items say, each for itself: a good one is taken whatever is wrong with another.
///
/// # Errors
/// 409 where another transaction writes the same keys meanwhile.
pub fn push(tx: &mut Tx<'_>, user: &CurrentUser, manner: &Manner, items: Vec<Item>) -> Result<PushReport> {
    let names: Vec<Option<String>> = items.iter().map(|item| item.external_id.clone()).collect();
    let (firsts, mut verdicts) = sort_out(tx.conn, user, manner, items)?;
    carry_out(tx, user, manner, firsts, &mut verdicts)?;
    let report = report(&manner.source, names, &verdicts);
    if report.counts.unchanged + report.counts.rejected < i64::try_from(verdicts.len()).unwrap_or_default() {
        let ended: Vec<HourRecordId> = verdicts.iter().filter_map(|verdict| verdict.ended).collect();
        let after = json!({ "counts": report.counts, "ended": ended });
        tx.audit("push", "source", &manner.source, None::<&()>, Some(&after))?;
    }
    Ok(report)
}

/// What becomes of the item of an index.
#[derive(Clone, Default)]
struct Verdict {
    /// `None`: it is as another item of the request, which stands in its place.
    outcome: Option<PushOutcome>,
    id: Option<HourRecordId>,
    /// The record that ends for it.
    ended: Option<HourRecordId>,
    errors: Vec<FieldError>,
    /// The earlier item of the same key that says the same.
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

/// An item to be acted on, the first of its key.
struct Good {
    index: usize,
    key: String,
    /// `None` withdraws.
    entry: Option<LedgerEntry>,
}

/// Finds the teachers, and sets apart what is at fault and what says again what another item says.
fn sort_out(
    conn: &mut DbConnection,
    user: &CurrentUser,
    manner: &Manner,
    items: Vec<Item>,
) -> Result<(Vec<Good>, Vec<Verdict>)> {
    let teachers = Teachers::load(conn, &user.scope, &items)?;
    let mut verdicts = vec![Verdict::default(); items.len()];
    let mut firsts: Vec<Good> = Vec::with_capacity(items.len());
    let mut by_key: HashMap<String, usize> = HashMap::with_capacity(items.len());
    for (index, Item { external_id, says }) in items.into_iter().enumerate() {
        let read = says.map(|says| (external_id.unwrap_or_default(), says));
        let (key, says) = match read {
            Ok(read) => read,
            Err(faults) => {
                verdicts[index] = Verdict::rejected(faults);
                continue;
            }
        };
        let entry = match says {
            Says::Withdrawn => None,
            Says::Record(told) => match teachers.find(&told.whose) {
                Ok(teacher) => Some(entry(told, teacher, key.clone(), manner)),
                Err(fault) => {
                    verdicts[index] = Verdict::rejected(vec![fault]);
                    continue;
                }
            },
        };
        let Some(first) = by_key.get(&key).map(|at| &firsts[*at]) else {
            by_key.insert(key.clone(), firsts.len());
            firsts.push(Good { index, key, entry });
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

fn entry(told: Told, teacher_id: TeacherId, external_id: String, manner: &Manner) -> LedgerEntry {
    let key = RecordKey::External { source: manner.source.clone(), id: external_id };
    LedgerEntry::new(key, Content { teacher_id, training: told.training }, manner.status)
}

/// Ends what is to end, and records what is to be recorded.
fn carry_out(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    manner: &Manner,
    firsts: Vec<Good>,
    verdicts: &mut [Verdict],
) -> Result<()> {
    let keys: Vec<&str> = firsts.iter().map(|good| good.key.as_str()).collect();
    let live = existing_records::live(tx.conn, &manner.source, &keys)?;
    let ended = existing_records::ended(tx.conn, &manner.source, &keys)?;
    let known: Vec<HourRecordId> = live.values().chain(ended.values()).map(|known| known.id).collect();
    let visible = hour_records::visible_ids(tx.conn, user, &known)?;
    let recognizes = user.allows(Permission::HoursRecognize);
    let (mut replaced, mut withdrawn) = (Vec::new(), Vec::new());
    let (mut entries, mut places) = (Vec::new(), Vec::new());
    for Good { index, key, entry } in firsts {
        let there = There {
            live: live.get(&key),
            ended: ended.get(&key),
            sees: &|id| visible.contains(&id),
            recognizes,
            on_conflict: manner.on_conflict,
        };
        let step = match rules::decide(entry.as_ref().map(|entry| &entry.content), there) {
            Ok(step) => step,
            Err(fault) => {
                verdicts[index] = Verdict::rejected(vec![fault]);
                continue;
            }
        };
        match step {
            Step::Leave(id) => verdicts[index] = Verdict::of(PushOutcome::Unchanged, id),
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
    supersede::end(tx, &withdrawn, rules::WITHDRAWN)?;
    supersede::end(tx, &replaced, rules::SUPERSEDED)?;
    let appended = ledger::append(tx, entries)?;
    for (index, outcome) in places.into_iter().zip(appended.outcomes) {
        let verdict = &mut verdicts[index];
        let (outcome, id) = match outcome {
            Outcome::Recorded { id, suspected: Some(_) } => (PushOutcome::DuplicateSuspected, id),
            Outcome::Recorded { id, .. } if verdict.ended.is_some() => (PushOutcome::Superseded, id),
            Outcome::Recorded { id, .. } => (PushOutcome::Created, id),
            Outcome::Existing(id) => (PushOutcome::Unchanged, id),
        };
        (verdict.outcome, verdict.id) = (Some(outcome), Some(id));
    }
    Ok(())
}

fn report(source: &str, names: Vec<Option<String>>, verdicts: &[Verdict]) -> PushReport {
    let mut counts = PushCounts::default();
    let items = names.into_iter().zip(verdicts).enumerate().map(|(index, (external_id, verdict))| {
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

/// The teachers whom the items speak of, as far as the caller sees them.
struct Teachers {
    by_no: HashMap<String, TeacherId>,
    ids: HashSet<TeacherId>,
}

impl Teachers {
    fn load(conn: &mut DbConnection, scope: &Scope, items: &[Item]) -> Result<Self> {
        let (mut numbers, mut ids) = (Vec::new(), Vec::new());
        for item in items {
            match &item.says {
                Ok(Says::Record(Told { whose: Whose::No(number), .. })) => numbers.push(number.as_str()),
                Ok(Says::Record(Told { whose: Whose::Id(id), .. })) => ids.push(*id),
                Ok(Says::Withdrawn) | Err(_) => {}
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

    fn find(&self, whose: &Whose) -> std::result::Result<TeacherId, FieldError> {
        let (found, pointer) = match whose {
            Whose::No(number) => (self.by_no.get(number).copied(), "/teacher_no"),
            Whose::Id(id) => (self.ids.get(id).copied(), "/teacher_id"),
        };
        found.ok_or_else(|| FieldError::new(pointer, "unknown_teacher", "教师不存在或不在您的管理范围内"))
    }
}
