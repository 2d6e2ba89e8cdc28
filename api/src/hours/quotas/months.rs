//! The months that a training year asks of a teacher (一-3). A month is not owed if it is spanned by days without service
//! or exempt.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, Months, NaiveDate};
use songjiao_types::policies::MonthBasis;

use crate::people::policies::TrainingYear;

/// The first and the last day of a period, both inclusive.
pub type Span = (NaiveDate, NaiveDate);

/// The months of a training year that are owed, a bit for each, the first month as the lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwedMonths(i32);

impl OwedMonths {
    /// Returns the months whose bits are set.
    pub const fn from_bits(bits: i32) -> Self {
        Self(bits)
    }

    /// Returns a bit for each owed month.
    pub const fn bits(self) -> i32 {
        self.0
    }

    /// Returns the number of owed months.
    pub fn count(self) -> i32 {
        i32::try_from(self.0.count_ones()).unwrap_or_default()
    }

    /// Returns the positions of the owed months, from 1.
    pub fn positions(self) -> impl Iterator<Item = i32> {
        (0..31).filter(move |month| self.0 >> month & 1 == 1).map(|month| month + 1)
    }

    /// Returns the number of owed months among the first ones.
    pub fn count_of_first(self, months: i32) -> i32 {
        Self(self.0 & bits(months)).count()
    }
}

/// Sets the lowest bits.
fn bits(count: i32) -> i32 {
    (1_i32 << count.clamp(0, 30)) - 1
}

/// Returns how many months of a training year are over on a day.
pub fn months_over(year: &TrainingYear, today: NaiveDate) -> i32 {
    if today > year.last_day {
        year.months
    } else {
        month_of(year, today).clamp(0, year.months) + mutate!(RunningMonthOver, 0, 1)
    }
}

/// Returns the position of the month that contains a day: 0 for the first, below 0 before the year.
fn month_of(year: &TrainingYear, day: NaiveDate) -> i32 {
    let months = (day.year() - year.first_day.year()) * 12 + i32::try_from(day.month0()).unwrap_or_default()
        - i32::try_from(year.first_day.month0()).unwrap_or_default();
    months - i32::from(day.day() < year.first_day.day())
}

/// Days without a break on which nothing is owed: days without service, exempt days, or both where they touch or overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeSpan {
    /// The first day.
    pub first: NaiveDate,
    /// The last day; the last one that matters if no end is known.
    pub last: NaiveDate,
    /// Whether days without service are among them.
    pub out_of_service: bool,
    /// Whether exempt days are among them.
    pub exempt: bool,
    /// Whether the end of service is the last that is known, so that the days have no end.
    pub open: bool,
}

/// A month of a training year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// What takes the month, if it is not owed.
    pub taken: Option<Taken>,
}

/// What takes a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The position of the span in [`Absence::spans`].
    pub span: usize,
    /// The day on which the month of the span ends that takes this one.
    pub ends_on: NaiveDate,
}

/// The days on which a teacher owes nothing, and the training year in which service begins.
pub struct Absence {
    /// Apart from each other, in order.
    spans: Vec<FreeSpan>,
    begins: NaiveDate,
}

