//! 年度结账.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{calendar::year_span, credit::cycle_share, figures::hours_at, quota::quota};
use crate::county::{Closing, County, Exemption, SnapshotRow, Spell};

/// A kind of open matter, emptied or waived as a whole. Groups are among the pending records, batches outside the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenMatter {
    PendingRecords,
    UnconfirmedSpells,
    UnconfirmedExemptions,
    Projects,
}

/// Returns the kinds with something open in a year: pending records of that training year, spells and exemptions not
/// confirmed that have a day in it.
pub fn open_matters(county: &County, training_year: i32) -> BTreeSet<OpenMatter> {
    let year = year_span(county, training_year);
    let mut open = BTreeSet::new();
    if county.records.iter().any(|record| record.is_pending() && record.entry.training_year == training_year) {
        open.insert(OpenMatter::PendingRecords);
    }
    if county.projects.iter().any(|project| !project.is_completed && project.training_year == training_year) {
        open.insert(OpenMatter::Projects);
    }
    for teacher in county.teacher_ids() {
        let reported = |spell: &&Spell| spell.confirmed_on.is_none() && spell.span().overlaps(year);
        let corrected = county.waiting_correction(teacher).is_some_and(|waiting| waiting.span().overlaps(year));
        if corrected || county.spells_of(teacher).iter().any(reported) {
            open.insert(OpenMatter::UnconfirmedSpells);
        }
        let filed = |paper: &Exemption| paper.confirmed_on.is_none() && paper.span().overlaps(year);
        if county.exemptions_of(teacher).any(filed) {
            open.insert(OpenMatter::UnconfirmedExemptions);
        }
    }
    open
}

/// Returns the snapshot of a year: a row for each teacher whose year belongs to an organization, and the hours by place.
pub fn snapshot(county: &County, training_year: i32, today: NaiveDate) -> Closing {
    let mut rows = BTreeMap::new();
    for teacher in county.teacher_ids() {
        let quota = quota(county, teacher, training_year, today);
        let Some(organization) = quota.organization else { continue };
        rows.insert(
            teacher,
            SnapshotRow {
                organization: Some(organization),
                path: county.path(organization),
                required: quota.required,
                cycle_share: cycle_share(county, teacher, training_year, today),
                recognized: quota.recognized,
                counted: quota.counted,
                status: quota.status,
            },
        );
    }
    let place_hours = county.organization_ids().map(|place| (place, hours_at(county, place, training_year))).collect();
    Closing { training_year, closed_on: today, reopened_on: None, rows, place_hours }
}
