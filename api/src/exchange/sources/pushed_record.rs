//! A pushed record: its fields, or every fault, each at its field.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, Hours, TeacherId, WireEnum,
    id_numbers::{contains_id_number, mask_id_numbers, mask_owned},
    normal,
    validate::{self, YEARS},
};

use super::parse::Value;
use crate::hours::hour_records::entry::Training;

const FIELDS: &[&str] = &[
    "external_id",
    "withdrawn",
    "teacher_no",
    "teacher_id",
    "training_year",
    "starts_on",
    "ends_on",
    "hours",
    "level",
    "mode",
    "dimension",
    "title",
    "institution",
];
/// The maximum number of faults reported for an item.
const MAX_FAULTS: usize = 16;
/// The maximum length of an unknown field's name in a fault, in characters.
const NAME_LENGTH: usize = 64;

/// A pushed item.
#[derive(Debug)]
pub struct PushedItem {
    /// `None` if it is missing or invalid.
    pub external_id: Option<String>,
    pub action: Result<Action, Vec<FieldError>>,
}

/// The action that an item asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Record(PushedRecord),
    Withdraw,
}

/// The reference to a teacher.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TeacherKey {
    Number(String),
    Id(TeacherId),
}

/// A valid record; the teacher is still to be resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct PushedRecord {
    pub teacher: TeacherKey,
    pub training: Training,
}

/// Checks an item and reports every fault.
pub fn check(item: Value) -> PushedItem {
    let Value::Object(fields) = item else {
        let fault = FieldError::new("", "wrong_type", "每一条须是 JSON 对象");
        return PushedItem { external_id: None, action: Err(vec![fault]) };
    };
    let mut reader = Reader { fields, faults: Vec::new() };
    let external_id = reader.key("external_id", 128);
    let withdrawn = reader.flag("withdrawn");
    let action = if withdrawn == Some(true) { Some(Action::Withdraw) } else { reader.record().map(Action::Record) };
    reader.refuse_unknown();
    let Reader { mut faults, .. } = reader;
    let action = match action {
        Some(action) if faults.is_empty() => Ok(action),
        _ => {
            faults.truncate(MAX_FAULTS);
            Err(faults)
        }
    };
    PushedItem { external_id, action }
}

struct Reader {
    fields: BTreeMap<String, Value>,
    faults: Vec<FieldError>,
}

impl Reader {
    fn fault<T>(&mut self, name: &str, code: &str, message: impl Into<String>) -> Option<T> {
        self.faults.push(FieldError::new(format!("/{name}"), code, message));
        None
    }

