//! Days, spans of days and months counted from a day.

use chrono::{Datelike, Days, NaiveDate};

/// A span of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Span {
    pub fn new(first: NaiveDate, last: NaiveDate) -> Self {
        Self { first, last }
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    pub fn overlaps(&self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Returns each day from the first to the last.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
}

/// Returns the day with this number in the month.
///
/// # Panics
/// If there is no such day.
pub fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_else(|| panic!("no such day: {year}-{month}-{day}"))
}

pub fn next_day(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

pub fn day_before(day: NaiveDate) -> NaiveDate {
    day - Days::new(1)
}

/// Returns the year and month `n` months after the month of `day`.
fn month_later(day: NaiveDate, n: u32) -> (i32, u32) {
    let (mut year, mut month) = (day.year(), day.month());
    for _ in 0..n {
        month += 1;
        if month > 12 {
            year += 1;
            month = 1;
        }
    }
    (year, month)
}

/// Returns the last day of the n-th month counted from `start`: the day before the same day n months later, or the last
/// day of that month where it has no such day.
pub fn nth_month_end(start: NaiveDate, n: u32) -> NaiveDate {
    let (year, month) = month_later(start, n);
    match NaiveDate::from_ymd_opt(year, month, start.day()) {
        Some(same_day) => day_before(same_day),
        None => last_of_month(year, month),
    }
}

fn last_of_month(year: i32, month: u32) -> NaiveDate {
    day_before(first_of_month_after(date(year, month, 1), 0))
}

/// Returns the first day of the month after the one that lies `n` months after `day`.
pub fn first_of_month_after(day: NaiveDate, n: u32) -> NaiveDate {
    let (year, month) = month_later(day, n + 1);
    date(year, month, 1)
}

/// Returns the months of `span` counted from its first day, without a rest that is no whole month.
pub fn months_of(span: Span) -> Vec<Span> {
    let mut months = Vec::new();
    let mut first = span.first;
    for n in 1.. {
        let last = nth_month_end(span.first, n);
        if last > span.last {
            break;
        }
        months.push(Span::new(first, last));
        first = next_day(last);
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_on_the_day_before_the_same_day_or_at_the_end_of_a_shorter_month() {
        assert_eq!(nth_month_end(date(2026, 3, 10), 1), date(2026, 4, 9));
        assert_eq!(nth_month_end(date(2026, 1, 31), 1), date(2026, 2, 28));
        assert_eq!(nth_month_end(date(2026, 1, 31), 2), date(2026, 3, 30));
        assert_eq!(nth_month_end(date(2026, 1, 31), 3), date(2026, 4, 30));
        assert_eq!(nth_month_end(date(2025, 11, 15), 2), date(2026, 1, 14));
        assert_eq!(nth_month_end(date(2024, 1, 30), 1), date(2024, 2, 29));
    }

    #[test]
    fn a_year_has_twelve_months() {
        assert_eq!(months_of(Span::new(date(2026, 1, 1), date(2026, 12, 31))).len(), 12);
        assert_eq!(months_of(Span::new(date(2026, 1, 1), date(2027, 8, 31))).len(), 20);
    }
}
