//! Participants from a file, by the rules of nominating and admitting them one by one.

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

use crate::imports::{counts, faults, send};

const HEADER: &str = "项目名称,教师编号,培训年度,状态\n";

/// Returns each participant's number and status on a project's list.
async fn list(session: &Session, project: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = session.all(&format!("/projects/{}/enrollments", id(project))).await;
    rows.iter().map(|row| (text(&row["teacher_no"]), text(&row["status"]))).collect()
}

fn on_list(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(no, status)| ((*no).to_owned(), (*status).to_owned())).collect()
}

async fn teachers(admin: &Session, organization: &str, numbers: &[&str]) {
    for number in numbers {
        admin.teacher_with(organization, json!({ "teacher_no": number })).await;
    }
}

fn fault(row: i64, column: &str, code: &str) -> (i64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn participants_are_nominated_and_a_repeat_of_the_file_changes_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    teachers(&admin, &admin.me("/organization/id"), &["T1", "T2", "T3"]).await;
    let project = admin.published_project(json!({ "title": "小学语文送教下乡" })).await;
    let file =
        format!("{HEADER}小学语文送教下乡,T1,,\n小学语文送教下乡,T2,2026,已选派\n小学语文送教下乡,T2,,nominated\n");
    let tried = send(&admin, "enrollments?dry_run=true", file.clone()).await.expect(201);
    assert_eq!(counts(&tried), json!(["checked", "UTF-8", 3, 2, 0, 1, 0]));
    assert!(list(&admin, &project).await.is_empty(), "a dry run writes nothing");
    let report = send(&admin, "enrollments", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 2, 0, 1, 0]));
    assert_eq!(list(&admin, &project).await, on_list(&[("T1", "nominated"), ("T2", "nominated")]));
    let again = send(&admin, "enrollments", file.clone()).await.expect(201);
    assert_eq!(counts(&again), json!(["imported", "UTF-8", 3, 0, 0, 3, 0]));
    admin.act(&format!("/projects/{}/start", id(&project))).await.expect(200);
    let enrollment = id(&admin.all(&format!("/projects/{}/enrollments", id(&project))).await[0]);
    admin.act(&format!("/enrollments/{enrollment}/admit")).await.expect(200);
    let later = send(&admin, "enrollments", file).await.expect(201);
    assert_eq!(later["rows_unchanged"], 3, "who was admitted meanwhile still takes part");
    assert_eq!(list(&admin, &project).await, on_list(&[("T1", "admitted"), ("T2", "nominated")]));
    assert_eq!(admin.all("/audit-log?entity=import").await.len(), 4, "one entry a file");
}

#[actix_web::test]
async fn a_project_is_named_by_title_or_id_and_by_year_if_the_title_is_ambiguous() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    teachers(&admin, &admin.me("/organization/id"), &["T1", "T2"]).await;
    let [old, new] =
        [2025, 2026].map(|year| json!({ "title": "送教下乡", "training_year": year, "look_back_years": 0 }));
    let (old, new) = (admin.published_project(old).await, admin.published_project(new).await);
    let file = format!("{HEADER}送教下乡,T1,,\n送教下乡,T1,2024,\n送教,T1,,\n");
    let report = send(&admin, "enrollments", file).await.expect(422);
    assert_eq!(
        faults(&report),
        [
            fault(2, "项目名称", "ambiguous_project"),
            fault(3, "培训年度", "unknown_project"),
            fault(4, "项目名称", "unknown_project"),
        ]
    );
    assert!(report["errors"][0]["message"].as_str().unwrap().contains("2025、2026"), "{report}");
    let file = format!("project,teacher_no,training_year\n送教下乡,T1,2026\n{},T2,\n", id(&old));
    send(&admin, "enrollments", file).await.expect(201);
    assert_eq!(list(&admin, &new).await, on_list(&[("T1", "nominated")]));
    assert_eq!(list(&admin, &old).await, on_list(&[("T2", "nominated")]));
}

#[actix_web::test]
async fn each_condition_that_a_teacher_fails_is_a_fault_of_the_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    teachers(&admin, &root, &["T1"]).await;
    admin.teacher_with(&root, json!({ "teacher_no": "T2", "subject": "数学", "stage": "junior_middle" })).await;
    admin.teacher_with(&root, json!({ "teacher_no": "T3", "status": "on_leave" })).await;
    admin.published_project(json!({ "title": "送教", "subject": "语文", "stage": "primary" })).await;
    let report = send(&admin, "enrollments", "项目,工号\n送教,T1\n送教,T2\n送教,T3\n").await.expect(422);
    assert_eq!(
        faults(&report),
        [fault(3, "工号", "subject_mismatch"), fault(3, "工号", "stage_mismatch"), fault(4, "工号", "not_in_post"),]
    );
    assert_eq!(counts(&report), json!(["rejected", "UTF-8", 3, 0, 0, 0, 2]));
}

