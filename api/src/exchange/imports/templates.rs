//! Templates: empty files with the column names of the national system.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};
use songjiao_types::{WireEnum, imports::ImportKind};

use super::{columns::Column, kinds};
use crate::error::{ApiError, Result};

/// The rows whose cells offer choices.
const ROWS: u32 = 5000;
/// The longest list that the format allows in a cell's rule.
const LIST_LIMIT: usize = 255;

fn columns(kind: ImportKind) -> impl Iterator<Item = &'static Column> {
    kinds::columns(kind).iter().filter(|column| !column.is_ignored())
}

/// Returns the header as CSV in UTF-8 with the BOM that Excel needs.
pub fn csv(kind: ImportKind) -> String {
    let labels: Vec<_> = columns(kind).map(|column| column.label).collect();
    format!("\u{feff}{}\r\n", labels.join(","))
}

/// Returns a workbook: a sheet to fill in, with choices, and a sheet that explains the columns.
///
/// # Errors
/// If the workbook cannot be written.
pub fn xlsx(kind: ImportKind) -> Result<Vec<u8>> {
    workbook(kind).map_err(ApiError::internal)
}

fn workbook(kind: ImportKind) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = Format::new().set_bold().set_background_color("#DCE6F1").set_align(FormatAlign::Center);
    // As text, numbers keep their leading zeros and ID numbers their digits.
    let text = Format::new().set_num_format("@");
    let sheet = book.add_worksheet().set_name(kind.label())?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, at) in columns(kind).zip(0_u16..) {
        sheet.set_column_format(at, &text)?;
        sheet.set_column_width(at, width(column))?;
        sheet.write_with_format(0, at, column.label, &title)?;
        let choices = (column.choices)();
        if !choices.is_empty() && choices.join(",").len() <= LIST_LIMIT {
            let rule = DataValidation::new()
                .allow_list_strings(&choices)?
                .set_error_title("请从列表中选择")?
                .set_error_message(format!("可填：{}", choices.join("、")))?;
            sheet.add_data_validation(1, at, ROWS, at, &rule)?;
        }
    }
    let sheet = book.add_worksheet().set_name("填写说明")?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (at, (name, width)) in
        (0_u16..).zip([("列名", 16), ("必填", 8), ("说明", 60), ("可填的值", 60), ("英文列名", 20)])
    {
        sheet.set_column_width(at, width)?;
        sheet.write_with_format(0, at, name, &title)?;
    }
    for (column, row) in columns(kind).zip(1_u32..) {
        let required = if column.required { "必填" } else { "选填" };
        let choices = (column.choices)().join("、");
        for (at, cell) in (0_u16..).zip([column.label, required, column.hint, &choices, column.name]) {
            sheet.write_with_format(row, at, cell, &wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

fn width(column: &Column) -> u32 {
    let characters = u32::try_from(column.label.chars().count()).unwrap_or(8);
    (characters * 2 + 4).max(14)
}
