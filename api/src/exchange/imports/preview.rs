//! The preview of a file that a dry run returns.

use std::collections::HashSet;

use songjiao_types::imports::{ImportPreview, ImportPreviewRow};

use super::{
    columns::trim_cell,
    source::{Header, Line},
};

/// The number of first rows shown.
const FIRST_ROWS: usize = 20;
/// The number of faulty rows shown.
const FAULTY_ROWS: usize = 200;
/// The cells shown of a row.
const COLUMNS: usize = 50;
/// The characters shown of a cell.
const CELL: usize = 80;
/// Shown in place of secret cells.
const MASK: &str = "••••••";

/// A preview that grows with the file, up to its limits.
pub struct Preview {
    shown: ImportPreview,
    seen: usize,
    faulty: usize,
}

impl Preview {
    /// Begins a preview with the first columns of the header.
    pub fn new(header: &Header) -> Self {
        let columns = (0..header.width().min(COLUMNS)).map(|at| cut(header.name(at).unwrap_or_default())).collect();
        Self { shown: ImportPreview { header_row: header.row, columns, rows: Vec::new() }, seen: 0, faulty: 0 }
    }

    /// Adds rows that follow the earlier ones, given the numbers of the faulty ones.
    pub fn add(&mut self, header: &Header, lines: &[Line], at_fault: &HashSet<i64>) {
        for line in lines {
            self.seen += 1;
            let faulty = at_fault.contains(&line.row) && self.faulty < FAULTY_ROWS;
            self.faulty += usize::from(faulty);
            if faulty || self.seen <= FIRST_ROWS {
                let cells = (0..self.shown.columns.len()).map(|at| cell(header, line, at)).collect();
                self.shown.rows.push(ImportPreviewRow { row: line.row, cells });
            }
        }
    }

    pub fn finish(self) -> ImportPreview {
        self.shown
    }
}

/// Returns a cell for display. Secret cells are hidden; in others, ID numbers are masked already.
fn cell(header: &Header, line: &Line, at: usize) -> String {
    let cell = trim_cell(line.cells.get(at).unwrap_or_default());
    let secret = header.column_at(at).is_some_and(|column| column.secret);
    if !cell.is_empty() && secret { MASK.to_owned() } else { cut(cell) }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;

    use super::*;
    use crate::exchange::imports::columns::{Column, required};

    const NAMED: &[Column] = &[required("id_number", "身份证号").secret(), required("note", "备注")];

    #[test]
    fn secrets_are_hidden_id_numbers_masked_and_long_cells_cut() {
        let header = Header::new(3, StringRecord::from(vec!["身份证号", "备注", "其他"]), NAMED);
        let long = "长".repeat(100);
        let cells = StringRecord::from(vec!["12345", &long, "11010519491231002X", "多余"]);
        let mut preview = Preview::new(&header);
        preview.add(&header, &[Line { row: 4, cells, broken: Vec::new() }.masked()], &HashSet::new());
        let shown = preview.finish();
        assert_eq!((shown.header_row, shown.columns.len()), (3, 3));
        assert_eq!(shown.rows[0].cells, [MASK, &format!("{}…", "长".repeat(CELL)), "****************2X"]);
    }
}
