//! Imports of hour records: decisions that stay, exports that come back, flags accepted with a reason, rows that wait, and
//! imports that are taken back.

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id, unique};
use songjiao_types::Role;

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期";

struct Files {
    app: TestApp,
    admin: Session,
    school: String,
    number: String,
    teacher: String,
}

impl Files {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let school = admin.organization("school", &admin.me("/organization/id")).await;
        let number = unique("T");
        let teacher = admin.teacher_with(&school, json!({ "teacher_no": number, "joined_on": "2010-09-01" })).await;
        Self { app, admin, school, number, teacher }
    }

    fn row(&self, title: &str, hours: i32, day: &str) -> String {
        let (number, year) = (&self.number, &day[..4]);
        format!("{number},{year},县级,{title},进修学校,面授,{hours},{day},{day}\n")
    }

    async fn records(&self) -> Vec<Value> {
        self.admin.all("/hour-records?sort=created").await
    }
}

fn counts(report: &Value) -> [i64; 5] {
    ["rows_imported", "rows_unchanged", "rows_decided", "rows_passed_over", "rows_failed"]
        .map(|name| report[name].as_i64().unwrap())
}

/// Case A20.
#[actix_web::test]
async fn a_persons_decision_survives_the_same_file_sent_again() {
    let files = Files::start().await;
    let admin = &files.admin;
    let file = format!(
        "{HEADER}\n{}{}{}",
        files.row("甲", 4, "2026-06-01"),
        files.row("乙", 4, "2026-06-02"),
        files.row("丙", 4, "2026-06-03")
    );
    let path = "/imports/hour-records?status=pending";
    let report = admin.post_csv(path, file.clone()).await.expect(201);
    assert_eq!((counts(&report), &report["held"]), ([3, 0, 0, 0, 0], &json!([{ "hold": "decision", "rows": 3 }])));
    let records = files.records().await;
    let act = |at: usize, act: &str| format!("/hour-records/{}/{act}", id(&records[at]));
    admin.act(&act(0, "recognize")).await.expect(200);
    admin.post(&act(0, "void"), json!({ "reason": "未参训" })).await.expect(200);
    admin.post(&act(1, "reject"), json!({ "reason": "未参训" })).await.expect(200);
    for path in ["/imports/hour-records?dry_run=true", "/imports/hour-records"] {
        let again = admin.post_csv(path, file.clone()).await.expect(201);
        assert_eq!(counts(&again), [0, 1, 2, 0, 0]);
    }
    assert_eq!(files.records().await.len(), 3);
    // Another content under the key is another statement.
    let mended = format!("{HEADER}\n{}", files.row("甲", 3, "2026-06-01"));
    assert_eq!(counts(&admin.post_csv("/imports/hour-records", mended).await.expect(201)), [1, 0, 0, 0, 0]);
    let item = json!([{
        "external_id": "A", "teacher_no": files.number, "training_year": 2026, "starts_on": "2026-07-01",
        "ends_on": "2026-07-01", "hours": 4, "level": "county", "mode": 2, "title": "丁", "institution": "进修学校",
    }]);
    let pushed = admin.post("/sources/province/hour-records", item.clone()).await.expect(200);
    let id = pushed["items"][0]["id"].as_str().unwrap();
    admin.post(&format!("/hour-records/{id}/void"), json!({ "reason": "未参训" })).await.expect(200);
    let pushed = admin.post("/sources/province/hour-records", item).await.expect(200);
    assert_eq!([&pushed["items"][0]["outcome"], &pushed["counts"]["decided"]], [&json!("decided"), &json!(1)]);
}

