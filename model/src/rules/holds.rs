//! Why a pending record waits.

use chrono::NaiveDate;

use super::service::{is_stated_on, serves_on};
use crate::{
    county::County,
    dates::Span,
    hours::{Flag, Hold, HourRecord},
    ids::TeacherId,
};

/// Whether the teacher's service on these days is only reported: no day has confirmed service, one has a spell that waits
/// for confirmation.
pub fn is_service_unconfirmed(county: &County, teacher: TeacherId, days: Span) -> bool {
    days.days().any(|day| is_stated_on(county, teacher, day)) && !days.days().any(|day| serves_on(county, teacher, day))
}

/// Returns all holds of a pending record in order of precedence. What nothing else keeps waits for a decision, also where
/// it was sent as recognised: it is not recognised by itself when its hold falls.
pub fn holds(county: &County, record: &HourRecord, today: NaiveDate) -> Vec<Hold> {
    let mut holds = Vec::new();
    if is_service_unconfirmed(county, record.entry.teacher, record.entry.span()) {
        holds.push(Hold::ServiceUnconfirmed);
    }
    let flagged = record.flags.iter().any(|flag| *flag != Flag::NotOver || record.entry.last > today);
    if flagged {
        holds.push(Hold::Flagged);
    }
    if record.awaits_project_end {
        holds.push(Hold::ProjectEnd);
    }
    if holds.is_empty() {
        holds.push(Hold::Decision);
    }
    holds
}

/// Returns the hold shown: the first of all.
pub fn hold(county: &County, record: &HourRecord, today: NaiveDate) -> Hold {
    holds(county, record, today).first().copied().unwrap_or(Hold::Decision)
}
