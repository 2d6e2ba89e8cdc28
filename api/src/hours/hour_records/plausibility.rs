//! Which hours are plausible (design 4, *Plausibility*): what the ledger refuses, and what it flags for a person.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use songjiao_types::{
    ErrorCode, FieldError, Hours, WireEnum,
    hour_records::{FlagSet, HourRecordFlag},
    training::TrainingMode,
};

use super::{entry::Training, rules::Coverage};
use crate::error::ApiError;

/// The longest training, in days, whose hours are set against those of other trainings day by day.
const LONGEST_BY_DAY: i64 = 15;
/// Hours of a day.
const HOURS_OF_A_DAY: i64 = 24;
/// A multiple of each number of days up to [`LONGEST_BY_DAY`], so that daily shares are whole numbers.
const UNITS: i64 = 360_360;

/// Why the ledger refuses hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No service covers the training.
    NotInService,
    /// The hours are more than the days have.
    ImplausibleHours,
    /// The training year lies before the first policy's or after the coming one.
    YearOutOfRange,
}

impl Refusal {
    /// Returns the field at fault.
    pub fn field(self) -> &'static str {
        match self {
            Self::NotInService => "ends_on",
            Self::ImplausibleHours => "hours",
            Self::YearOutOfRange => "training_year",
        }
    }

    /// Returns the stable code of the fault.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotInService => ErrorCode::NotInService.as_str(),
            Self::ImplausibleHours => ErrorCode::ImplausibleHours.as_str(),
            Self::YearOutOfRange => "year_out_of_range",
        }
    }

    /// Returns the description of the fault.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotInService => ErrorCode::NotInService.label(),
            Self::ImplausibleHours => ErrorCode::ImplausibleHours.label(),
            Self::YearOutOfRange => "培训年度早于首个政策年度，或晚于下一年度",
        }
    }

    /// Returns the fault at its field.
    pub fn fault(self) -> FieldError {
        FieldError::new(format!("/{}", self.field()), self.code(), self.message())
    }

    /// Returns the 422.
    pub fn error(self) -> ApiError {
        let code = match self {
            Self::NotInService => ErrorCode::NotInService,
            Self::ImplausibleHours => ErrorCode::ImplausibleHours,
            Self::YearOutOfRange => ErrorCode::Invalid,
        };
        ApiError::new(code).errors(vec![self.fault()])
    }
}

/// What the plausibility of a training depends on, apart from other records.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The first and the last day of the record's training year.
    pub year: (NaiveDate, NaiveDate),
    /// The years in which hours may be recorded: from the first policy's to the coming one.
    pub years: RangeInclusive<i32>,
    /// The policy's limit.
    pub hours_per_day: Hours,
    /// Today.
    pub today: NaiveDate,
    /// Which service covers the training.
    pub coverage: Coverage,
    /// Whether a project issues the hours: its dates are its own, and what it issues is flagged rather than refused.
    pub issued: bool,
}

impl Setting {
    /// Returns whether the record's training year is over.
    pub fn is_over(&self) -> bool {
        self.year.1 < self.today
    }
}

/// Returns what is implausible about a training, apart from other records.
///
/// # Errors
/// Why it is refused.
pub fn check(training: &Training, setting: &Setting) -> Result<FlagSet, Refusal> {
    let Setting { year: (first_day, last_day), years, hours_per_day, today, coverage, issued } = setting;
    if !years.contains(&training.training_year) {
        return Err(Refusal::YearOutOfRange);
    }
    let days = days(training);
    let above = |hours: Hours| training.hours.hundredths() > hours.hundredths() * days;
    let impossible = above(Hours::whole(HOURS_OF_A_DAY));
    if impossible && !setting.is_over() && !issued {
        return Err(Refusal::ImplausibleHours);
    }
    let outside = training.starts_on < *first_day || training.ends_on > *last_day;
    let before = mutate!(BeforeServiceAtOnce, matches!(coverage, Coverage::Ahead | Coverage::ReportedAhead), false);
    Ok(FlagSet::EMPTY
        .and_if(impossible || above(*hours_per_day), HourRecordFlag::AboveDayLimit)
        .and_if(outside && !issued, HourRecordFlag::OutsideYear)
        .and_if(training.ends_on > *today && !issued, HourRecordFlag::NotOver)
        .and_if(before, HourRecordFlag::BeforeService))
}

/// Returns the number of days of a training.
fn days(training: &Training) -> i64 {
    (training.ends_on - training.starts_on).num_days() + 1
}

/// The hours of a training on each of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyShare {
    /// The first day.
    pub first: NaiveDate,
    /// The number of days.
    days: u8,
    hundredths: i32,
}

impl DailyShare {
    /// Returns the share of a training; `None` for online and long ones, which go on beside others.
    pub fn of(mode: TrainingMode, (first, last): (NaiveDate, NaiveDate), hours: Hours) -> Option<Self> {
        let days = (last - first).num_days() + 1;
        if mutate!(OnlineOnDays, mode == TrainingMode::Online, false) || days > LONGEST_BY_DAY {
            return None;
        }
        Some(Self { first, days: u8::try_from(days).ok()?, hundredths: i32::try_from(hours.hundredths()).ok()? })
    }

