//! Checks that several wire types share, and their conversion to [`FieldError`]s: the API returns them, the SPA shows
//! them beside the fields.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::{FieldError, id_numbers::no_id_number};

/// The years within which dates must lie.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

fn refuse(code: &'static str, message: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(Cow::Borrowed(message))
}

/// Checks that a text is not blank.
///
/// # Errors
/// `required`.
pub fn not_blank(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() { Err(refuse("required", "不能为空")) } else { Ok(()) }
}

/// Checks that a date lies within [`YEARS`].
///
/// # Errors
/// `date_out_of_range`.
pub fn plausible_date(date: &NaiveDate) -> Result<(), ValidationError> {
    if YEARS.contains(&date.year()) { Ok(()) } else { Err(refuse("date_out_of_range", "日期超出合理范围")) }
}

/// Applies [`plausible_date`] to a field of an update.
///
/// # Errors
/// `date_out_of_range`.
pub fn plausible_date_patch(date: &crate::Patch<NaiveDate>) -> Result<(), ValidationError> {
    date.flatten().as_ref().map_or(Ok(()), plausible_date)
}

/// Applies [`not_blank`] to a field of an update.
///
/// # Errors
/// `required`.
pub fn not_blank_patch(text: &crate::Patch<String>) -> Result<(), ValidationError> {
    text.as_ref().and_then(Option::as_deref).map_or(Ok(()), not_blank)
}

/// Checks that a year lies within [`YEARS`].
///
/// # Errors
/// `year_out_of_range`.
pub fn plausible_year(year: i32) -> Result<(), ValidationError> {
    if YEARS.contains(&year) { Ok(()) } else { Err(refuse("year_out_of_range", "年度超出合理范围")) }
}

/// Checks that hours are above zero.
///
/// # Errors
/// `hours_not_positive`.
pub fn positive_hours(hours: &crate::Hours) -> Result<(), ValidationError> {
    if *hours > crate::Hours::ZERO { Ok(()) } else { Err(refuse("hours_not_positive", "学时必须大于 0")) }
}

/// Checks the code of an organization, the number of a teacher or the name of a user: ASCII letters, digits, `-`, `_`
/// and `.`, so that it can be part of a path, and no ID number.
///
/// # Errors
/// `bad_code` or `id_number_not_allowed`.
pub fn plain_code(code: &str) -> Result<(), ValidationError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !code.is_empty() && code.chars().all(plain) {
        no_id_number(code)
    } else {
        Err(refuse("bad_code", "编号只能由字母、数字和 - _ . 组成"))
    }
}

/// Checks that `ends_on` is not before `starts_on`. [`field_errors`] reports it at `ends_on`.
///
/// # Errors
/// `ends_before_start`.
pub fn in_order(starts_on: NaiveDate, ends_on: NaiveDate) -> Result<(), ValidationError> {
    if starts_on <= ends_on { Ok(()) } else { Err(refuse("ends_before_start", "结束日期不能早于开始日期")) }
}

/// Returns the faults with their JSON pointers, ordered by pointer.
pub fn field_errors(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect(errors, "", &mut found);
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

fn collect(errors: &ValidationErrors, at: &str, found: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        // The validator files checks of a whole object under `__all__`; their code identifies the field.
        let pointer = if field == "__all__" { at.to_owned() } else { format!("{at}/{field}") };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let pointer = match (field.as_ref(), error.code.as_ref()) {
                        ("__all__", "ends_before_start") => format!("{at}/ends_on"),
                        ("__all__", "teacher_or_outsider") => format!("{at}/teacher_id"),
                        _ => pointer.clone(),
                    };
                    found.push(FieldError { pointer, code: error.code.to_string(), message: message(error) });
                }
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &pointer, found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{pointer}/{index}"), found);
                }
            }
        }
    }
}

fn message(error: &ValidationError) -> String {
    let bound = |name: &str| error.params.get(name).map(ToString::to_string);
    if let Some(message) = &error.message {
        return message.to_string();
    }
    match (error.code.as_ref(), bound("min"), bound("max")) {
        ("length", Some(min), Some(max)) => format!("长度须为 {min} 到 {max} 个字符"),
        ("length", Some(min), None) => format!("至少 {min} 个字符"),
        ("length", None, Some(max)) => format!("最多 {max} 个字符"),
        ("range", Some(min), Some(max)) => format!("须在 {min} 到 {max} 之间"),
        ("range", Some(min), None) => format!("不得小于 {min}"),
        ("range", None, Some(max)) => format!("不得大于 {max}"),
        _ => "格式不正确".to_owned(),
    }
}
