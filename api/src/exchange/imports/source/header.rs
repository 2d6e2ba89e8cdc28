//! The header: maps columns to their positions, in any order.

use csv::StringRecord;
use songjiao_types::normal;

use super::super::{
    columns::{Column, ignored_everywhere, mask_record, trim_cell},
    faults::Faults,
};

/// The header row.
#[derive(Debug)]
pub struct Header {
    /// The spreadsheet's row number.
    pub row: i64,
    /// For each column of the kind, its position in the file.
    positions: Vec<Option<usize>>,
    names: StringRecord,
    columns: &'static [Column],
}

impl Header {
    /// Maps the columns of a kind to the cells of a header row. Of repeated headers the first counts. Of a file without a
    /// header the first row counts as one, so ID numbers in it are masked.
    pub fn new(row: i64, names: StringRecord, columns: &'static [Column]) -> Self {
        let mut positions = vec![None; columns.len()];
        for (at, name) in names.iter().enumerate() {
            if let Some(column) = column_of(columns, name) {
                positions[column].get_or_insert(at);
            }
        }
        Self { row, positions, names: mask_record(names), columns }
    }

    /// Returns how many cells of a row are headers of columns.
    pub fn matches(columns: &'static [Column], cells: &StringRecord) -> usize {
        cells.iter().filter(|cell| column_of(columns, cell).is_some()).count()
    }

    /// Reports unknown, repeated and missing columns as faults of the header row. Returns the names of
    /// the unknown columns if they are ignored.
    pub fn check(&self, ignore_unknown: bool, faults: &mut Faults) -> Vec<String> {
        let mut unknown = Vec::new();
        for (at, title) in self.names.iter().enumerate() {
            let name = &*normal::line(trim_cell(title));
            if name.is_empty() || ignored_everywhere(name) {
                continue;
            }
            match column_of(self.columns, title) {
                None if ignore_unknown => unknown.push(name.to_owned()),
                None => faults.add(self.row, Some(name), None, "unknown_column", "不认识的列名"),
                // One ignored column stands for many headers, which may occur together.
                Some(column) if self.columns[column].is_ignored() => {}
                Some(column) if self.positions[column] != Some(at) => {
                    faults.add(self.row, Some(name), None, "repeated_column", "列重复");
                }
                Some(_) => {}
            }
        }
        for (column, position) in self.columns.iter().zip(&self.positions) {
            if column.required && position.is_none() {
                faults.add(self.row, Some(column.label), None, "missing_column", "缺少必需的列");
            }
        }
        unknown
    }

    /// Returns a column's position in a row.
    pub fn position(&self, name: &str) -> Option<usize> {
        let column = self.columns.iter().position(|column| column.name == name)?;
        self.positions[column]
    }

    /// Returns the column at a position of a row.
    pub fn column_at(&self, at: usize) -> Option<&'static Column> {
        self.columns.get(column_of(self.columns, self.names.get(at)?)?)
    }

    /// Returns the file's header of a column.
    pub fn title(&self, name: &str) -> Option<&str> {
        self.position(name).and_then(|at| self.name(at))
    }

    /// Returns the file's header at a position.
    pub fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).map(str::trim)
    }

    /// Returns the number of cells in the header.
    pub fn width(&self) -> usize {
        self.names.len()
    }
}

fn column_of(columns: &'static [Column], title: &str) -> Option<usize> {
    let name = normal::line(trim_cell(title));
    // Forms mark required columns with a star.
    let name = name.trim_matches('*').trim();
    columns.iter().position(|column| column.matches_header(name))
}
