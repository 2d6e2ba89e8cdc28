use std::collections::{HashMap, hash_map::Entry};

use songjiao_types::HourRecordId;
use uuid::Uuid;

use super::{
    outcome::{Appended, Outcome},
    recorder::Recorder,
};
use crate::{
    db::{DbConnection, Tx},
    error::Result,
    hours::hour_records::{entry::LedgerEntry, existing_records},
};

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
