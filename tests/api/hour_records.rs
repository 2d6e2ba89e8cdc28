use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};
use songjiao_api::{db::Actor, hours::hour_records::ledger};
use songjiao_tests::{NO_ID, Session, TestApp};
use songjiao_types::Role;

async fn quota(admin: &Session, teacher: &str, year: i32) -> (Value, Value) {
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200);
    (quota["recognized_hours"].clone(), quota["pending_hours"].clone())
}

fn differences(app: &TestApp) -> usize {
    app.db.read_now(ledger::verify_totals).unwrap().len()
}

#[actix_web::test]
async fn only_recognised_hours_count() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let pending = admin.hours_with(&teacher, 2025, 8.5, json!({ "status": "pending" })).await;
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(0), json!(8.5)));
    let path = format!("/hour-records/{}", pending["id"].as_str().unwrap());
    let recognized = admin.act(&format!("{path}/recognize")).await.expect(200);
    assert_eq!((&recognized["status"], &recognized["decided_by"]), (&json!("recognized"), &json!(admin.me("/id"))));
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(8.5), json!(0)));
    admin.act(&format!("{path}/recognize")).await.problem(409, "wrong_state");
    assert_eq!(differences(&app), 0);
}

#[actix_web::test]
async fn a_rejected_record_never_counts() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let pending = admin.hours_with(&teacher, 2025, 8.0, json!({ "status": "pending" })).await;
    let path = format!("/hour-records/{}", pending["id"].as_str().unwrap());
    let faults = admin.post(&format!("{path}/reject"), json!({ "reason": " " })).await.faults();
    assert_eq!(faults, [("/reason".to_owned(), "required".to_owned())]);
    let rejected = admin.post(&format!("{path}/reject"), json!({ "reason": "无证明材料" })).await.expect(200);
    assert_eq!((&rejected["status"], &rejected["status_reason"]), (&json!("rejected"), &json!("无证明材料")));
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(0), json!(0)));
    admin.act(&format!("{path}/recognize")).await.problem(409, "wrong_state");
    assert_eq!(differences(&app), 0);
}

#[actix_web::test]
async fn a_voided_record_stays_and_no_longer_counts() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let record = admin.hours_with(&teacher, 2025, 40.0, json!({ "external_id": "E-1" })).await;
    admin.hours(&teacher, 2025, 2.0).await;
    let path = format!("/hour-records/{}", record["id"].as_str().unwrap());
    admin.post(&format!("{path}/void"), json!({ "reason": "录入有误" })).await.expect(200);
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(2), json!(0)));
    assert_eq!(admin.get(&path).await.expect(200)["status"], "voided");
    admin.post(&format!("{path}/void"), json!({ "reason": "再次" })).await.problem(409, "wrong_state");
    admin.hours_with(&teacher, 2025, 30.0, json!({ "external_id": "E-1" })).await;
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(32), json!(0)), "its key is free again");
    assert_eq!(differences(&app), 0);
}

#[actix_web::test]
async fn a_source_key_has_one_live_record() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let new = |more: Value| {
        let mut new = json!({
            "teacher_id": teacher, "training_year": 2025, "hours": 8, "starts_on": "2025-06-01",
            "ends_on": "2025-06-02", "level": "county", "mode": "online", "title": "网络研修", "institution": "进修学校",
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    admin.post("/hour-records", new(json!({ "external_id": "A" }))).await.expect(201);
    let again = admin.post("/hour-records", new(json!({ "external_id": "A", "title": "另一题" }))).await;
    assert_eq!(again.problem(409, "already_exists")["errors"][0]["pointer"], "/external_id");
    admin.post("/hour-records", new(json!({}))).await.expect(201);
    let again = admin.post("/hour-records", new(json!({ "hours": 9 }))).await;
    assert_eq!(again.problem(409, "already_exists")["errors"][0]["pointer"], "/title", "the natural key");
    admin.post("/hour-records", new(json!({ "ends_on": "2025-06-03" }))).await.expect(201);
    let platform = new(json!({ "external_id": "A", "source": "province", "title": "省平台" }));
    admin.post("/hour-records", platform).await.expect(201);
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(0), json!(32)));
}

#[actix_web::test]
async fn the_same_training_from_another_source_waits_for_a_person() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let told = |source: &str| json!({ "title": "国培计划", "institution": "东北师大", "source": source });
    let first = admin.hours_with(&teacher, 2025, 40.0, told("import")).await;
    let second = admin.hours_with(&teacher, 2025, 40.0, told("province")).await;
    assert_eq!((&second["status"], &second["hold"]), (&json!("pending"), &json!("suspected")));
    let group = admin.get(&format!("/duplicate-groups/{}", second["duplicate_group_id"].as_str().unwrap())).await;
    assert_eq!(group.expect(200)["units"][0]["id"], first["id"]);
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(40), json!(40)), "not counted twice");
    assert_eq!(admin.all("/hour-records?suspected=true").await.len(), 1);
    let other_year = admin.hours_with(&teacher, 2024, 40.0, told("province")).await;
    let settled = (&other_year["status"], &other_year["duplicate_group_id"]);
    assert_eq!(settled, (&json!("recognized"), &json!(null)));
}

