use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A day that every year has, such as the first of a training year: `MM-DD`, in JSON a string. 29 February is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl MonthDay {
    /// 1 January.
    pub const NEW_YEAR: Self = Self { month: 1, day: 1 };

    /// Returns the first day of a month, from 1 to 12; `None` for another number.
    pub fn first_of(month: i32) -> Option<Self> {
        u32::try_from(month).ok().filter(|month| (1..=12).contains(month)).map(|month| Self { month, day: 1 })
    }

    /// Returns the day in a year.
    pub fn in_year(self, year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, self.month, self.day).unwrap_or_default()
    }

    /// Returns the month, from 1 to 12.
    pub fn month(self) -> u32 {
        self.month
    }

    /// Returns the day of the month.
    pub fn day(self) -> u32 {
        self.day
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// The text is not a day that every year has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAMonthDay;

impl fmt::Display for NotAMonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("须为每年都有的日期，格式为 MM-DD，例如 09-01")
    }
}

impl std::error::Error for NotAMonthDay {}

impl FromStr for MonthDay {
    type Err = NotAMonthDay;

    fn from_str(text: &str) -> Result<Self, NotAMonthDay> {
        // 2023 is no leap year.
        let date = NaiveDate::parse_from_str(&format!("2023-{text}"), "%Y-%m-%d").ok().filter(|_| text.len() == 5);
        date.map(|date| Self { month: date.month(), day: date.day() }).ok_or(NotAMonthDay)
    }
}

impl Serialize for MonthDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MonthDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for MonthDay {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A day that every year has: `MM-DD`"))
            .pattern(Some("^[0-9]{2}-[0-9]{2}$"))
            .examples(["09-01"])
            .build()
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for MonthDay {
    fn name() -> std::borrow::Cow<'static, str> {
        "MonthDay".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_day_exists_in_every_year() {
        for text in ["01-01", "09-01", "12-31", "02-28"] {
            assert_eq!(text.parse::<MonthDay>().map(|day| day.to_string()).as_deref(), Ok(text));
        }
        for refused in ["02-29", "13-01", "9-1", "09-1", "09-001", "", "0901", "+9-01"] {
            assert_eq!(refused.parse::<MonthDay>(), Err(NotAMonthDay), "{refused}");
        }
        assert_eq!(MonthDay::first_of(9).map(|day| day.in_year(2026)), NaiveDate::from_ymd_opt(2026, 9, 1));
    }
}
