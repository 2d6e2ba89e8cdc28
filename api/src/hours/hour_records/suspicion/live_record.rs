//! What the judgement of duplicates takes and gives: live records, and the groups that they form.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use songjiao_types::{HourRecordId, Hours, ImportId, ProjectId, TeacherId};

use crate::db::types::UtcTime;

/// A live record as far as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct LiveRecord<'a> {
    pub id: HourRecordId,
    pub teacher_id: TeacherId,
    pub training_year: i32,
    pub days: (NaiveDate, NaiveDate),
    pub hours: Hours,
    pub title: &'a str,
    pub institution: &'a str,
    pub source: &'a str,
    /// The project that the record belongs to.
    pub project_id: Option<ProjectId>,
    /// Whether the project issued it.
    pub issued: bool,
    /// The file that it came with.
    pub import_id: Option<ImportId>,
    pub created_at: UtcTime,
    /// The record that it restores or corrects.
    pub former_id: Option<HourRecordId>,
    /// Whether it counts. A record that is about to be entered does not yet.
    pub recognized: bool,
}

/// What identifies a unit of a teacher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKey {
    /// A record, by its id or that of the one that it restores or corrects.
    Record(HourRecordId),
    /// What the project issued to the teacher.
    Project(ProjectId),
}

/// Units of a teacher that suspicions connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub teacher_id: TeacherId,
    /// All records.
    pub records: Vec<HourRecordId>,
    /// The records of the units that do not count. The pending ones wait.
    pub waiting: BTreeSet<HourRecordId>,
}
