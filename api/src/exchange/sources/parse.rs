//! Parses pushed items. An invalid value in one item leaves the others intact: values of any kind are
//! parsed here and checked by [`super::pushed_record`]. Nested values are skipped while parsing, so that
//! memory stays proportional to the body.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::error::Category;
use songjiao_types::{ErrorCode, sources::MAX_ITEMS};

use crate::error::{ApiError, Result};

/// The fields kept of an item, known or unknown.
const MAX_FIELDS: usize = 64;

/// An item or one of its fields.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Flag(bool),
    Whole(i64),
    Fraction(f64),
    Text(String),
    /// An item that is an object, by field.
    Object(BTreeMap<String, Value>),
    /// A list, or an object as a field.
    Other,
}

/// Parses a JSON array.
///
/// # Errors
/// 400 with the position if the body is not JSON, 413 if it has too many items, 422 if it is not an array.
pub fn read_array(body: &[u8]) -> Result<Vec<Value>> {
    let Items { items, too_many } = serde_json::from_slice(without_bom(body)).map_err(|error| {
        if error.classify() == Category::Data {
            return ApiError::invalid("", "wrong_type", "内容须是 JSON 数组");
        }
        let place = format!("请求体不是有效的 JSON：第 {} 行第 {} 列", error.line(), error.column());
        ApiError::new(ErrorCode::Malformed).detail(place)
    })?;
    if too_many { Err(too_many_items()) } else { Ok(items) }
}

/// Parses NDJSON, one item per line; blank lines are skipped.
///
/// # Errors
/// 400 with the line that is not JSON, 413 if there are too many items.
pub fn read_lines(body: &[u8]) -> Result<Vec<Value>> {
    let lines = without_bom(body).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
    let mut items = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
        if items.len() == MAX_ITEMS {
            return Err(too_many_items());
        }
        items.push(
            serde_json::from_slice(line).map_err(|_| {
                ApiError::new(ErrorCode::Malformed).detail(format!("第 {} 行不是有效的 JSON", index + 1))
            })?,
        );
    }
    Ok(items)
}

/// Removes a byte order mark.
fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn too_many_items() -> ApiError {
    ApiError::new(ErrorCode::TooLarge).detail(format!("一次最多推送 {MAX_ITEMS} 条，请分批推送"))
}

struct Items {
    items: Vec<Value>,
    too_many: bool,
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array;

        impl<'de> Visitor<'de> for Array {
            type Value = Items;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items, A::Error> {
                let mut items = Vec::new();
                while items.len() < MAX_ITEMS {
                    match list.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(Items { items, too_many: false }),
                    }
                }
                let mut too_many = false;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    too_many = true;
                }
                Ok(Items { items, too_many })
            }
        }

        deserializer.deserialize_seq(Array)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level::Item.deserialize(deserializer)
    }
}

/// The level at which a value is read: objects are read as items and skipped as fields.
enum Level {
    Item,
    Field,
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        if matches!(self, Self::Field) {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Other);
        }
        let mut fields = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.len() < MAX_FIELDS {
                fields.insert(name, map.next_value_seed(Self::Field)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Flag(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Whole(value))
    }

    /// Integers beyond 63 bits are out of every range.
    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Fraction(f64::MAX), Value::Whole))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Fraction(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail<T>(outcome: Result<T>) -> String {
        outcome.err().and_then(|error| error.detail).unwrap_or_default().into_owned()
    }

    #[test]
    fn an_item_may_be_anything_and_its_neighbours_are_read() {
        let body = br#"[1, "x", null, true, [[[1]]], 1.5, {"external_id": "A", "hours": {"a": [1, {"b": 2}]}}]"#;
        let items = read_array(body).unwrap_or_default();
        let fields = [("external_id", Value::Text("A".into())), ("hours", Value::Other)];
        let object = Value::Object(fields.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(items.len(), 7);
        assert!(items[..6].iter().all(|item| !matches!(item, Value::Object(_))));
        assert_eq!(items[6], object);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_line() {
        assert_eq!(detail(read_lines(b"{}\n\n{\"a\":\n{}")), "第 3 行不是有效的 JSON");
        assert_eq!(detail(read_lines(b"{}\n{\"a\": \"\xff\"}")), "第 2 行不是有效的 JSON");
        assert!(detail(read_array(b"[{},\n{]")).contains("第 2 行第 2 列"));
        let deep = format!("[{}", "[".repeat(100_000));
        assert!(detail(read_array(deep.as_bytes())).contains("JSON"), "depth is bounded");
        assert_eq!(read_array(b"{}").err().map(|error| error.code), Some(ErrorCode::Invalid));
    }

    #[test]
    fn lines_end_as_they_like_and_blank_ones_are_none() {
        let body = b"\xEF\xBB\xBF{\"external_id\": \"A\"}\r\n\r\n  \n{\"external_id\": \"B\"}";
        assert_eq!(read_lines(body).map(|items| items.len()).ok(), Some(2));
    }

    #[test]
    fn no_more_than_the_limit_is_taken() {
        let array = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
        assert_eq!(read_array(array(MAX_ITEMS).as_bytes()).map(|items| items.len()).ok(), Some(MAX_ITEMS));
        let code = |outcome: Result<Vec<Value>>| outcome.err().map(|error| error.code);
        assert_eq!(code(read_array(array(MAX_ITEMS + 1).as_bytes())), Some(ErrorCode::TooLarge));
        assert_eq!(code(read_lines("{}\n".repeat(MAX_ITEMS + 1).as_bytes())), Some(ErrorCode::TooLarge));
    }
}
