//! Dates, times and numbers in Chinese notation, in Asia/Shanghai. Hand-written, because chrono's formatter and a
//! locale crate would outweigh the pages that use them.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Timelike, Utc};
use songjiao_types::{Hours, WireEnum, training::Stage};

use crate::i18n;

/// China has a single time zone without daylight saving time.
const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// `2026-03-09 08:05`, in Shanghai.
pub fn date_time(at: DateTime<Utc>) -> String {
    let local = at.naive_utc() + SHANGHAI;
    format!("{} {:02}:{:02}", date(local.date()), local.hour(), local.minute())
}

/// `2026-03-09 08:05:09`, in Shanghai, for events within the same minute.
pub fn date_time_seconds(at: DateTime<Utc>) -> String {
    format!("{}:{:02}", date_time(at), at.second())
}

/// `2026-03-09`.
pub fn date(day: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// `2026年3月9日`.
pub fn long_date(day: NaiveDate) -> String {
    t!("{year}年{month}月{day}日", year = day.year(), month = day.month(), day = day.day())
}

/// The same date on a Chinese document, whatever the language of the pages.
pub fn official_date(day: NaiveDate) -> String {
    let (year, month, date) = (day.year(), day.month(), day.day());
    format!("{year}{}{month}{}{date}{}", chinese!("年"), chinese!("月"), chinese!("日"))
}

/// `2026-03-09 至 2026-03-12`, or the part of it that is known.
pub fn period(starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>) -> String {
    match (starts_on, ends_on) {
        (Some(first), Some(last)) if first == last => date(first),
        (Some(first), Some(last)) => t!("{first} 至 {last}", first = date(first), last = date(last)),
        (Some(first), None) => t!("{first} 起", first = date(first)),
        (None, Some(last)) => t!("至 {last}", last = date(last)),
        (None, None) => t!("未定").to_owned(),
    }
}

/// Today in Shanghai.
pub fn today() -> NaiveDate {
    shanghai_date(Utc::now())
}

/// The current year in Shanghai.
pub fn this_year() -> i32 {
    today().year()
}

fn shanghai_date(at: DateTime<Utc>) -> NaiveDate {
    (at.naive_utc() + SHANGHAI).date()
}

/// The date `days` later, or `day` itself beyond the range of dates.
pub fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// `12,345`.
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        written.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// `4,588.5`: sums of 学时.
pub fn hours(hours: Hours) -> String {
    let (whole, fraction) = (hours.hundredths() / 100, hours.hundredths() % 100);
    match (fraction, fraction % 10) {
        (0, _) => count(whole),
        (_, 0) => format!("{}.{}", count(whole), fraction / 10),
        _ => format!("{}.{fraction:02}", count(whole)),
    }
}

/// `小学语文`: stage and subject. A subject that begins with its stage (学前教育) does not get it twice.
pub fn stage_and_subject(stage: Option<Stage>, subject: &str) -> String {
    match stage {
        Some(stage) if !subject.starts_with(stage.label()) => {
            t!("{stage}{subject}", stage = i18n::label(stage), subject).trim_end().to_owned()
        }
        _ => subject.to_owned(),
    }
}

/// The share that is done as a whole percentage, rounded down so that 100 % means done.
pub fn percent(done: f64, whole: f64) -> u8 {
    if whole <= 0.0 {
        return 100;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let percent = (done / whole * 100.0).clamp(0.0, 100.0).floor() as u8;
    percent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn instants_are_shown_in_shanghai() {
        let at: DateTime<Utc> = "2026-03-08T16:05:59Z".parse().expect("an instant");
        assert_eq!(date_time(at), "2026-03-09 00:05");
        assert_eq!(date_time_seconds(at), "2026-03-09 00:05:59");
        assert_eq!(shanghai_date(at), day(2026, 3, 9));
    }

    #[test]
    fn periods_say_what_is_known() {
        let (first, last) = (day(2026, 3, 9), day(2026, 3, 12));
        assert_eq!(period(Some(first), Some(last)), "2026-03-09 至 2026-03-12");
        assert_eq!(period(Some(first), Some(first)), "2026-03-09");
        assert_eq!(period(Some(first), None), "2026-03-09 起");
        assert_eq!(period(None, None), "未定");
        assert_eq!(long_date(first), "2026年3月9日");
        assert_eq!(days_after(last, 20), day(2026, 4, 1));
    }

    #[test]
    fn counts_are_grouped_by_three() {
        for (number, written) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(count(number), written);
        }
    }

    #[test]
    fn sums_of_hours_are_grouped_too() {
        assert_eq!(hours(Hours::from_hundredths(458_850)), "4,588.5");
        assert_eq!(hours(Hours::whole(72)), "72");
    }

    #[test]
    fn a_stage_is_said_once() {
        assert_eq!(stage_and_subject(Some(Stage::Primary), "语文"), "小学语文");
        assert_eq!(stage_and_subject(Some(Stage::Kindergarten), "学前教育"), "学前教育");
        assert_eq!(stage_and_subject(None, "语文"), "语文");
        assert_eq!(stage_and_subject(Some(Stage::Primary), ""), "小学");
    }

    #[test]
    fn almost_done_is_not_done() {
        assert_eq!(percent(71.9, 72.0), 99);
        assert_eq!(percent(80.0, 72.0), 100);
        assert_eq!(percent(0.0, 0.0), 100);
        assert_eq!(percent(-1.0, 72.0), 0);
    }
}
