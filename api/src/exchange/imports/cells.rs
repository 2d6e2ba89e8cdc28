//! Reads the cells of a row: text, codes, dates, numbers, enumerations.

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;
use songjiao_types::{
    Hours, WireEnum,
    id_numbers::{mask_owned, no_id_number},
    normal,
    validate::{YEARS, plain_code},
};
use validator::ValidationError;

use super::{
    columns::{labels, trim_cell},
    faults::{CellFault, Faults},
    source::Header,
};

/// The cells of one row; their faults are collected.
pub struct Cells<'a> {
    /// The spreadsheet's row number.
    pub row: i64,
    pub header: &'a Header,
    pub record: &'a StringRecord,
    /// The unreadable cells: position, code and message.
    pub broken: &'a [(usize, &'static str, &'static str)],
    pub faults: &'a mut Faults,
}

impl Cells<'_> {
    fn raw(&self, name: &str) -> Option<&str> {
        let cell = trim_cell(self.record.get(self.header.position(name)?)?);
        (!cell.is_empty()).then_some(cell)
    }

    /// Reports a fault of the row at a column, with the cell's content.
    pub fn fault(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let value = self.raw(name).map(str::to_owned);
        self.faults.add(self.row, self.header.title(name), value.as_deref(), code, message);
    }

    /// Reads a cell and returns its fault, if any.
    fn read<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<Result<T, CellFault>> {
        let position = self.header.position(name);
        match self.broken.iter().find(|(at, ..)| Some(*at) == position) {
            Some((_, code, message)) => Some(Err((code, (*message).to_owned()))),
            None => self.raw(name).map(read),
        }
    }

    /// Reads a cell that may be empty.
    pub fn optional<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        self.read(name, read)?.map_err(|(code, message)| self.fault(name, code, message)).ok()
    }

    /// Reads a cell that may be empty and whose value no report repeats.
    pub fn secret<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        let value = self.read(name, read)?;
        value.map_err(|(code, message)| self.faults.add(self.row, self.header.title(name), None, code, message)).ok()
    }

    /// Reads a cell that must not be empty.
    pub fn required<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        if self.raw(name).is_none() {
            self.fault(name, "required", "不能为空");
        }
        self.optional(name, read)
    }

    /// Reports cells beyond the header's width.
    pub fn check_width(&mut self) {
        if self.record.len() > self.header.width()
            && self.record.iter().skip(self.header.width()).any(|cell| !cell.trim().is_empty())
        {
            self.faults.add(self.row, None, None, "too_many_cells", "该行的列数多于表头");
        }
    }
}

/// Reads a name, a title or another text of one line, of at most `max` characters. ID numbers in it are masked.
pub fn text(max: usize) -> impl Fn(&str) -> Result<String, CellFault> {
    move |cell| limited(normal::line(cell).into_owned(), max).map(mask_owned)
}

/// Reads free text of at most `max` characters, which keeps its lines. ID numbers in it are masked.
pub fn prose(max: usize) -> impl Fn(&str) -> Result<String, CellFault> {
    move |cell| limited(normal::paragraphs(cell).into_owned(), max).map(mask_owned)
}

/// Reads a key of at most `max` characters, which may be anything but an ID number.
pub fn key(max: usize) -> impl Fn(&str) -> Result<String, CellFault> {
    move |cell| {
        let key = normal::code(cell);
        no_id_number(&key).map_err(|error| fault_of(&error))?;
        limited(key.into_owned(), max)
    }
}

fn limited(text: String, max: usize) -> Result<String, CellFault> {
    if text.chars().count() > max { Err(("length", format!("最多 {max} 个字符"))) } else { Ok(text) }
}

fn fault_of(error: &ValidationError) -> CellFault {
    let code = if error.code == "id_number_not_allowed" { "id_number_not_allowed" } else { "bad_code" };
    (code, error.message.as_deref().unwrap_or_default().to_owned())
}

