//! Walks the OpenAPI document: sends invalid values in every field of every body.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use songjiao_tests::{Answer, County, NO_ID, Operation, resource_of};

/// A text longer than any field allows.
fn endless() -> Value {
    Value::from("甲".repeat(350_000))
}

/// Returns values that are invalid for a field of this kind.
fn bad_values(county: &County, operation: &Operation, name: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(_) => vec![json!("maybe"), json!(7), json!({ "a": 1 })],
        Value::Number(_) => {
            let mut bad = vec![json!("x"), json!(-1), json!(1e300), json!(1_000_000_000), json!([])];
            if name.ends_with("hours") {
                bad.push(json!(0.005));
            }
            if operation.path.contains("hour-records") {
                bad.push(json!(0));
            }
            bad
        }
        Value::Array(_) => vec![json!({}), json!("x"), json!([[]]), json!([null])],
        Value::String(text) if is_date(text) => {
            ["2026-02-30", "2026-13-01", "0000-00-00", "明天", "99999-01-01", "2026-02-03T00:00:00Z"]
                .map(Value::from)
                .to_vec()
        }
        Value::String(_) if name.ends_with("_id") && name != "external_id" => {
            vec![json!("nonsense"), json!(7), json!({}), json!(NO_ID), json!(theirs(county, resource_of(name)))]
        }
        Value::String(_) => vec![json!({ "a": 1 }), json!(["x"]), json!("甲\0乙"), endless()],
        _ => vec![json!({ "a": 1 })],
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

/// Returns an id that exists and is outside the caller's scope.
fn theirs(county: &County, resource: &str) -> String {
    match resource {
        "teachers" => county.their_teacher.clone(),
        "organizations" => county.their_school.clone(),
        _ => NO_ID.to_owned(),
    }
}

async fn send(county: &County, operation: &Operation, path: &str, tag: &str, body: &Value) -> Answer {
    Answer::of(operation.request(&county.ours, path, tag).json(body)).await
}

/// Returns a message if the answer is not a 4xx problem.
fn complaint(answer: &Answer, place: &str) -> Option<String> {
    let problem = answer.headers.get("content-type").is_some_and(|kind| kind == "application/problem+json");
    let refused = (400..500).contains(&answer.status) && problem && answer.json["code"].is_string();
    let text: String = answer.text.chars().take(200).collect();
    (!refused).then(|| format!("{place}: {} {text}", answer.status))
}

#[actix_web::test]
async fn no_field_accepts_an_invalid_value_and_nothing_is_written() {
    let county = County::start().await;
    let operations = county.ours.operations().await;
    let before = county.last_audit_seq().await;
    let (mut tried, mut complaints) = (0, Vec::new());
    for operation in &operations {
        let Some(body) = county.body(operation) else { continue };
        let path = county.path(operation);
        let tag = county.tag(&path).await;
        for (name, value) in body.as_object().unwrap() {
            for bad in bad_values(&county, operation, name, value) {
                let mut mutated = body.clone();
                mutated[name] = bad;
                let shown: String = mutated[name].to_string().chars().take(60).collect();
                let answer = send(&county, operation, &path, &tag, &mutated).await;
                complaints.extend(complaint(&answer, &format!("{} with {name} = {shown}", operation.name())));
                tried += 1;
            }
        }
        let mut stranger = body.clone();
        stranger["no_such_field"] = json!(1);
        for bad in [stranger, json!([]), json!(null), json!("x"), json!(1)] {
            let answer = send(&county, operation, &path, &tag, &bad).await;
            complaints.extend(complaint(&answer, &format!("{} with {bad}", operation.name())));
        }
        for bad in ["", "{", "{\"a\":", "\u{0}", "[[[[[["] {
            let request = operation.request(&county.ours, &path, &tag).header("content-type", "application/json");
            complaints
                .extend(complaint(&Answer::of(request.body(bad)).await, &format!("{} with {bad:?}", operation.name())));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(tried > 300, "{tried} bad values were tried");
    assert_eq!(county.last_audit_seq().await, before, "something was written");
}

#[actix_web::test]
async fn no_path_accepts_a_malformed_id() {
    let county = County::start().await;
    let mut complaints = Vec::new();
    for operation in county.ours.operations().await.iter().filter(|operation| operation.has_parameters()) {
        for bad in ["nonsense", "%00", "1'%20OR%201=1", "..%2F..", "-1", "99999999999999999999", NO_ID] {
            let path = operation.path_with(|_| bad.to_owned());
            if path.starts_with("/verify/") {
                continue;
            }
            let mut request = operation.request(&county.ours, &path, "\"1\"");
            if let Some(body) = county.body(operation) {
                request = request.json(&body);
            }
            complaints.extend(complaint(&Answer::of(request).await, &format!("{} at {path}", operation.name())));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[actix_web::test]
async fn no_list_accepts_a_forged_cursor() {
    let county = County::start().await;
    let (mut tried, mut complaints) = (0, Vec::new());
    for operation in county.ours.operations().await.iter().filter(|operation| operation.parameter("cursor").is_some()) {
        let sorts = operation.parameter("sort").map(|sort| sort["schema"]["enum"].clone());
        // Lists of one order name it in their cursors alone.
        let sorts = sorts
            .and_then(|sorts| sorts.as_array().cloned())
            .unwrap_or_else(|| vec![json!("seq"), json!("created_at")]);
        for sort in sorts {
            for key in [
                json!("甲\0"),
                json!("-262143-01-01"),
                json!("+262142-12-31"),
                json!("-262143-01-01T00:00:00Z"),
                json!("+262142-12-31T23:59:59Z"),
                json!(i64::MAX),
                json!(i64::from(i32::MAX) + 1),
                json!(i32::MAX),
                json!(-1),
                json!(1e300),
                json!(0.005),
                json!(null),
            ] {
                for forged in [json!([sort, [key, NO_ID]]), json!([sort, [key, key, NO_ID]]), json!([sort, key])] {
                    let cursor = BASE64_URL_SAFE_NO_PAD.encode(forged.to_string());
                    let path = county.path(operation);
                    let joint = if path.contains('?') { '&' } else { '?' };
                    let path = format!("{path}{joint}cursor={cursor}&sort={}", sort.as_str().unwrap());
                    let answer = county.ours.get(&path).await;
                    // A key that a row might have is no forgery.
                    if answer.status != 200 {
                        complaints.extend(complaint(&answer, &format!("{} at {forged}", operation.name())));
                    }
                    tried += 1;
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(tried > 1000, "{tried} cursors were tried");
}

#[actix_web::test]
async fn no_parameter_accepts_an_endless_text() {
    let county = County::start().await;
    let (mut tried, mut complaints) = (0, Vec::new());
    for operation in &county.ours.operations().await {
        for parameter in operation.query.iter().filter(|_| operation.reads()) {
            let path = county.path(operation);
            let joint = if path.contains('?') { '&' } else { '?' };
            let path = format!("{path}{joint}{}={}", parameter["name"].as_str().unwrap(), "a".repeat(60_000));
            complaints.extend(complaint(
                &county.ours.get(&path).await,
                &format!("{} {}", operation.name(), parameter["name"]),
            ));
            tried += 1;
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(tried > 100, "{tried} parameters were tried");
}

#[actix_web::test]
async fn the_examples_of_the_document_are_well_formed() {
    let county = County::start().await;
    for operation in &county.ours.operations().await {
        let Some(body) = county.body(operation) else { continue };
        let path = county.path(operation);
        let tag = county.tag(&path).await;
        let answer = send(&county, operation, &path, &tag, &body).await;
        let place = format!("{} with {body}: {}", operation.name(), answer.text);
        // The examples may not fit the current state, but they are valid.
        assert!(answer.status < 500 && ![400, 413, 415].contains(&answer.status), "{place}");
        let faults = answer.json["errors"].as_array().cloned().unwrap_or_default();
        assert!(faults.iter().all(|fault| fault["code"] != "wrong_type" && fault["code"] != "length"), "{place}");
    }
}
