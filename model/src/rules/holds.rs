//! Why a pending record waits.

use chrono::NaiveDate;

use super::{
    duplicates::is_suspected,
    service::{is_stated_on, serves_on},
};
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

/// Whether implausible hours or dates wait for a person.
fn is_flagged(record: &HourRecord, today: NaiveDate) -> bool {
    let falls = |flag: &Flag| *flag == Flag::NotOver && record.entry.last <= today;
    !record.flags_accepted && record.flags.iter().any(|flag| !falls(flag))
}

/// Returns all holds of a pending record in order of precedence. In the end each waits for its project's end or for a
/// decision, also where it was sent as recognised: it is not recognised by itself when its hold falls.
pub fn holds(county: &County, record: &HourRecord, today: NaiveDate) -> Vec<Hold> {
    let mut holds = Vec::new();
    if is_service_unconfirmed(county, record.entry.teacher, record.entry.span()) {
        holds.push(Hold::ServiceUnconfirmed);
    }
    if is_suspected(county, record) {
        holds.push(Hold::Suspected);
    }
    if is_flagged(record, today) {
        holds.push(Hold::Flagged);
    }
    holds.push(if record.awaits_project_end { Hold::ProjectEnd } else { Hold::Decision });
    holds
}

/// Returns the hold shown: the first of all.
pub fn hold(county: &County, record: &HourRecord, today: NaiveDate) -> Hold {
    holds(county, record, today)[0]
}