impl Absence {
    /// Merges the days without service, up to the last one that matters, with the exemptions. Time before the first spell
    /// begins with the training year of that spell, also where an exemption reaches further back. Returns `None` without
    /// service. The spells are in order and apart.
    pub fn new(spells: &[Span], exemptions: &[Span], first_day: NaiveDate, until: NaiveDate) -> Option<Self> {
        let (first, _) = spells.first()?;
        let exempt = |(first, last): &Span| FreeSpan {
            first: first_day.max(*first),
            last: *last,
            out_of_service: false,
            exempt: true,
            open: false,
        };
        let out = |first, last, open| FreeSpan { first, last, out_of_service: true, exempt: false, open };
        let within = exemptions.iter().filter(|(_, last)| *last >= first_day);
        let mut spans: Vec<FreeSpan> = within.map(exempt).collect();
        let mut free = first_day;
        for (first, last) in spells {
            if *first > free {
                spans.push(out(free, mutate!(FirstDayAbsent, *first - Days::new(1), *first), false));
            }
            free = last.checked_add_days(Days::new(1)).unwrap_or(*last);
        }
        if mutate!(OwedAfterService, free <= until, false) {
            spans.push(out(free, until, true));
        }
        spans.sort_unstable_by_key(|span| (span.first, span.last));
        let mut merged: Vec<FreeSpan> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(before)
                    if span.first
                        <= mutate!(SpansApart, before.last.checked_add_days(Days::new(1)), None)
                            .unwrap_or(before.last) =>
                {
                    before.last = mutate!(LaterSpanEnds, before.last.max(span.last), span.last);
                    before.out_of_service |= span.out_of_service;
                    before.exempt |= span.exempt;
                    before.open |= span.open;
                }
                _ => merged.push(span),
            }
        }
        Some(Self { spans: merged, begins: first_day.min(*first) })
    }

    /// Returns the days on which nothing is owed, in order and apart.
    pub fn spans(&self) -> &[FreeSpan] {
        &self.spans
    }

    /// Returns the months of a training year that are owed.
    pub fn owed(&self, year: &TrainingYear, basis: MonthBasis) -> OwedMonths {
        if year.last_day < self.begins {
            return OwedMonths(0);
        }
        let mut taken = 0;
        self.each_taken(year, basis, |month, _| taken |= 1 << month);
        OwedMonths(bits(year.months) & !taken)
    }

    /// Returns the months of a training year, each with what takes it.
    pub fn months(&self, year: &TrainingYear, basis: MonthBasis) -> Vec<Month> {
        let mut months = months_of(year);
        self.each_taken(year, basis, |month, taken| {
            if let Some(month) = months.get_mut(usize::try_from(month).unwrap_or_default()) {
                month.taken = month.taken.or(Some(taken));
            }
        });
        months
    }

    fn each_taken(&self, year: &TrainingYear, basis: MonthBasis, take: impl FnMut(i32, Taken)) {
        match basis {
            MonthBasis::Calendar => self.calendar_months(year, take),
            MonthBasis::Elapsed => self.elapsed_months(year, take),
        }
    }

    /// Takes the months that are free from their first to their last day.
    fn calendar_months(&self, year: &TrainingYear, mut take: impl FnMut(i32, Taken)) {
        for month in 0..year.months.min(30) {
            let (first, last) = month_span(year, month);
            if let Some(span) = self.spans.iter().position(|span| {
                span.first <= first && mutate!(MonthNearlySpanned, span.last >= last, span.last > first)
            }) {
                take(month, Taken { span, ends_on: last });
            }
        }
    }

    /// Takes the months in which a month counted from the first day of a span ends.
    fn elapsed_months(&self, year: &TrainingYear, mut take: impl FnMut(i32, Taken)) {
        for (at, span) in self.spans.iter().enumerate() {
            let begins = mutate!(SpansBeginWithYear, span.first, span.first.max(year.first_day));
            let ends = (1..)
                .map_while(|months| month_end(begins, months))
                .take_while(|end| mutate!(LastMonthOwed, *end <= span.last, *end < span.last));
            for end in ends.skip_while(|end| *end < year.first_day).take_while(|end| *end <= year.last_day) {
                let month = month_of(year, end).clamp(0, year.months.min(30) - 1);
                take(month, Taken { span: at, ends_on: end });
            }
        }
    }
}

/// Returns the months of a training year, all of them owed.
pub fn months_of(year: &TrainingYear) -> Vec<Month> {
    let month = |month| {
        let (first, last) = month_span(year, month);
        Month { first, last, taken: None }
    };
    (0..year.months.min(30)).map(month).collect()
}

/// Returns the days of a month by its position. The last month ends with the year.
fn month_span(year: &TrainingYear, month: i32) -> Span {
    let at = |month: i32| year.first_day + Months::new(u32::try_from(month).unwrap_or_default());
    (at(month), if month + 1 == year.months { year.last_day } else { at(month + 1) - Days::new(1) })
}

