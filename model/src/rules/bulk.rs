//! Decisions on many records at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::holds::hold;
use crate::{
    county::County,
    hours::{Dimension, Hold, HourRecord, RecordStatus},
    ids::{ImportId, RecordId, TeacherId},
};

/// Which pending records a decision is meant for. All parts that are given hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordFilter {
    pub teacher: Option<TeacherId>,
    pub training_year: Option<i32>,
    pub dimension: Option<Dimension>,
    pub import: Option<ImportId>,
}

impl RecordFilter {
    fn matches(&self, record: &HourRecord) -> bool {
        self.teacher.is_none_or(|teacher| record.entry.teacher == teacher)
            && self.training_year.is_none_or(|year| record.entry.training_year == year)
            && self.dimension.is_none_or(|dimension| record.entry.dimension == Some(dimension))
            && self.import.is_none_or(|import| record.import == Some(import))
    }
}

/// What a decision by filter amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub records: Vec<RecordId>,
    pub hours: i64,
    /// How many other pending records match, by what they wait for.
    pub left_out: BTreeMap<Hold, usize>,
}

/// Returns what a filter reaches: the pending records that wait for nothing but a decision.
pub fn reached(county: &County, filter: &RecordFilter, today: NaiveDate) -> Reached {
    let mut reached = Reached::default();
    for record in county.records.iter().filter(|record| record.is_pending() && filter.matches(record)) {
        match hold(county, record, today) {
            Hold::Decision => {
                reached.records.push(record.entry.record);
                reached.hours += record.entry.hours;
            }
            hold => *reached.left_out.entry(hold).or_default() += 1,
        }
    }
    reached
}

/// What taking an import back amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    pub voided: Vec<RecordId>,
    pub withdrawn: Vec<RecordId>,
    /// The records that have ended, or are recognised for a closed year.
    pub kept: Vec<RecordId>,
}

/// Returns what becomes of the records of an import that is taken back by who sent it.
pub fn taken_back(county: &County, import: ImportId) -> TakenBack {
    let mut taken_back = TakenBack::default();
    for record in county.records.iter().filter(|record| record.import == Some(import)) {
        let closed = county.is_closed_for(record.entry.teacher, record.entry.training_year);
        match record.status() {
            RecordStatus::Recognized if !closed => &mut taken_back.voided,
            RecordStatus::Pending => &mut taken_back.withdrawn,
            _ => &mut taken_back.kept,
        }
        .push(record.entry.record);
    }
    taken_back
}
