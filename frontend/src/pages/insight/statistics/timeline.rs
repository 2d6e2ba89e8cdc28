//! A scale of months. All months have the same width, so that their names fit.

use chrono::{Datelike, NaiveDate};

/// The least width of a bar in thousandths, which keeps a single day visible.
const MIN_BAR: i64 = 8;
/// The most names that fit side by side on a phone.
const MAX_NAMES: i64 = 12;

/// A range of months.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Timeline {
    first: i64,
    months: i64,
}

impl Timeline {
    /// The months that contain the days.
    pub fn of(days: impl Iterator<Item = NaiveDate> + Clone) -> Option<Self> {
        let (first, last) = (month(days.clone().min()?), month(days.max()?));
        Some(Self { first, months: last - first + 1 })
    }

    /// The names of the months, as many as fit: 3月, with the year at its first month.
    pub fn labels(&self) -> Vec<(String, Option<i64>)> {
        let every = (self.months + MAX_NAMES - 1) / MAX_NAMES;
        let mut year_before = None;
        let mut label = |at: i64| {
            if (at - self.first) % every != 0 {
                return (String::new(), None);
            }
            let (year, month) = (at.div_euclid(12), at.rem_euclid(12) + 1);
            let new = year_before.replace(year) != Some(year);
            (t!("{month}月", month), new.then_some(year))
        };
        (self.first..self.first + self.months).map(&mut label).collect()
    }

    /// The position of a day in thousandths of the range. Days outside are at its ends.
    pub fn place(&self, day: NaiveDate) -> i64 {
        self.thousandths(day, i64::from(day.day0()))
    }

    /// Whether a day is in the range.
    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.first..self.first + self.months).contains(&month(day))
    }

    /// Position and width of a bar, both days included.
    pub fn bar(&self, from: NaiveDate, to: NaiveDate) -> (i64, i64) {
        let (start, end) = (self.place(from), self.thousandths(to, i64::from(to.day())));
        let length = (end - start).max(MIN_BAR);
        (start.min(1000 - length), length)
    }

    fn thousandths(&self, day: NaiveDate, days: i64) -> i64 {
        let whole = month(day) - self.first;
        let length = i64::from(day.num_days_in_month());
        ((whole * length + days) * 1000 / (self.months * length)).clamp(0, 1000)
    }
}

/// Months since the year 0.
fn month(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn months_are_equally_wide_and_days_lie_within_theirs() {
        let days = [day(2026, 4, 20), day(2026, 3, 5), day(2026, 6, 2)];
        let timeline = Timeline::of(days.into_iter()).expect("days");
        let label = |month: &str, year| (month.to_owned(), year);
        let labels = [label("3月", Some(2026)), label("4月", None), label("5月", None), label("6月", None)];
        assert_eq!(timeline.labels(), labels);
        assert_eq!(timeline.place(day(2026, 4, 1)), 250);
        assert_eq!(timeline.bar(day(2026, 3, 1), day(2026, 4, 30)), (0, 500));
        assert!(timeline.contains(day(2026, 6, 30)) && !timeline.contains(day(2026, 7, 1)));
    }

    #[test]
    fn a_bar_of_a_day_is_seen_and_stays_inside() {
        let timeline = Timeline::of([day(2025, 12, 1), day(2026, 11, 30)].into_iter()).expect("days");
        let (from, length) = timeline.bar(day(2026, 11, 30), day(2026, 11, 30));
        assert_eq!((from + length, length), (1000, MIN_BAR));
        assert_eq!(timeline.labels()[1], ("1月".to_owned(), Some(2026)));
        assert_eq!(Timeline::of(std::iter::empty()), None);
    }

    #[test]
    fn with_many_months_every_other_one_is_labelled() {
        let timeline = Timeline::of([day(2026, 3, 1), day(2027, 9, 30)].into_iter()).expect("days");
        let named: Vec<_> = timeline.labels().into_iter().filter(|(month, _)| !month.is_empty()).collect();
        assert_eq!(named.len(), 10);
        assert_eq!(named[5], ("1月".to_owned(), Some(2027)));
    }
}