/// Returns the last day of a number of months counted from a day: the day before the same day, or the month's last day
/// where there is no such day.
fn month_end(first: NaiveDate, months: u32) -> Option<NaiveDate> {
    let same = first.checked_add_months(Months::new(months))?;
    if mutate!(ShortMonthLonger, same.day() < first.day(), false) { Some(same) } else { same.pred_opt() }
}

/// Returns the training years that a span may touch, whatever month they begin in.
pub fn calendar_years((first, last): Span) -> RangeInclusive<i32> {
    first.year() - 1..=last.year()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::{CountyPolicies, Policies, test_policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn spans(texts: &[(&str, &str)]) -> Vec<Span> {
        texts.iter().map(|(first, last)| (day(first), day(last))).collect()
    }

    fn policies_of(rows: &[(&str, i32)]) -> CountyPolicies {
        let row = |(from, month): &(&str, i32)| ("P".to_owned(), test_policy(from, 72, *month));
        Policies::new(rows.iter().map(row).collect()).root().clone()
    }

    fn policies() -> CountyPolicies {
        policies_of(&[("2016-01-01", 1)])
    }

    const ALWAYS: [(&str, &str); 1] = [("2000-01-01", "2999-12-31")];

    /// Returns the number of owed months of each year.
    fn owed<const N: usize>(
        policies: &CountyPolicies,
        spells: &[(&str, &str)],
        exempt: &[(&str, &str)],
        basis: MonthBasis,
        years: [i32; N],
    ) -> [i32; N] {
        let spells = spans(spells);
        let first_day = policies.year_of(spells[0].0).first_day;
        let absence = Absence::new(&spells, &spans(exempt), first_day, day("2040-12-31")).expect("service");
        years.map(|year| absence.owed(&policies.year(year), basis).count())
    }

    fn elapsed<const N: usize>(spells: &[(&str, &str)], exempt: &[(&str, &str)], years: [i32; N]) -> [i32; N] {
        owed(&policies(), spells, exempt, MonthBasis::Elapsed, years)
    }

    fn calendar<const N: usize>(spells: &[(&str, &str)], exempt: &[(&str, &str)], years: [i32; N]) -> [i32; N] {
        owed(&policies(), spells, exempt, MonthBasis::Calendar, years)
    }

    #[test]
    fn a_month_of_an_exemption_ends_on_the_day_before_the_same_day() {
        // Case B8.
        assert_eq!(elapsed(&ALWAYS, &[("2026-03-10", "2026-08-14")], [2026]), [7]);
        assert_eq!(elapsed(&ALWAYS, &[("2026-01-31", "2026-04-29")], [2026]), [10]);
        assert_eq!(elapsed(&ALWAYS, &[("2026-01-31", "2026-02-27")], [2026]), [12]);
        assert_eq!(elapsed(&ALWAYS, &[("2026-01-31", "2026-02-28")], [2026]), [11]);
        assert_eq!(elapsed(&ALWAYS, &[("2025-11-15", "2026-04-14")], [2025, 2026]), [11, 8]);
        assert_eq!(calendar(&ALWAYS, &[("2026-03-10", "2026-08-14")], [2026]), [8]);
    }

    #[test]
    fn nobody_is_worse_off_than_by_calendar_months() {
        let first = day("2025-10-01");
        for start in 0..130 {
            for length in 0..200 {
                let span = (first + Days::new(start), first + Days::new(start + length));
                let absence = Absence::new(&spans(&ALWAYS), &[span], day("2000-01-01"), day("2030-12-31"));
                let absence = absence.expect("service");
                for year in [2025, 2026].map(|year| policies().year(year)) {
                    let [elapsed, calendar] =
                        [MonthBasis::Elapsed, MonthBasis::Calendar].map(|basis| absence.owed(&year, basis).count());
                    assert!(elapsed <= calendar, "{span:?} {}", year.year);
                }
            }
        }
    }

    #[test]
    fn who_comes_back_owes_the_months_of_both_spells() {
        // Case B5.
        let spells = [("2010-09-01", "2024-06-30"), ("2026-03-01", "2999-12-31")];
        assert_eq!(elapsed(&spells, &[], [2023, 2024, 2025, 2026, 2027]), [12, 6, 0, 10, 12]);
        assert_eq!(calendar(&spells, &[], [2023, 2024, 2025, 2026, 2027]), [12, 6, 0, 10, 12]);
    }

    #[test]
    fn time_before_the_first_spell_begins_with_the_training_year() {
        assert_eq!(elapsed(&[("2026-07-15", "2999-12-31")], &[], [2025, 2026]), [0, 6]);
        assert_eq!(elapsed(&[("2026-01-02", "2999-12-31")], &[], [2026]), [12]);
        assert_eq!(elapsed(&[("2026-12-31", "2999-12-31")], &[], [2026]), [1]);
    }

    #[test]
    fn who_leaves_owes_the_months_until_then() {
        assert_eq!(elapsed(&[("2000-01-01", "2026-06-15")], &[], [2026, 2027]), [6, 0]);
        assert_eq!(calendar(&[("2000-01-01", "2026-06-15")], &[], [2026, 2027]), [6, 0]);
        assert_eq!(elapsed(&[("2000-01-01", "2026-12-31")], &[], [2026, 2027]), [12, 0]);
    }

    #[test]
    fn spans_that_touch_or_overlap_are_one() {
        assert_eq!(elapsed(&ALWAYS, &[("2026-03-10", "2026-03-31"), ("2026-04-01", "2026-05-09")], [2026]), [10]);
        assert_eq!(elapsed(&ALWAYS, &[("2026-03-10", "2026-03-31"), ("2026-04-02", "2026-05-09")], [2026]), [11]);
        let twice = [("2026-03-01", "2026-05-31"), ("2026-04-01", "2026-06-30"), ("2026-04-01", "2026-04-30")];
        assert_eq!(elapsed(&ALWAYS, &twice, [2026]), [8]);
        // An exemption that ends with the service goes on as time without service.
        assert_eq!(elapsed(&[("2000-01-01", "2026-03-20")], &[("2026-03-10", "2026-03-20")], [2026]), [3]);
    }

    #[test]
    fn a_year_of_transition_has_more_or_fewer_months() {
        // Case B4.
        let moved = policies_of(&[("2016-01-01", 1), ("2027-01-01", 9)]);
        assert_eq!([2025, 2026, 2027].map(|year| moved.year(year).months), [12, 20, 12]);
        let joined = [("2027-01-01", "2999-12-31")];
        assert_eq!(owed(&moved, &joined, &[], MonthBasis::Elapsed, [2026, 2027]), [8, 12]);
        let exempt = [("2026-03-01", "2026-12-31")];
        assert_eq!(owed(&moved, &ALWAYS, &exempt, MonthBasis::Elapsed, [2026]), [10]);
        let back = policies_of(&[("2016-01-01", 9), ("2027-01-01", 1)]);
        assert_eq!([2025, 2026, 2027].map(|year| back.year(year).months), [12, 4, 12]);
    }

    #[test]
    fn february_of_a_leap_year_has_29_days() {
        assert_eq!(elapsed(&ALWAYS, &[("2028-01-31", "2028-02-28")], [2028]), [12]);
        assert_eq!(elapsed(&ALWAYS, &[("2028-01-31", "2028-02-29")], [2028]), [11]);
        assert_eq!(calendar(&ALWAYS, &[("2028-02-01", "2028-02-28")], [2028]), [12]);
    }

    #[test]
    fn a_month_is_over_on_the_day_after_its_last_day() {
        let year = policies().year(2026);
        let over = |text| months_over(&year, day(text));
        assert_eq!(["2025-12-31", "2026-01-31", "2026-02-01", "2026-11-30", "2027-01-01"].map(over), [0, 0, 1, 10, 12]);
    }

    #[test]
    fn owed_months_are_counted_up_to_a_month() {
        let absence = Absence::new(
            &spans(&ALWAYS),
            &spans(&[("2026-02-01", "2026-03-31")]),
            day("2000-01-01"),
            day("2030-01-01"),
        );
        let owed = absence.expect("service").owed(&policies().year(2026), MonthBasis::Elapsed);
        assert_eq!((owed.count(), owed.count_of_first(3), owed.count_of_first(12)), (10, 1, 10));
    }
}
