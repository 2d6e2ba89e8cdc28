//! Judges what is about to be entered against the live units of the same teachers.

use std::collections::{BTreeSet, HashMap, HashSet};

use songjiao_types::{HourRecordId, TeacherId, hour_records::PROJECT_SOURCE};

use super::{
    super::entry::{Content, LedgerEntry},
    groups,
    live_record::{Group, LiveRecord},
    live_units::LiveUnits,
    load,
};
use crate::{
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
};

/// The live units with which the entries of one transaction are compared, each loaded once.
#[derive(Default)]
pub struct KnownUnits {
    units: LiveUnits,
}

/// What is suspected of some entries.
pub struct Suspicions {
    suspected: HashSet<HourRecordId>,
    refused: HashMap<HourRecordId, String>,
    groups: Vec<Group>,
    /// Teachers whose units of projects have grown.
    grown: BTreeSet<TeacherId>,
    first: usize,
}

impl KnownUnits {
    /// Judges entries under their new ids.
    ///
    /// # Errors
    /// If the database fails.
    pub fn judge(
        &mut self,
        conn: &mut DbConnection,
        entries: &[(HourRecordId, &LedgerEntry)],
        now: UtcTime,
    ) -> Result<Suspicions> {
        let wanted = entries.iter().map(|(_, entry)| (entry.content.teacher_id, entry.content.training.training_year));
        load::add_years(conn, &mut self.units, wanted)?;
        let first = self.units.len();
        let (mut refused, mut grown) = (HashMap::new(), BTreeSet::new());
        let mut entered = Vec::with_capacity(entries.len());
        for (id, entry) in entries {
            let record = live(*id, entry, now);
            let refusal = record.project_id.filter(|_| record.issued);
            if let Some(reason) = refusal.and_then(|project| self.units.refusal(record.teacher_id, project)) {
                refused.insert(*id, reason.to_owned());
                continue;
            }
            if record.issued {
                grown.insert(record.teacher_id);
            }
            self.units.add(&record);
            entered.push((record.teacher_id, *id));
        }
        let groups = self.units.groups_of(&entered);
        let suspected = groups.iter().flat_map(|group| group.waiting.iter().copied()).collect();
        Ok(Suspicions { suspected, refused, groups, grown, first })
    }

    /// Takes note of the entries that were recorded as recognised.
    pub fn recognized(&mut self, suspicions: &Suspicions, recognized: &HashSet<HourRecordId>) {
        self.units.recognized(suspicions.first, |id| recognized.contains(&id));
    }

    /// Takes away records that have ended.
    pub fn forget(&mut self, ended: &[HourRecordId]) {
        self.units.forget(ended);
    }
}

impl Suspicions {
    /// Returns whether an entry waits for the decision on its group.
    pub fn is_suspected(&self, id: HourRecordId) -> bool {
        self.suspected.contains(&id)
    }

    /// Returns why a person decided against what the entry's project issues to the teacher.
    pub fn refusal(&self, id: HourRecordId) -> Option<&str> {
        self.refused.get(&id).map(String::as_str)
    }

    /// Stores the groups of the entries, which are recorded by now.
    ///
    /// # Errors
    /// If the database fails.
    pub fn store(&self, tx: &mut Tx<'_>) -> Result<()> {
        groups::update(tx, &self.groups)?;
        // What grew may be suspected no more.
        let grown: Vec<TeacherId> = self.grown.iter().copied().collect();
        groups::judge_anew(tx, &grown)
    }
}

fn live(id: HourRecordId, entry: &LedgerEntry, now: UtcTime) -> LiveRecord<'_> {
    let Content { teacher_id, training } = &entry.content;
    LiveRecord {
        id,
        teacher_id: *teacher_id,
        training_year: training.training_year,
        days: (training.starts_on, training.ends_on),
        hours: training.hours,
        title: &training.title,
        institution: &training.institution,
        source: &entry.source,
        project_id: entry.project_id,
        issued: entry.source == PROJECT_SOURCE,
        import_id: entry.import_id,
        created_at: now,
        former_id: entry.former_id,
        recognized: false,
    }
}