/// Reads a code: letters, digits, `-`, `_` and `.`, and no ID number.
pub fn code(cell: &str) -> Result<String, CellFault> {
    let code = normal::code(cell);
    if code.len() > 32 {
        return Err(("length", "最多 32 个字符".to_owned()));
    }
    plain_code(&code).map_err(|error| fault_of(&error))?;
    Ok(code.into_owned())
}

/// Reads an identifier, a Chinese label, a national code, or code and label together: `10-国培`.
pub fn one_of<E: WireEnum>(cell: &str) -> Result<E, CellFault> {
    let cell = &*normal::code(cell);
    let both = || {
        let (code, label) = cell.split_once(['-', ' ', ':'])?;
        let value = E::parse(code.trim())?;
        (E::parse(label.trim()) == Some(value)).then_some(value)
    };
    E::parse(cell).or_else(both).ok_or_else(|| ("unknown_value", format!("须为：{}", labels::<E>().join("、"))))
}

/// Reads an existing date: `2026-07-06`, `2026/7/6`, `2026.7.6`, `20260706` or `2026年7月6日`.
pub fn date(cell: &str) -> Result<NaiveDate, CellFault> {
    const FORMATS: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"];
    let cell = &*normal::code(cell);
    // Spreadsheets may append midnight.
    let day = cell.split_once([' ', 'T']).map_or(cell, |(day, _)| day);
    FORMATS
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(day, format).ok())
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| ("bad_date", "日期不存在或格式不正确，例如 2026-07-06".to_owned()))
}

/// Reads a year: `2026`, `2026年` or `2026年度`.
pub fn year(cell: &str) -> Result<i32, CellFault> {
    let cell = &*normal::code(cell);
    let digits = cell.trim_end_matches("年度").trim_end_matches('年');
    digits
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| ("bad_year", "年度不正确，例如 2026".to_owned()))
}

/// Reads hours: above 0, at most two decimals.
pub fn hours(cell: &str) -> Result<Hours, CellFault> {
    let hours: Hours =
        normal::code(cell).parse().map_err(|error: songjiao_types::HoursError| ("bad_hours", error.to_string()))?;
    if hours > Hours::ZERO { Ok(hours) } else { Err(("hours_not_positive", "学时必须大于 0".to_owned())) }
}

/// Reads 是 or 否.
pub fn yes_no(cell: &str) -> Result<bool, CellFault> {
    match normal::code(cell).to_ascii_lowercase().as_str() {
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
    fn what_people_and_spreadsheets_add_around_a_cell_is_taken_away() {
        for cell in ["T1", " T1\t", "\u{3000}T1\u{a0}", "=\"T1\"", "=\" T1 \"", "\u{feff}T1"] {
            assert_eq!(trim_cell(cell), "T1", "{cell:?}");
        }
        assert_eq!((trim_cell("'=1+1"), trim_cell("'甲'")), ("=1+1", "'甲'"));
        assert_eq!(code("Ｔ１２").ok().as_deref(), Some("T12"));
        assert_eq!(year("２０２６年").ok(), Some(2026));
        assert_eq!(date("２０２６－７－６").ok(), NaiveDate::from_ymd_opt(2026, 7, 6));
    }

    #[test]
    fn hours_are_positive_with_two_decimals_at_most() {
        assert_eq!(hours("1.50").ok(), Some(Hours::from_hundredths(150)));
        assert_eq!(hours("34.52").ok(), Some(Hours::from_hundredths(3452)));
        for (text, code) in [
            ("0", "hours_not_positive"),
            ("0.005", "bad_hours"),
            ("-1", "bad_hours"),
            ("1000000000", "bad_hours"),
            ("1e9", "bad_hours"),
            ("八", "bad_hours"),
        ] {
            assert_eq!(hours(text).err().map(|fault| fault.0), Some(code), "{text}");
        }
    }
}
