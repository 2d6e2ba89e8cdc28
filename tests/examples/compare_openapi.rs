//! Prints how two OpenAPI documents differ, apart from prose and examples:
//! `cargo run --package songjiao-tests --example compare_openapi -- old.yaml new.yaml`.
//!
//! A line begins with `-` for what only the old document has, `+` for what only the new one has, and `~` for a value
//! that changed. The order of a list does not matter. The exit code is 1 if there are differences.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a command that prints its result or fails")]

use std::{env, fs, process::ExitCode};

use serde_json::{Map, Value};

fn main() -> ExitCode {
    let paths: Vec<_> = env::args().skip(1).collect();
    let [old, new] = paths.as_slice() else {
        println!("usage: compare_openapi OLD NEW");
        return ExitCode::from(2);
    };
    let mut differences = Vec::new();
    compare("", &read(old), &read(new), &mut differences);
    for difference in &differences {
        println!("{difference}");
    }
    println!("{} differences", differences.len());
    ExitCode::from(u8::from(!differences.is_empty()))
}

fn read(path: &str) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut document = yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    strip(&mut document, false);
    document
}

/// Keys whose values are prose, if they are strings.
const PROSE: [&str; 3] = ["description", "summary", "title"];

/// Maps whose keys are names, so that a key `example` is not a keyword.
const NAMES: [&str; 6] = ["properties", "patternProperties", "schemas", "responses", "parameters", "paths"];

/// Removes prose and examples.
fn strip(value: &mut Value, keys_are_names: bool) {
    match value {
        Value::Object(map) => {
            if !keys_are_names {
                map.retain(|key, value| {
                    !(PROSE.contains(&key.as_str()) && value.is_string() || key == "example" || key == "examples")
                });
            }
            for (key, value) in map {
                strip(value, !keys_are_names && NAMES.contains(&key.as_str()));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, false)),
        _ => {}
    }
}

fn compare(at: &str, old: &Value, new: &Value, differences: &mut Vec<String>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => compare_maps(at, old, new, differences),
        (Value::Array(old), Value::Array(new)) => {
            if let (Some(old), Some(new)) = (keyed(old), keyed(new)) {
                return compare_maps(at, &old, &new, differences);
            }
            let only = |these: &[Value], those: &[Value]| {
                these.iter().filter(|item| !those.contains(item)).cloned().collect::<Vec<_>>()
            };
            match (only(old, new).as_slice(), only(new, old).as_slice()) {
                ([old], [new]) if old.is_object() && new.is_object() => compare(&below(at, "*"), old, new, differences),
                ([], []) if old.len() != new.len() => {
                    differences.push(format!("~ {at}: {} → {} items", old.len(), new.len()));
                }
                (removed, added) => {
                    differences.extend(removed.iter().map(|item| format!("- {at}: {item}")));
                    differences.extend(added.iter().map(|item| format!("+ {at}: {item}")));
                }
            }
        }
        _ => differences.push(format!("~ {at}: {old} → {new}")),
    }
}

fn compare_maps(at: &str, old: &Map<String, Value>, new: &Map<String, Value>, differences: &mut Vec<String>) {
    for (key, value) in old {
        let at = below(at, key);
        match new.get(key) {
            Some(other) => compare(&at, value, other, differences),
            None => differences.push(format!("- {at}{}", brief(value))),
        }
    }
    for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        differences.push(format!("+ {}{}", below(at, key), brief(value)));
    }
}

/// Returns parameters by location and name, other lists of named things by name.
fn keyed(items: &[Value]) -> Option<Map<String, Value>> {
    let key = |item: &Value| {
        let name = item.get("name")?.as_str()?;
        Some(item.get("in").and_then(Value::as_str).map_or(name.to_owned(), |place| format!("{place}:{name}")))
    };
    items.iter().map(|item| Some((key(item)?, item.clone()))).collect()
}

fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at} › {key}") }
}

/// Returns a short value, to be printed beside its key.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 100 { format!(": {text}") } else { String::new() }
}
