//! Suspected duplicates of hour records, and what a person makes of them.

use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

struct Told {
    app: TestApp,
    admin: Session,
    teacher: String,
    /// The record that was there.
    other: Value,
    /// The one that another source told of.
    suspected: Value,
}

impl Told {
    async fn twice() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let teacher = admin.teacher(&admin.me("/organization/id")).await;
        let other = tell(&admin, &teacher, "import", 40.0).await;
        let suspected = tell(&admin, &teacher, "province", 38.0).await;
        Self { app, admin, teacher, other, suspected }
    }

    async fn decide(&self, body: Value) -> songjiao_tests::Answer {
        self.admin.post(&format!("/hour-records/{}/resolve-duplicate", id(&self.suspected)), body).await
    }

    async fn pair(&self) -> Value {
        self.admin.get(&format!("/hour-records/{}/duplicate", id(&self.suspected))).await.expect(200)
    }

    async fn quota(&self) -> (Value, Value) {
        let quota = self.admin.get(&format!("/teachers/{}/quotas/2025", self.teacher)).await.expect(200);
        (quota["recognized_hours"].clone(), quota["pending_hours"].clone())
    }

    fn totals_are_exact(&self) {
        assert_eq!(self.app.db.read_now(ledger::verify_totals).unwrap(), []);
    }

    async fn actions(&self, record: &Value) -> Vec<String> {
        let entries = self.admin.all(&format!("/audit-log?entity_id={}", id(record))).await;
        entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    }
}

async fn tell(admin: &Session, teacher: &str, source: &str, hours: f64) -> Value {
    let told = json!({ "title": "国培计划", "institution": "东北师大", "source": source });
    admin.hours_with(teacher, 2025, hours, told).await
}

#[actix_web::test]
async fn both_records_are_shown_side_by_side() {
    let told = Told::twice().await;
    let pair = told.pair().await;
    assert_eq!((&pair["record"], &pair["other"]), (&told.suspected, &told.other));
    let alone = told.admin.get(&format!("/hour-records/{}/duplicate", id(&told.other))).await.expect(200);
    assert_eq!((&alone["record"], &alone["other"]), (&told.other, &Value::Null));
}

#[actix_web::test]
async fn to_keep_the_other_rejects_this_one() {
    let told = Told::twice().await;
    let after = told.decide(json!({ "decision": "keep_other", "reason": "同一培训" })).await.expect(200);
    assert_eq!(
        (&after["record"]["status"], &after["record"]["status_reason"]),
        (&json!("rejected"), &json!("同一培训"))
    );
    assert_eq!(after["other"], told.other);
    assert_eq!(told.quota().await, (json!(40), json!(0)));
    assert_eq!(told.actions(&told.suspected).await, ["reject", "create"]);
    told.totals_are_exact();
}

#[actix_web::test]
async fn to_keep_this_one_voids_the_other() {
    let told = Told::twice().await;
    let after = told.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!((&after["record"]["status"], &after["other"]["status"]), (&json!("recognized"), &json!("voided")));
    assert!(after["other"]["status_reason"].as_str().unwrap().contains("重复"));
    assert_eq!(told.quota().await, (json!(38), json!(0)));
    assert_eq!(told.actions(&told.other).await, ["void", "create"]);
    assert_eq!(told.actions(&told.suspected).await, ["recognize", "create"]);
    told.totals_are_exact();
}

#[actix_web::test]
async fn to_keep_both_asks_for_a_reason_and_recognises() {
    let told = Told::twice().await;
    for missing in [json!({ "decision": "keep_both" }), json!({ "decision": "keep_both", "reason": " " })] {
        assert_eq!(told.decide(missing).await.faults(), [("/reason".to_owned(), "required".to_owned())]);
    }
    let after = told.decide(json!({ "decision": "keep_both", "reason": "两期培训" })).await.expect(200);
    assert_eq!(
        (&after["record"]["status"], &after["record"]["status_reason"]),
        (&json!("recognized"), &json!("两期培训"))
    );
    assert_eq!(after["other"]["status"], "recognized");
    assert_eq!(told.quota().await, (json!(78), json!(0)));
    told.totals_are_exact();
}

