//! Acts on hour records.

use chrono::NaiveDate;

use crate::{
    county::County,
    event::{Decision, Refusal},
    hours::{Flag, Hold, HourEntry, HourRecord, RecordStatus},
    ids::RecordId,
    rules::{
        entry::{check_entry, is_recognized_at_once},
        holds::hold,
        place::place_on,
    },
};

/// Records an hour by hand; for a closed year with a reason (`late`).
pub fn record_hour(county: &mut County, entry: &HourEntry, late: bool, today: NaiveDate) -> Result<(), Refusal> {
    record(county, entry, late, false, today)
}

/// Records the rows of a file. The design does not say whether rows of a closed year are refused or wait for a reason.
pub fn import_hours(county: &mut County, rows: &[HourEntry], today: NaiveDate) -> Result<(), Refusal> {
    rows.iter().try_for_each(|row| record(county, row, false, true, today))
}

fn record(county: &mut County, entry: &HourEntry, late: bool, in_file: bool, today: NaiveDate) -> Result<(), Refusal> {
    if entry.record.0 != county.records.len() {
        return Err(Refusal::Unspecified("the record's id is not the next"));
    }
    let flags = check_entry(county, entry, today)?;
    let closed = county.is_closed_for(entry.teacher, entry.training_year);
    if county.is_closed(entry.training_year) && !closed {
        return Err(Refusal::Unspecified("a closed year of which the teacher has no part"));
    }
    let at_once = is_recognized_at_once(county, entry, &flags);
    match (closed, late) {
        (true, false) if at_once && !in_file => return Err(Refusal::ReasonMissing),
        (true, false) => return Err(Refusal::Unspecified("whether a pending record of a closed year needs a reason")),
        (false, true) => return Err(Refusal::Unspecified("late hours of an open year")),
        _ => {}
    }
    let status = if at_once { RecordStatus::Recognized } else { RecordStatus::Pending };
    // A late record's place does not move any more, as those of the snapshot do not.
    let frozen_place = if closed { place_on(county, entry.teacher, entry.last) } else { None };
    county.records.push(HourRecord {
        entry: *entry,
        flags,
        awaits_project_end: false,
        states: vec![(today, status)],
        frozen_place,
    });
    Ok(())
}

pub fn decide_hour(county: &mut County, record: RecordId, decision: Decision, today: NaiveDate) -> Result<(), Refusal> {
    let of = &county.records[record.0];
    if !of.is_pending() {
        return Err(Refusal::Unspecified("not pending"));
    }
    let not_over = of.flags.contains(&Flag::NotOver) && of.entry.last > today;
    if not_over || !matches!(hold(county, of, today), Hold::Decision | Hold::Flagged) {
        return Err(Refusal::Unspecified("nobody may decide yet"));
    }
    let status = match decision {
        Decision::Recognize => RecordStatus::Recognized,
        Decision::Reject => RecordStatus::Rejected,
    };
    county.records[record.0].states.push((today, status));
    Ok(())
}

pub fn void_hour(county: &mut County, record: RecordId, today: NaiveDate) -> Result<(), Refusal> {
    let record = &mut county.records[record.0];
    if !record.is_recognized() {
        return Err(Refusal::Unspecified("not recognised"));
    }
    record.states.push((today, RecordStatus::Voided));
    Ok(())
}
