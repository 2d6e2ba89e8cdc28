//! What a kind's columns are called, and how their cells are read.

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;
use songjiao_types::{Hours, WireEnum, validate::YEARS};

use super::{csv_source::Table, report::Faults};

/// A column: its field's name, the header in Chinese, and whether a file has to have it.
pub struct Column {
    pub name: &'static str,
    pub label: &'static str,
    pub required: bool,
}

/// A column that a file has to have.
pub const fn required(name: &'static str, label: &'static str) -> Column {
    Column { name, label, required: true }
}

/// A column that a file may lack.
pub const fn optional(name: &'static str, label: &'static str) -> Column {
    Column { name, label, required: false }
}

/// Where in a file which column is, in any order.
pub struct Header<'a> {
    found: Vec<(&'static str, usize)>,
    names: &'a StringRecord,
}

impl<'a> Header<'a> {
    /// Unknown, repeated and missing columns are faults of row 1.
    pub fn read(table: &'a Table, columns: &'static [Column], faults: &mut Faults) -> Self {
        let mut found: Vec<(&'static str, usize)> = Vec::new();
        for (at, name) in table.header.iter().enumerate() {
            let name = name.trim().trim_matches('*').trim();
            if name.is_empty() {
                continue;
            }
            let column = columns.iter().find(|c| c.label == name || c.name.eq_ignore_ascii_case(name));
            match column {
                None => faults.add(1, Some(name), None, "unknown_column", "不认识的列名"),
                Some(column) if found.iter().any(|(name, _)| *name == column.name) => {
                    faults.add(1, Some(name), None, "repeated_column", "列重复");
                }
                Some(column) => found.push((column.name, at)),
            }
        }
        for column in columns.iter().filter(|column| column.required) {
            if !found.iter().any(|(name, _)| *name == column.name) {
                faults.add(1, Some(column.label), None, "missing_column", "缺少必需的列");
            }
        }
        Self { found, names: &table.header }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.found.iter().find(|(found, _)| *found == name).map(|(_, at)| *at)
    }

    /// What the file calls a column.
    pub fn title(&self, name: &str) -> Option<&str> {
        self.place(name).and_then(|at| self.names.get(at)).map(str::trim)
    }
}

/// A fault of a cell.
pub type CellFault = (&'static str, String);

/// One row's cells; what is wrong with them goes to the faults.
pub struct Cells<'a, 'f> {
    pub row: i64,
    pub header: &'a Header<'a>,
    pub record: &'a StringRecord,
    pub faults: &'f mut Faults,
}

impl Cells<'_, '_> {
    fn raw(&self, name: &str) -> Option<&str> {
        let cell = self.record.get(self.header.place(name)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    pub fn fault(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let value = self.raw(name).map(str::to_owned);
        self.faults.add(self.row, self.header.title(name), value.as_deref(), code, message);
    }

    /// A cell that may be empty.
    pub fn optional<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        let outcome = self.raw(name).map(read)?;
        match outcome {
            Ok(value) => Some(value),
            Err((code, message)) => {
                self.fault(name, code, message);
                None
            }
        }
    }

    /// A cell that may be empty, and that no report repeats.
    pub fn secret<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        match self.raw(name).map(read)? {
            Ok(value) => Some(value),
            Err((code, message)) => {
                self.faults.add(self.row, self.header.title(name), None, code, message);
                None
            }
        }
    }

    /// A cell that may not be empty.
    pub fn required<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        if self.raw(name).is_none() {
            self.fault(name, "required", "不能为空");
        }
        self.optional(name, read)
    }

    /// Columns beyond the header, which nobody could have meant.
    pub fn check_width(&mut self) {
        if self.record.iter().skip(self.header.names.len()).any(|cell| !cell.trim().is_empty()) {
            self.faults.add(self.row, None, None, "too_many_cells", "该行的列数多于表头");
        }
    }
}

/// Text of at most `max` characters.
pub fn text(max: usize) -> impl Fn(&str) -> Result<String, CellFault> {
    move |cell| {
        if cell.chars().count() > max {
            Err(("length", format!("最多 {max} 个字符")))
        } else {
            Ok(cell.to_owned())
        }
    }
}

/// A code: letters, digits, `-`, `_` and `.`.
pub fn code(cell: &str) -> Result<String, CellFault> {
    if cell.len() > 32 {
        return Err(("length", "最多 32 个字符".to_owned()));
    }
    songjiao_types::validate::plain_code(cell)
        .map(|()| cell.to_owned())
        .map_err(|_| ("bad_code", "编号只能由字母、数字和 - _ . 组成".to_owned()))
}

/// Identifier, Chinese label or national code.
pub fn one_of<E: WireEnum>(cell: &str) -> Result<E, CellFault> {
    E::parse(cell).ok_or_else(|| {
        let labels: Vec<_> = E::ALL.iter().map(|value| value.label()).collect();
        ("unknown_value", format!("须为：{}", labels.join("、")))
    })
}

/// `2026-07-06`, `2026/7/6`, `2026.7.6`, `20260706` or `2026年7月6日`, and a day that exists.
pub fn date(cell: &str) -> Result<NaiveDate, CellFault> {
    const FORMATS: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"];
    // A spreadsheet may add midnight.
    let day = cell.split_once([' ', 'T']).map_or(cell, |(day, _)| day);
    FORMATS
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(day, format).ok())
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| ("bad_date", "日期不存在或格式不正确，例如 2026-07-06".to_owned()))
}

/// A year: `2026` or `2026年`.
pub fn year(cell: &str) -> Result<i32, CellFault> {
    let digits = cell.trim_end_matches("年度").trim_end_matches('年');
    digits
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| ("bad_year", "年度不正确，例如 2026".to_owned()))
}

/// More than no hours, with at most one decimal.
pub fn hours(cell: &str) -> Result<Hours, CellFault> {
    let hours: Hours = cell.parse().map_err(|error: songjiao_types::HoursError| ("bad_hours", error.to_string()))?;
    if hours > Hours::ZERO { Ok(hours) } else { Err(("hours_not_positive", "学时必须大于 0".to_owned())) }
}

/// 是 or 否.
pub fn yes_no(cell: &str) -> Result<bool, CellFault> {
    match cell.to_ascii_lowercase().as_str() {
        "是" | "true" | "1" | "yes" | "y" | "√" => Ok(true),
        "否" | "false" | "0" | "no" | "n" | "×" => Ok(false),
        _ => Err(("unknown_value", "须为：是、否".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them_and_have_to_exist() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 6);
        for text in
            ["2026-07-06", "2026/7/6", "2026.7.6", "20260706", "2026年7月6日", "2026/7/6 0:00", "2026-07-06T00:00:00"]
        {
            assert_eq!(date(text).ok(), day, "{text}");
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "31.12.2026", "46209", "昨天", "0026-01-01"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hours_are_positive_with_one_decimal_at_most() {
        assert_eq!(hours("1.50").ok(), Some(Hours::from_tenths(15)));
        for (text, code) in [
            ("0", "hours_not_positive"),
            ("0.05", "bad_hours"),
            ("-1", "bad_hours"),
            ("1000000000", "bad_hours"),
            ("1e9", "bad_hours"),
            ("八", "bad_hours"),
        ] {
            assert_eq!(hours(text).err().map(|fault| fault.0), Some(code), "{text}");
        }
    }
}
