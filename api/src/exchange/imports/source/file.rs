//! What both formats have in common: rows, limits, faults and progress.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
};

use csv::StringRecord;

use super::{super::columns::mask_record, header::Header};

/// The largest file after unpacking, in bytes.
pub const UNPACKED_LIMIT: u64 = 1024 * 1024 * 1024;
/// The longest row of a text and the longest tag of a sheet, in bytes.
pub const ROW_LIMIT: usize = 1024 * 1024;
/// The number of first rows among which the header is looked for: forms have titles above it.
pub const HEADER_WITHIN: usize = 20;

/// Why a file, or the rest of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The spreadsheet's row number.
    pub row: i64,
    pub code: &'static str,
    pub message: &'static str,
}

impl Unreadable {
    /// Describes a file that cannot be read from its first row on.
    pub fn new(code: &'static str, message: &'static str) -> Self {
        Self { row: 1, code, message }
    }

    /// Sets the row from which on the file cannot be read.
    pub fn at(self, row: i64) -> Self {
        Self { row, ..self }
    }
}

/// Describes a spooled file that could not be read from disk.
pub fn lost(_: std::io::Error) -> Unreadable {
    Unreadable::new("unreadable", "文件无法读取，请重新上传")
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A file whose header was found.
#[derive(Clone, Debug)]
pub struct Opened {
    pub format: Format,
    /// `UTF-8`, `UTF-16` or `GB18030`.
    pub encoding: &'static str,
    pub header: Arc<Header>,
}

/// A row with at least one non-empty cell.
#[derive(Debug)]
pub struct Line {
    /// The spreadsheet's row number.
    pub row: i64,
    pub cells: StringRecord,
    /// Cells whose content was lost in the file: position, code and message.
    pub broken: Vec<(usize, &'static str, &'static str)>,
}

impl Line {
    /// Masks ID numbers in the cells, for reports and previews.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { cells: mask_record(self.cells), ..self }
    }
}

/// An event of reading, in order.
pub enum Event {
    /// Sent once, before any row.
    Opened(Opened),
    Line(Line),
}

/// The progress of an import, shared with those who watch or cancel it.
#[derive(Default)]
pub struct Progress {
    rows: AtomicU64,
    percent: AtomicU8,
    cancelled: AtomicBool,
}

impl Progress {
    /// Asks the threads of the import to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Returns the number of processed rows and the percentage of the file.
    pub fn rows_and_percent(&self) -> (u64, u8) {
        (self.rows.load(Ordering::Relaxed), self.percent.load(Ordering::Relaxed))
    }

    pub fn add_rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// Sets the percentage from the position in the file and the file's length.
    pub fn set(&self, done: u64, whole: u64) {
        let percent = done.saturating_mul(100).checked_div(whole).unwrap_or_default().min(100);
        self.percent.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
    }
}

/// Returns the first bytes and rewinds the file.
pub fn beginning(file: &mut File) -> Result<Vec<u8>, Unreadable> {
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    let mut begins = Vec::with_capacity(8);
    file.take(8).read_to_end(&mut begins).map_err(lost)?;
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    Ok(begins)
}

/// Returns whether a row has a non-empty cell.
pub fn has_content(cells: &StringRecord) -> bool {
    cells.iter().any(|cell| !cell.trim().is_empty())
}
