//! What a kind's columns are called, and how their cells are read.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;
use songjiao_types::{Hours, WireEnum, validate::YEARS};

use super::{report::Faults, source::Header};

/// A column: its field's name, the header in Chinese, and what else it is called.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub label: &'static str,
    /// As other systems call it.
    pub also: &'static [&'static str],
    /// A file has to have it.
    pub required: bool,
    /// No report and no file of errors repeats what stands in it.
    pub secret: bool,
    /// What may stand in it, for the templates: labels to choose from.
    pub choices: fn() -> Vec<&'static str>,
    /// How to fill it in, for the templates.
    pub hint: &'static str,
}

const NO_CHOICES: fn() -> Vec<&'static str> = Vec::new;

/// A column that a file has to have.
pub const fn required(name: &'static str, label: &'static str) -> Column {
    Column { name, label, also: &[], required: true, secret: false, choices: NO_CHOICES, hint: "" }
}

/// A column that a file may lack.
pub const fn optional(name: &'static str, label: &'static str) -> Column {
    Column { required: false, ..required(name, label) }
}

/// A column that other systems and our own exports have beside, and that says nothing new.
pub const fn passed_over(label: &'static str) -> Column {
    optional("", label)
}

impl Column {
    /// A file has to have it.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub const fn or(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    #[must_use]
    pub const fn of(self, choices: fn() -> Vec<&'static str>) -> Self {
        Self { choices, ..self }
    }

    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub fn is_passed_over(&self) -> bool {
        self.name.is_empty()
    }

    pub fn is_called(&self, name: &str) -> bool {
        self.label == name
            || (!self.name.is_empty() && self.name.eq_ignore_ascii_case(name))
            || self.also.contains(&name)
    }
}

/// The labels of an enumeration, to choose from.
pub fn labels<E: WireEnum>() -> Vec<&'static str> {
    E::ALL.iter().map(|value| value.label()).collect()
}

pub fn yes_or_no() -> Vec<&'static str> {
    vec!["是", "否"]
}

/// The columns of a file of errors that tell of the faults; it is mended and sent again.
pub const ROW_COLUMN: &str = "原行号";
pub const REASON_COLUMN: &str = "错误说明";

/// Whether a column of any file says nothing.
pub fn ignorable(name: &str) -> bool {
    matches!(name, ROW_COLUMN | REASON_COLUMN | "序号")
}

/// A cell without the blanks around it, wide ones too, and without what makes spreadsheets take
/// it for text: `="001"`, and the apostrophe that our exports put before what would be a formula.
pub fn tidy(cell: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
    let cell = cell.trim_matches(blank);
    let cell = cell.strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
    .trim_matches(blank)
}

/// Full-width digits, letters and signs as those of ASCII, for whatever is no prose.
pub fn narrow(cell: &str) -> Cow<'_, str> {
    let wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}');
    if !cell.contains(wide) {
        return Cow::Borrowed(cell);
    }
    let narrowed = |c: char| if wide(c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c };
    Cow::Owned(cell.chars().map(narrowed).collect())
}

/// A fault of a cell.
pub type CellFault = (&'static str, String);

/// One row's cells; what is wrong with them goes to the faults.
pub struct Cells<'a> {
    pub row: i64,
    pub header: &'a Header,
    pub record: &'a StringRecord,
    /// Cells that cannot be read, whatever is expected there.
    pub broken: &'a [(usize, &'static str, &'static str)],
    pub faults: &'a mut Faults,
}

impl Cells<'_> {
    fn raw(&self, name: &str) -> Option<&str> {
        let cell = tidy(self.record.get(self.header.place(name)?)?);
        (!cell.is_empty()).then_some(cell)
    }

    pub fn fault(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        let value = self.raw(name).map(str::to_owned);
        self.faults.add(self.row, self.header.title(name), value.as_deref(), code, message);
    }

    /// Whether the cell is beyond reading; that is a fault then.
    fn is_broken(&mut self, name: &str) -> bool {
        let place = self.header.place(name);
        let Some((_, code, message)) = self.broken.iter().find(|(at, ..)| Some(*at) == place) else { return false };
        self.fault(name, code, *message);
        true
    }

    /// A cell that may be empty.
    pub fn optional<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        if !self.broken.is_empty() && self.is_broken(name) {
            return None;
        }
        match self.raw(name).map(read)? {
            Ok(value) => Some(value),
            Err((code, message)) => {
                self.fault(name, code, message);
                None
            }
        }
    }

    /// A cell that may be empty, and that no report repeats.
    pub fn secret<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellFault>) -> Option<T> {
        let place = self.header.place(name);
        let broken = self.broken.iter().find(|(at, ..)| Some(*at) == place);
        let outcome = match broken {
            Some((_, code, message)) => Err((*code, (*message).to_owned())),
            None => self.raw(name).map(read)?,
        };
        match outcome {
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
        if self.record.len() > self.header.width()
            && self.record.iter().skip(self.header.width()).any(|cell| !cell.trim().is_empty())
        {
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
    let cell = &*narrow(cell);
    if cell.len() > 32 {
        return Err(("length", "最多 32 个字符".to_owned()));
    }
    songjiao_types::validate::plain_code(cell)
        .map(|()| cell.to_owned())
        .map_err(|_| ("bad_code", "编号只能由字母、数字和 - _ . 组成".to_owned()))
}

/// Identifier, Chinese label or national code, or code and label together: `10-国培`.
pub fn one_of<E: WireEnum>(cell: &str) -> Result<E, CellFault> {
    let cell = &*narrow(cell);
    let both = || {
        let (code, label) = cell.split_once(['-', ' ', ':'])?;
        let value = E::parse(code.trim())?;
        (E::parse(label.trim()) == Some(value)).then_some(value)
    };
    E::parse(cell).or_else(both).ok_or_else(|| ("unknown_value", format!("须为：{}", labels::<E>().join("、"))))
}

/// `2026-07-06`, `2026/7/6`, `2026.7.6`, `20260706` or `2026年7月6日`, and a day that exists.
pub fn date(cell: &str) -> Result<NaiveDate, CellFault> {
    const FORMATS: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"];
    let cell = &*narrow(cell);
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
    let cell = &*narrow(cell);
    let digits = cell.trim_end_matches("年度").trim_end_matches('年');
    digits
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .ok_or_else(|| ("bad_year", "年度不正确，例如 2026".to_owned()))
}

/// More than no hours, with at most one decimal.
pub fn hours(cell: &str) -> Result<Hours, CellFault> {
    let hours: Hours =
        narrow(cell).parse().map_err(|error: songjiao_types::HoursError| ("bad_hours", error.to_string()))?;
    if hours > Hours::ZERO { Ok(hours) } else { Err(("hours_not_positive", "学时必须大于 0".to_owned())) }
}

/// 是 or 否.
pub fn yes_no(cell: &str) -> Result<bool, CellFault> {
    match narrow(cell).to_ascii_lowercase().as_str() {
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
            assert_eq!(tidy(cell), "T1", "{cell:?}");
        }
        assert_eq!((tidy("'=1+1"), tidy("'甲'")), ("=1+1", "'甲'"));
        assert_eq!(code("Ｔ１２").ok().as_deref(), Some("T12"));
        assert_eq!(year("２０２６年").ok(), Some(2026));
        assert_eq!(date("２０２６－７－６").ok(), NaiveDate::from_ymd_opt(2026, 7, 6));
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
