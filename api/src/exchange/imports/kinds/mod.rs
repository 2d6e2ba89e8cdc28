//! What can be imported. A kind reads its rows one by one, then settles what becomes of a batch
//! of them in sets, then writes.

pub mod attendance;
pub mod enrollments;
pub mod hour_records;
pub mod lessons;
pub mod organizations;
mod references;
pub mod teachers;
mod told;

use std::borrow::Cow;

use songjiao_types::{WireEnum, imports::ImportKind};

use super::{
    columns::{CellFault, Cells, Column},
    report::{Counts, Faults},
    source::Header,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
};

/// What a batch is settled with.
pub struct Planning<'a> {
    pub conn: &'a mut DbConnection,
    pub user: &'a CurrentUser,
    pub now: UtcTime,
    pub header: &'a Header,
    pub faults: &'a mut Faults,
    /// The batch is to be written: what it rests on is locked until then.
    pub hold: bool,
}

impl Planning<'_> {
    /// A fault of a cell of a row that reads well.
    pub fn fault(&mut self, row: i64, name: &str, value: Option<&str>, code: &'static str, message: impl Into<String>) {
        self.faults.add(row, self.header.title(name), value, code, message);
    }

    /// A fault of a column that the file may lack.
    pub fn column_fault(&mut self, row: i64, name: &'static str, code: &'static str, message: &'static str) {
        let label = |name| self.header.title(name).unwrap_or(name);
        self.faults.add(row, Some(label(name)), None, code, message);
    }
}

/// A kind of rows. It lives as long as one import, and remembers what later batches need.
pub trait Kind: Send {
    /// A row that reads well.
    type Row: Send;
    /// What reading needs; another thread does it.
    type Reading: Sync;
    /// What is to be written of a batch.
    type Plan;

    const COLUMNS: &'static [Column];
    /// Rows refer to one another, so that one batch has all of them: no more than these.
    const WHOLE: Option<usize> = None;

    fn reading(&self) -> Self::Reading;

    /// Reads a row's cells.
    fn read(reading: &Self::Reading, cells: &mut Cells<'_>) -> Option<Self::Row>;

    /// Finds what the rows refer to and what is there already, in sets.
    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Self::Row)>) -> Result<(Self::Plan, Counts)>;

    /// Writes a batch in which nothing was found wrong.
    fn write(&mut self, tx: &mut Tx<'_>, plan: Self::Plan) -> Result<()>;

    /// Writes some of what is written once for all batches, and says whether there is more.
    fn finish_some(&mut self, _tx: &mut Tx<'_>) -> Result<bool> {
        Ok(false)
    }
}

/// The columns of a kind.
pub fn columns(kind: ImportKind) -> &'static [Column] {
    match kind {
        ImportKind::Organizations => organizations::Organizations::COLUMNS,
        ImportKind::Teachers => teachers::Teachers::COLUMNS,
        ImportKind::HourRecords => hour_records::HourRecords::COLUMNS,
        ImportKind::Enrollments => enrollments::Enrollments::COLUMNS,
        ImportKind::Attendance => attendance::Attendance::COLUMNS,
        ImportKind::Lessons => lessons::Lessons::COLUMNS,
    }
}

/// Each of some ids once, in their order.
fn distinct<T: Copy + Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// What a rule of the resource refuses, as the fault of a cell: its code and its words.
///
/// # Errors
/// Where it is no refusal but a failure of ours.
fn refusal(checked: Result<()>) -> Result<Option<CellFault>> {
    match checked {
        Ok(()) => Ok(None),
        Err(error) if error.status().is_client_error() => {
            let words = error.detail.map_or_else(|| error.code.label().to_owned(), Cow::into_owned);
            Ok(Some((error.code.as_str(), words)))
        }
        Err(error) => Err(error),
    }
}
