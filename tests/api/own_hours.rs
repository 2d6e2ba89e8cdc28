//! Nobody comes by recognised hours of the teacher that they are: persons of every kind try every operation that changes
//! something, and their recognised hours do not grow.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use songjiao_types::Role;

mod attempts;
mod walk;

use walk::{Walk, Who};

/// The operations that neither enter hours nor decide on them, nor on service, participation or marks, from which hours
/// follow. They are called all the same, with their examples, for the person's own teacher.
const OTHERS: &[&str] = &[
    "POST /accounts/codes",
    "POST /accounts/schools",
    "POST /accounts/teachers",
    "POST /api-keys",
    "PATCH /api-keys/{id}",
    "POST /api-keys/{id}/revoke",
    "POST /api-keys/{id}/rotate",
    "POST /appointments/transfers",
    "POST /auth/activate",
    "POST /auth/login",
    "POST /auth/logout",
    "POST /auth/password",
    "POST /auth/refresh",
    "POST /certifications",
    "POST /certifications/{id}/decide",
    "POST /certifications/{id}/reissue",
    "POST /certifications/{id}/reviewers",
    "DELETE /certifications/{id}/reviewers/{reviewer_id}",
    "POST /certifications/{id}/reviews",
    "POST /certifications/{id}/revoke",
    "DELETE /deliverables/{id}",
    "PATCH /deliverables/{id}",
    "POST /exemptions",
    "DELETE /exemptions/{id}",
    "POST /exemptions/{id}/confirm",
    "POST /imports/accounts",
    "POST /imports/lessons",
    "POST /imports/organizations",
    "POST /imports/{id}/cancel",
    "POST /lessons",
    "DELETE /lessons/{id}",
    "PATCH /lessons/{id}",
    "POST /lessons/{id}/grade",
    "POST /organizations",
    "DELETE /organizations/{id}",
    "PATCH /organizations/{id}",
    "POST /phases/{id}/deliverables",
    "POST /policies",
    "POST /policies/preview",
    "DELETE /policies/{id}",
    "POST /projects",
    "DELETE /projects/{id}",
    "POST /projects/{id}/archive",
    "POST /projects/{id}/publish",
    "POST /teachers",
    "PATCH /teachers/{id}",
    "POST /teams",
    "PATCH /teams/{id}",
    "POST /teams/{id}/members",
    "DELETE /teams/{id}/members/{member_id}",
    "POST /users",
    "PATCH /users/{id}",
    "POST /users/{id}/unlock",
    "POST /webhooks",
    "DELETE /webhooks/{id}",
    "PATCH /webhooks/{id}",
    "POST /webhooks/{id}/deliveries/{delivery_id}/redeliver",
    "POST /webhooks/{id}/redeliver-failed",
    "POST /webhooks/{id}/rotate",
    "POST /webhooks/{id}/test",
    "POST /years/{year}/close",
    "POST /years/{year}/reopen",
];

/// Tries everything and returns the operations by which the teacher's recognised hours grew.
async fn walk(who: Who) -> BTreeSet<String> {
    let mut walk = Walk::start(&who).await;
    attempts::records(&mut walk).await;
    attempts::groups(&mut walk).await;
    attempts::files(&mut walk).await;
    attempts::nominations(&mut walk).await;
    attempts::participation(&mut walk).await;
    attempts::endings(&mut walk).await;
    attempts::phases(&mut walk).await;
    attempts::service(&mut walk).await;
    let operations = walk.county.ours.operations().await;
    let mut changing: BTreeSet<String> = BTreeSet::new();
    let (mut others, mut last) = (Vec::new(), Vec::new());
    for operation in operations.iter().filter(|operation| !operation.reads()) {
        changing.insert(operation.name());
        if OTHERS.contains(&operation.name().as_str()) {
            // What would end the person's session comes last.
            if operation.path.starts_with("/auth/") { &mut last } else { &mut others }.push(operation);
        }
    }
    assert!(OTHERS.iter().all(|name| !walk.tried.contains(*name)), "an operation is either tried or one of the others");
    for operation in others.into_iter().chain(last) {
        let (path, body) = (walk.county.path(operation), walk.county.body(operation));
        let body = body.map(|body| of_teacher(body, &walk.teacher));
        walk.attempt_whatever_follows(&operation.name(), &path, body.unwrap_or_default()).await;
    }
    assert_eq!(walk.tried, changing, "every operation that changes something is tried, and none that does not exist");
    walk.grown
}

/// Lets a body name a teacher.
fn of_teacher(mut body: Value, teacher: &str) -> Value {
    for (name, value) in body.as_object_mut().unwrap() {
        match name.as_str() {
            "teacher_id" => *value = json!(teacher),
            "teacher_ids" => *value = json!([teacher]),
            _ => {}
        }
    }
    body
}

fn linked(role: Role, in_team: bool) -> Who {
    Who { role, in_team, linked: true, by_key: false }
}

#[actix_web::test]
async fn a_plain_team_member_comes_by_no_recognised_hours_of_their_own() {
    assert!(walk(linked(Role::TeamMember, true)).await.is_empty());
}

#[actix_web::test]
async fn a_clerk_of_the_training_school_who_takes_part_comes_by_no_recognised_hours_of_their_own() {
    assert!(walk(linked(Role::TrainingSchoolAdmin, false)).await.is_empty());
}

#[actix_web::test]
async fn a_clerk_of_the_training_school_who_is_in_the_team_comes_by_no_recognised_hours_of_their_own() {
    assert!(walk(linked(Role::TrainingSchoolAdmin, true)).await.is_empty());
}

#[actix_web::test]
async fn a_schools_clerk_comes_by_no_recognised_hours_of_their_own() {
    assert!(walk(linked(Role::SchoolAdmin, false)).await.is_empty());
}

#[actix_web::test]
async fn an_administrator_comes_by_no_recognised_hours_of_their_own() {
    assert!(walk(linked(Role::BureauAdmin, false)).await.is_empty());
}

#[actix_web::test]
async fn an_api_key_comes_by_no_recognised_hours_of_its_maker() {
    assert!(walk(Who { by_key: true, ..linked(Role::BureauAdmin, false) }).await.is_empty());
}

/// The control: what the walk tries does recognise hours if the person is not the teacher.
#[actix_web::test]
async fn the_same_attempts_recognise_hours_of_somebody_else() {
    let grown = walk(Who { linked: false, ..linked(Role::BureauAdmin, false) }).await;
    let expected = [
        "POST /activities/{id}/attendance/correct",
        "POST /duplicate-groups/decide",
        "POST /duplicate-groups/{id}/decide",
        "POST /enrollments/{id}/disqualify",
        "POST /enrollments/{id}/withdraw",
        "POST /hour-records",
        "POST /hour-records/decide",
        "POST /hour-records/recognize",
        "POST /hour-records/{id}/recognize",
        "POST /hour-records/{id}/restore",
        "POST /imports/hour-records",
        "POST /imports/hour_records",
        "POST /projects/{id}/cancel",
        "POST /projects/{id}/complete",
        "POST /projects/{id}/settle",
        "POST /sources/{source}/hour-records",
    ];
    assert_eq!(grown.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
