//! Records that are withdrawn, returned, corrected and restored, and decisions on many at once.

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

struct County {
    app: TestApp,
    admin: Session,
    /// A school's clerk, who submits and does not recognise.
    school: Session,
    teacher: String,
}

impl County {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let place = admin.organization("school", &admin.me("/organization/id")).await;
        let school = app.user(&admin, Role::SchoolAdmin, &place).await;
        let teacher = admin.teacher(&place).await;
        Self { app, admin, school, teacher }
    }

    async fn submitted(&self, hours: f64) -> Value {
        self.school.hours_with(&self.teacher, 2026, hours, json!({ "status": "pending" })).await
    }

    async fn quota(&self) -> (Value, Value) {
        let quota = self.admin.get(&format!("/teachers/{}/quotas/2026", self.teacher)).await.expect(200);
        (quota["recognized_hours"].clone(), quota["pending_hours"].clone())
    }

    async fn actions(&self, record: &Value) -> Vec<String> {
        let path = format!("/audit-log?entity=hour_record&entity_id={}", id(record));
        let entries = self.admin.all(&path).await;
        entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    }
}

fn path(record: &Value, act: &str) -> String {
    format!("/hour-records/{}/{act}", id(record))
}

#[actix_web::test]
async fn who_submitted_a_record_withdraws_it_and_may_submit_it_again() {
    let county = County::start().await;
    let record = county.submitted(8.0).await;
    county.admin.act(&path(&record, "withdraw")).await.problem(403, "forbidden");
    let withdrawn = county.school.act(&path(&record, "withdraw")).await.expect(200);
    assert_eq!(
        [&withdrawn["status"], &withdrawn["hold"], &withdrawn["holds"]],
        [&json!("withdrawn"), &json!(null), &json!([])]
    );
    assert_eq!(county.quota().await, (json!(0), json!(0)));
    county.school.act(&path(&record, "withdraw")).await.problem(409, "wrong_state");
    county.admin.act(&path(&record, "recognize")).await.problem(409, "wrong_state");
    county.admin.post(&path(&record, "restore"), json!({ "reason": "误" })).await.problem(409, "wrong_state");
    assert_eq!(county.actions(&record).await, ["withdraw", "create"]);
    let changes = county.admin.get("/changes?types=hour_record.withdrawn").await.expect(200);
    assert_eq!(changes["items"][0]["id"], record["id"]);
    let keyed = json!({ "status": "pending", "external_id": "E-1" });
    let first = county.school.hours_with(&county.teacher, 2026, 8.0, keyed.clone()).await;
    county.school.post(&path(&first, "withdraw"), json!({ "reason": "填错" })).await.expect(200);
    let again = county.school.hours_with(&county.teacher, 2026, 6.0, keyed).await;
    county.admin.act(&path(&again, "recognize")).await.expect(200);
    county.school.act(&path(&again, "withdraw")).await.problem(409, "wrong_state");
    assert_eq!(county.quota().await, (json!(6), json!(0)));
}

#[actix_web::test]
async fn a_returned_record_has_ended_and_its_correction_is_a_new_record_that_names_it() {
    let county = County::start().await;
    let record = county.submitted(80.0).await;
    county.school.post(&path(&record, "return"), json!({ "reason": "自己" })).await.problem(403, "forbidden");
    assert_eq!(county.admin.post(&path(&record, "return"), json!({})).await.status, 422);
    let returned = county.admin.post(&path(&record, "return"), json!({ "reason": "学时应为 8" })).await.expect(200);
    assert_eq!([&returned["status"], &returned["status_reason"]], [&json!("returned"), &json!("学时应为 8")]);
    assert_eq!(county.quota().await, (json!(0), json!(0)));
    let other = county.admin.teacher(&county.admin.me("/organization/id")).await;
    let correction = |teacher: &str, former: &Value| {
        json!({
            "teacher_id": teacher, "training_year": 2026, "starts_on": "2026-06-01", "ends_on": "2026-06-01", "hours": 8,
            "level": "county", "mode": "face_to_face", "title": "培训", "institution": "进修学校", "former_id": former["id"],
        })
    };
    let faults = county.admin.post("/hour-records", correction(&other, &record)).await.faults();
    assert_eq!(faults, [("/former_id".to_owned(), "not_returned".to_owned())]);
    let corrected = county.school.post("/hour-records", correction(&county.teacher, &record)).await.expect(201);
    assert_eq!([&corrected["former_id"], &corrected["status"]], [&record["id"], &json!("pending")]);
    let faults = county.school.post("/hour-records", correction(&county.teacher, &record)).await.faults();
    assert_eq!(faults, [("/former_id".to_owned(), "already_corrected".to_owned())]);
    let faults = county.school.post("/hour-records", correction(&county.teacher, &corrected)).await.faults();
    assert_eq!(faults, [("/former_id".to_owned(), "not_returned".to_owned())]);
    county.admin.act(&path(&corrected, "recognize")).await.expect(200);
    assert_eq!(county.quota().await, (json!(8), json!(0)));
}

