//! Walks the OpenAPI document: calls every operation as every role, anonymously, with an expired token, and on rows of
//! another organization.

use serde_json::{Value, json};
use songjiao_tests::{Answer, County, NO_ID, TestApp};
use songjiao_types::{Permission, Role, WireEnum};

#[actix_web::test]
async fn every_operation_refuses_anonymous_callers_and_expired_tokens() {
    let app = TestApp::start_with(|config| config.access_token_seconds = -1).await;
    let (nobody, expired) = (app.anonymous(), app.admin().await);
    for operation in nobody.operations().await.iter().filter(|operation| !operation.is_public()) {
        operation.call_with_empty_body(&nobody).await.problem(401, "unauthenticated");
        operation.call_with_empty_body(&expired).await.problem(401, "token_expired");
    }
}

#[actix_web::test]
async fn every_operation_admits_the_roles_it_declares_and_no_others() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let operations = admin.operations().await;
    for role in Role::ALL.iter().copied() {
        let teacher = admin.teacher(&school).await;
        let more = if role == Role::Teacher { json!({ "teacher_id": teacher }) } else { json!({}) };
        let user = app.user_with(&admin, role, &school, more).await;
        for operation in operations.iter().filter(|operation| !operation.is_public()) {
            let answer = operation.call_with_empty_body(&user).await;
            let place = format!("{role} at {}: {}", operation.name(), answer.text);
            assert!(answer.status < 500, "{place}");
            if operation.permissions.iter().all(|permission| role.allows(*permission)) {
                // Who may write under a source depends on the source as well.
                let foreign = answer.status == 403 && answer.json["code"] == "foreign_source";
                assert!(foreign || answer.status != 403 && answer.status != 401, "{place}");
            } else {
                assert_eq!((answer.status, &answer.json["code"]), (403, &Value::from("forbidden")), "{place}");
            }
        }
    }
}

#[actix_web::test]
async fn every_operation_finds_rows_of_the_callers_organization() {
    let county = County::start().await;
    for operation in county.ours.operations().await.iter().filter(|operation| operation.has_parameters()) {
        // Found, but refused for its stale version.
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
async fn no_operation_reaches_rows_of_another_organization() {
    let county = County::start().await;
    let operations = county.admin.operations().await;
    for role in Role::ALL.iter().copied() {
        let stranger = county.outsider(role).await;
        let before = county.last_audit_seq().await;
        for operation in &operations {
            // Policies belong to the installation, templates are the same for all, and everyone below a bureau may know
            // which of its years are closed.
            let common = operation.path.starts_with("/policies")
                || operation.path.contains("/templates/")
                || operation.name() == "GET /years/{year}";
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
                assert!(answer.status != 422, "rows out of scope are not validated: {place}");
            }
        }
        assert_eq!(county.last_audit_seq().await, before, "{role} changed something");
        lists_hold_nothing_of_ours(&county, &operations, role, &stranger).await;
    }
}

/// Whether a body contains an id of the first district.
fn names_something(county: &County, body: &Value) -> bool {
    let text = body.to_string();
    county.ids().any(|(_, id)| text.contains(id.as_str()))
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
        for (resource, id) in county.ids().filter(|(resource, _)| *resource != "policies") {
            assert!(!answer.text.contains(id.as_str()), "{role} sees {resource} at {}", operation.name());
        }
        lists += usize::from(answer.status == 200);
    }
    assert!(lists > 5, "{role} reads lists");
    stranger.get(&format!("/teachers/{NO_ID}")).await.problem(404, "not_found");
}

/// The resources of the first district that are records of persons.
const PERSONAL: &[&str] = &[
    "teachers",
    "appointments",
    "members",
    "deliverables",
    "enrollments",
    "lessons",
    "certifications",
    "exemptions",
    "hour-records",
    "duplicate-groups",
    "imports",
    "users",
];

#[actix_web::test]
async fn who_sees_by_assignment_finds_no_record_of_a_colleague() {
    let county = County::start().await;
    let (admin, school) = (&county.admin, county.id_of("organizations"));
    let operations = admin.operations().await;
    let mut users = Vec::new();
    for role in [Role::Teacher, Role::TeamLeader, Role::TeamMember] {
        let linked = json!({ "teacher_id": admin.teacher(school).await });
        users.push((role, "linked", county.app.user_with(admin, role, school, linked).await));
        if role != Role::Teacher {
            users.push((role, "linked to nobody", county.app.user(admin, role, school).await));
        }
    }
    for (role, linked, user) in &users {
        for operation in operations.iter().filter(|operation| operation.reads() && !operation.is_public()) {
            let answer = user.get(&county.path(operation)).await;
            let place = format!("{role} {linked} at {}: {}", operation.name(), answer.text);
            assert!(answer.status < 500, "{place}");
            let allowed = operation.permissions.iter().all(|permission| role.allows(*permission));
            assert!(!allowed || answer.status != 403, "{place}");
            for (resource, id) in county.ids().filter(|(resource, _)| PERSONAL.contains(resource)) {
                // The members of a team that serves the county are public to those whom it serves.
                let of_team = resource == "members" && operation.path == "/teams/{id}/members";
                assert!(of_team || !answer.text.contains(id.as_str()), "{resource}: {place}");
            }
        }
    }
}

#[actix_web::test]
async fn an_exemption_shows_only_to_roles_that_may_read_exemptions() {
    let county = County::start().await;
    let (admin, school) = (&county.admin, county.id_of("organizations"));
    let district = county.ours.me("/organization/id");
    let operations = admin.operations().await;
    for role in Role::ALL.iter().copied() {
        let organization = if role == Role::DistrictCoordinator { &district } else { school };
        let more = if role == Role::Teacher { json!({ "teacher_id": admin.teacher(school).await }) } else { json!({}) };
        let user = county.app.user_with(admin, role, organization, more).await;
        let mut shown = 0;
        for operation in operations.iter().filter(|operation| operation.reads() && !operation.is_public()) {
            // The exemption is of 2024.
            let path = county.path(operation).replace("/quotas/2026", "/quotas/2024");
            let text = user.get(&path).await.text;
            let shows = [county.id_of("exemptions"), "\"maternity\""].iter().any(|secret| text.contains(secret));
            assert!(!shows || role.allows(Permission::ExemptionsRead), "{role} at {path}: {text}");
            shown += usize::from(shows);
        }
        assert!(shown >= 3 || !role.allows(Permission::ExemptionsRead), "{role}: list, row and quota");
    }
}
