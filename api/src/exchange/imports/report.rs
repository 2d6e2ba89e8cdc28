//! The outcome of an import: counts, listed faults and the file of failed rows.

use std::{borrow::Cow, collections::BTreeMap};

use songjiao_types::imports::{ImportError, MAX_ERRORS};

use super::{
    columns::{REASON_COLUMN, ROW_COLUMN, trim_cell},
    faults::Faults,
    source::{Header, Line},
};
use crate::http::export::escape_formula;

/// The limits of the file of failed rows.
const FAILED_ROWS: usize = 10_000;
const FAILED_BYTES: usize = 8 * 1024 * 1024;

/// Rows by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub imported: usize,
    pub updated: usize,
    /// Of the updated rows, those that transfer a teacher.
    pub transferred: usize,
    pub unchanged: usize,
    /// Rows that a person has decided on, which stay as they are.
    pub decided: usize,
    /// Rows that say that their record has ended.
    pub passed_over: usize,
}

impl Counts {
    /// Returns the number of rows without faults.
    pub fn rows(self) -> usize {
        self.imported + self.updated + self.unchanged + self.decided + self.passed_over
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.imported += other.imported;
        self.updated += other.updated;
        self.transferred += other.transferred;
        self.unchanged += other.unchanged;
        self.decided += other.decided;
        self.passed_over += other.passed_over;
    }
}

/// The faults of a file, as many as a report lists.
#[derive(Debug, Default)]
pub struct Tally {
    /// In row order, at most [`MAX_ERRORS`].
    pub listed: Vec<ImportError>,
    /// The number of all faults.
    pub faults: usize,
    /// The number of faulty rows, the header not counted.
    pub rows: usize,
    /// Whether the file as a whole or its header is at fault.
    general: bool,
    failed: Option<FailedRows>,
}

impl Tally {
    /// Adds faults of the file as a whole or of its header.
    pub fn add_general(&mut self, faults: Faults) {
        self.general |= !faults.is_empty();
        self.faults += faults.0.len();
        self.listed.extend(faults.0);
        self.listed.truncate(MAX_ERRORS);
    }

    /// Adds faults of rows that follow the earlier ones.
    pub fn add(&mut self, header: &Header, lines: &[Line], mut faults: Faults) {
        if faults.is_empty() {
            return;
        }
        faults.0.sort_by_key(|fault| fault.row);
        self.faults += faults.0.len();
        let mut reasons: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for fault in &faults.0 {
            let reason = match &fault.column {
                Some(column) => format!("{column}：{}", fault.message),
                None => fault.message.clone(),
            };
            reasons.entry(fault.row).or_default().push(reason);
        }
        self.rows += reasons.len();
        let failed = self.failed.get_or_insert_with(|| FailedRows::new(header));
        for line in lines {
            if let Some(reasons) = reasons.get(&line.row) {
                failed.add(header, line, &reasons.join("；"));
            }
        }
        let room = MAX_ERRORS.saturating_sub(self.listed.len());
        self.listed.extend(faults.0.into_iter().take(room));
    }

    /// Returns whether the file as a whole or its header is at fault.
    pub fn is_general(&self) -> bool {
        self.general
    }

    /// Returns whether the file has no fault.
    pub fn is_empty(&self) -> bool {
        self.faults == 0
    }

    /// Returns whether further faults will be listed.
    pub fn has_room(&self) -> bool {
        self.listed.len() < MAX_ERRORS
    }

    /// Returns the failed rows as CSV, to be corrected and sent again.
    pub fn failed_rows(&mut self) -> Option<String> {
        self.failed.take().and_then(FailedRows::into_text)
    }
}

/// The failed rows as they were sent, with their reasons.
#[derive(Debug)]
struct FailedRows {
    writer: csv::Writer<Vec<u8>>,
    rows: usize,
    bytes: usize,
}

impl FailedRows {
    fn new(header: &Header) -> Self {
        let writer = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xEF\xBB\xBF".to_vec());
        let mut failed = Self { writer, rows: 0, bytes: 0 };
        let names = (0..header.width()).map(|at| escape_formula(header.name(at).unwrap_or_default().into()));
        let names: Vec<_> = names.chain([ROW_COLUMN.into(), REASON_COLUMN.into()]).collect();
        failed.write(names.iter().map(AsRef::as_ref));
        failed
    }

    fn add(&mut self, header: &Header, line: &Line, reasons: &str) {
        self.rows += 1;
        if self.rows > FAILED_ROWS || self.bytes > FAILED_BYTES {
            return;
        }
        let row = line.row.to_string();
        let width = header.width().max(line.cells.len());
        // Secret cells are left blank: the file is passed around.
        let cell = |at: usize| match header.column_at(at) {
            Some(column) if column.secret => Cow::default(),
            _ => escape_formula(trim_cell(line.cells.get(at).unwrap_or_default()).into()),
        };
        let cells: Vec<_> = (0..width).map(cell).chain([row.into(), escape_formula(reasons.into())]).collect();
        self.write(cells.iter().map(AsRef::as_ref));
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let cells: Vec<&str> = cells.collect();
        self.bytes += cells.iter().map(|cell| cell.len()).sum::<usize>();
        // Writing to memory cannot fail.
        let _ = self.writer.write_record(cells);
    }

    fn into_text(self) -> Option<String> {
        String::from_utf8(self.writer.into_inner().ok()?).ok()
    }
}