#[actix_web::test]
async fn a_rejection_or_a_void_is_undone_by_a_new_record_that_names_the_former() {
    let county = County::start().await;
    let record = county.admin.hours_with(&county.teacher, 2026, 8.0, json!({ "external_id": "E-1" })).await;
    county.admin.post(&path(&record, "restore"), json!({ "reason": "误" })).await.problem(409, "wrong_state");
    county.admin.post(&path(&record, "void"), json!({ "reason": "误作废" })).await.expect(200);
    county.school.post(&path(&record, "restore"), json!({ "reason": "误" })).await.problem(403, "forbidden");
    let restored = county.admin.post(&path(&record, "restore"), json!({ "reason": "误作废，恢复" })).await.expect(201);
    assert_eq!([&restored["former_id"], &restored["status"]], [&record["id"], &json!("recognized")]);
    assert_eq!([&restored["external_id"], &restored["status_reason"]], [&json!("E-1"), &json!("误作废，恢复")]);
    let former = county.admin.get(&format!("/hour-records/{}", id(&record))).await.expect(200);
    assert_eq!(former["status"], "voided");
    assert_eq!(county.quota().await, (json!(8), json!(0)));
    county.admin.post(&path(&record, "restore"), json!({ "reason": "再次" })).await.problem(409, "already_exists");
    assert_eq!(county.actions(&restored).await, ["restore"]);
    let rejected = county.submitted(4.0).await;
    county.admin.post(&path(&rejected, "reject"), json!({ "reason": "误" })).await.expect(200);
    let restored = county.admin.post(&path(&rejected, "restore"), json!({ "reason": "误驳回" })).await.expect(201);
    assert_eq!([&restored["status"], &restored["hold"]], [&json!("pending"), &json!("decision")]);
    assert_eq!(county.quota().await, (json!(8), json!(4)));
}

#[actix_web::test]
async fn a_restored_rejection_of_implausible_hours_waits_for_a_person_as_before() {
    let county = County::start().await;
    let one_day = json!({ "starts_on": "2025-06-03", "ends_on": "2025-06-03" });
    let record = county.admin.hours_with(&county.teacher, 2025, 20.0, one_day).await;
    assert_eq!([&record["status"], &record["hold"]], [&json!("pending"), &json!("flagged")]);
    county.admin.post(&path(&record, "reject"), json!({ "reason": "误" })).await.expect(200);
    let restored = county.admin.post(&path(&record, "restore"), json!({ "reason": "误驳回" })).await.expect(201);
    assert_eq!([&restored["status"], &restored["hold"]], [&json!("pending"), &json!("flagged")]);
}

/// Case A3.
#[actix_web::test]
async fn a_suspected_record_is_recognised_by_its_comparison_alone() {
    let county = County::start().await;
    let training = json!({
        "title": "国培计划", "institution": "东北师大", "starts_on": "2026-06-01", "ends_on": "2026-06-05",
    });
    let more = |source: &str| {
        let mut more = training.clone();
        more["source"] = json!(source);
        more
    };
    let admin = &county.admin;
    admin.hours_with(&county.teacher, 2026, 20.0, more("manual")).await;
    let suspected = admin.hours_with(&county.teacher, 2026, 20.0, more("province")).await;
    assert_eq!([&suspected["status"], &suspected["hold"]], [&json!("pending"), &json!("suspected")]);
    admin.act(&path(&suspected, "recognize")).await.problem(409, "duplicate_suspected");
    let bulk = admin.post("/hour-records/recognize", json!({ "ids": [suspected["id"]] })).await;
    assert_eq!(bulk.problem(409, "duplicate_suspected")["errors"][0]["pointer"], "/ids/0");
    let decision = json!({ "decision": "recognize", "filter": { "teacher_id": county.teacher } });
    let decided = admin.post("/hour-records/decide", decision).await.expect(200);
    assert_eq!(
        [&decided["decided"], &decided["left_out"]],
        [&json!(0), &json!([{ "hold": "suspected", "records": 1 }])]
    );
    assert_eq!(county.quota().await, (json!(20), json!(20)));
    let group = format!("/duplicate-groups/{}", suspected["duplicate_group_id"].as_str().unwrap());
    let units = admin.get(&group).await.expect(200)["units"].clone();
    let keep: Vec<&Value> = units.as_array().unwrap().iter().map(|unit| &unit["id"]).collect();
    let kept = json!({ "keep": keep, "reason": "两次培训" });
    admin.post(&format!("{group}/decide"), kept).await.expect(200);
    assert_eq!(county.quota().await, (json!(40), json!(0)));
}

#[actix_web::test]
async fn decisions_by_filter_are_counted_first_and_reach_what_waits_for_a_decision_alone() {
    let county = County::start().await;
    for hours in [1.0, 2.0, 3.0] {
        county.submitted(hours).await;
    }
    let above = json!({ "status": "pending", "starts_on": "2026-07-01", "ends_on": "2026-07-01" });
    county.school.hours_with(&county.teacher, 2026, 9.0, above).await;
    let decide = |more: Value| {
        let mut body = json!({ "decision": "recognize", "filter": { "training_year": 2026 } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        county.admin.post("/hour-records/decide", body)
    };
    let counted = decide(json!({ "dry_run": true })).await.expect(200);
    let expected = json!({
        "dry_run": true, "decided": 3, "hours": 6, "closed": 0, "left_out": [{ "hold": "flagged", "records": 1 }],
    });
    assert_eq!(counted, expected);
    assert_eq!(county.quota().await, (json!(0), json!(15)));
    decide(json!({ "expected": 2 })).await.problem(409, "conflict");
    let faults = decide(json!({ "decision": "reject" })).await.faults();
    assert_eq!(faults, [("/reason".to_owned(), "required".to_owned())]);
    let decided = decide(json!({ "expected": 3 })).await.expect(200);
    assert_eq!([&decided["dry_run"], &decided["decided"]], [&json!(false), &json!(3)]);
    assert_eq!(county.quota().await, (json!(6), json!(9)));
    county
        .school
        .post("/hour-records/decide", json!({ "decision": "recognize", "filter": {} }))
        .await
        .problem(403, "forbidden");
    assert_eq!(county.app.db.read_now(songjiao_api::hours::hour_records::ledger::verify_totals).unwrap().len(), 0);
}
