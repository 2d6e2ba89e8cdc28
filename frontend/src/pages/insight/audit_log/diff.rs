//! The changes of an entry field by field: a comparison of two JSON documents.

use std::collections::BTreeMap;

use serde_json::Value;

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its path: `organization.name`, `reviews[2].comment`; empty if the whole document is one value.
    pub path: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// The fields that differ, by path. For a created or deleted record, all fields with a value.
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let (before, after) = (leaves(before), leaves(after));
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let changed = paths.into_iter().filter_map(|path| {
        let (before, after) = (before.get(path), after.get(path));
        let same = before.unwrap_or(&Value::Null) == after.unwrap_or(&Value::Null);
        (!same).then(|| Change { path: path.clone(), before: before.cloned(), after: after.cloned() })
    });
    changed.collect()
}

/// The leaves of a document by path. A list of scalars is a single leaf.
fn leaves(value: Option<&Value>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    if let Some(value) = value {
        gather(String::new(), value, &mut found);
    }
    found
}

fn gather(path: String, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                gather(below, value, found);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                gather(format!("{path}[{}]", index + 1), item, found);
            }
        }
        Value::Array(items) if items.is_empty() => drop(found.insert(path, Value::Null)),
        plain => drop(found.insert(path, plain.clone())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(before: Option<Value>, after: Option<Value>) -> Vec<String> {
        changes(before.as_ref(), after.as_ref()).into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn only_what_differs_is_told() {
        let before =
            json!({"name": "三中", "rural": false, "organization": {"code": "A", "name": "甲"}, "tags": ["x"]});
        let after =
            json!({"name": "第三中学", "rural": false, "organization": {"code": "A", "name": "乙"}, "tags": ["x"]});
        assert_eq!(paths(Some(before), Some(after)), ["name", "organization.name"]);
    }

    #[test]
    fn a_new_record_lists_all_its_values_that_are_not_empty() {
        let after = json!({"name": "三中", "parent_id": null, "reviews": []});
        assert_eq!(paths(None, Some(after)), ["name"]);
        assert_eq!(paths(Some(json!({"name": "三中"})), None), ["name"]);
        assert_eq!(paths(None, None), Vec::<String>::new());
    }

    #[test]
    fn a_list_of_records_is_compared_record_by_record() {
        let before = json!({"years": [{"year": 2026, "met": false}]});
        let after = json!({"years": [{"year": 2026, "met": true}, {"year": 2027, "met": false}]});
        assert_eq!(paths(Some(before), Some(after)), ["years[1].met", "years[2].met", "years[2].year"]);
        assert_eq!(changes(None, Some(&json!("admin"))).first().map(|change| change.path.as_str()), Some(""));
    }
}