#[actix_web::test]
async fn a_pending_other_is_rejected_where_this_one_is_kept() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let told = json!({ "title": "国培计划", "institution": "东北师大", "source": "import", "status": "pending" });
    let other = admin.hours_with(&teacher, 2025, 40.0, told).await;
    let suspected = tell(&admin, &teacher, "province", 38.0).await;
    let told = Told { app, admin, teacher, other, suspected };
    let after = told.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!((&after["record"]["status"], &after["other"]["status"]), (&json!("recognized"), &json!("rejected")));
    assert_eq!(told.quota().await, (json!(38), json!(0)));
    told.totals_are_exact();
}

#[actix_web::test]
async fn a_decision_is_made_once() {
    let told = Told::twice().await;
    told.decide(json!({ "decision": "keep_other" })).await.expect(200);
    for decision in ["keep_this", "keep_other", "keep_both"] {
        told.decide(json!({ "decision": decision, "reason": "再次" })).await.problem(409, "wrong_state");
    }
    let unsuspected = told.admin.hours_with(&told.teacher, 2025, 1.0, json!({ "status": "pending" })).await;
    let path = format!("/hour-records/{}/resolve-duplicate", id(&unsuspected));
    told.admin.post(&path, json!({ "decision": "keep_this" })).await.problem(409, "wrong_state");
    assert_eq!(told.quota().await, (json!(40), json!(1)));
}

#[actix_web::test]
async fn what_has_ended_cannot_be_kept() {
    let told = Told::twice().await;
    told.admin
        .post(&format!("/hour-records/{}/void", id(&told.other)), json!({ "reason": "录入有误" }))
        .await
        .expect(200);
    told.decide(json!({ "decision": "keep_other" })).await.problem(409, "wrong_state");
    told.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!(told.quota().await, (json!(38), json!(0)));
    told.totals_are_exact();
}

#[actix_web::test]
async fn a_third_source_is_compared_with_the_one_that_was_kept() {
    let told = Told::twice().await;
    let third = tell(&told.admin, &told.teacher, "city", 39.0).await;
    assert_eq!(third["duplicate_of"], told.other["id"]);
    told.decide(json!({ "decision": "keep_this" })).await.expect(200);
    let path = format!("/hour-records/{}", id(&third));
    let pair = told.admin.get(&format!("{path}/duplicate")).await.expect(200);
    assert_eq!(pair["other"]["id"], told.suspected["id"]);
    // Whoever looked before that decides on something else.
    let stale = json!({ "decision": "keep_this", "other_id": told.other["id"] });
    told.admin.post(&format!("{path}/resolve-duplicate"), stale).await.problem(409, "conflict");
    let body = json!({ "decision": "keep_this", "other_id": told.suspected["id"] });
    told.admin.post(&format!("{path}/resolve-duplicate"), body).await.expect(200);
    assert_eq!(told.quota().await, (json!(39), json!(0)), "counted once");
    told.totals_are_exact();
}

#[actix_web::test]
async fn who_recognises_decides_in_their_scope() {
    let told = Told::twice().await;
    let root = told.admin.me("/organization/id");
    let path = format!("/hour-records/{}/resolve-duplicate", id(&told.suspected));
    let body = json!({ "decision": "keep_other" });
    let clerk = told.app.user(&told.admin, Role::SchoolAdmin, &root).await;
    clerk.post(&path, body.clone()).await.problem(403, "forbidden");
    let elsewhere = told.admin.organization("school", &root).await;
    let stranger = told.app.user(&told.admin, Role::TrainingSchoolAdmin, &elsewhere).await;
    stranger.post(&path, body.clone()).await.problem(404, "not_found");
    let trainer = told.app.user(&told.admin, Role::TrainingSchoolAdmin, &root).await;
    trainer.post(&path, body).await.expect(200);
}
