//! Walks the OpenAPI document: every operation against every role, nobody, an expired token, and
//! what is of another organization.

use serde_json::{Value, json};
use songjiao_tests::{Answer, County, NO_ID, TestApp};
use songjiao_types::{Role, WireEnum};

#[actix_web::test]
async fn every_operation_refuses_nobody_and_an_expired_token() {
    let app = TestApp::start_with(|config| config.access_token_seconds = -1).await;
    let (nobody, expired) = (app.anonymous(), app.admin().await);
    for operation in nobody.operations().await.iter().filter(|operation| !operation.is_public()) {
        operation.call_with_nothing(&nobody).await.problem(401, "unauthenticated");
        operation.call_with_nothing(&expired).await.problem(401, "token_expired");
    }
}

#[actix_web::test]
async fn every_operation_lets_in_the_roles_it_declares_and_no_other() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let operations = admin.operations().await;
    for role in Role::ALL.iter().copied() {
        let teacher = admin.teacher(&school).await;
        let more = if role == Role::Teacher { json!({ "teacher_id": teacher }) } else { json!({}) };
        let user = app.user_with(&admin, role, &school, more).await;
        for operation in operations.iter().filter(|operation| !operation.is_public()) {
            let answer = operation.call_with_nothing(&user).await;
            let place = format!("{role} at {}: {}", operation.name(), answer.text);
            assert!(answer.status < 500, "{place}");
            if operation.permissions.iter().all(|permission| role.allows(*permission)) {
                assert!(answer.status != 403 && answer.status != 401, "{place}");
            } else {
                assert_eq!((answer.status, &answer.json["code"]), (403, &Value::from("forbidden")), "{place}");
            }
        }
    }
}

#[actix_web::test]
async fn every_operation_finds_what_is_of_the_caller_s_organization() {
    let county = County::start().await;
    for operation in county.ours.operations().await.iter().filter(|operation| operation.has_parameters()) {
        // Of a version that is not there: found, and left as it is.
        let writes = ["PUT", "PATCH", "DELETE"].contains(&operation.method.as_str());
        let expected = if writes { 412 } else { 200 };
        if operation.method == "POST" || operation.is_public() {
            continue;
        }
        let mut request = operation.request(&county.ours, &county.path(operation), "\"0\"");
        if let Some(body) = county.body(operation) {
            request = request.json(&body);
        }
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, expected, "{}: {}", operation.name(), answer.text);
    }
}

#[actix_web::test]
async fn no_operation_reaches_what_is_of_another_organization() {
    let county = County::start().await;
    let operations = county.admin.operations().await;
    for role in Role::ALL.iter().copied() {
        let stranger = county.stranger(role).await;
        let before = county.changes().await;
        for operation in &operations {
            // The policy is the installation's, templates are everybody's, and a source has no owner: what is pushed
            // names teachers, and these have one.
            let common = ["/policies", "/sources/"].iter().any(|start| operation.path.starts_with(start))
                || operation.path.contains("/templates/");
            let body = county.body(operation);
            let of_ours =
                operation.has_parameters() || body.as_ref().is_some_and(|body| names_something(&county, body));
            if operation.is_public() || common || !of_ours {
                continue;
            }
            let mut request = operation.request(&stranger, &county.path(operation), "\"1\"");
            if let Some(body) = body {
                request = request.json(&body);
            }
            let answer = Answer::of(request).await;
            let place = format!("{role} at {}: {}", operation.name(), answer.text);
            assert!([403, 404, 422].contains(&answer.status), "{place}");
            if operation.has_parameters() {
                assert!(answer.status != 422, "what is out of sight has no faults: {place}");
            }
        }
        assert_eq!(county.changes().await, before, "{role} changed something");
        lists_hold_nothing_of_ours(&county, &operations, role, &stranger).await;
    }
}

/// Whether a body speaks of something of the first district.
fn names_something(county: &County, body: &Value) -> bool {
    let text = body.to_string();
    county.things().any(|(_, id)| text.contains(id.as_str()))
}

async fn lists_hold_nothing_of_ours(
    county: &County,
    operations: &[songjiao_tests::Operation],
    role: Role,
    stranger: &songjiao_tests::Session,
) {
    let mut lists = 0;
    for operation in operations.iter().filter(|operation| operation.reads() && !operation.has_parameters()) {
        let answer = stranger.get(&operation.path).await;
        for (resource, id) in county.things().filter(|(resource, _)| *resource != "policies") {
            assert!(!answer.text.contains(id.as_str()), "{role} sees {resource} at {}", operation.name());
        }
        lists += usize::from(answer.status == 200);
    }
    assert!(lists > 5, "{role} reads lists");
    stranger.get(&format!("/teachers/{NO_ID}")).await.problem(404, "not_found");
}
