//! Plausibility of an hour record at its entry.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::{
    calendar::{first_day, year_of, year_span},
    day_hours::is_above_with_others,
    duplicates::is_suspected,
    place::place_on,
    policies::row_on,
    service::{is_stated_on, serves_on},
};
use crate::{
    county::County,
    dates::Span,
    event::Refusal,
    hours::{Flag, HourEntry, HourRecord, Mode},
    ids::{OrganizationId, TeacherId},
};

/// How long before a spell a training (岗前培训) is flagged and not refused.
pub const DAYS_BEFORE_SERVICE: u64 = 90;

/// Whether a spell begins within 90 days after the last of these days.
pub fn is_before_service(county: &County, teacher: TeacherId, days: Span) -> bool {
    let until = days.last + Days::new(DAYS_BEFORE_SERVICE);
    county.spells_of(teacher).iter().any(|spell| days.last < spell.first && spell.first <= until)
}

/// Returns the flags of an entry.
///
/// # Errors
/// The refusals of the plausibility rules; `Unspecified` for what the model leaves out: service confirmed for some of the
/// days only, trainings before a spell that waits for confirmation, and whether online hours above a day's are flagged.
pub fn check_entry(county: &County, entry: &HourEntry, today: NaiveDate) -> Result<BTreeSet<Flag>, Refusal> {
    let days = entry.span();
    let mut count = 0;
    let (mut stated, mut confirmed) = (0, 0);
    for day in days.days() {
        count += 1;
        stated += i64::from(is_stated_on(county, entry.teacher, day));
        confirmed += i64::from(serves_on(county, entry.teacher, day));
    }
    if count == 0 || count > 15 || entry.hours <= 0 {
        return Err(Refusal::Unspecified("no days, too many or no hours"));
    }
    if entry.training_year > year_of(county, today) + 1 {
        return Err(Refusal::Unspecified("a year after the coming one"));
    }
    if confirmed > 0 && confirmed < count || stated > 0 && stated < count || confirmed > 0 && stated > confirmed {
        return Err(Refusal::Unspecified("service on some of the days"));
    }
    if stated == 0 && county.waiting_correction(entry.teacher).is_some() {
        return Err(Refusal::Unspecified("service may come by a correction that waits"));
    }
    let mut flags = BTreeSet::new();
    if stated == 0 {
        if !is_before_service(county, entry.teacher, days) {
            return Err(Refusal::NotInService);
        }
        if county.spells_of(entry.teacher).iter().any(|spell| spell.confirmed_on.is_none()) {
            return Err(Refusal::Unspecified("before a spell that waits for confirmation"));
        }
        flags.insert(Flag::BeforeService);
    }
    let year = year_span(county, entry.training_year);
    let over = year.last < today;
    if entry.hours > 24_00 * count && !over {
        return Err(Refusal::ImplausibleHours);
    }
    let place = place_on(county, entry.teacher, days.last).unwrap_or(County::ROOT);
    let hours_per_day = hours_per_day(county, place, entry.training_year);
    if entry.hours > hours_per_day * count {
        if entry.mode == Mode::Online {
            return Err(Refusal::Unspecified("online hours above a day's"));
        }
        flags.insert(Flag::AboveDayLimit);
    }
    if entry.first < year.first || entry.last > year.last {
        flags.insert(Flag::OutsideYear);
    }
    if entry.last > today {
        flags.insert(Flag::NotOver);
    }
    Ok(flags)
}

/// Returns the flags of what a project issues: its dates are its own, and nothing is refused.
pub fn issued_flags(county: &County, entry: &HourEntry) -> BTreeSet<Flag> {
    let place = place_on(county, entry.teacher, entry.last).unwrap_or(County::ROOT);
    let hours_per_day = hours_per_day(county, place, entry.training_year);
    let days: i64 = entry.span().days().map(|_| 1).sum();
    let mut flags = BTreeSet::new();
    if entry.hours > hours_per_day * days {
        flags.insert(Flag::AboveDayLimit);
    }
    flags
}

/// Whether the record's training year is over.
pub fn is_year_over(county: &County, entry: &HourEntry, today: NaiveDate) -> bool {
    year_span(county, entry.training_year).last < today
}

/// Whether a record exceeds a day's hours together with others. Of suspected duplicates one counts: those that wait are
/// neither compared nor compared with.
pub fn is_overlapping(county: &County, record: &HourRecord) -> bool {
    let entry = &record.entry;
    let place = place_on(county, entry.teacher, entry.last).unwrap_or(County::ROOT);
    let hours_per_day = hours_per_day(county, place, entry.training_year);
    !is_suspected(county, record) && is_above_with_others(county, entry, hours_per_day)
}

fn hours_per_day(county: &County, place: OrganizationId, training_year: i32) -> i64 {
    row_on(county, place, first_day(county, training_year)).values.hours_per_day
}
