//! What an import came to.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

use songjiao_types::imports::{ImportError, MAX_ERRORS};

use super::{
    columns::{REASON_COLUMN, ROW_COLUMN, tidy},
    source::{Header, Line},
};
use crate::http::export::escape_formula;

/// Rows that the file of errors holds, and its largest size.
const FAILED_ROWS: usize = 10_000;
const FAILED_BYTES: usize = 8 * 1024 * 1024;

/// What was found wrong with some rows.
#[derive(Debug, Default)]
pub struct Faults(Vec<ImportError>);

impl Faults {
    pub fn add(
        &mut self,
        row: i64,
        column: Option<&str>,
        value: Option<&str>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.0.push(ImportError {
            row,
            column: column.map(str::to_owned),
            value: value.map(|value| value.chars().take(200).collect()),
            code: code.to_owned(),
            message: message.into(),
        });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers of the rows at fault.
    pub fn rows(&self) -> HashSet<i64> {
        self.0.iter().map(|fault| fault.row).collect()
    }
}

/// How many rows did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub imported: usize,
    pub updated: usize,
    pub unchanged: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.imported += other.imported;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }
}

/// Everything that was found wrong with a file, as much of it as a report lists.
#[derive(Debug, Default)]
pub struct Tally {
    /// In the order of the rows.
    pub listed: Vec<ImportError>,
    pub faults: usize,
    /// Rows at fault, the header apart.
    pub rows: usize,
    failed: Option<FailedRows>,
}

impl Tally {
    /// Faults of the file as a whole, or of its header.
    pub fn add_general(&mut self, faults: Faults) {
        self.faults += faults.0.len();
        self.listed.extend(faults.0);
        self.listed.truncate(MAX_ERRORS);
    }

    /// Faults of some rows that follow those before.
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

    pub fn is_empty(&self) -> bool {
        self.faults == 0
    }

    /// Whether further faults are listed.
    pub fn has_room(&self) -> bool {
        self.listed.len() < MAX_ERRORS
    }

    /// The rows that failed, as a file to be mended.
    pub fn failed_rows(&mut self) -> Option<String> {
        self.failed.take().and_then(FailedRows::into_text)
    }
}

/// The failed rows as they were, with the reasons beside.
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
        let names = (0..header.width()).map(|at| header.name(at).unwrap_or_default());
        failed.write(names.chain([ROW_COLUMN, REASON_COLUMN]));
        failed
    }

    fn add(&mut self, header: &Header, line: &Line, reasons: &str) {
        self.rows += 1;
        if self.rows > FAILED_ROWS || self.bytes > FAILED_BYTES {
            return;
        }
        let row = line.row.to_string();
        let width = header.width().max(line.cells.len());
        // What is secret has to be filled in anew: the file goes from hand to hand.
        let cell = |at: usize| match header.column_at(at) {
            Some(column) if column.secret => Cow::default(),
            _ => escape_formula(tidy(line.cells.get(at).unwrap_or_default()).into()),
        };
        let cells: Vec<_> = (0..width).map(cell).chain([row.into(), escape_formula(reasons.into())]).collect();
        self.write(cells.iter().map(AsRef::as_ref));
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let cells: Vec<&str> = cells.collect();
        self.bytes += cells.iter().map(|cell| cell.len()).sum::<usize>();
        // Into memory: nothing can fail.
        let _ = self.writer.write_record(cells);
    }

    fn into_text(self) -> Option<String> {
        String::from_utf8(self.writer.into_inner().ok()?).ok()
    }
}
