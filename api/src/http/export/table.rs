//! A list as a table: what its columns are called, and what stands in their cells.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use songjiao_types::Hours;

/// Something that is listed and can be exported as a table.
pub trait Exported: Send + Sized + 'static {
    /// The name of the sheet, and what the file's name begins with.
    const NAME: &'static str;
    /// What the file is called where Chinese names cannot be: letters, digits and hyphens.
    const FILE: &'static str;

    /// The columns. Where an import of the same kind exists, its headers stand for the same
    /// things here. The first row of the list tells what they depend on, if on anything.
    fn columns(first: Option<&Self>) -> Vec<Column<Self>>;
}

/// A column of an export.
pub struct Column<T> {
    pub name: Cow<'static, str>,
    /// In characters of half width.
    pub width: u8,
    cell: Box<dyn for<'a> Fn(&'a T) -> Cell<'a> + Send + Sync>,
}

impl<T> Column<T> {
    /// What stands in a row's cell.
    pub fn cell<'a>(&self, row: &'a T) -> Cell<'a> {
        (self.cell)(row)
    }
}

/// A column: its header, its width in characters of half width, and what stands in its cells.
pub fn column<T>(
    name: impl Into<Cow<'static, str>>,
    width: u8,
    cell: impl for<'a> Fn(&'a T) -> Cell<'a> + Send + Sync + 'static,
) -> Column<T> {
    Column { name: name.into(), width, cell: Box::new(cell) }
}

/// A cell, of the kind that a spreadsheet knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Empty,
    /// Words, and whatever nobody calculates with: ids, numbers, codes.
    Text(Cow<'a, str>),
    Whole(i64),
    Hours(Hours),
    /// To one decimal.
    Percent(f64),
    Date(NaiveDate),
    /// In the county's time.
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

/// 是 or 否, as the imports read it.
impl From<bool> for Cell<'_> {
    fn from(yes: bool) -> Self {
        Self::Text(if yes { "是" } else { "否" }.into())
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

/// Asia/Shanghai has no summer time.
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