    fn value(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| *value != Value::Null)
    }

    fn required(&mut self, name: &str) -> Option<Value> {
        let value = self.value(name);
        if value.is_none() { self.fault(name, "required", "不能为空") } else { value }
    }

    fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let value = self.required(name)?;
        self.text_of(name, value, max)
    }

    /// Reads a key, which may be anything but an ID number.
    fn key(&mut self, name: &str, max: usize) -> Option<String> {
        let value = self.required(name)?;
        self.key_of(name, value, max)
    }

    fn key_of(&mut self, name: &str, value: Value, max: usize) -> Option<String> {
        let key = self.normal_of(name, value, max, normal::code)?;
        if contains_id_number(&key) {
            return self.fault(name, "id_number_not_allowed", "不能以身份证号作为编号");
        }
        Some(key)
    }

    /// Reads text of one line. ID numbers in it are masked.
    fn text_of(&mut self, name: &str, value: Value, max: usize) -> Option<String> {
        self.normal_of(name, value, max, normal::line).map(mask_owned)
    }

    fn normal_of(&mut self, name: &str, value: Value, max: usize, form: fn(&str) -> Cow<'_, str>) -> Option<String> {
        let Value::Text(text) = value else { return self.fault(name, "wrong_type", "须是文字") };
        if text.contains('\0') {
            return self.fault(name, "nul", "内容不能包含空字符");
        }
        let text = normal::owned(text, form);
        if text.is_empty() {
            self.fault(name, "required", "不能为空")
        } else if text.chars().count() > max {
            self.fault(name, "length", format!("最多 {max} 个字符"))
        } else {
            Some(text)
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Flag(flag) => Some(flag),
            _ => self.fault(name, "wrong_type", "须是 true 或 false"),
        }
    }

    fn record(&mut self) -> Option<PushedRecord> {
        let teacher = self.teacher();
        let training_year = self.year("training_year");
        let starts_on = self.date("starts_on");
        let ends_on = self.date("ends_on");
        let hours = self.hours("hours");
        let level = self.one_of("level");
        let mode = self.one_of("mode");
        let dimension = self.optional_one_of("dimension");
        let title = self.text("title", 200);
        let institution = self.text("institution", 200);
        if let (Some(first), Some(last)) = (starts_on, ends_on)
            && last < first
        {
            self.fault::<()>("ends_on", "ends_before_start", "结束日期不能早于开始日期");
        }
        Some(PushedRecord {
            teacher: teacher?,
            training: Training {
                training_year: training_year?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                hours: hours?,
                level: level?,
                mode: mode?,
                dimension,
                title: title?,
                institution: institution?,
            },
        })
    }

    fn teacher(&mut self) -> Option<TeacherKey> {
        match (self.value("teacher_no"), self.value("teacher_id")) {
            (Some(number), None) => self.key_of("teacher_no", number, 32).map(TeacherKey::Number),
            (None, Some(id)) => {
                let id = self.text_of("teacher_id", id, 64)?;
                match id.parse() {
                    Ok(id) => Some(TeacherKey::Id(id)),
                    Err(_) => self.fault("teacher_id", "wrong_type", "须是教师标识"),
                }
            }
            (None, None) => self.fault("teacher_no", "required", "不能为空"),
            (Some(_), Some(_)) => self.fault("teacher_id", "one_of_both", "教师编号与教师标识只能填一个"),
        }
    }

    fn year(&mut self, name: &str) -> Option<i32> {
        match self.required(name)? {
            Value::Whole(year) => match i32::try_from(year).ok().filter(|year| YEARS.contains(year)) {
                Some(year) => Some(year),
                None => self.fault(name, "year_out_of_range", "年度超出合理范围"),
            },
            Value::Fraction(_) => self.fault(name, "year_out_of_range", "年度超出合理范围"),
            _ => self.fault(name, "wrong_type", "须是数字，例如 2026"),
        }
    }

    fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let value = self.required(name)?;
        let text = self.text_of(name, value, 32)?;
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
        match date {
            Some(date) if validate::plausible_date(&date).is_ok() => Some(date),
            Some(_) => self.fault(name, "date_out_of_range", "日期超出合理范围"),
            None => self.fault(name, "bad_date", "日期不存在或格式不正确，例如 2026-07-06"),
        }
    }

    fn hours(&mut self, name: &str) -> Option<Hours> {
        let written = match self.required(name)? {
            Value::Whole(number) => number.to_string(),
            Value::Fraction(number) => number.to_string(),
            _ => return self.fault(name, "wrong_type", "须是数字"),
        };
        match written.parse::<Hours>() {
            Ok(hours) if hours > Hours::ZERO => Some(hours),
            Ok(_) => self.fault(name, "hours_not_positive", "学时必须大于 0"),
            Err(error) => self.fault(name, "bad_hours", error.to_string()),
        }
    }

    /// Reads an identifier, label or national code, which may be a number.
    fn one_of<E: WireEnum>(&mut self, name: &str) -> Option<E> {
        let value = self.required(name)?;
        self.one_of_value(name, value)
    }

    /// Reads a field like [`Self::one_of`] that may be missing.
    fn optional_one_of<E: WireEnum>(&mut self, name: &str) -> Option<E> {
        let value = self.value(name)?;
        self.one_of_value(name, value)
    }

    fn one_of_value<E: WireEnum>(&mut self, name: &str, value: Value) -> Option<E> {
        let text = match value {
            Value::Text(text) => text,
            Value::Whole(code) => code.to_string(),
            _ => return self.fault(name, "wrong_type", "须是文字"),
        };
        match E::parse(&normal::code(&text)) {
            Some(value) => Some(value),
            None => {
                let labels: Vec<_> = E::ALL.iter().map(|value| value.label()).collect();
                self.fault(name, "unknown_value", format!("须为：{}", labels.join("、")))
            }
        }
    }

    /// Reports unknown fields.
    fn refuse_unknown(&mut self) {
        let unknown: Vec<String> =
            self.fields.keys().filter(|name| !FIELDS.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            let name: String = mask_id_numbers(&name).chars().take(NAME_LENGTH).collect();
            self.fault::<()>(&name.replace('~', "~0").replace('/', "~1"), "unknown_field", "没有此字段");
        }
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::training::{TrainingLevel, TrainingMode};

    use super::*;

    fn faults(json: &str) -> Vec<(String, String)> {
        let item = check(serde_json::from_str(json).expect("JSON"));
        item.action.err().unwrap_or_default().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn whole(change: &str) -> String {
        let mut item: serde_json::Value = serde_json::from_str(
            r#"{"external_id": "A", "teacher_no": "T1", "training_year": 2026, "starts_on": "2026-07-06",
                "ends_on": "2026-07-10", "hours": 40, "level": "国培", "mode": 3, "title": "题", "institution": "所"}"#,
        )
        .expect("JSON");
        let change: serde_json::Value = serde_json::from_str(change).expect("JSON");
        for (name, value) in change.as_object().expect("an object") {
            item[name] = value.clone();
        }
        item.to_string()
    }

    #[test]
    fn a_whole_item_reads_with_labels_and_national_codes() {
        let item = check(serde_json::from_str(&whole(r#"{"hours": 40.5}"#)).expect("JSON"));
        let Ok(Action::Record(record)) = item.action else { panic!("{item:?}") };
        assert_eq!((record.training.level, record.training.mode), (TrainingLevel::National, TrainingMode::Online));
        assert_eq!(
            (record.training.hours, record.teacher),
            (Hours::from_hundredths(4050), TeacherKey::Number("T1".into()))
        );
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        for (change, pointer, code) in [
            (r#"{"hours": 0.005}"#, "/hours", "bad_hours"),
            (r#"{"hours": 1e300}"#, "/hours", "bad_hours"),
            (r#"{"hours": -1}"#, "/hours", "bad_hours"),
            (r#"{"hours": 0}"#, "/hours", "hours_not_positive"),
            (r#"{"hours": "8"}"#, "/hours", "wrong_type"),
            (r#"{"hours": 99999999999999999999}"#, "/hours", "bad_hours"),
            (r#"{"training_year": 99999999999}"#, "/training_year", "year_out_of_range"),
            (r#"{"training_year": 2026.5}"#, "/training_year", "year_out_of_range"),
            (r#"{"starts_on": "2026-02-30"}"#, "/starts_on", "bad_date"),
            (r#"{"starts_on": "2026-7-6"}"#, "/starts_on", "bad_date"),
            (r#"{"starts_on": "0001-01-01"}"#, "/starts_on", "date_out_of_range"),
            (r#"{"ends_on": "2026-07-05"}"#, "/ends_on", "ends_before_start"),
            (r#"{"level": "宇宙级"}"#, "/level", "unknown_value"),
            (r#"{"mode": [[1]]}"#, "/mode", "wrong_type"),
            (r#"{"dimension": "体能"}"#, "/dimension", "unknown_value"),
            (r#"{"title": "a\u0000b"}"#, "/title", "nul"),
            (r#"{"title": " "}"#, "/title", "required"),
            (r#"{"institution": null}"#, "/institution", "required"),
            (r#"{"external_id": 7}"#, "/external_id", "wrong_type"),
            (r#"{"teacher_no": null}"#, "/teacher_no", "required"),
            (r#"{"teacher_id": "x"}"#, "/teacher_id", "one_of_both"),
            (r#"{"withdrawn": "yes"}"#, "/withdrawn", "wrong_type"),
            (r#"{"a/b": 1}"#, "/a~1b", "unknown_field"),
        ] {
            assert_eq!(faults(&whole(change)), [(pointer.to_owned(), code.to_owned())], "{change}");
        }
        assert_eq!(faults("[1]"), [(String::new(), "wrong_type".to_owned())]);
        assert_eq!(faults(r#"{"external_id": "A"}"#).len(), 9, "every fault, not only the first");
        assert!(faults(r#"{"external_id": "A", "withdrawn": true}"#).is_empty());
    }
}