#[actix_web::test]
async fn the_database_refuses_to_edit_or_delete_a_record() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    admin.hours(&teacher, 2025, 40.0).await;
    let pending = admin.hours_with(&teacher, 2025, 1.0, json!({ "status": "pending" })).await;
    let path = format!("/hour-records/{}/reject", pending["id"].as_str().unwrap());
    admin.post(&path, json!({ "reason": "重复" })).await.expect(200);
    for statement in [
        "UPDATE hour_records SET hours = 999",
        "UPDATE hour_records SET training_year = 2026",
        "UPDATE hour_records SET title = 'x'",
        "UPDATE hour_records SET status = 'pending'",
        "UPDATE hour_records SET status = 'recognized' WHERE status = 'rejected'",
        "UPDATE hour_records SET hours = 999, status = 'voided', status_reason = 'x' WHERE status = 'recognized'",
        "DELETE FROM hour_records",
    ] {
        let outcome = app.db.write_now(Actor::system(), |tx| Ok(sql_query(statement).execute(tx.conn)?));
        let error = outcome.expect_err(statement);
        assert_eq!(error.code.to_string(), "wrong_state", "{statement}: {error}");
    }
    let records = admin.all("/hour-records?sort=created").await;
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["hours"], &records[0]["training_year"]), (&json!(40), &json!(2025)));
}

#[actix_web::test]
async fn invalid_hours_are_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let base = json!({
        "teacher_id": teacher, "training_year": 2025, "hours": 8, "starts_on": "2025-06-01", "ends_on": "2025-06-02",
        "level": "county", "mode": "online", "title": "网络研修", "institution": "进修学校",
    });
    for (field, value, pointer) in [
        ("hours", json!(0), "/hours"),
        ("hours", json!(-1), "/hours"),
        ("hours", json!(-0.5), "/hours"),
        ("hours", json!(0.005), "/hours"),
        ("hours", json!(1_000_000_000), "/hours"),
        ("hours", json!(1e9), "/hours"),
        ("hours", json!("8"), "/hours"),
        ("starts_on", json!("2025-02-29"), "/starts_on"),
        ("ends_on", json!("2025-06-31"), "/ends_on"),
        ("ends_on", json!("2025-05-31"), "/ends_on"),
        ("ends_on", json!("2025/06/02"), "/ends_on"),
        ("training_year", json!(1), "/training_year"),
        ("level", json!("10"), "/level"),
        ("title", json!(""), "/title"),
        ("source", json!("project"), "/source"),
        ("status", json!("voided"), "/status"),
        ("teacher_id", json!("019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"), "/teacher_id"),
        ("project_id", json!("019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"), "/project_id"),
        ("phase_id", json!("019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"), "/phase_id"),
    ] {
        let mut new = base.clone();
        new[field] = value.clone();
        assert_eq!(admin.post("/hour-records", new).await.faults()[0].0, pointer, "{field} {value}");
    }
    assert!(admin.all("/hour-records").await.is_empty());
    // Case C12: the national platform issues hours of two decimals.
    assert_eq!(admin.hours(&teacher, 2025, 34.52).await["hours"], 34.52);
    assert_eq!(admin.hours(&teacher, 2025, 965.48).await["hours"], 965.48);
    assert_eq!(quota(&admin, &teacher, 2025).await.0, 1000);
}

#[actix_web::test]
async fn a_school_submits_and_the_training_school_recognises() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let teacher = admin.teacher(&school).await;
    let clerk = app.user(&admin, Role::SchoolAdmin, &school).await;
    let record = clerk.hours_with(&teacher, 2025, 6.0, json!({ "status": "pending", "level": "school" })).await;
    assert_eq!((&record["status"], &record["tier"]), (&json!("pending"), &json!("school")));
    let path = format!("/hour-records/{}/recognize", record["id"].as_str().unwrap());
    clerk.act(&path).await.problem(403, "forbidden");
    let mut bold = record.clone();
    bold = json!({
        "teacher_id": bold["teacher_id"], "training_year": 2025, "hours": 6, "starts_on": "2025-06-01",
        "ends_on": "2025-06-02", "level": "school", "mode": "other", "title": "x", "institution": "y",
        "status": "recognized",
    });
    clerk.post("/hour-records", bold).await.problem(403, "forbidden");
    let trainer = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    trainer.act(&path).await.expect(200);
    let elsewhere = admin.organization("school", &root).await;
    let stranger = app.user(&admin, Role::TrainingSchoolAdmin, &elsewhere).await;
    let other = clerk.hours_with(&teacher, 2025, 6.0, json!({ "status": "pending" })).await;
    let path = format!("/hour-records/{}", other["id"].as_str().unwrap());
    stranger.get(&path).await.problem(404, "not_found");
    stranger.act(&format!("{path}/recognize")).await.problem(404, "not_found");
    assert!(stranger.all("/hour-records").await.is_empty());
}