#[actix_web::test]
async fn a_school_nominates_its_own_teachers_and_admits_nobody() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    teachers(&admin, &ours, &["T1", "T2"]).await;
    teachers(&admin, &theirs, &["T9"]).await;
    let project = admin.published_project(json!({ "title": "送教" })).await;
    let head = app.user(&admin, Role::SchoolAdmin, &ours).await;
    let file = format!("{HEADER}送教,T1,,\n送教,T9,,\n送教,T2,,已录取\n");
    let report = send(&head, "enrollments", file).await.expect(422);
    assert_eq!(faults(&report), [fault(3, "教师编号", "unknown_teacher"), fault(4, "状态", "forbidden")]);
    assert!(list(&admin, &project).await.is_empty(), "all or none");
    send(&head, "enrollments", format!("{HEADER}送教,T1,,\n")).await.expect(201);
    for role in [Role::TeamLeader, Role::DistrictCoordinator, Role::Auditor] {
        let user = app.user(&admin, role, &ours).await;
        send(&user, "enrollments", format!("{HEADER}送教,T2,,\n")).await.problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_reviewer_admits_by_file_up_to_the_capacity() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    teachers(&admin, &root, &["T1", "T2", "T3"]).await;
    let reviewer = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    let project = admin.published_project(json!({ "title": "送教", "capacity": 2 })).await;
    send(&reviewer, "enrollments", format!("{HEADER}送教,T1,,\n")).await.expect(201);
    let rows = |numbers: &[&str]| numbers.iter().map(|no| format!("送教,{no},,已录取\n")).collect::<Vec<_>>().concat();
    for path in ["enrollments?dry_run=true", "enrollments"] {
        let report = send(&reviewer, path, format!("{HEADER}{}", rows(&["T1", "T2", "T3"]))).await.expect(422);
        assert_eq!(faults(&report), [fault(4, "项目名称", "capacity_reached")], "{path}");
    }
    let file = format!("{HEADER}{}", rows(&["T1", "T2"]));
    let report = send(&reviewer, "enrollments", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 1, 1, 0, 0]));
    assert_eq!(list(&admin, &project).await, on_list(&[("T1", "admitted"), ("T2", "admitted")]));
    assert_eq!(send(&reviewer, "enrollments", file).await.expect(201)["rows_unchanged"], 2);
    let full = send(&reviewer, "enrollments", format!("{HEADER}{}", rows(&["T3"]))).await.expect(422);
    assert_eq!(faults(&full), [fault(2, "项目名称", "capacity_reached")]);
}

#[actix_web::test]
async fn one_file_selects_nobody_twice_for_the_same_level() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    teachers(&admin, &admin.me("/organization/id"), &["T1"]).await;
    for title in ["甲", "乙"] {
        admin.published_project(json!({ "title": title, "look_back_years": 1 })).await;
    }
    for path in ["enrollments?dry_run=true", "enrollments"] {
        let report = send(&admin, path, format!("{HEADER}甲,T1,,已录取\n乙,T1,,已录取\n")).await.expect(422);
        assert_eq!(faults(&report), [fault(3, "教师编号", "repeat_selection")], "{path}");
    }
    send(&admin, "enrollments", format!("{HEADER}甲,T1,,\n乙,T1,,\n")).await.expect(201);
}

#[actix_web::test]
async fn a_withdrawn_teacher_can_be_nominated_again_and_a_rejected_one_cannot() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.published_project(json!({ "title": "送教" })).await;
    for (number, end) in [("T1", "withdraw"), ("T2", "reject")] {
        let teacher = admin.teacher_with(&root, json!({ "teacher_no": number })).await;
        let enrollment = admin.nominated(&project, &teacher).await;
        admin.post(&format!("/enrollments/{enrollment}/{end}"), json!({ "reason": "因病" })).await.expect(200);
    }
    let report = send(&admin, "enrollments", format!("{HEADER}送教,T1,,\n送教,T2,,\n")).await.expect(422);
    assert_eq!(faults(&report), [fault(3, "教师编号", "already_exists")]);
    let report = send(&admin, "enrollments", format!("{HEADER}送教,T1,,\n送教,T2,,未通过\n")).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 0, 1, 1, 0]));
    assert_eq!(list(&admin, &project).await, on_list(&[("T1", "nominated"), ("T2", "rejected")]));
}

#[actix_web::test]
async fn only_a_project_in_selection_accepts_participants() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    teachers(&admin, &admin.me("/organization/id"), &["T1"]).await;
    admin.project(json!({ "title": "草案" })).await;
    admin.published_project(json!({ "title": "送教" })).await;
    let file = format!("{HEADER}草案,T1,,\n送教,T1,,已结业\n送教,T1,,已录取\n");
    let report = send(&admin, "enrollments", file).await.expect(422);
    assert_eq!(
        faults(&report),
        [fault(2, "项目名称", "wrong_state"), fault(3, "状态", "bad_status"), fault(4, "教师编号", "repeated_row"),]
    );
}

#[actix_web::test]
async fn an_exported_list_of_participants_can_be_imported_unchanged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let project = admin.published_project(json!({})).await;
    admin.admitted(&project, &teacher).await;
    let list = admin.request(reqwest::Method::GET, &format!("/projects/{}/enrollments", id(&project)));
    let list = songjiao_tests::Answer::of(list.header("accept", "text/csv")).await;
    let report = send(&admin, "enrollments", list.text).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 0, 1, 0]));
}
