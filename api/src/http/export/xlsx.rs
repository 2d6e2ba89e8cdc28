//! Workbooks. Both the rows and the finished workbook are written to temporary files.

use std::{borrow::Cow, fs::File, io::Seek};

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::error::{ApiError, Result};
use songjiao_types::{Cell, Column, Tabular};

/// Rows of a sheet, the header included.
const MAX_ROWS: u32 = 1_048_576;
/// UTF-16 code units of a cell.
const MAX_CELL_TEXT: usize = 32_767;

/// Writes a workbook.
pub struct WorkbookWriter<T> {
    workbook: Workbook,
    columns: Vec<Column<T>>,
    styles: Styles,
    max_rows: u32,
    sheets: usize,
    /// The next row of the last sheet.
    row: u32,
}

struct Styles {
    header: Format,
    text: Format,
    /// As many decimals as the number has.
    hours: Format,
    /// One decimal.
    percent: Format,
    date: Format,
    time: Format,
}

impl<T: Tabular> WorkbookWriter<T> {
    /// Begins a workbook, whose columns follow from the first row.
    ///
    /// # Errors
    /// 500 if the sheet cannot be created.
    pub fn new(first: Option<&T>) -> Result<Self> {
        Self::with_sheets_of(MAX_ROWS, first)
    }

    fn with_sheets_of(max_rows: u32, first: Option<&T>) -> Result<Self> {
        let format = |format: &str| Format::new().set_num_format(format);
        let styles = Styles {
            header: Format::new().set_bold(),
            // A long number typed into such a cell stays text.
            text: format("@"),
            hours: format("General"),
            percent: format("0.0"),
            date: format("yyyy-mm-dd"),
            time: format("yyyy-mm-dd hh:mm:ss"),
        };
        let columns = T::columns(first);
        let mut book = Self { workbook: Workbook::new(), columns, styles, max_rows, sheets: 0, row: 0 };
        book.begin_sheet().map_err(ApiError::internal)?;
        Ok(book)
    }

    /// Appends rows.
    ///
    /// # Errors
    /// 500 if a row cannot be written.
    pub fn with(mut self, rows: &[T]) -> Result<Self> {
        rows.iter().try_for_each(|row| self.add_row(row)).map_err(ApiError::internal)?;
        Ok(self)
    }

    /// Finishes the workbook and rewinds its file.
    ///
    /// # Errors
    /// 500 if the temporary file cannot be written.
    pub fn finish(mut self) -> Result<File> {
        self.end_sheet().map_err(ApiError::internal)?;
        let mut file = tempfile::tempfile().map_err(ApiError::internal)?;
        self.workbook.save_to_writer(&file).map_err(ApiError::internal)?;
        file.rewind().map_err(ApiError::internal)?;
        Ok(file)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        self.sheets += 1;
        let name = if self.sheets == 1 { T::title().into_owned() } else { format!("{} ({})", T::title(), self.sheets) };
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(0, at, column.name.as_ref(), &self.styles.header)?;
        }
        self.row = 1;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last_column = u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let last_row = self.row.saturating_sub(1);
        self.workbook.worksheet_from_index(self.sheets - 1)?.autofilter(0, 0, last_row, last_column)?;
        Ok(())
    }

    fn add_row(&mut self, row: &T) -> Result<(), XlsxError> {
        if self.row == self.max_rows {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for (at, column) in (0..).zip(&self.columns) {
            self.styles.write(sheet, self.row, at, column.cell(row))?;
        }
        self.row += 1;
        Ok(())
    }
}

impl Styles {
    /// Writes text as a string, which is never evaluated as a formula.
    #[allow(clippy::cast_precision_loss, reason = "no count reaches 2^53")]
    fn write(&self, sheet: &mut Worksheet, row: u32, at: u16, cell: Cell<'_>) -> Result<(), XlsxError> {
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) => sheet.write_string_with_format(row, at, truncate(text), &self.text)?,
            Cell::Label(label) => sheet.write_string_with_format(row, at, label, &self.text)?,
            Cell::Whole(number) => sheet.write_number(row, at, number as f64)?,
            Cell::Hours(hours) => sheet.write_number_with_format(row, at, hours.as_f64(), &self.hours)?,
            Cell::Percent(percent) => sheet.write_number_with_format(row, at, percent, &self.percent)?,
            Cell::Date(date) => sheet.write_datetime_with_format(row, at, date, &self.date)?,
            Cell::Time(time) => sheet.write_datetime_with_format(row, at, time, &self.time)?,
        };
        Ok(())
    }
}

/// Truncates a text to the length of a cell, with an ellipsis.
fn truncate(text: Cow<'_, str>) -> Cow<'_, str> {
    // No text has more UTF-16 code units than bytes.
    if text.len() <= MAX_CELL_TEXT || text.encode_utf16().count() <= MAX_CELL_TEXT {
        return text;
    }
    let mut units = 0;
    let within = |letter: &char| {
        units += letter.len_utf16();
        units < MAX_CELL_TEXT
    };
    let mut kept: String = text.chars().take_while(within).collect();
    kept.push('…');
    kept.into()
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use songjiao_types::column;

    struct Row(String);

    impl Tabular for Row {
        const NAME: &'static str = "行";
        const FILE: &'static str = "rows";

        fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
            vec![
                column("cell", "内容", 10, |row: &Self| row.0.as_str().into()),
                column("cell", "空", 10, |_: &Self| Cell::Empty),
            ]
        }
    }

    fn read(book: WorkbookWriter<Row>) -> Vec<(String, Vec<Data>)> {
        let mut book = Xlsx::new(BufReader::new(book.finish().expect("a file"))).expect("a workbook");
        let first = |rows: &[Data]| rows[0].clone();
        book.worksheets().into_iter().map(|(name, range)| (name, range.rows().map(first).collect())).collect()
    }

    #[test]
    fn what_one_sheet_does_not_hold_stands_on_further_ones() {
        let rows: Vec<_> = ["甲", "乙", "丙", "丁", "戊"].map(|text| Row(text.to_owned())).into();
        let book = WorkbookWriter::with_sheets_of(3, rows.first()).expect("a workbook");
        let book = book.with(&rows[..3]).expect("a workbook").with(&rows[3..]).expect("a workbook");
        let text = |text: &str| Data::String(text.to_owned());
        let expected = [
            ("行".to_owned(), vec![text("内容"), text("甲"), text("乙")]),
            ("行 (2)".to_owned(), vec![text("内容"), text("丙"), text("丁")]),
            ("行 (3)".to_owned(), vec![text("内容"), text("戊")]),
        ];
        assert_eq!(read(book), expected);
    }

    #[test]
    fn a_text_that_no_cell_holds_is_cut_and_an_empty_list_has_its_header() {
        let long = Row("甲𠮷".repeat(12_000));
        let book = WorkbookWriter::new(Some(&long)).expect("a workbook").with(&[long]).expect("a workbook");
        let Data::String(text) = read(book)[0].1[1].clone() else { panic!("text") };
        assert!(text.ends_with('…') && text.encode_utf16().count() <= MAX_CELL_TEXT);
        assert_eq!(read(WorkbookWriter::new(None).expect("a workbook"))[0].1, [Data::String("内容".to_owned())]);
    }
}