#[actix_web::test]
async fn a_bulk_recognition_is_all_or_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let teacher = admin.teacher(&root).await;
        for hours in [1.5, 2.0] {
            let record = admin.hours_with(&teacher, 2025, hours, json!({ "status": "pending" })).await;
            ids.push(record["id"].clone());
        }
    }
    let done = admin.hours(&admin.teacher(&root).await, 2025, 5.0).await;
    let with_done: Vec<_> = ids.iter().cloned().chain([done["id"].clone()]).collect();
    let problem = admin.post("/hour-records/recognize", json!({ "ids": with_done })).await.problem(409, "wrong_state");
    assert_eq!(problem["errors"][0]["pointer"], "/ids/6");
    let with_unknown: Vec<_> = ids.iter().cloned().chain([json!(NO_ID)]).collect();
    let faults = admin.post("/hour-records/recognize", json!({ "ids": with_unknown })).await.faults();
    assert_eq!(faults, [("/ids/6".to_owned(), "unknown_hour_record".to_owned())]);
    assert_eq!(admin.all("/hour-records?status=pending").await.len(), 6, "nothing was done");
    let answer = admin.post("/hour-records/recognize", json!({ "ids": ids })).await.expect(200);
    assert_eq!(answer, json!({ "recognized": 6, "hours": 10.5 }));
    assert_eq!(admin.all("/hour-records?status=recognized").await.len(), 7);
    assert_eq!(differences(&app), 0);
}

#[actix_web::test]
async fn a_list_is_filtered_and_sorted() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "name": "赵丽" })).await;
    let other = admin.teacher(&root).await;
    for (year, level, mode) in [(2023, "national", "online"), (2025, "school", "other"), (2024, "county", "online")] {
        admin.hours_with(&teacher, year, 10.0, json!({ "level": level, "mode": mode })).await;
    }
    admin.hours_with(&other, 2024, 5.0, json!({ "title": "100%研修", "source": "province" })).await;
    let count = |query: String| {
        let admin = admin.clone();
        async move { admin.all(&format!("/hour-records?{query}")).await.len() }
    };
    assert_eq!(count(format!("teacher_id={teacher}")).await, 3);
    assert_eq!(count("training_year=2024".to_owned()).await, 2);
    assert_eq!(count("level=national".to_owned()).await, 1);
    assert_eq!(count("mode=online".to_owned()).await, 2);
    assert_eq!(count("source=province".to_owned()).await, 1);
    assert_eq!(count("q=0%25研".to_owned()).await, 1);
    assert_eq!(count("q=赵丽".to_owned()).await, 3);
    assert_eq!(count("q=ZL".to_owned()).await, 3, "the pinyin initials of the teacher's name");
    let years = |sort: &'static str| {
        let admin = admin.clone();
        async move {
            let rows = admin.all(&format!("/hour-records?sort={sort}&limit=1")).await;
            rows.iter().map(|row| row["training_year"].as_i64().unwrap()).collect::<Vec<_>>()
        }
    };
    assert_eq!(years("created").await, [2023, 2025, 2024, 2024]);
    assert_eq!(years("-created").await, [2024, 2024, 2025, 2023]);
    assert_eq!(years("training_year").await, [2023, 2024, 2024, 2025]);
    assert_eq!(years("-ends_on").await, [2025, 2024, 2024, 2023]);
}

#[actix_web::test]
async fn totals_can_be_verified_and_rebuilt_from_the_ledger() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    admin.hours(&teacher, 2025, 40.0).await;
    admin.hours_with(&teacher, 2025, 3.0, json!({ "status": "pending" })).await;
    let tamper = "UPDATE teacher_years SET recognized_hours = 9990 WHERE training_year = 2025";
    app.db.write_now(Actor::system(), |tx| Ok(sql_query(tamper).execute(tx.conn)?)).unwrap();
    let found = app.db.read_now(ledger::verify_totals).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kept_recognized, found[0].recognized, found[0].pending), (9990, 4000, 300));
    app.db.write_now(Actor::system(), |tx| ledger::rebuild_totals(tx.conn)).unwrap();
    assert_eq!(differences(&app), 0);
    assert_eq!(quota(&admin, &teacher, 2025).await, (json!(40), json!(3)));
}

#[actix_web::test]
async fn an_organization_that_the_caller_does_not_see_is_refused_wherever_hours_are_listed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (own, other) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let school = app.user(&admin, Role::SchoolAdmin, &own).await;
    for path in [
        "/hour-records",
        "/hour-records/annual-return?training_year=2026",
        "/quotas",
        "/quotas/summary",
        "/credits",
        "/exemptions",
        "/dashboard",
        "/statistics/completion",
    ] {
        let joint = if path.contains('?') { '&' } else { '?' };
        for (user, organization) in [(&admin, NO_ID), (&school, &other), (&school, &root)] {
            let faults = user.get(&format!("{path}{joint}organization_id={organization}")).await.faults();
            assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())], "{path}");
        }
    }
}
