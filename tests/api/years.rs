//! Closing a training year: order, open matters, snapshot, late hours, refusals, reopening, verification.

use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};
use songjiao_api::{
    db::{Actor, DbConnection},
    hours::years::{ClosingFault, verify_closings, verify_standings},
};
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

/// A county of two schools with a teacher in service since 2025.
struct County {
    app: TestApp,
    admin: Session,
    root: String,
    here: String,
    there: String,
    teacher: String,
}

impl County {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
        let teacher = newcomer(&admin, &here).await;
        Self { app, admin, root, here, there, teacher }
    }
}

/// Creates a teacher in service since 2025, for whom no earlier year needs closing.
async fn newcomer(admin: &Session, school: &str) -> String {
    admin.teacher_with(school, json!({ "joined_on": "2025-01-01" })).await
}

async fn close(by: &Session, year: i32, body: Value) -> Answer {
    by.post(&format!("/years/{year}/close"), body).await
}

async fn reopen(by: &Session, year: i32) -> Answer {
    by.post(&format!("/years/{year}/reopen"), json!({ "reason": "复核" })).await
}

/// Returns a teacher's own quota: recognised, closed and late hours and the status.
async fn own(by: &Session, teacher: &str, year: i32) -> [Value; 4] {
    let quota = by.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200);
    ["recognized_hours", "closed_hours", "late_hours", "status"].map(|field| quota[field].clone())
}

/// Returns the summary of an organization: teachers, met, required, recognised and late hours.
async fn summary(by: &Session, organization: &str, year: i32) -> [Value; 5] {
    let found =
        by.get(&format!("/quotas/summary?training_year={year}&organization_id={organization}")).await.expect(200);
    ["teachers", "met", "required_hours", "recognized_hours", "late_hours"].map(|field| found[field].clone())
}

async fn transfer(by: &Session, teacher: &str, to: &str, on: &str) {
    let transfer = json!({ "organization_id": to, "starts_on": on });
    by.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
}

