//! The faults of a file's rows, as a report lists them.

use std::collections::HashSet;

use songjiao_types::{
    id_numbers::{mask_id_numbers, mask_owned},
    imports::ImportError,
};

/// The code and the message of a faulty cell.
pub type CellFault = (&'static str, String);

/// The field, the code and the message of a faulty cell.
pub type FieldFault = (&'static str, &'static str, String);

/// The faults found in some rows.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<ImportError>);

impl Faults {
    /// Adds a fault. The cell's content is cut to 200 characters, and ID numbers are masked.
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
            column: column.map(|column| mask_id_numbers(column).into_owned()),
            value: value.map(|value| mask_id_numbers(value).chars().take(200).collect()),
            code: code.to_owned(),
            message: mask_owned(message.into()),
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
