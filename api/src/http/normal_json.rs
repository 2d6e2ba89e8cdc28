//! The texts of JSON bodies before anything reads them: in their normal form, ID numbers masked. So no handler has to
//! think of either.

use std::borrow::Cow;

use serde_json::Value;
use songjiao_types::{id_numbers::mask_owned, normal};

/// Returns the normal form of a field's text; `None` for secrets and addresses, which stay as they are.
fn form(field: &str) -> Option<fn(&str) -> Cow<'_, str>> {
    match field {
        "current_password" | "new_password" | "password" | "refresh_token" | "url" => None,
        "certificate_prefix" | "code" | "external_id" | "id_number" | "id_number_tail" | "organization_code"
        | "parent_code" | "source" | "teacher_no" | "username" => Some(normal::code),
        "institution" | "name" | "place" | "research_topic" | "school_theme" | "subject" | "teacher_name" | "theme"
        | "title" => Some(normal::line),
        _ => Some(normal::paragraphs),
    }
}

/// A text of which nothing is left stays a blank, so that it is refused as one.
fn normal_text(field: &str, text: String) -> String {
    match form(field) {
        Some(form) if !text.is_empty() => {
            let normal = normal::owned(text, form);
            if normal.is_empty() { " ".to_owned() } else { normal }
        }
        _ => text,
    }
}

/// The fields that keep their ID numbers: those that are encrypted or hashed, and codes, whose own check refuses an ID
/// number. In all others it is masked before anything reads it, so that no text that people type holds one.
const UNMASKED: [&str; 10] = [
    "code",
    "current_password",
    "external_id",
    "id_number",
    "new_password",
    "password",
    "refresh_token",
    "source",
    "teacher_no",
    "username",
];

/// Brings the strings of a JSON document into their normal form and masks the ID numbers in them and in field names.
/// What is not JSON, or needs no change, stays as it is.
pub fn normal_json(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return Cow::Borrowed(bytes) };
    let normal = normal_value("", document.clone());
    if normal == document { Cow::Borrowed(bytes) } else { Cow::Owned(normal.to_string().into_bytes()) }
}

/// The items of a list have the form of the list's field.
fn normal_value(field: &str, value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask_owned(normal_text(field, text))),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| normal_value(field, item)).collect()),
        Value::Object(fields) => {
            let normal = fields.into_iter().map(|(name, value)| match value {
                Value::String(text) if UNMASKED.contains(&name.as_str()) => {
                    let text = Value::String(normal_text(&name, text));
                    (name, text)
                }
                value => {
                    let value = normal_value(&name, value);
                    (mask_owned(name), value)
                }
            });
            Value::Object(normal.collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_masked_and_codes_and_secrets_are_not() {
        let masked = |body: &str| String::from_utf8(normal_json(body.as_bytes()).into_owned()).unwrap_or_default();
        let body = r#"{"id_number":"11010519491231002X","password":"11010519491231002X"}"#;
        assert_eq!(masked(body), body);
        for body in [
            r#"{"note":"甲11010519491231002X"}"#,
            r#"{"a":[{"note":"甲11010519491231002X"}]}"#,
            r#"{"note":"甲\u00311010519491231002X"}"#,
            r#"{"11010519491231002X":1}"#,
            r#"{"username":{"11010519491231002X":["11010519491231002X"]}}"#,
        ] {
            let masked = masked(body);
            assert!(masked.contains("****************2X") && !masked.contains("10519491231002"), "{masked}");
        }
        let cut = r#"{"note":"11010519491231002X""#;
        assert_eq!(masked(cut), cut, "what is not JSON is refused later");
    }

    #[test]
    fn names_codes_and_free_text_have_their_forms_and_secrets_stay() {
        for (body, normal) in [
            (r#"{"name":" 王　芳 "}"#, r#"{"name":"王芳"}"#),
            (r#"{"teacher_no":"Ｔ１\u200b"}"#, r#"{"teacher_no":"T1"}"#),
            (r#"{"items":[{"title":"⼩学\n语文"}]}"#, r#"{"items":[{"title":"小学语文"}]}"#),
            (r#"{"note":"⼀\r\n二 三 "}"#, r#"{"note":"一\n二 三"}"#),
            (r#"{"name":"\u200b　"}"#, r#"{"name":" "}"#),
        ] {
            assert_eq!(String::from_utf8_lossy(&normal_json(body.as_bytes())), normal);
        }
        for body in
            [r#"{"password":" ａ　b "}"#, r#"{"url":"https://例.cn/ａ"}"#, r#"{"hours": 34.520, "name": "王芳"}"#]
        {
            assert!(matches!(normal_json(body.as_bytes()), Cow::Borrowed(_)), "{body}");
        }
    }
}
