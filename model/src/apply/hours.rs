//! Acts that enter hour records and decide on single ones.

use chrono::NaiveDate;

use crate::{
    county::County,
    event::{Decision, Refusal},
    hours::{Flag, Hold, HourEntry, HourRecord, RecordStatus},
    ids::{ImportId, RecordId},
    rules::{
        duplicates::is_suspected,
        entry::{check_entry, is_overlapping, is_year_over},
        holds::{hold, is_service_unconfirmed},
        place::place_on,
    },
};

/// How a record is entered, apart from what it states.
#[derive(Clone, Copy, Default)]
pub struct Terms {
    /// With a reason for a closed year.
    pub late: bool,
    /// With a reason for the flags of a year that is over.
    pub accepts_flags: bool,
    pub import: Option<ImportId>,
    pub former: Option<RecordId>,
}

/// Records an hour by hand; for a closed year with a reason (`late`).
pub fn record_hour(county: &mut County, entry: &HourEntry, late: bool, today: NaiveDate) -> Result<(), Refusal> {
    county.acts += 1;
    record(county, entry, Terms { late, ..Terms::default() }, today)
}

/// Records what a platform pushes. The design does not say what becomes of a push for a closed year, for which a push has
/// no reason.
pub fn push_hour(county: &mut County, entry: &HourEntry, today: NaiveDate) -> Result<(), Refusal> {
    match county.is_closed(entry.training_year) {
        true => Err(Refusal::Unspecified("a push for a closed year")),
        false => record_hour(county, entry, false, today),
    }
}

/// Records the rows of a file. The design does not say whether rows of a closed year are refused or wait for a reason, nor
/// which of its rows are suspected where it depends on whether they come one after another or all at once.
pub fn import_hours(
    county: &mut County,
    rows: &[HourEntry],
    accepts_flags: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let terms = Terms { accepts_flags, import: Some(ImportId(county.files)), ..Terms::default() };
    county.acts += 1;
    county.files += 1;
    rows.iter().try_for_each(|row| record(county, row, terms, today))?;
    let mut at_once = county.clone();
    for row in rows {
        at_once.records[row.record.0].states = vec![(today, RecordStatus::Pending)];
    }
    let waits = |row: &HourEntry| is_suspected(&at_once, &at_once.records[row.record.0]);
    match rows.iter().any(|row| county.records[row.record.0].is_recognized() && waits(row)) {
        true => Err(Refusal::Unspecified("whether the rows of a file come one after another")),
        false => Ok(()),
    }
}

pub fn record(county: &mut County, entry: &HourEntry, terms: Terms, today: NaiveDate) -> Result<(), Refusal> {
    if entry.record.0 != county.records.len() {
        return Err(Refusal::Unspecified("the record's id is not the next"));
    }
    let mut flags = check_entry(county, entry, today)?;
    let closed = county.is_closed_for(entry.teacher, entry.training_year);
    if county.is_closed(entry.training_year) && !closed {
        return Err(Refusal::Unspecified("a closed year of which the teacher has no part"));
    }
    // A late record's place does not move any more, as those of the snapshot do not.
    let frozen_place = if closed { place_on(county, entry.teacher, entry.last) } else { None };
    county.records.push(HourRecord {
        entry: *entry,
        flags: flags.clone(),
        flags_accepted: false,
        act: county.acts,
        import: terms.import,
        former: terms.former,
        issued: None,
        awaits_project_end: false,
        states: vec![(today, RecordStatus::Pending)],
        frozen_place,
    });
    if is_overlapping(county, &county.records[entry.record.0]) {
        flags.insert(Flag::DayOverlap);
    }
    let flags_accepted = terms.accepts_flags && is_year_over(county, entry, today) && !flags.is_empty();
    let is_plain = flags.is_empty() || flags_accepted;
    let record = &mut county.records[entry.record.0];
    (record.flags, record.flags_accepted) = (flags, flags_accepted);
    let waits = is_service_unconfirmed(county, entry.teacher, entry.span())
        || is_suspected(county, &county.records[entry.record.0]);
    let at_once = entry.as_recognized && is_plain && !waits;
    match (closed, terms.late) {
        (true, false) if at_once && terms.import.is_none() => return Err(Refusal::ReasonMissing),
        (true, false) => return Err(Refusal::Unspecified("whether a pending record of a closed year needs a reason")),
        (false, true) => return Err(Refusal::Unspecified("late hours of an open year")),
        _ => {}
    }
    if at_once {
        county.records[entry.record.0].states = vec![(today, RecordStatus::Recognized)];
    }
    Ok(())
}

/// Returns the status that a decision gives.
pub fn status_after(decision: Decision) -> RecordStatus {
    match decision {
        Decision::Recognize => RecordStatus::Recognized,
        Decision::Reject => RecordStatus::Rejected,
        Decision::Return => RecordStatus::Returned,
    }
}

pub fn decide_hour(county: &mut County, record: RecordId, decision: Decision, today: NaiveDate) -> Result<(), Refusal> {
    let of = &county.records[record.0];
    if !of.is_pending() {
        return Err(Refusal::Unspecified("not pending"));
    }
    if of.issued.is_some() {
        return Err(Refusal::Unspecified("who decides singly on what a project issued"));
    }
    if of.flags.contains(&Flag::NotOver) && of.entry.last > today {
        return Err(Refusal::Unspecified("not over"));
    }
    match (hold(county, of, today), decision) {
        (Hold::Suspected, Decision::Recognize) => return Err(Refusal::DuplicateSuspected),
        (Hold::Suspected | Hold::Flagged | Hold::Decision, _) => {}
        _ => return Err(Refusal::Unspecified("nobody may decide yet")),
    }
    county.records[record.0].states.push((today, status_after(decision)));
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
