//! Lists as tables: the API writes CSV and workbooks from them, the SPA prints them and takes its headings from them.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::{Basis, Hours, WireEnum};

/// Rows that are listed, exported and printed as a table.
pub trait Tabular: Send + Sized + 'static {
    /// The name of the sheet, and the beginning of file names.
    const NAME: &'static str;
    /// The beginning of file names for clients without UTF-8: letters, digits and hyphens.
    const FILE: &'static str;
    /// Where the figures count, if the rows are figures of organizations.
    const BASIS: Option<Basis> = None;

    /// Returns the name with the basis.
    fn title() -> Cow<'static, str> {
        match Self::BASIS {
            Some(basis) => Cow::Owned(format!("{} ({})", Self::NAME, basis.label())),
            None => Cow::Borrowed(Self::NAME),
        }
    }

    /// Returns the columns. A heading that an import of the same kind also has means the same there. Columns that
    /// depend on the rows, such as the years of a cycle, follow from the first row.
    fn columns(first: Option<&Self>) -> Vec<Column<Self>>;

    /// Returns the heading of a column, or `None` if there is no such column.
    fn find_heading(key: &str) -> Option<Cow<'static, str>> {
        Self::columns(None).into_iter().find(|column| column.key == key).map(|column| column.name)
    }

    /// Returns the heading of a column that exists for every row.
    fn heading(key: &'static str) -> Cow<'static, str> {
        let found = Self::find_heading(key);
        debug_assert!(found.is_some(), "{} has no column {key}", Self::NAME);
        found.unwrap_or(Cow::Borrowed(key))
    }
}

/// A column of a table.
pub struct Column<T> {
    /// The English field name.
    pub key: &'static str,
    /// The Chinese heading.
    pub name: Cow<'static, str>,
    /// The width in half-width characters.
    pub width: u8,
    cell: Box<dyn for<'a> Fn(&'a T) -> Cell<'a> + Send + Sync>,
}

impl<T> Column<T> {
    /// Returns the cell of a row.
    pub fn cell<'a>(&self, row: &'a T) -> Cell<'a> {
        (self.cell)(row)
    }
}

/// Returns a column with a key, a heading, a width in half-width characters, and cells.
pub fn column<T>(
    key: &'static str,
    name: impl Into<Cow<'static, str>>,
    width: u8,
    cell: impl for<'a> Fn(&'a T) -> Cell<'a> + Send + Sync + 'static,
) -> Column<T> {
    Column { key, name: name.into(), width, cell: Box::new(cell) }
}

/// The value of a cell, with its spreadsheet type.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Empty,
    /// Text, including numbers and codes that are not used in calculations.
    Text(Cow<'a, str>),
    /// The Chinese label of a value of a closed set, which the SPA translates.
    Label(&'static str),
    /// An integer.
    Whole(i64),
    /// Hours, with at most two decimals.
    Hours(Hours),
    /// Per cent, with one decimal.
    Percent(f64),
    /// A date.
    Date(NaiveDate),
    /// A time in Asia/Shanghai.
    Time(NaiveDateTime),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// 是 or 否, as imports read it.
impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::Label(if yes { "是" } else { "否" })
    }
}

impl<E: WireEnum> From<E> for Cell<'_> {
    fn from(value: E) -> Self {
        Self::Label(value.label())
    }
}

impl From<i32> for Cell<'_> {
    fn from(number: i32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<Hours> for Cell<'_> {
    fn from(hours: Hours) -> Self {
        Self::Hours(hours)
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date)
    }
}

/// In Asia/Shanghai, UTC+8 without daylight saving time.
impl From<DateTime<Utc>> for Cell<'_> {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(time.naive_utc() + TimeDelta::hours(8))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
