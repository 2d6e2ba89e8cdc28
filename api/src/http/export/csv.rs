//! CSV (RFC 4180) for Excel: with a byte order mark, and with formulas escaped.

use std::{borrow::Cow, sync::Arc};

use ::csv::{Terminator, Writer, WriterBuilder};

use songjiao_types::{Cell, Column, Tabular};

use super::pages::{Encode, Encoder};
use crate::error::{ApiError, Result};

/// The byte order mark, without which Excel reads UTF-8 as the local encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Returns the header line and the encoder of rows.
pub fn encoder<T: Tabular>(rows: &[T]) -> Result<Encoder<T>> {
    let columns = T::columns(rows.first());
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(lines(|writer| writer.write_record(columns.iter().map(|column| column.name.as_bytes())))?);
    let encode: Encode<T> = Arc::new(move |rows| encode(&columns, rows));
    Ok(Encoder { head, encode })
}

fn encode<T>(columns: &[Column<T>], rows: &[T]) -> Result<Vec<u8>> {
    lines(|writer| {
        for row in rows {
            for column in columns {
                writer.write_field(render(column.cell(row)).as_bytes())?;
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

fn render(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) => escape_formula(text),
        Cell::Label(label) => Cow::Borrowed(label),
        Cell::Whole(number) => number.to_string().into(),
        Cell::Hours(hours) => hours.to_string().into(),
        Cell::Percent(percent) => format!("{percent:.1}").into(),
        Cell::Date(date) => date.to_string().into(),
        Cell::Time(time) => time.format("%Y-%m-%d %H:%M:%S").to_string().into(),
    }
}

/// Prepends an apostrophe to a text that spreadsheets would evaluate as a formula, also one that begins
/// with a full-width sign.
pub fn escape_formula(text: Cow<'_, str>) -> Cow<'_, str> {
    const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(FORMULA_STARTS) { format!("'{text}").into() } else { text }
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
            (Cell::from(Hours::from_hundredths(1650)), "16.5"),
            (Cell::Percent(63.0), "63.0"),
            (Cell::from(None::<&str>), ""),
        ] {
            assert_eq!(render(cell), expected);
        }
    }
}
