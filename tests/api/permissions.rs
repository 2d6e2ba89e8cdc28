//! Walks the OpenAPI document: every operation against every role, nobody and an expired token.

use reqwest::Method;
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp};
use songjiao_types::{Permission, Role, WireEnum};

/// An operation, and the permission that it declares; `None` where it is public.
struct Operation {
    method: Method,
    path: String,
    permission: Option<Permission>,
}

async fn operations(nobody: &Session) -> Vec<Operation> {
    let document = nobody.get("/openapi.json").await.expect(200);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let requirement = &operation["security"][0];
            assert!(requirement.is_object(), "{method} {path} declares nothing");
            let permission = requirement.get("bearer").map(|names| {
                let name = names[0].as_str().unwrap();
                Permission::from_identifier(name).unwrap_or_else(|| panic!("{name} is no permission"))
            });
            found.push(Operation { method, path: path.trim_start_matches("/api/v1").to_owned(), permission });
        }
    }
    found
}

/// Calls an operation with ids that name nothing and a body that says nothing.
async fn call(session: &Session, operation: &Operation) -> Answer {
    let path = operation
        .path
        .split('/')
        .map(|part| match part {
            "{id}" => "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10",
            part if part.starts_with('{') => "2026",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/");
    let request = session.request(operation.method.clone(), &path).header("if-match", "\"1\"");
    let request = if operation.method == Method::GET { request } else { request.json(&json!({})) };
    Answer::of(request).await
}

#[actix_web::test]
async fn every_operation_refuses_nobody_and_an_expired_token() {
    let app = TestApp::start_with(|config| config.access_token_seconds = -1).await;
    let (nobody, expired) = (app.anonymous(), app.admin().await);
    let operations = operations(&nobody).await;
    assert!(operations.len() > 10);
    for operation in operations.iter().filter(|operation| operation.permission.is_some()) {
        call(&nobody, operation).await.problem(401, "unauthenticated");
        call(&expired, operation).await.problem(401, "token_expired");
    }
}

#[actix_web::test]
async fn every_operation_lets_in_the_roles_it_declares_and_no_other() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let operations = operations(&app.anonymous()).await;
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Teacher) {
        let user = app.user(&admin, role, &school).await;
        for operation in &operations {
            let Some(permission) = operation.permission else { continue };
            let answer = call(&user, operation).await;
            let place = format!("{role} at {} {}: {}", operation.method, operation.path, answer.text);
            assert!(answer.status < 500, "{place}");
            if role.allows(permission) {
                assert!(answer.status != 403 && answer.status != 401, "{place}");
            } else {
                assert_eq!((answer.status, &answer.json["code"]), (403, &Value::from("forbidden")), "{place}");
            }
        }
    }
}
