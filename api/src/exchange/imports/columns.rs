//! The columns of a kind: their headers, aliases, choices and hints.

use csv::StringRecord;
use songjiao_types::{
    WireEnum,
    id_numbers::{contains_id_number, mask_id_numbers},
    normal,
};

/// A column of a file.
#[derive(Debug)]
pub struct Column {
    /// The field's name; empty for an ignored column.
    pub name: &'static str,
    /// The Chinese header.
    pub label: &'static str,
    /// Headers that other systems use.
    pub aliases: &'static [&'static str],
    /// Whether a file without the column is at fault.
    pub required: bool,
    /// Whether reports and the file of failed rows leave its cells out.
    pub secret: bool,
    /// The labels that a template offers in its cells.
    pub choices: fn() -> Vec<&'static str>,
    /// The instruction that a template shows.
    pub hint: &'static str,
}

const NO_CHOICES: fn() -> Vec<&'static str> = Vec::new;

/// A column that a file must have.
pub const fn required(name: &'static str, label: &'static str) -> Column {
    Column { name, label, aliases: &[], required: true, secret: false, choices: NO_CHOICES, hint: "" }
}

/// A column that a file may lack.
pub const fn optional(name: &'static str, label: &'static str) -> Column {
    Column { required: false, ..required(name, label) }
}

/// A column of other systems and of our own exports that the import does not read.
pub const fn ignored(label: &'static str) -> Column {
    optional("", label)
}

impl Column {
    /// Makes the column required.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Adds headers that other systems use.
    #[must_use]
    pub const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Leaves the column's cells out of reports and of the file of failed rows.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Sets the choices that a template offers.
    #[must_use]
    pub const fn of(self, choices: fn() -> Vec<&'static str>) -> Self {
        Self { choices, ..self }
    }

    /// Sets the instruction that a template shows.
    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub fn is_ignored(&self) -> bool {
        self.name.is_empty()
    }

    /// Returns whether a header names the column: its label, its field name in any case, or an alias.
    pub fn matches_header(&self, name: &str) -> bool {
        self.label == name
            || (!self.name.is_empty() && self.name.eq_ignore_ascii_case(name))
            || self.aliases.contains(&name)
    }
}

/// Returns the labels of an enumeration as choices.
pub fn labels<E: WireEnum>() -> Vec<&'static str> {
    E::ALL.iter().map(|value| value.label()).collect()
}

/// Returns the choices of a column that [`cells::yes_no`](super::cells::yes_no) reads.
pub fn yes_or_no() -> Vec<&'static str> {
    vec!["是", "否"]
}

/// The columns that the file of failed rows adds; a corrected file may keep them.
pub const ROW_COLUMN: &str = "原行号";
pub const REASON_COLUMN: &str = "错误说明";

/// Returns whether a column is ignored in files of every kind.
pub fn ignored_everywhere(name: &str) -> bool {
    matches!(name, ROW_COLUMN | REASON_COLUMN | "序号")
}

/// Trims whitespace, full-width and zero-width included, and removes the text markers of spreadsheets: `="001"`, and
/// the apostrophe that our exports put before a would-be formula.
pub fn trim_cell(cell: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || normal::is_ignorable(c);
    let cell = cell.trim_matches(blank);
    let cell = cell.strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
    .trim_matches(blank)
}

/// Masks ID numbers in the cells of a row.
pub fn mask_record(cells: StringRecord) -> StringRecord {
    if !cells.iter().any(contains_id_number) {
        return cells;
    }
    cells.iter().map(mask_id_numbers).fold(StringRecord::new(), |mut masked, cell| {
        masked.push_field(&cell);
        masked
    })
}
