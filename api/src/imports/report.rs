//! What an import came to.

use std::collections::BTreeSet;

use songjiao_types::imports::{ImportError, MAX_ERRORS};

/// Everything that was found wrong.
#[derive(Default)]
pub struct Faults {
    found: Vec<ImportError>,
    rows: BTreeSet<i64>,
}

impl Faults {
    pub fn add(
        &mut self,
        row: i64,
        column: Option<&str>,
        value: Option<&str>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.rows.insert(row);
        self.found.push(ImportError {
            row,
            column: column.map(str::to_owned),
            value: value.map(|value| value.chars().take(200).collect()),
            code: code.to_owned(),
            message: message.into(),
        });
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a row is at fault already: what it refers to is looked at no further.
    pub fn has(&self, row: i64) -> bool {
        self.rows.contains(&row)
    }

    /// Rows at fault, the header apart.
    pub fn rows(&self) -> usize {
        self.rows.iter().filter(|row| **row > 1).count()
    }

    /// The faults in the order of their rows, as many as a report lists.
    pub fn into_list(mut self) -> Vec<ImportError> {
        self.found.sort_by_key(|fault| fault.row);
        self.found.truncate(MAX_ERRORS);
        self.found
    }
}

/// How many rows did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub imported: usize,
    pub updated: usize,
    pub unchanged: usize,
}
