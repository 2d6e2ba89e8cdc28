//! CSV (RFC 4180) as Excel opens it: with a byte order mark, and nothing that it takes for a
//! formula.

use std::{borrow::Cow, sync::Arc};

use ::csv::{Terminator, Writer, WriterBuilder};

use songjiao_types::{Cell, Column, Tabular};

use super::pages::{Begun, Encode};
use crate::error::{ApiError, Result};

/// Without it Excel takes UTF-8 for the local encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The header, and what makes lines of the rows.
pub fn begin<T: Tabular>(rows: &[T]) -> Result<Begun<T>> {
    let columns = T::columns(rows.first());
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(lines(|writer| writer.write_record(columns.iter().map(|column| column.name.as_bytes())))?);
    let encode: Encode<T> = Arc::new(move |rows| encode(&columns, rows));
    Ok(Begun { head, encode })
}

fn encode<T>(columns: &[Column<T>], rows: &[T]) -> Result<Vec<u8>> {
    lines(|writer| {
        for row in rows {
            for column in columns {
                writer.write_field(written(column.cell(row)).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        Ok(())
    })
}

fn lines(write: impl FnOnce(&mut Writer<Vec<u8>>) -> ::csv::Result<()>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    write(&mut writer).map_err(ApiError::internal)?;
    writer.into_inner().map_err(ApiError::internal)
}

fn written(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) => defused(text),
        Cell::Whole(number) => number.to_string().into(),
        Cell::Hours(hours) => hours.to_string().into(),
        Cell::Percent(percent) => format!("{percent:.1}").into(),
        Cell::Date(date) => date.to_string().into(),
        Cell::Time(time) => time.format("%Y-%m-%d %H:%M:%S").to_string().into(),
    }
}

/// A spreadsheet carries out what begins like this; after an apostrophe it is text. Those of full
/// width count, too, where people write Chinese.
pub fn defused(text: Cow<'_, str>) -> Cow<'_, str> {
    const BEGIN_FORMULAS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGIN_FORMULAS) { format!("'{text}").into() } else { text }
}

#[cfg(test)]
mod tests {
    use songjiao_types::Hours;

    use super::*;

    #[test]
    fn text_that_would_be_a_formula_is_defused_and_a_number_is_not() {
        for (cell, expected) in [
            (Cell::from("=1+1"), "'=1+1"),
            (Cell::from("-王芳"), "'-王芳"),
            (Cell::from("＝1"), "'＝1"),
            (Cell::from("\t=1"), "'\t=1"),
            (Cell::from("王芳"), "王芳"),
            (Cell::from(-3), "-3"),
            (Cell::from(Hours::from_tenths(165)), "16.5"),
            (Cell::Percent(63.0), "63.0"),
            (Cell::from(None::<&str>), ""),
        ] {
            assert_eq!(written(cell), expected);
        }
    }
}
