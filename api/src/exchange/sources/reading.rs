//! Reads what was pushed. Nothing that stands in an item spoils the others: a value of any kind is
//! read, and judged by [`super::item`]. Nested values are skipped as they are read, so that a body
//! takes no more memory than its own size suggests.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::error::Category;
use songjiao_types::{ErrorCode, sources::MAX_ITEMS};

use crate::error::{ApiError, Result};

/// Fields that an item has at most, known or not: what has more is no record.
const MAX_FIELDS: usize = 64;

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Null,
    Flag(bool),
    Whole(i64),
    Fraction(f64),
    Text(String),
    /// A list or an object, which no field is.
    Other,
}

/// An item, whatever it is.
#[derive(Clone, Debug, PartialEq)]
pub enum RawItem {
    Object(BTreeMap<String, Scalar>),
    Other,
}

/// The items of a JSON array.
///
/// # Errors
/// 400 with the place where it is no JSON, 413 for too many items, 422 for what is no array.
pub fn read_array(body: &[u8]) -> Result<Vec<RawItem>> {
    let Items { items, too_many } = serde_json::from_slice(without_mark(body)).map_err(|error| {
        if error.classify() == Category::Data {
            return ApiError::invalid("", "wrong_type", "内容须是 JSON 数组");
        }
        let place = format!("请求体不是有效的 JSON：第 {} 行第 {} 列", error.line(), error.column());
        ApiError::new(ErrorCode::Malformed).detail(place)
    })?;
    if too_many { Err(too_many_items()) } else { Ok(items) }
}

/// The items of NDJSON, one a line; blank lines are none.
///
/// # Errors
/// 400 with the line that is no JSON, 413 for too many items.
pub fn read_lines(body: &[u8]) -> Result<Vec<RawItem>> {
    let lines = without_mark(body).split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
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

/// Some programs begin UTF-8 with a mark.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn too_many_items() -> ApiError {
    ApiError::new(ErrorCode::TooLarge).detail(format!("一次最多推送 {MAX_ITEMS} 条，请分批推送"))
}

struct Items {
    items: Vec<RawItem>,
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

impl<'de> Deserialize<'de> for RawItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = RawItem;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawItem, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if fields.len() < MAX_FIELDS {
                        fields.insert(name, map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(RawItem::Object(fields))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<RawItem, A::Error> {
                skip(list).map(|()| RawItem::Other)
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }

            fn visit_unit<E: Error>(self) -> Result<RawItem, E> {
                Ok(RawItem::Other)
            }
        }

        deserializer.deserialize_any(Object)
    }
}

fn skip<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl<'de> Visitor<'de> for Value {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Scalar, A::Error> {
                skip(list).map(|()| Scalar::Other)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Flag(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Whole(value))
            }

            /// Beyond 63 bits nothing is exact, and nothing is in any range.
            fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
                Ok(i64::try_from(value).map_or(Scalar::Fraction(f64::MAX), Scalar::Whole))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar::Fraction(value))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(value.to_owned()))
            }

            fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
                Ok(Scalar::Null)
            }
        }

        deserializer.deserialize_any(Value)
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
        let fields = [("external_id", Scalar::Text("A".into())), ("hours", Scalar::Other)];
        let object = RawItem::Object(fields.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(items.len(), 7);
        assert!(items[..6].iter().all(|item| *item == RawItem::Other));
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
        let code = |outcome: Result<Vec<RawItem>>| outcome.err().map(|error| error.code);
        assert_eq!(code(read_array(array(MAX_ITEMS + 1).as_bytes())), Some(ErrorCode::TooLarge));
        assert_eq!(code(read_lines("{}\n".repeat(MAX_ITEMS + 1).as_bytes())), Some(ErrorCode::TooLarge));
    }
}
