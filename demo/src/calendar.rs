use chrono::{NaiveDate, NaiveTime, TimeDelta};
use songjiao_api::db::types::UtcTime;

/// The present of the demonstration.
pub const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 20) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Returns nine in the morning of a day in the county.
pub fn nine(day: NaiveDate) -> UtcTime {
    (day.and_time(NaiveTime::MIN) + TimeDelta::hours(1)).and_utc().into()
}

/// Returns a day that is known to exist.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
