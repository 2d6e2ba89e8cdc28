//! Suspected duplicates of hour records and the decisions on them.

use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

struct Suspicion {
    app: TestApp,
    admin: Session,
    teacher: String,
    /// The earlier record.
    other: Value,
    /// The record from another source.
    suspected: Value,
}

impl Suspicion {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let teacher = admin.teacher(&admin.me("/organization/id")).await;
        let other = record_from(&admin, &teacher, "import", 40.0).await;
        let suspected = record_from(&admin, &teacher, "province", 38.0).await;
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

async fn record_from(admin: &Session, teacher: &str, source: &str, hours: f64) -> Value {
    let training = json!({ "title": "国培计划", "institution": "东北师大", "source": source });
    admin.hours_with(teacher, 2025, hours, training).await
}

#[actix_web::test]
async fn both_records_are_shown_side_by_side() {
    let suspicion = Suspicion::start().await;
    let pair = suspicion.pair().await;
    assert_eq!((&pair["record"], &pair["other"]), (&suspicion.suspected, &suspicion.other));
    let alone = suspicion.admin.get(&format!("/hour-records/{}/duplicate", id(&suspicion.other))).await.expect(200);
    assert_eq!((&alone["record"], &alone["other"]), (&suspicion.other, &Value::Null));
}

#[actix_web::test]
async fn keeping_the_other_rejects_this_one() {
    let suspicion = Suspicion::start().await;
    let after = suspicion.decide(json!({ "decision": "keep_other", "reason": "同一培训" })).await.expect(200);
    assert_eq!(
        (&after["record"]["status"], &after["record"]["status_reason"]),
        (&json!("rejected"), &json!("同一培训"))
    );
    assert_eq!(after["other"], suspicion.other);
    assert_eq!(suspicion.quota().await, (json!(40), json!(0)));
    assert_eq!(suspicion.actions(&suspicion.suspected).await, ["reject", "create"]);
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn keeping_this_one_voids_the_other() {
    let suspicion = Suspicion::start().await;
    let after = suspicion.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!((&after["record"]["status"], &after["other"]["status"]), (&json!("recognized"), &json!("voided")));
    assert!(after["other"]["status_reason"].as_str().unwrap().contains("重复"));
    assert_eq!(suspicion.quota().await, (json!(38), json!(0)));
    assert_eq!(suspicion.actions(&suspicion.other).await, ["void", "create"]);
    assert_eq!(suspicion.actions(&suspicion.suspected).await, ["recognize", "create"]);
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn keeping_both_needs_a_reason_and_recognises() {
    let suspicion = Suspicion::start().await;
    for missing in [json!({ "decision": "keep_both" }), json!({ "decision": "keep_both", "reason": " " })] {
        assert_eq!(suspicion.decide(missing).await.faults(), [("/reason".to_owned(), "required".to_owned())]);
    }
    let after = suspicion.decide(json!({ "decision": "keep_both", "reason": "两期培训" })).await.expect(200);
    assert_eq!(
        (&after["record"]["status"], &after["record"]["status_reason"]),
        (&json!("recognized"), &json!("两期培训"))
    );
    assert_eq!(after["other"]["status"], "recognized");
    assert_eq!(suspicion.quota().await, (json!(78), json!(0)));
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn keeping_this_one_rejects_a_pending_other() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let training = json!({ "title": "国培计划", "institution": "东北师大", "source": "import", "status": "pending" });
    let other = admin.hours_with(&teacher, 2025, 40.0, training).await;
    let suspected = record_from(&admin, &teacher, "province", 38.0).await;
    let suspicion = Suspicion { app, admin, teacher, other, suspected };
    let after = suspicion.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!((&after["record"]["status"], &after["other"]["status"]), (&json!("recognized"), &json!("rejected")));
    assert_eq!(suspicion.quota().await, (json!(38), json!(0)));
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn a_decision_is_made_once() {
    let suspicion = Suspicion::start().await;
    suspicion.decide(json!({ "decision": "keep_other" })).await.expect(200);
    for decision in ["keep_this", "keep_other", "keep_both"] {
        suspicion.decide(json!({ "decision": decision, "reason": "再次" })).await.problem(409, "wrong_state");
    }
    let unsuspected = suspicion.admin.hours_with(&suspicion.teacher, 2025, 1.0, json!({ "status": "pending" })).await;
    let path = format!("/hour-records/{}/resolve-duplicate", id(&unsuspected));
    suspicion.admin.post(&path, json!({ "decision": "keep_this" })).await.problem(409, "wrong_state");
    assert_eq!(suspicion.quota().await, (json!(40), json!(1)));
}

#[actix_web::test]
async fn an_ended_record_cannot_be_kept() {
    let suspicion = Suspicion::start().await;
    suspicion
        .admin
        .post(&format!("/hour-records/{}/void", id(&suspicion.other)), json!({ "reason": "录入有误" }))
        .await
        .expect(200);
    suspicion.decide(json!({ "decision": "keep_other" })).await.problem(409, "wrong_state");
    suspicion.decide(json!({ "decision": "keep_this" })).await.expect(200);
    assert_eq!(suspicion.quota().await, (json!(38), json!(0)));
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn a_third_source_is_compared_with_the_one_that_was_kept() {
    let suspicion = Suspicion::start().await;
    let third = record_from(&suspicion.admin, &suspicion.teacher, "city", 39.0).await;
    assert_eq!(third["duplicate_of"], suspicion.other["id"]);
    suspicion.decide(json!({ "decision": "keep_this" })).await.expect(200);
    let path = format!("/hour-records/{}", id(&third));
    let pair = suspicion.admin.get(&format!("{path}/duplicate")).await.expect(200);
    assert_eq!(pair["other"]["id"], suspicion.suspected["id"]);
    // A decision on the former pair is refused.
    let stale = json!({ "decision": "keep_this", "other_id": suspicion.other["id"] });
    suspicion.admin.post(&format!("{path}/resolve-duplicate"), stale).await.problem(409, "conflict");
    let body = json!({ "decision": "keep_this", "other_id": suspicion.suspected["id"] });
    suspicion.admin.post(&format!("{path}/resolve-duplicate"), body).await.expect(200);
    assert_eq!(suspicion.quota().await, (json!(39), json!(0)), "counted once");
    suspicion.totals_are_exact();
}

#[actix_web::test]
async fn recognisers_decide_in_their_scope() {
    let suspicion = Suspicion::start().await;
    let root = suspicion.admin.me("/organization/id");
    let path = format!("/hour-records/{}/resolve-duplicate", id(&suspicion.suspected));
    let body = json!({ "decision": "keep_other" });
    let clerk = suspicion.app.user(&suspicion.admin, Role::SchoolAdmin, &root).await;
    clerk.post(&path, body.clone()).await.problem(403, "forbidden");
    let elsewhere = suspicion.admin.organization("school", &root).await;
    let stranger = suspicion.app.user(&suspicion.admin, Role::TrainingSchoolAdmin, &elsewhere).await;
    stranger.post(&path, body.clone()).await.problem(404, "not_found");
    let trainer = suspicion.app.user(&suspicion.admin, Role::TrainingSchoolAdmin, &root).await;
    trainer.post(&path, body).await.expect(200);
}