#[actix_web::test]
async fn years_close_in_order_and_only_when_over() {
    let County { admin, here, .. } = &County::start().await;
    admin.teacher_with(here, json!({ "joined_on": "2024-01-01" })).await;
    close(admin, 2026, json!({})).await.problem(409, "year_not_over");
    close(admin, 2025, json!({})).await.problem(409, "year_out_of_order");
    close(admin, 1990, json!({})).await.problem(404, "not_found");
    close(admin, 2024, json!({})).await.expect(200);
    close(admin, 2024, json!({})).await.problem(409, "year_already_closed");
    let closed = close(admin, 2025, json!({ "note": "局务会审定" })).await.expect(200);
    assert_eq!((&closed["closing"]["note"], &closed["teachers"]), (&json!("局务会审定"), &json!(2)));
    let years = admin.get("/years").await.expect(200)["years"].clone();
    let state = |index: usize| {
        let year = &years[index];
        (year["training_year"].clone(), year["over"].clone(), !year["closing"].is_null())
    };
    assert_eq!(state(0), (json!(2026), json!(false), false));
    assert_eq!(state(1), (json!(2025), json!(true), true));
    assert_eq!(state(2), (json!(2024), json!(true), true));
    reopen(admin, 2024).await.problem(409, "later_year_closed");
    reopen(admin, 2026).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn open_matters_refuse_the_closing_unless_each_kind_is_waived() {
    let County { app, admin, here, teacher, .. } = &County::start().await;
    admin.hours_with(teacher, 2025, 8.0, json!({ "status": "pending" })).await;
    let head = app.user(admin, Role::SchoolAdmin, here).await;
    head.teacher_with(here, json!({ "joined_on": "2025-09-01" })).await;
    let year = admin.get("/years/2025").await.expect(200);
    let matters = year["open_matters"].as_array().unwrap().clone();
    let kinds: Vec<_> = matters.iter().map(|open| (open["kind"].as_str().unwrap(), open["count"].clone())).collect();
    assert_eq!(kinds, [("hours_decision", json!(1)), ("appointments", json!(1))]);
    for open in &matters {
        let listed = admin.all(open["list"].as_str().unwrap()).await;
        assert_eq!(json!(listed.len()), open["count"], "{}", open["list"]);
    }
    let faults = |answer: Answer| {
        let problem = answer.problem(409, "open_matters");
        let errors = problem["errors"].as_array().unwrap().clone();
        errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(faults(close(admin, 2025, json!({})).await), ["hours_decision", "appointments"]);
    let one = json!([{ "kind": "hours_decision", "reason": "证书未到" }]);
    assert_eq!(faults(close(admin, 2025, json!({ "waive": one })).await), ["appointments"]);
    let blank = json!([{ "kind": "hours_decision", "reason": " " }]);
    assert_eq!(close(admin, 2025, json!({ "waive": blank })).await.status, 422);
    let both =
        json!([{ "kind": "hours_decision", "reason": "证书未到" }, { "kind": "appointments", "reason": "补录" }]);
    let closed = close(admin, 2025, json!({ "waive": both })).await.expect(200);
    let waived = closed["closing"]["waived"].clone();
    assert_eq!(waived[0], json!({ "kind": "hours_decision", "count": 1, "reason": "证书未到" }));
    let seen = head.get("/years/2025").await.expect(200);
    assert_eq!((&seen["open_matters"], seen["closing"].is_null()), (&json!([]), false));
}

#[actix_web::test]
async fn the_snapshot_stays_and_what_comes_later_is_shown_apart() {
    let County { app, admin, here, there, teacher, .. } = &County::start().await;
    let record = id(&admin.hours(teacher, 2025, 40.0).await);
    admin.hours(teacher, 2025, 30.0).await;
    close(admin, 2025, json!({})).await.expect(200);
    let closed = [json!(1), json!(0), json!(72), json!(70), json!(0)];
    assert_eq!(summary(admin, here, 2025).await, closed);
    assert_eq!(own(admin, teacher, 2025).await, [json!(70), json!(70), json!(0), json!("short")]);

    let late = json!({ "reason": "补交证书" });
    admin.hours_with(teacher, 2025, 4.5, late).await;
    assert_eq!(own(admin, teacher, 2025).await, [json!(74.5), json!(70), json!(4.5), json!("met")]);
    assert_eq!(summary(admin, here, 2025).await, [json!(1), json!(0), json!(72), json!(70), json!(4.5)]);
    admin.post(&format!("/hour-records/{record}/void"), json!({ "reason": "重复" })).await.expect(200);
    assert_eq!(own(admin, teacher, 2025).await, [json!(34.5), json!(70), json!(-35.5), json!("short")]);

    transfer(admin, teacher, there, "2025-09-01").await;
    assert_eq!(summary(admin, here, 2025).await, [json!(1), json!(0), json!(72), json!(70), json!(-35.5)]);
    assert_eq!(summary(admin, there, 2025).await[0], 0);
    assert_eq!(summary(admin, there, 2026).await[0], 1, "the open year follows");
    let listed = admin.all("/quotas?training_year=2025").await;
    assert_eq!(
        ["organization_id", "recognized_hours", "closed_hours", "late_hours", "status"].map(|f| listed[0][f].clone()),
        [json!(here), json!(70), json!(70), json!(-35.5), json!("short")]
    );
    let place = admin.get(&format!("/hour-records/{record}")).await.expect(200)["organization_id"].clone();
    assert_eq!(place, json!(here), "where a record counts is frozen");
    for by in ["organization", "subject"] {
        let items = admin.get(&format!("/statistics/completion?training_year=2025&by={by}")).await.expect(200);
        let of = ["recognized_hours", "late_hours"].map(|field| items["items"][0][field].clone());
        assert_eq!(of, [json!(70), json!(-35.5)]);
    }

    // Who comes to a closed year is in no figure of an organization.
    let other = newcomer(admin, here).await;
    admin.hours_with(&other, 2025, 8.0, json!({ "reason": "补录" })).await;
    assert_eq!(own(admin, &other, 2025).await, [json!(8), json!(0), json!(8), json!("short")]);
    assert_eq!(summary(admin, here, 2025).await[0], 1);
    assert_eq!(app.db.read_now(verify_closings).unwrap(), []);
    assert_eq!(app.db.read_now(verify_standings).unwrap(), []);
}

#[actix_web::test]
async fn hours_of_a_closed_year_are_recognised_with_a_reason_alone() {
    let County { admin, teacher, .. } = &County::start().await;
    let pending = id(&admin.hours_with(teacher, 2025, 8.0, json!({ "status": "pending" })).await);
    let waive = json!([{ "kind": "hours_decision", "reason": "证书未到" }]);
    close(admin, 2025, json!({ "waive": waive })).await.expect(200);
    let reason = [("/reason".to_owned(), "reason_required".to_owned())];
    assert_eq!(admin.act(&format!("/hour-records/{pending}/recognize")).await.faults(), reason);
    assert_eq!(admin.post("/hour-records/recognize", json!({ "ids": [pending] })).await.faults(), reason);
    let new = json!({
        "teacher_id": teacher, "training_year": 2025, "hours": 4, "starts_on": "2025-05-06", "ends_on": "2025-05-06",
        "level": "county", "mode": "face_to_face", "title": "送教", "institution": "教师进修学校", "status": "recognized",
    });
    assert_eq!(admin.post("/hour-records", new).await.faults(), reason);
    // A file has no reasons: its rows wait.
    let number =
        admin.get(&format!("/teachers/{teacher}")).await.expect(200)["teacher_no"].as_str().unwrap().to_owned();
    let file = songjiao_tests::hours_file(&[number], "late", 2);
    admin.post_csv("/imports/hour-records", file).await.expect(201);
    assert_eq!(own(admin, teacher, 2025).await[0], 0);
    assert_eq!(admin.all("/hour-records?status=pending&hold=decision").await.len(), 3);
    let body = json!({ "reason": "补交证书" });
    let recognized = admin.post(&format!("/hour-records/{pending}/recognize"), body).await.expect(200);
    assert_eq!((&recognized["status"], &recognized["status_reason"]), (&json!("recognized"), &json!("补交证书")));
    assert_eq!(own(admin, teacher, 2025).await, [json!(8), json!(0), json!(8), json!("short")]);
}

#[actix_web::test]
async fn what_touches_a_closed_year_is_refused() {
    let County { admin, teacher, here, .. } = &County::start().await;
    admin.hours(teacher, 2025, 40.0).await;
    let exempt = |first: &str, last: &str| json!({ "teacher_id": teacher, "kind": "sick_leave", "starts_on": first, "ends_on": last });
    let old = id(&admin.post("/exemptions", exempt("2025-03-01", "2025-03-31")).await.expect(201));
    close(admin, 2025, json!({})).await.expect(200);

    let policy = json!({ "effective_from": "2025-01-01", "annual_hours": 60 });
    let faults = admin.post("/policies", policy).await.faults();
    assert_eq!(faults, [("/effective_from".to_owned(), "year_closed".to_owned())]);
    admin.post("/policies", json!({ "effective_from": "2027-01-01", "annual_hours": 60 })).await.expect(201);

    let refused = admin.post("/exemptions", exempt("2025-11-01", "2026-02-28")).await.problem(409, "year_closed");
    assert_eq!(refused["errors"][0]["pointer"], "/starts_on");
    admin.delete(&format!("/exemptions/{old}")).await.problem(409, "year_closed");
    admin.post("/exemptions", exempt("2026-01-01", "2026-02-28")).await.expect(201);

    let retired = json!({ "left_on": "2025-04-30", "status": "retired" });
    admin.patch(&format!("/teachers/{teacher}"), retired).await.problem(409, "year_closed");
    assert_eq!(summary(admin, here, 2025).await, [json!(1), json!(0), json!(66), json!(40), json!(0)]);
}

#[actix_web::test]
async fn a_reopened_year_is_computed_anew() {
    let County { app, admin, here, there, teacher, .. } = &County::start().await;
    let record = id(&admin.hours(teacher, 2025, 72.0).await);
    close(admin, 2025, json!({})).await.expect(200);
    transfer(admin, teacher, there, "2025-05-01").await;
    let other = newcomer(admin, here).await;
    admin.post(&format!("/hour-records/{record}/void"), json!({ "reason": "重复" })).await.expect(200);
    assert_eq!(summary(admin, here, 2025).await, [json!(1), json!(1), json!(72), json!(72), json!(-72)]);
    assert_eq!(app.db.read_now(verify_closings).unwrap(), []);

    assert_eq!(admin.post("/years/2025/reopen", json!({ "reason": "" })).await.status, 422);
    let open = reopen(admin, 2025).await.expect(200);
    assert_eq!((&open["closing"], &open["closings"][0]["reopen_reason"]), (&json!(null), &json!("复核")));
    assert_eq!(summary(admin, here, 2025).await, [json!(1), json!(0), json!(72), json!(0), json!(null)]);
    assert_eq!(summary(admin, there, 2025).await, [json!(1), json!(0), json!(72), json!(0), json!(null)]);
    assert_eq!(own(admin, teacher, 2025).await, [json!(0), json!(null), json!(null), json!("short")]);
    assert_eq!(own(admin, &other, 2025).await[1], json!(null));
    let place = admin.get(&format!("/hour-records/{record}")).await.expect(200)["organization_id"].clone();
    assert_eq!(place, json!(there), "where a record counts follows again");
    assert_eq!(app.db.read_now(verify_standings).unwrap(), []);

    let again = close(admin, 2025, json!({})).await.expect(200);
    assert_eq!(again["closings"].as_array().unwrap().len(), 2);
    assert_eq!(summary(admin, there, 2025).await, [json!(1), json!(0), json!(72), json!(0), json!(0)]);
    let audit = admin.all("/audit-log?entity=year_closing").await;
    let actions: Vec<_> = audit.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["close", "reopen", "close"]);
    assert_eq!(audit[0]["after"]["content_hash"], again["closing"]["content_hash"]);
}

#[actix_web::test]
async fn verify_finds_a_tampered_snapshot() {
    let County { app, admin, teacher, .. } = &County::start().await;
    admin.hours(teacher, 2025, 40.0).await;
    close(admin, 2025, json!({})).await.expect(200);
    let tamper = |statement: &'static str| {
        app.db.write_now(Actor::system(), |tx| Ok(sql_query(statement).execute(tx.conn)?)).map_err(|error| error.code)
    };
    let raise = "UPDATE closed_teacher_years SET recognized_hours = 7200";
    assert!(tamper(raise).is_err(), "the database refuses it");
    app.db
        .write_now(Actor::system(), |tx| {
            let statement = match tx.conn {
                DbConnection::Sqlite(_) => "DROP TRIGGER closed_teacher_years_no_edit",
                DbConnection::Postgres(_) => "DROP TRIGGER closed_teacher_years_append_only ON closed_teacher_years",
            };
            Ok(sql_query(statement).execute(tx.conn)?)
        })
        .unwrap();
    tamper(raise).unwrap();
    let found = app.db.read_now(verify_closings).unwrap();
    assert!(matches!(found[0], ClosingFault::Hash { year: 2025, .. }), "{found:?}");
    assert!(matches!(found[1], ClosingFault::Decisions { year: 2025, .. }), "{found:?}");
    assert!(matches!(found[2], ClosingFault::Figures { year: 2025, .. }), "{found:?}");
    assert_eq!(found.len(), 3);
    tamper("UPDATE teacher_years SET required_hours = 6000 WHERE training_year = 2026").unwrap();
    let standings = app.db.read_now(verify_standings).unwrap();
    assert_eq!(standings.iter().map(|found| found.training_year).collect::<Vec<_>>(), [2026]);
}

