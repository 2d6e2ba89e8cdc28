//! Workbooks of Excel and WPS, read cell by cell from the sheet that has the header.

use std::{
    fs::File,
    io::{BufReader, Seek, SeekFrom},
    sync::Arc,
};

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook_from_rs};
use csv::StringRecord;

use super::{
    super::columns::Column,
    file::{Event, Format, HEADER_WITHIN, Line, Opened, Progress, Unreadable, has_content, lost},
    header::Header,
};

/// The largest number of columns.
const WIDTH_LIMIT: u32 = 512;
/// Larger numbers have lost digits: a spreadsheet keeps fifteen.
const EXACT: f64 = 1e15;

type Book<'f> = Xlsx<BufReader<&'f mut File>>;

/// Reads a workbook; see [`super::read`].
pub fn read(
    file: &mut File,
    columns: &'static [Column],
    progress: &Progress,
    take: &mut dyn FnMut(Event) -> bool,
) -> Result<(), Unreadable> {
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    let mut book: Book<'_> = open_workbook_from_rs(BufReader::new(file)).map_err(|error| unreadable(&error))?;
    let (sheet, header) = find_header(&mut book, columns)?;
    let header_row = header.row;
    let opened = Opened { format: Format::Xlsx, encoding: "UTF-8", header: Arc::new(header) };
    if !take(Event::Opened(opened)) {
        return Ok(());
    }
    lines(&mut book, &sheet, Some(progress), &mut |line| line.row <= header_row || take(Event::Line(line)))
}

/// Finds the sheet and its row with the most column headers.
fn find_header(book: &mut Book<'_>, columns: &'static [Column]) -> Result<(String, Header), Unreadable> {
    let mut best: Option<(usize, String, i64, StringRecord)> = None;
    for sheet in book.sheet_names() {
        let mut left = HEADER_WITHIN;
        let read = lines(book, &sheet, None, &mut |line| {
            let matches = Header::matches(columns, &line.cells);
            if best.as_ref().is_none_or(|(most, ..)| matches > *most) {
                best = Some((matches, sheet.clone(), line.row, line.cells));
            }
            left -= 1;
            left > 0
        });
        // A chart sheet has no rows; an unreadable sheet matters only if no other one is readable.
        if read.is_err() && best.is_none() {
            read?;
        }
    }
    let (_, sheet, row, cells) = best.ok_or(Unreadable::new("empty", "文件没有内容"))?;
    Ok((sheet, Header::new(row, cells, columns)))
}

/// Reads the rows of a sheet that have content.
fn lines(
    book: &mut Book<'_>,
    sheet: &str,
    progress: Option<&Progress>,
    take: &mut dyn FnMut(Line) -> bool,
) -> Result<(), Unreadable> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| unreadable(&error))?;
    let last = u64::from(cells.dimensions().end.0) + 1;
    let mut row_builder = RowBuilder::default();
    loop {
        let cell = cells.next_cell().map_err(|error| unreadable(&error).at(row_builder.row + 1))?;
        let Some(cell) = cell else { break };
        let (row, column) = cell.get_position();
        let row = i64::from(row) + 1;
        if row != row_builder.row {
            if let Some(progress) = progress {
                progress.set(row.unsigned_abs(), last);
            }
            let more = row_builder.finish().is_none_or(&mut *take);
            if !more {
                return Ok(());
            }
            row_builder.row = row;
        }
        row_builder.put(column, cell.get_value())?;
    }
    if let Some(line) = row_builder.finish() {
        take(line);
    }
    Ok(())
}

/// The row under construction.
#[derive(Default)]
struct RowBuilder {
    row: i64,
    cells: StringRecord,
    broken: Vec<(usize, &'static str, &'static str)>,
}

impl RowBuilder {
    fn put(&mut self, column: u32, value: &DataRef<'_>) -> Result<(), Unreadable> {
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        if column >= WIDTH_LIMIT {
            return Err(Unreadable::new("too_wide", "表格超过 512 列").at(self.row));
        }
        let at = column as usize;
        // Cells come from left to right; otherwise a value would land in another column.
        if at < self.cells.len() {
            return Err(Unreadable::new("damaged", "文件已损坏，请重新保存后再上传").at(self.row));
        }
        while self.cells.len() < at {
            self.cells.push_field("");
        }
        match shown(value) {
            Ok(text) => self.cells.push_field(&text),
            Err((text, code, message)) => {
                self.broken.push((at, code, message));
                self.cells.push_field(&text);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Option<Line> {
        let (cells, broken) = (std::mem::take(&mut self.cells), std::mem::take(&mut self.broken));
        has_content(&cells).then_some(Line { row: self.row, cells, broken })
    }
}

type Broken = (String, &'static str, &'static str);

/// Returns a cell as a person would type it.
fn shown(value: &DataRef<'_>) -> Result<String, Broken> {
    Ok(match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => return number_shown(*number),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            if time.is_datetime() { format!("{year:04}-{month:02}-{day:02}") } else { time.as_f64().to_string() }
        }
        DataRef::Error(error) => {
            return Err((error.to_string(), "cell_error", "单元格里的公式没有结果"));
        }
        DataRef::Empty => String::new(),
    })
}

/// Formats a number without the digits of its binary fraction.
fn number_shown(number: f64) -> Result<String, Broken> {
    if number.abs() >= EXACT {
        let message = "该单元格以数字保存，末几位可能已丢失，请设为文本格式后重新填写";
        return Err((format!("{number:.0}"), "digits_lost", message));
    }
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Ok(if text == "-0" { "0" } else { text }.to_owned())
}

fn unreadable(error: &XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::new("encrypted", "文件设有密码，请取消密码后再上传"),
        _ => Unreadable::new("damaged", "不是完整的 Excel 文件（.xlsx），请重新保存后再上传"),
    }
}
