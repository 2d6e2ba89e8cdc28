//! The faults of a file's rows, as a report lists them.

use std::collections::HashSet;

use songjiao_types::imports::ImportError;

/// The code and the message of a faulty cell.
pub type CellFault = (&'static str, String);

/// The field, the code and the message of a faulty cell.
pub type FieldFault = (&'static str, &'static str, String);

/// The faults found in some rows.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<ImportError>);

impl Faults {
    /// Adds a fault. The cell's content is cut to 200 characters.
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

    /// Returns the numbers of the faulty rows.
    pub fn rows(&self) -> HashSet<i64> {
        self.0.iter().map(|fault| fault.row).collect()
    }
}