#[actix_web::test]
async fn each_county_closes_its_own_year() {
    let County { app, admin, root, .. } = &County::start().await;
    let [county, other] = [admin.organization("bureau", root).await, admin.organization("bureau", root).await];
    let [school, other_school] =
        [admin.organization("school", &county).await, admin.organization("school", &other).await];
    let (ours, theirs) = (newcomer(admin, &school).await, newcomer(admin, &other_school).await);
    let local = app.user(admin, Role::BureauAdmin, &county).await;
    for role in [Role::SchoolAdmin, Role::TrainingSchoolAdmin] {
        let user = app.user(admin, role, if role == Role::SchoolAdmin { &school } else { &county }).await;
        close(&user, 2025, json!({})).await.problem(403, "forbidden");
        assert_eq!(user.get("/years").await.expect(200)["organization"]["id"], json!(county));
    }
    let at = |organization: &str| format!("/years/2025/close?organization_id={organization}");
    local.post(&at(root), json!({})).await.problem(404, "not_found");
    let faults = local.post(&at(&other), json!({})).await.faults();
    assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())]);
    let faults = local.post(&at(&school), json!({})).await.faults();
    assert_eq!(faults, [("organization_id".to_owned(), "not_a_bureau".to_owned())]);
    let closed = close(&local, 2025, json!({})).await.expect(200);
    assert_eq!((&closed["organization"]["id"], &closed["teachers"]), (&json!(county), &json!(1)));
    assert_eq!(own(admin, &ours, 2025).await[1], json!(0));
    assert_eq!(own(admin, &theirs, 2025).await[1], json!(null), "another county is not touched");
    admin.hours(&theirs, 2025, 8.0).await;
    // A policy of the other county and one of the root that does not change the closed one.
    let policy = |organization: &str| json!({ "organization_id": organization, "effective_from": "2025-01-01", "annual_hours": 60 });
    admin.post("/policies", policy(&other)).await.expect(201);
    assert_eq!(admin.post("/policies", policy(&county)).await.faults()[0].1, "year_closed");
    admin.post(&at(root), json!({})).await.expect(200);
    assert_eq!(own(admin, &theirs, 2025).await[1], json!(null), "the root closes its own part");
}
