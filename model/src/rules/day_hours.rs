//! The hours of a teacher's days.

use chrono::NaiveDate;

use super::duplicates::is_suspected;
use crate::{
    county::County,
    dates::Span,
    hours::{HourEntry, Mode},
};

/// The longest training that is set against others day by day.
const MOST_DAYS: i64 = 15;

fn number_of_days(days: Span) -> i64 {
    days.days().map(|_| 1).sum()
}

/// Whether the record is set against others of its days: neither online nor of more than 15 days.
fn is_compared(entry: &HourEntry) -> bool {
    entry.mode != Mode::Online && number_of_days(entry.span()) <= MOST_DAYS
}

/// Whether an entry exceeds `hours_per_day` on one of its days together with other live records that are not suspected,
/// each with its hours ÷ its days.
pub fn is_above_with_others(county: &County, entry: &HourEntry, hours_per_day: i64) -> bool {
    if !is_compared(entry) {
        return false;
    }
    let others: Vec<&HourEntry> = county
        .records
        .iter()
        .filter(|record| {
            record.is_live()
                && record.entry.teacher == entry.teacher
                && record.entry.record != entry.record
                && !is_suspected(county, record)
        })
        .map(|record| &record.entry)
        .filter(|other| is_compared(other) && other.span().overlaps(entry.span()))
        .collect();
    entry.span().days().any(|day| is_day_above(entry, &others, day, hours_per_day))
}

fn is_day_above(entry: &HourEntry, others: &[&HourEntry], day: NaiveDate, hours_per_day: i64) -> bool {
    let (mut sum, mut divisor, mut beside) = (entry.hours, number_of_days(entry.span()), 0);
    for other in others.iter().filter(|other| other.span().contains(day)) {
        let days = number_of_days(other.span());
        (sum, divisor) = (sum * days + other.hours * divisor, divisor * days);
        beside += 1;
    }
    beside > 0 && i128::from(sum) > i128::from(hours_per_day) * i128::from(divisor)
}
