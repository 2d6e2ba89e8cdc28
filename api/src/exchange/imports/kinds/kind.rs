use std::borrow::Cow;

use songjiao_types::{WireEnum, imports::HeldRows};

use super::super::{
    cells::Cells,
    columns::Column,
    faults::{CellFault, Faults},
    report::Counts,
    source::Header,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx, types::UtcTime},
    error::Result,
};

/// The surroundings in which a batch is planned.
pub struct PlanContext<'a> {
    pub conn: &'a mut DbConnection,
    pub user: &'a CurrentUser,
    pub now: UtcTime,
    pub header: &'a Header,
    pub faults: &'a mut Faults,
    /// Whether the batch will be written: the rows it depends on are locked until then.
    pub lock: bool,
}

impl PlanContext<'_> {
    /// Reports a fault of a cell.
    pub fn fault(&mut self, row: i64, name: &str, value: Option<&str>, code: &'static str, message: impl Into<String>) {
        self.faults.add(row, self.header.title(name), value, code, message);
    }

    /// Reports a fault of a column that the file may lack.
    pub fn column_fault(&mut self, row: i64, name: &'static str, code: &'static str, message: impl Into<String>) {
        let label = |name| self.header.title(name).unwrap_or(name);
        self.faults.add(row, Some(label(name)), None, code, message);
    }
}

/// A kind of rows. Lives as long as one import and keeps what later batches need.
pub trait Kind: Send {
    /// A row whose cells are valid.
    type Row: Send;
    /// What the reading thread needs.
    type ReadContext: Sync;
    /// What will be written of a batch.
    type Plan;

    const COLUMNS: &'static [Column];
    /// For kinds whose rows refer to each other, so that one batch holds all of them: the most rows of a file.
    const SINGLE_BATCH_ROWS: Option<usize> = None;

    fn read_context(&self) -> Self::ReadContext;

    /// Reads the cells of a row. Returns `None` if a needed cell is at fault.
    fn read(context: &Self::ReadContext, cells: &mut Cells<'_>) -> Option<Self::Row>;

    /// Resolves the references of a batch and compares it with existing rows, as sets.
    ///
    /// # Errors
    /// If the database fails; faults of rows go to the context.
    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Self::Row)>) -> Result<(Self::Plan, Counts)>;

    /// Writes a batch without faults.
    ///
    /// # Errors
    /// If the database fails.
    fn write(&mut self, tx: &mut Tx<'_>, plan: Self::Plan) -> Result<()>;

    /// Assesses a batch that is checked and not written.
    ///
    /// # Errors
    /// If the database fails.
    fn check(&mut self, _conn: &mut DbConnection, _plan: Self::Plan) -> Result<()> {
        Ok(())
    }

    /// Returns how many of the new hour records wait, by what they wait for.
    fn held(&self) -> Vec<HeldRows> {
        Vec::new()
    }

    /// Writes a part of what is written once for all batches. Returns whether more is left.
    ///
    /// # Errors
    /// If the database fails.
    fn finish_some(&mut self, _tx: &mut Tx<'_>) -> Result<bool> {
        Ok(false)
    }
}

/// Returns the distinct values in ascending order.
pub fn distinct<T: Copy + Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// Turns the refusal of a rule into the fault of a cell.
///
/// # Errors
/// If the error is not a client error.
pub fn refusal(checked: Result<()>) -> Result<Option<CellFault>> {
    match checked {
        Ok(()) => Ok(None),
        Err(error) if error.status().is_client_error() => {
            let message = error.detail.map_or_else(|| error.code.label().to_owned(), Cow::into_owned);
            Ok(Some((error.code.as_str(), message)))
        }
        Err(error) => Err(error),
    }
}
