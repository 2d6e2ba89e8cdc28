//! Accounts opened from a file, by the rules of opening them in a list.

use reqwest::Method;
use serde_json::json;
use songjiao_tests::{Answer, PASSWORD, Session, TestApp};
use songjiao_types::Role;

use crate::imports::{counts, faults, send};

const HEADER: &str = "教师编号,姓名,用户名,角色\n";

struct School {
    app: TestApp,
    admin: Session,
    clerk: Session,
    id: String,
}

/// Starts a school with the teachers T0001, T0002 and T0003, called 王芳.
async fn school() -> School {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let id = admin.organization("school", &admin.me("/organization/id")).await;
    let clerk = app.user(&admin, Role::SchoolAdmin, &id).await;
    for number in ["T0001", "T0002", "T0003"] {
        admin.teacher_with(&id, json!({ "teacher_no": number })).await;
    }
    School { app, admin, clerk, id }
}

fn fault(row: i64, column: &str, code: &str) -> (i64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn a_file_opens_accounts_whose_codes_are_issued_afterwards() {
    let school = school().await;
    let clerk = &school.clerk;
    let file = format!("{HEADER}T0001,王芳,wangfang,教师\nT0002,,,\nT0002,,,\n");
    let tried = send(clerk, "accounts?dry_run=true", file.clone()).await.expect(201);
    assert_eq!(counts(&tried), json!(["checked", "UTF-8", 3, 2, 0, 1, 0]));
    assert!(clerk.all("/accounts").await.iter().all(|row| row["state"] == "missing"));
    send(clerk, "accounts", file.clone()).await.expect(201);
    assert_eq!(counts(&send(clerk, "accounts", file).await.expect(201)), json!(["imported", "UTF-8", 3, 0, 0, 3, 0]));
    let rows = clerk.all("/accounts").await;
    let seen: Vec<_> = rows.iter().map(|row| json!([row["teacher_no"], row["username"], row["state"]])).collect();
    let expected = [
        json!(["T0001", "wangfang", "not_activated"]),
        json!(["T0002", "T0002", "not_activated"]),
        json!(["T0003", null, "missing"]),
    ];
    assert_eq!(seen, expected);
    let ids = json!({ "user_ids": [rows[0]["user_id"], rows[1]["user_id"]] });
    assert_eq!(clerk.post("/accounts/codes", ids).await.expect(200)["slips"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn the_exported_list_of_accounts_opens_those_that_are_missing() {
    let school = school().await;
    let clerk = &school.clerk;
    send(clerk, "accounts", "教师编号\nT0002\n").await.expect(201);
    let file = Answer::of(clerk.request(Method::GET, "/accounts").header("Accept", "text/csv")).await.text;
    assert!(file.contains("T0003"), "{file}");
    let report = send(clerk, "accounts", file).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 2, 0, 1, 0]));
}

#[actix_web::test]
async fn a_row_names_its_teacher_a_free_user_name_and_a_role_that_the_caller_may_open() {
    let school = school().await;
    let School { app, admin, clerk, id } = &school;
    let elsewhere = admin.organization("school", &admin.me("/organization/id")).await;
    admin.teacher_with(&elsewhere, json!({ "teacher_no": "T0009" })).await;
    admin.teacher_with(id, json!({ "teacher_no": "T0004", "left_on": "2026-11-29" })).await;
    let taken =
        json!({ "username": "taken", "name": "李敏", "password": PASSWORD, "role": "auditor", "organization_id": id });
    admin.post("/users", taken).await.expect(201);
    let file = format!(
        "{HEADER}T0001,李敏,a,\nT0002,,Taken,\nT0003,,a b,\nT0009,,,\nT0004,,,\nT0001,,b,送培团队负责人\nT0001,,c,督导\nT0002,,d,\nT0003,,D,\n"
    );
    let report = send(clerk, "accounts", file).await.expect(422);
    let expected = [
        fault(2, "姓名", "name_mismatch"),
        fault(3, "用户名", "username_taken"),
        fault(4, "用户名", "bad_username"),
        fault(5, "教师编号", "unknown_teacher"),
        fault(6, "教师编号", "not_in_service"),
        fault(7, "教师编号", "repeated_row"),
    ];
    assert_eq!(faults(&report)[..6], expected);
    assert!(clerk.all("/accounts").await.iter().all(|row| row["state"] == "missing"));
    for (role, status) in [("送培团队负责人", 422), ("学校管理员", 422), ("教师", 201)] {
        let answer = send(clerk, "accounts", format!("教师编号,角色\nT0001,{role}\n")).await;
        assert_eq!(answer.status, status, "{role}: {}", answer.text);
    }
    let other = send(clerk, "accounts", "教师编号,用户名\nT0001,another\n").await.expect(422);
    assert_eq!(faults(&other), [fault(2, "教师编号", "has_account")]);
    let twice =
        send(admin, "accounts", "教师编号,用户名,角色\nT0002,same,教师\nT0003,SAME,送培团队成员\n").await.expect(422);
    assert_eq!(faults(&twice), [fault(3, "用户名", "username_taken")]);
    let auditor = app.user(admin, Role::Auditor, id).await;
    send(&auditor, "accounts", "教师编号\nT0002\n").await.problem(403, "forbidden");
}
