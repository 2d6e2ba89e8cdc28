//! Which column is where: found by name among the first rows, in any order.

use csv::StringRecord;

use super::super::{
    columns::{Column, ignorable, tidy},
    report::Faults,
};

/// The row of names.
#[derive(Debug)]
pub struct Header {
    /// As the spreadsheet counts.
    pub row: i64,
    /// By its place in the kind's columns, where in the file a column is.
    places: Vec<Option<usize>>,
    names: StringRecord,
    columns: &'static [Column],
}

impl Header {
    pub fn new(row: i64, names: StringRecord, columns: &'static [Column]) -> Self {
        let mut places = vec![None; columns.len()];
        for (at, name) in names.iter().enumerate() {
            if let Some(column) = column_of(columns, name) {
                places[column].get_or_insert(at);
            }
        }
        Self { row, places, names, columns }
    }

    /// How many of a row's cells are names of columns.
    pub fn matches(columns: &'static [Column], cells: &StringRecord) -> usize {
        cells.iter().filter(|cell| column_of(columns, cell).is_some()).count()
    }

    /// Unknown, repeated and missing columns are faults of the header's row. The names of unknown
    /// ones are the answer where they may be there.
    pub fn check(&self, ignore_unknown: bool, faults: &mut Faults) -> Vec<String> {
        let mut unknown = Vec::new();
        for (at, title) in self.names.iter().enumerate() {
            let name = tidy(title);
            if name.is_empty() || ignorable(name) {
                continue;
            }
            match column_of(self.columns, title) {
                None if ignore_unknown => unknown.push(name.to_owned()),
                None => faults.add(self.row, Some(name), None, "unknown_column", "不认识的列名"),
                // Each of them may stand there: they are many under one heading.
                Some(column) if self.columns[column].is_passed_over() => {}
                Some(column) if self.places[column] != Some(at) => {
                    faults.add(self.row, Some(name), None, "repeated_column", "列重复");
                }
                Some(_) => {}
            }
        }
        for (column, place) in self.columns.iter().zip(&self.places) {
            if column.required && place.is_none() {
                faults.add(self.row, Some(column.label), None, "missing_column", "缺少必需的列");
            }
        }
        unknown
    }

    /// Where in a row a column is.
    pub fn place(&self, name: &str) -> Option<usize> {
        let column = self.columns.iter().position(|column| column.name == name)?;
        self.places[column]
    }

    /// The column at a place of a row.
    pub fn column_at(&self, place: usize) -> Option<&'static Column> {
        self.columns.get(column_of(self.columns, self.names.get(place)?)?)
    }

    /// What the file calls a column.
    pub fn title(&self, name: &str) -> Option<&str> {
        self.place(name).and_then(|at| self.name(at))
    }

    /// What the file calls the column at a place.
    pub fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).map(str::trim)
    }

    pub fn width(&self) -> usize {
        self.names.len()
    }
}

fn column_of(columns: &'static [Column], title: &str) -> Option<usize> {
    let name = tidy(title);
    // Forms mark what has to be filled in by a star.
    let name = name.trim_matches(['*', '＊']).trim();
    columns.iter().position(|column| column.is_called(name))
}
