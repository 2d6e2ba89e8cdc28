//! Decisions on many records at once.

use chrono::NaiveDate;

use super::hours::status_after;
use crate::{
    county::County,
    event::{Decision, Refusal},
    hours::{Hold, RecordStatus},
    ids::{ImportId, RecordId},
    rules::{
        bulk::{RecordFilter, reached, taken_back},
        holds::hold,
    },
};

fn set_status(county: &mut County, records: &[RecordId], status: RecordStatus, today: NaiveDate) {
    for record in records {
        county.records[record.0].states.push((today, status));
    }
}

/// Recognises records, all or none: what waits for more than a decision keeps all of them back.
pub fn recognize_selected(county: &mut County, records: &[RecordId], today: NaiveDate) -> Result<(), Refusal> {
    if records.is_empty() || records.iter().any(|record| !county.records[record.0].is_pending()) {
        return Err(Refusal::Unspecified("none, or one that is not pending"));
    }
    if records.iter().any(|record| hold(county, &county.records[record.0], today) != Hold::Decision) {
        return Err(Refusal::HeldBack);
    }
    set_status(county, records, RecordStatus::Recognized, today);
    Ok(())
}

pub fn decide_filtered(
    county: &mut County,
    filter: &RecordFilter,
    decision: Decision,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let reached = reached(county, filter, today);
    if reached.records.iter().any(|record| county.records[record.0].issued.is_some()) {
        return Err(Refusal::Unspecified("who decides on what a project issued"));
    }
    set_status(county, &reached.records, status_after(decision), today);
    Ok(())
}

/// Ends the records of an import, save those that have ended or are recognised for a closed year.
pub fn take_back_import(county: &mut County, import: ImportId, today: NaiveDate) -> Result<(), Refusal> {
    if county.taken_back.contains(&import) {
        return Err(Refusal::Unspecified("taken back before"));
    }
    let found = taken_back(county, import);
    county.taken_back.push(import);
    set_status(county, &found.voided, RecordStatus::Voided, today);
    set_status(county, &found.withdrawn, RecordStatus::Withdrawn, today);
    Ok(())
}
