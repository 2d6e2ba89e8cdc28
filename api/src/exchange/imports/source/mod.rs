//! A file's rows, whatever it was saved by: text in the encodings that spreadsheets write, or
//! xlsx; either of them gzipped. Read row by row, so that memory does not grow with the file.

mod header;
mod text;
mod unpack;
mod xlsx;

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
};

use csv::StringRecord;

pub use header::Header;

use super::columns::Column;

/// The largest file, once unpacked.
pub const UNPACKED_LIMIT: u64 = 1024 * 1024 * 1024;
/// The longest row of a text, and the longest tag of a sheet.
const ROW_LIMIT: usize = 1024 * 1024;
/// Among so many first rows the header is looked for: forms have titles above it.
const HEADER_WITHIN: usize = 20;

/// Why a file, or the rest of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// As the spreadsheet counts.
    pub row: i64,
    pub code: &'static str,
    pub message: &'static str,
}

impl Unreadable {
    fn new(code: &'static str, message: &'static str) -> Self {
        Self { row: 1, code, message }
    }

    fn at(self, row: i64) -> Self {
        Self { row, ..self }
    }
}

fn lost(_: std::io::Error) -> Unreadable {
    Unreadable::new("unreadable", "文件无法读取，请重新上传")
}

/// What a file turned out to be.
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

/// What is known of a file once its header was found.
#[derive(Clone, Debug)]
pub struct Opened {
    pub format: Format,
    /// `UTF-8`, `UTF-16` or `GB18030`.
    pub encoding: &'static str,
    pub header: Arc<Header>,
}

/// A row with at least one cell that says something.
#[derive(Debug)]
pub struct Line {
    /// As the spreadsheet counts.
    pub row: i64,
    pub cells: StringRecord,
    /// Cells whose content got lost before it reached this program: their place, a code and words.
    pub broken: Vec<(usize, &'static str, &'static str)>,
}

/// What a reading gives, in its order.
pub enum Event {
    /// Once, before any row.
    Opened(Opened),
    Line(Line),
}

/// How far a reading is, for who watches it; and whether it is still wanted.
#[derive(Default)]
pub struct Watch {
    rows: AtomicU64,
    percent: AtomicU8,
    cancelled: AtomicBool,
}

impl Watch {
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Rows done, and a percentage of the file.
    pub fn progress(&self) -> (u64, u8) {
        (self.rows.load(Ordering::Relaxed), self.percent.load(Ordering::Relaxed))
    }

    pub fn add_rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    fn at(&self, done: u64, whole: u64) {
        let percent = done.saturating_mul(100).checked_div(whole).unwrap_or_default().min(100);
        self.percent.store(u8::try_from(percent).unwrap_or(100), Ordering::Relaxed);
    }
}

/// Reads a file from its beginning; `take` says whether it wants more.
///
/// # Errors
/// Where the file, or what follows the rows taken so far, cannot be read.
pub fn read(
    file: &mut File,
    columns: &'static [Column],
    watch: &Watch,
    take: &mut dyn FnMut(Event) -> bool,
) -> Result<(), Unreadable> {
    let mut unpacked;
    let mut file = file;
    if beginning(file)?.starts_with(&[0x1F, 0x8B]) {
        unpacked = unpack::gunzip(file)?;
        file = &mut unpacked;
    }
    let begins = beginning(file)?;
    match begins.as_slice() {
        [] => Err(Unreadable::new("empty", "文件没有内容")),
        [b'P', b'K', 3, 4, ..] => {
            unpack::check_zip(file)?;
            xlsx::read(file, columns, watch, take)
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            Err(Unreadable::new("old_excel", "这是旧版 Excel 文件（.xls）或加密的文件，请另存为 .xlsx 或 CSV 后再导入"))
        }
        _ => text::read(file, columns, watch, take),
    }
}

/// The first bytes; the file stands at its beginning again.
fn beginning(file: &mut File) -> Result<Vec<u8>, Unreadable> {
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    let mut begins = Vec::with_capacity(8);
    file.take(8).read_to_end(&mut begins).map_err(lost)?;
    file.seek(SeekFrom::Start(0)).map_err(lost)?;
    Ok(begins)
}

/// Whether a row says anything.
fn says_something(cells: &StringRecord) -> bool {
    cells.iter().any(|cell| !cell.trim().is_empty())
}
