use reqwest::Method;
use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

const PATH: &str = "/sources/province/hour-records";

/// Returns an item for a teacher's number, with `more` fields.
fn item(external_id: &str, teacher_no: &str, more: Value) -> Value {
    let mut item = json!({
        "external_id": external_id, "teacher_no": teacher_no, "training_year": 2025, "starts_on": "2025-06-01",
        "ends_on": "2025-06-03", "hours": 8, "level": "national", "mode": "online",
        "title": format!("培训 {external_id}"), "institution": "东北师范大学",
    });
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

/// Pushes items and returns the report.
async fn push(caller: &Session, items: &[Value]) -> Value {
    caller.post(PATH, json!(items)).await.expect(200)
}

fn outcomes(report: &Value) -> Vec<&str> {
    report["items"].as_array().unwrap().iter().map(|item| item["outcome"].as_str().unwrap()).collect()
}

/// Returns the faults of a rejected item as `(pointer, code)`.
fn faults(report: &Value, index: usize) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = report["items"][index]["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

async fn quota(admin: &Session, teacher: &str) -> (Value, Value) {
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    (quota["recognized_hours"].clone(), quota["pending_hours"].clone())
}

/// Starts a county with one teacher, T1; returns it with the administrator and the teacher's id.
async fn with_teacher() -> (TestApp, Session, String) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    (app, admin, teacher)
}

fn totals_are_exact(app: &TestApp) {
    assert_eq!(app.db.read_now(ledger::verify_totals).unwrap(), []);
}

#[actix_web::test]
async fn each_item_has_its_outcome_in_order() {
    let (app, admin, teacher) = with_teacher().await;
    let report = push(&admin, &[item("A", "T1", json!({})), item("B", "T1", json!({ "hours": 2.5 }))]).await;
    assert_eq!(outcomes(&report), ["created", "created"]);
    assert_eq!(report["source"], "province");
    let counts = json!({
        "created": 2, "unchanged": 0, "decided": 0, "superseded": 0, "duplicate_suspected": 0, "withdrawn": 0, "rejected": 0,
    });
    assert_eq!(report["counts"], counts);
    assert_eq!((&report["items"][1]["index"], &report["items"][1]["external_id"]), (&json!(1), &json!("B")));
    let record = admin.get(&format!("/hour-records/{}", id(&report["items"][1]))).await.expect(200);
    assert_eq!((&record["source"], &record["external_id"]), (&json!("province"), &json!("B")));
    assert_eq!((&record["status"], &record["hours"]), (&json!("recognized"), &json!(2.5)));
    assert_eq!(quota(&admin, &teacher).await, (json!(10.5), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn an_equal_item_is_unchanged() {
    let (app, admin, teacher) = with_teacher().await;
    let items = [item("A", "T1", json!({})), item("B", "T1", json!({}))];
    let first = push(&admin, &items).await;
    let entries = admin.all("/audit-log").await.len();
    let again = push(&admin, &items).await;
    assert_eq!(outcomes(&again), ["unchanged", "unchanged"]);
    assert_eq!(again["items"][0]["id"], first["items"][0]["id"]);
    assert_eq!(admin.all("/audit-log").await.len(), entries, "nothing happened");
    // The same values in other forms: labels, codes, the teacher by id.
    let mut other = item("A", "T1", json!({ "level": "国培", "mode": 3, "hours": 8.0 }));
    other.as_object_mut().unwrap().remove("teacher_no");
    other["teacher_id"] = json!(teacher);
    assert_eq!(outcomes(&push(&admin, &[other]).await), ["unchanged"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(16), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_different_item_under_the_same_id_supersedes() {
    let (app, admin, teacher) = with_teacher().await;
    let first = push(&admin, &[item("A", "T1", json!({}))]).await;
    let report = push(&admin, &[item("A", "T1", json!({ "hours": 6 }))]).await;
    assert_eq!(outcomes(&report), ["superseded"]);
    assert_ne!(report["items"][0]["id"], first["items"][0]["id"]);
    let old = admin.get(&format!("/hour-records/{}", id(&first["items"][0]))).await.expect(200);
    assert_eq!((&old["status"], &old["status_reason"]), (&json!("voided"), &json!("来源系统以新记录取代")));
    assert_eq!(quota(&admin, &teacher).await, (json!(6), json!(0)));
    let kept = admin.post(&format!("{PATH}?on_conflict=reject"), json!([item("A", "T1", json!({}))])).await.expect(200);
    assert_eq!(faults(&kept, 0), fault("/external_id", "conflict"));
    // Back to the first version: a source may repeat what it withdrew.
    assert_eq!(outcomes(&push(&admin, &[item("A", "T1", json!({}))]).await), ["superseded"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(8), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_withdrawn_record_ends_and_may_come_again() {
    let (app, admin, teacher) = with_teacher().await;
    let withdrawal = json!({ "external_id": "A", "withdrawn": true });
    let unknown = push(&admin, std::slice::from_ref(&withdrawal)).await;
    assert_eq!(faults(&unknown, 0), fault("/external_id", "unknown_record"));
    push(&admin, &[item("A", "T1", json!({}))]).await;
    let report = push(&admin, std::slice::from_ref(&withdrawal)).await;
    assert_eq!(outcomes(&report), ["withdrawn"]);
    let record = admin.get(&format!("/hour-records/{}", id(&report["items"][0]))).await.expect(200);
    assert_eq!((&record["status"], &record["status_reason"]), (&json!("voided"), &json!("来源系统撤回")));
    assert_eq!(quota(&admin, &teacher).await, (json!(0), json!(0)));
    let again = push(&admin, std::slice::from_ref(&withdrawal)).await;
    assert_eq!((outcomes(&again), &again["items"][0]["id"]), (vec!["unchanged"], &record["id"]));
    assert_eq!(outcomes(&push(&admin, &[item("A", "T1", json!({}))]).await), ["created"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(8), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_voided_record_stays_voided_until_its_source_changes_it() {
    let (app, admin, teacher) = with_teacher().await;
    let report = push(&admin, &[item("A", "T1", json!({}))]).await;
    let path = format!("/hour-records/{}", id(&report["items"][0]));
    admin.post(&format!("{path}/void"), json!({ "reason": "本人未参训" })).await.expect(200);
    let again = push(&admin, &[item("A", "T1", json!({}))]).await;
    assert_eq!((outcomes(&again), &again["items"][0]["id"]), (vec!["decided"], &report["items"][0]["id"]));
    assert_eq!(quota(&admin, &teacher).await, (json!(0), json!(0)));
    assert_eq!(outcomes(&push(&admin, &[item("A", "T1", json!({ "hours": 4 }))]).await), ["created"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(4), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_training_reported_by_another_source_waits_for_a_person() {
    let (app, admin, teacher) = with_teacher().await;
    let told = json!({ "title": "国培计划", "institution": "东北师大" });
    let first = admin.hours_with(&teacher, 2025, 8.0, told.clone()).await;
    let report = push(&admin, &[item("A", "T1", told.clone())]).await;
    assert_eq!(outcomes(&report), ["duplicate_suspected"]);
    let record = admin.get(&format!("/hour-records/{}", id(&report["items"][0]))).await.expect(200);
    assert_eq!((&record["status"], &record["hold"]), (&json!("pending"), &json!("suspected")));
    let group = admin.get(&format!("/duplicate-groups/{}", record["duplicate_group_id"].as_str().unwrap())).await;
    assert_eq!(group.expect(200)["units"][0]["id"], first["id"]);
    let again = push(&admin, &[item("A", "T1", told)]).await;
    assert_eq!(outcomes(&again), ["unchanged"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(8), json!(8)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_batch_with_faults_accepts_the_valid_items() {
    let (app, admin, teacher) = with_teacher().await;
    let items = [
        item("A", "T1", json!({})),
        item("B", "T9", json!({})),
        item("C", "T1", json!({ "hours": 0.005, "level": "宇宙级" })),
        json!("nonsense"),
        json!({ "teacher_no": "T1" }),
        item("D", "T1", json!({ "title": "a\u{0}b" })),
        item("E", "T1", json!({ "hours": [[[[1]]]], "mode": { "a": 1 } })),
        item("A", "T1", json!({})),
        item("A", "T1", json!({ "hours": 1 })),
        item("F", "T1", json!({})),
    ];
    let report = push(&admin, &items).await;
    let expected = [
        "created",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "unchanged",
        "rejected",
        "created",
    ];
    assert_eq!(outcomes(&report), expected);
    assert_eq!(faults(&report, 1), fault("/teacher_no", "unknown_teacher"));
    assert_eq!(faults(&report, 2).len(), 2);
    assert_eq!(faults(&report, 3), fault("", "wrong_type"));
    assert_eq!(faults(&report, 5), fault("/title", "nul"));
    assert_eq!(faults(&report, 8), fault("/external_id", "repeated_item"));
    assert_eq!(report["items"][7]["id"], report["items"][0]["id"]);
    assert!(report["items"][3]["external_id"].is_null());
    assert_eq!(report["counts"]["rejected"], 7);
    assert_eq!(quota(&admin, &teacher).await, (json!(16), json!(0)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn lines_work_like_an_array_and_a_bad_one_is_named_by_its_number() {
    let (_app, admin, _) = with_teacher().await;
    let send = async |body: String| {
        let request = admin.request(Method::POST, PATH).header("content-type", "application/x-ndjson; charset=utf-8");
        Answer::of(request.body(body)).await
    };
    let lines = format!("{}\r\n\n{}\n", item("A", "T1", json!({})), item("B", "T1", json!({})));
    assert_eq!(outcomes(&send(lines).await.expect(200)), ["created", "created"]);
    let broken = send(format!("{}\n\n{{\"external_id\":\n", item("C", "T1", json!({})))).await;
    assert_eq!(broken.problem(400, "malformed")["detail"], "第 3 行不是有效的 JSON");
    // Deep nesting affects only the item itself.
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let report = send(format!("{deep}\n{{\"external_id\": {deep}}}\n")).await.expect(200);
    assert_eq!(outcomes(&report), ["rejected", "rejected"]);
    assert_eq!(admin.all("/hour-records").await.len(), 2, "nothing of a broken body is taken");
    assert_eq!(send(String::new()).await.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn a_malformed_body_is_refused() {
    let (_app, admin, _) = with_teacher().await;
    let send = async |kind: &'static str, body: String| {
        Answer::of(admin.request(Method::POST, PATH).header("content-type", kind).body(body)).await
    };
    for bad in ["", "[{", "[{},", "[1e999]", "[\"\u{0}\"]"] {
        send("application/json", bad.to_owned()).await.problem(400, "malformed");
    }
    for bad in ["{}", "null", "7", "\"x\""] {
        assert_eq!(send("application/json", bad.to_owned()).await.faults(), fault("", "wrong_type"), "{bad}");
    }
    send("text/csv", "[]".to_owned()).await.problem(415, "unsupported_media_type");
    send("application/json", format!("[{}]", vec!["{}"; 5001].join(","))).await.problem(413, "too_large");
    send("application/json", format!("[\"{}\"]", "x".repeat(4 * 1024 * 1024))).await.problem(413, "too_large");
}

#[actix_web::test]
async fn reserved_sources_are_refused() {
    let (_app, admin, _) = with_teacher().await;
    let push = async |source: &str| admin.post(&format!("/sources/{source}/hour-records"), json!([])).await;
    for reserved in ["manual", "project", "import"] {
        assert_eq!(push(reserved).await.faults(), fault("source", "reserved_source"));
    }
    assert_eq!(push("a%20b").await.faults(), fault("source", "bad_code"));
    assert_eq!(push(&"x".repeat(65)).await.faults(), fault("source", "length"));
    push("jilin.gov-2").await.expect(200);
}

#[actix_web::test]
async fn callers_who_cannot_recognise_submit_and_end_no_recognised_record() {
    let (app, admin, teacher) = with_teacher().await;
    let root = admin.me("/organization/id");
    let new = json!({ "name": "省平台", "organization_id": root, "scopes": ["hours.submit"], "source": "province" });
    let key = admin.post("/api-keys", new).await.expect(201);
    let clerk = app.anonymous().with_token(key["secret"].as_str().unwrap());
    let report = push(&clerk, &[item("A", "T1", json!({}))]).await;
    assert_eq!(quota(&admin, &teacher).await, (json!(0), json!(8)), "pending");
    assert_eq!(outcomes(&push(&clerk, &[item("A", "T1", json!({ "hours": 4 }))]).await), ["superseded"]);
    let old = admin.get(&format!("/hour-records/{}", id(&report["items"][0]))).await.expect(200);
    assert_eq!(old["status"], "rejected");
    let live = &admin.all("/hour-records?status=pending").await[0];
    admin.act(&format!("/hour-records/{}/recognize", id(live))).await.expect(200);
    let withdrawal = json!({ "external_id": "A", "withdrawn": true });
    for refused in [push(&clerk, &[item("A", "T1", json!({}))]).await, push(&clerk, &[withdrawal]).await] {
        assert_eq!(faults(&refused, 0), fault("/external_id", "recognized"));
    }
    clerk.post(&format!("{PATH}?status=recognized"), json!([])).await.problem(403, "forbidden");
    let held = admin.post(&format!("{PATH}?status=pending"), json!([item("B", "T1", json!({}))])).await.expect(200);
    assert_eq!(outcomes(&held), ["created"]);
    assert_eq!(quota(&admin, &teacher).await, (json!(4), json!(8)));
    totals_are_exact(&app);
}

#[actix_web::test]
async fn a_caller_reaches_no_record_outside_their_scope() {
    let (app, admin, _) = with_teacher().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    admin.teacher_with(&school, json!({ "teacher_no": "S1" })).await;
    push(&admin, &[item("A", "T1", json!({}))]).await;
    // Of the organization that owns the source, but in charge of one school.
    let more = json!({ "scope_organization_id": school });
    let caller = app.user_with(&admin, Role::TrainingSchoolAdmin, &root, more).await;
    let withdrawal = json!({ "external_id": "A", "withdrawn": true });
    let items = [item("A", "S1", json!({})), item("B", "T1", json!({})), item("C", "S1", json!({}))];
    let report = push(&caller, &items).await;
    assert_eq!(outcomes(&report), ["rejected", "rejected", "created"]);
    assert_eq!(faults(&report, 0), fault("/external_id", "conflict"));
    assert_eq!(faults(&report, 1), fault("/teacher_no", "unknown_teacher"));
    assert_eq!(faults(&push(&caller, &[withdrawal]).await, 0), fault("/external_id", "unknown_record"));
    let record = admin.get(&format!("/hour-records/{}", id(&report["items"][2]))).await.expect(200);
    assert_eq!(record["status"], "recognized");
    assert_eq!(admin.all("/hour-records?status=recognized").await.len(), 2);
    totals_are_exact(&app);
}

#[actix_web::test]
async fn thousands_of_items_can_be_pushed_and_repeated() {
    let (app, admin, teacher) = with_teacher().await;
    let items: Vec<Value> = (0..3000).map(|n| item(&format!("N{n}"), "T1", json!({ "hours": 0.1 }))).collect();
    assert_eq!(push(&admin, &items).await["counts"]["created"], 3000);
    assert_eq!(push(&admin, &items).await["counts"]["unchanged"], 3000);
    assert_eq!(quota(&admin, &teacher).await, (json!(300), json!(0)));
    let entries = admin.all("/audit-log?entity=source").await;
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["push", "create"], "the first push creates the source");
    totals_are_exact(&app);
}
