//! Acts that take back. Nothing is edited: a correction and a restored record are new records that name the former.

use chrono::NaiveDate;

use super::hours::{Terms, record};
use crate::{
    county::County,
    event::Refusal,
    hours::{HourEntry, HourRecord, RecordStatus},
    ids::RecordId,
};

pub fn withdraw_hour(county: &mut County, record: RecordId, today: NaiveDate) -> Result<(), Refusal> {
    let record = &mut county.records[record.0];
    if !record.is_pending() || record.issued.is_some() {
        return Err(Refusal::Unspecified("not pending"));
    }
    record.states.push((today, RecordStatus::Withdrawn));
    Ok(())
}

pub fn correct_hour(county: &mut County, former: RecordId, entry: &HourEntry, today: NaiveDate) -> Result<(), Refusal> {
    let returned = &county.records[former.0];
    let corrected = county.records.iter().any(|record| record.former == Some(former));
    if returned.status() != RecordStatus::Returned || corrected || returned.entry.teacher != entry.teacher {
        return Err(Refusal::Unspecified("not returned, or corrected before"));
    }
    county.acts += 1;
    record(county, entry, Terms { former: Some(former), ..Terms::default() }, today)
}

/// Restores a rejected record as pending and a voided one as recognised, unless something keeps it.
pub fn restore_hour(
    county: &mut County,
    former: RecordId,
    restored: RecordId,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let of = &county.records[former.0];
    let status = of.status();
    if of.issued.is_some() || !matches!(status, RecordStatus::Rejected | RecordStatus::Voided) {
        return Err(Refusal::Unspecified("neither rejected nor voided"));
    }
    let mut later = county.records.iter().filter(|record| record.former == Some(former));
    match later.next().map(HourRecord::is_live) {
        Some(true) => return Err(Refusal::AlreadyLive),
        Some(false) => return Err(Refusal::Unspecified("restored before")),
        None => {}
    }
    let late = county.is_closed_for(of.entry.teacher, of.entry.training_year);
    let entry = HourEntry { record: restored, as_recognized: status == RecordStatus::Voided, ..of.entry };
    county.acts += 1;
    record(county, &entry, Terms { late, former: Some(former), ..Terms::default() }, today)?;
    let record = &county.records[restored.0];
    if !record.flags.is_empty() && entry.as_recognized {
        return Err(Refusal::Unspecified("whether the reason accepts the flags"));
    }
    Ok(())
}