/// Cases A21 and E17.
#[actix_web::test]
async fn an_export_that_comes_back_changes_nothing_and_ended_rows_are_passed_over() {
    let files = Files::start().await;
    let admin = &files.admin;
    let manual = admin.hours_with(&files.teacher, 2026, 8.0, json!({ "title": "手工" })).await;
    admin.hours_with(&files.teacher, 2026, 6.0, json!({ "source": "province", "external_id": "P-1" })).await;
    let file = format!("{HEADER}\n{}", files.row("文件", 4, "2026-06-20"));
    admin.post_csv("/imports/hour-records", file).await.expect(201);
    for (act, title) in [("void", "作废"), ("reject", "驳回"), ("return", "退回"), ("withdraw", "撤回")] {
        let status = if act == "void" { "recognized" } else { "pending" };
        let record = admin.hours_with(&files.teacher, 2026, 2.0, json!({ "title": title, "status": status })).await;
        admin.post(&format!("/hour-records/{}/{act}", id(&record)), json!({ "reason": "误" })).await.expect(200);
    }
    let export = admin.get("/hour-records/export?format=csv").await;
    let export = if export.status == 200 { export.text } else { csv(admin).await };
    let report = admin.post_csv("/imports/hour-records", export.clone()).await.expect(201);
    assert_eq!(counts(&report), [0, 3, 0, 4, 0]);
    let report = admin.post_csv("/imports/hour-records?source=first-load", export.clone()).await.expect(201);
    assert_eq!(counts(&report), [0, 3, 0, 4, 0], "equal rows stay where they are");
    // Without its record, a row of another source is a fault, or keeps its source as the origin.
    admin.post(&format!("/hour-records/{}/void", id(&manual)), json!({ "reason": "误" })).await.expect(200);
    let refused = admin.post_csv("/imports/hour-records", export.clone()).await.expect(422);
    assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
    assert_eq!(
        [&refused["errors"][0]["column"], &refused["errors"][0]["code"]],
        [&json!("来源"), &json!("foreign_source")]
    );
    let loaded = admin.post_csv("/imports/hour-records?source=first-load", export).await.expect(201);
    assert_eq!(counts(&loaded), [1, 2, 0, 4, 0]);
    let record = &admin.all("/hour-records?source=first-load").await[0];
    assert_eq!(
        [&record["origin"], &record["title"], &record["import_id"]],
        [&json!("manual"), &json!("手工"), &loaded["id"]]
    );
}

async fn csv(admin: &Session) -> String {
    let request = admin.request(reqwest::Method::GET, "/hour-records").header("accept", "text/csv");
    request.send().await.unwrap().text().await.unwrap()
}

#[actix_web::test]
async fn flags_of_years_that_are_over_are_accepted_with_a_reason() {
    let files = Files::start().await;
    let admin = &files.admin;
    let file = format!(
        "{HEADER}\n{}{}{}",
        files.row("旧", 40, "2024-06-01"),
        files.row("旧二", 4, "2024-07-01"),
        files.row("新", 9, "2026-06-01")
    );
    let checked = admin.post_csv("/imports/hour-records?dry_run=true", file.clone()).await.expect(201);
    assert_eq!(checked["held"], json!([{ "hold": "flagged", "rows": 2 }]));
    let path = "/imports/hour-records?on_flag=accept";
    let faults = admin.post_csv(path, file.clone()).await.faults();
    assert_eq!(faults, [("reason".to_owned(), "required".to_owned())]);
    let clerk = files.app.user(admin, Role::SchoolAdmin, &files.school).await;
    clerk.post_csv(&format!("{path}&reason=x"), file.clone()).await.problem(403, "forbidden");
    let report = admin.post_csv(&format!("{path}&reason=%E6%97%A7%E8%B4%A6"), file).await.expect(201);
    assert_eq!(report["held"], json!([{ "hold": "flagged", "rows": 1 }]));
    let records = files.records().await;
    let told = |record: &Value| json!([record["status"], record["flags"], record["status_reason"]]);
    assert_eq!(told(&records[0]), json!(["recognized", ["above_day_limit"], "旧账"]));
    assert_eq!(told(&records[1]), json!(["recognized", [], null]));
    assert_eq!(told(&records[2]), json!(["pending", ["above_day_limit"], null]), "its year is not over");
}