    /// Returns the share of a training; see [`DailyShare::of`].
    pub fn of_training(training: &Training) -> Option<Self> {
        Self::of(training.mode, (training.starts_on, training.ends_on), training.hours)
    }

    /// Returns the days.
    pub fn dates(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take(self.days.into())
    }

    /// Returns whether the training has the day.
    pub fn covers(self, day: NaiveDate) -> bool {
        (0..i64::from(self.days)).contains(&(day - self.first).num_days())
    }

    /// Returns the hours on a day, in units of which an hour's hundredth has [`UNITS`].
    fn on(self, day: NaiveDate) -> i64 {
        if self.covers(day) { i64::from(self.hundredths) * UNITS / i64::from(self.days) } else { 0 }
    }
}

/// Returns whether the hours on a day exceed the limit.
pub fn exceeds(shares: impl Iterator<Item = DailyShare>, day: NaiveDate, hours_per_day: Hours) -> bool {
    shares.map(|share| share.on(day)).sum::<i64>()
        > hours_per_day.hundredths() * UNITS - mutate!(DayLimitExceeded, 0, 1)
}

#[cfg(test)]
mod tests {
    use songjiao_types::training::TrainingLevel;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn training(year: i32, (first, last): (&str, &str), hours: i64) -> Training {
        Training {
            training_year: year,
            starts_on: day(first),
            ends_on: day(last),
            hours: Hours::whole(hours),
            level: TrainingLevel::County,
            mode: TrainingMode::FaceToFace,
            dimension: None,
            title: String::new(),
            institution: String::new(),
        }
    }

    fn checked(training: &Training, coverage: Coverage, issued: bool) -> Result<Vec<HourRecordFlag>, Refusal> {
        let year = training.training_year;
        let setting = Setting {
            year: (day(&format!("{year}-01-01")), day(&format!("{year}-12-31"))),
            years: 2016..=2027,
            hours_per_day: Hours::whole(8),
            today: day("2026-11-30"),
            coverage,
            issued,
        };
        check(training, &setting).map(|flags| flags.iter().collect())
    }

    #[test]
    fn impossible_hours_and_years_are_refused_and_what_is_unlikely_is_flagged() {
        use HourRecordFlag::{AboveDayLimit, BeforeService, NotOver, OutsideYear};
        let check = |year, days, hours| checked(&training(year, days, hours), Coverage::Confirmed, false);
        let june = ("2026-06-01", "2026-06-02");
        assert_eq!(check(2026, june, 16), Ok(vec![]));
        assert_eq!(check(2026, june, 17), Ok(vec![AboveDayLimit]));
        assert_eq!(check(2026, june, 48), Ok(vec![AboveDayLimit]));
        assert_eq!(check(2026, june, 49), Err(Refusal::ImplausibleHours));
        assert_eq!(check(2025, ("2025-06-01", "2025-06-01"), 400), Ok(vec![AboveDayLimit]), "its year is over");
        assert_eq!(check(2015, ("2015-06-01", "2015-06-01"), 4), Err(Refusal::YearOutOfRange));
        assert_eq!(check(2028, ("2028-06-01", "2028-06-01"), 4), Err(Refusal::YearOutOfRange));
        assert_eq!(check(2027, ("2027-01-04", "2027-01-04"), 4), Ok(vec![NotOver]));
        assert_eq!(check(2026, ("2026-11-30", "2026-11-30"), 4), Ok(vec![]), "today");
        assert_eq!(check(2025, june, 4), Ok(vec![OutsideYear]));
        assert_eq!(checked(&training(2025, june, 4), Coverage::Confirmed, true), Ok(vec![]), "a project's own dates");
        assert_eq!(checked(&training(2026, june, 4), Coverage::Ahead, false), Ok(vec![BeforeService]));
    }

    #[test]
    fn daily_shares_add_up_and_leave_out_online_and_long_trainings() {
        let share = |first, last, hours| DailyShare::of_training(&training(2026, (first, last), hours)).into_iter();
        let limit = Hours::whole(8);
        let two_days = || share("2026-06-01", "2026-06-02", 8);
        assert!(!exceeds(two_days().chain(share("2026-06-02", "2026-06-02", 4)), day("2026-06-02"), limit));
        assert!(exceeds(two_days().chain(share("2026-06-02", "2026-06-02", 5)), day("2026-06-02"), limit));
        assert!(!exceeds(two_days().chain(share("2026-06-03", "2026-06-03", 8)), day("2026-06-02"), limit));
        let thirds = || share("2026-06-01", "2026-06-03", 8);
        assert!(!exceeds(thirds().chain(thirds()).chain(thirds()), day("2026-06-03"), limit), "exactly 8");
        assert_eq!(share("2026-06-01", "2026-06-16", 80).count(), 0, "16 days");
        let online = Training { mode: TrainingMode::Online, ..training(2026, ("2026-06-01", "2026-06-01"), 8) };
        assert_eq!(DailyShare::of_training(&online), None);
    }
}