#[actix_web::test]
async fn valid_rows_are_imported_beside_faulty_ones_if_the_caller_says_so() {
    let files = Files::start().await;
    let admin = &files.admin;
    let file = format!(
        "{HEADER}\n{}{}X{}",
        files.row("甲", 4, "2026-06-01"),
        files.row("乙", 400, "2026-06-02"),
        files.row("丙", 4, "2026-06-03")
    );
    admin.post_csv("/imports/hour-records", file.clone()).await.expect(422);
    assert_eq!(files.records().await.len(), 0);
    let path = "/imports/hour-records?accept_valid=true";
    let checked = admin.post_csv(&format!("{path}&dry_run=true"), file.clone()).await.expect(201);
    assert_eq!((counts(&checked), &checked["status"]), ([1, 0, 0, 0, 2], &json!("checked")));
    let report = admin.post_csv(path, file).await.expect(201);
    assert_eq!((counts(&report), &report["status"]), ([1, 0, 0, 0, 2], &json!("imported")));
    assert_eq!(files.records().await.len(), 1);
    let failed = admin.get(&format!("/imports/{}/errors.csv", id(&report))).await;
    assert!(!failed.text.contains('甲') && failed.text.contains('乙') && failed.text.contains('丙'), "{}", failed.text);
    let none = format!("{HEADER}\n{}", files.row("乙", 400, "2026-06-02"));
    admin.post_csv(path, none).await.expect(422);
    admin.post_csv(path, "不是表头\n甲\n").await.expect(422);
}

/// Case E10.
#[actix_web::test]
async fn an_import_is_taken_back_as_one_act_that_names_what_cannot_be() {
    let files = Files::start().await;
    let admin = &files.admin;
    let file = format!(
        "{HEADER}\n{}{}{}{}",
        files.row("甲", 4, "2026-06-01"),
        files.row("乙", 9, "2026-06-02"),
        files.row("丙", 4, "2026-06-03"),
        files.row("丁", 4, "2026-06-04")
    );
    let report = admin.post_csv("/imports/hour-records", file.clone()).await.expect(201);
    let records = admin.all(&format!("/hour-records?sort=created&import_id={}", id(&report))).await;
    assert_eq!(records.len(), 4);
    admin.post(&format!("/hour-records/{}/void", id(&records[2])), json!({ "reason": "未参训" })).await.expect(200);
    let path = format!("/imports/{}/take-back", id(&report));
    let school = files.app.user(admin, Role::SchoolAdmin, &files.school).await;
    school.post(&path, json!({ "reason": "误" })).await.problem(404, "not_found");
    let body = |dry_run: bool| json!({ "reason": "导错了", "dry_run": dry_run });
    let counted = admin.post(&path, body(true)).await.expect(200);
    let expected = json!({
        "dry_run": true, "voided": 2, "withdrawn": 1, "hours": 17, "kept_total": 1,
        "kept": [{ "id": records[2]["id"], "because": "ended" }],
    });
    assert_eq!(counted, expected);
    let taken_back = admin.post(&path, body(false)).await.expect(200);
    assert_eq!([&taken_back["dry_run"], &taken_back["voided"]], [&json!(false), &json!(2)]);
    let now = admin.all(&format!("/hour-records?sort=created&import_id={}", id(&report))).await;
    let statuses: Vec<_> = now.iter().map(|record| record["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["voided", "withdrawn", "voided", "voided"]);
    assert_eq!(now[0]["status_reason"], "整批撤回：导错了");
    let found = admin.get(&format!("/imports/{}", id(&report))).await.expect(200);
    assert_eq!([&found["take_back_reason"], &found["taken_back_by"]], [&json!("导错了"), &json!(admin.me("/id"))]);
    admin.post(&path, body(false)).await.problem(409, "wrong_state");
    // The same file may come again; what a person decided stays.
    let again = admin.post_csv("/imports/hour-records", file).await.expect(201);
    assert_eq!(counts(&again), [3, 0, 1, 0, 0]);
    let quota = admin.get(&format!("/teachers/{}/quotas/2026", files.teacher)).await.expect(200);
    assert_eq!([&quota["recognized_hours"], &quota["pending_hours"]], [&json!(8), &json!(9)]);
}
