//! Plausibility: what the ledger refuses, and what it flags, at every door.

use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp, id, unique};
use songjiao_types::Role;

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期";

fn training(teacher: &str, hours: f64, (first, last): (&str, &str)) -> Value {
    json!({
        "teacher_id": teacher, "training_year": 2026, "starts_on": first, "ends_on": last, "hours": hours,
        "level": "county", "mode": "face_to_face", "title": unique("培训"), "institution": "教师进修学校",
        "status": "recognized",
    })
}

async fn record(session: &Session, teacher: &str, hours: f64, days: (&str, &str), more: Value) -> Answer {
    let mut new = training(teacher, hours, days);
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    session.post("/hour-records", new).await
}

fn told(record: &Value) -> [&Value; 4] {
    [&record["status"], &record["hold"], &record["holds"], &record["flags"]]
}

fn flagged(record: &Value, flags: &[&str]) {
    let expected = [&json!("pending"), &json!("flagged"), &json!(["flagged", "decision"]), &json!(flags)];
    assert_eq!(told(record), expected);
}

fn recognized(record: &Value) {
    assert_eq!(told(record), [&json!("recognized"), &json!(null), &json!([]), &json!([])]);
}

/// Case A15.
#[actix_web::test]
async fn impossible_hours_and_years_are_refused_at_every_door_and_unlikely_ones_flagged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let number = unique("T");
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": number, "joined_on": "2010-09-01" })).await;
    let june = ("2026-06-01", "2026-06-01");
    for hours in [9999.9, 400.0, 24.5] {
        let fault = record(&admin, &teacher, hours, june, json!({})).await.problem(422, "implausible_hours");
        assert_eq!(fault["errors"][0]["pointer"], "/hours");
        let file = format!("{HEADER}\n{number},2026,县级,集中培训,进修学校,面授,{hours},2026-06-01,2026-06-01\n");
        let report = admin.post_csv("/imports/hour-records", file).await.expect(422);
        assert_eq!(report["errors"][0]["code"], "implausible_hours");
        let item = json!([{
            "external_id": unique("E"), "teacher_no": number, "training_year": 2026, "starts_on": "2026-06-01",
            "ends_on": "2026-06-01", "hours": hours, "level": "county", "mode": 2, "title": "集中培训",
            "institution": "进修学校",
        }]);
        let report = admin.post("/sources/province/hour-records", item).await.expect(200);
        assert_eq!(report["items"][0]["errors"][0]["code"], "implausible_hours");
    }
    let early = json!({ "training_year": 2015, "starts_on": "2015-06-01", "ends_on": "2015-06-01" });
    let late = json!({ "training_year": 2028, "starts_on": "2028-06-01", "ends_on": "2028-06-01" });
    for year in [early, late] {
        let faults = record(&admin, &teacher, 4.0, june, year).await.faults();
        assert_eq!(faults, [("/training_year".to_owned(), "year_out_of_range".to_owned())]);
    }
    flagged(&record(&admin, &teacher, 24.0, june, json!({})).await.expect(201), &["above_day_limit"]);
    // The year is over: hours that nobody can have are flagged.
    let over = json!({ "training_year": 2025 });
    let days = ("2025-06-01", "2025-06-01");
    flagged(&record(&admin, &teacher, 400.0, days, over).await.expect(201), &["above_day_limit"]);
    let next = json!({ "training_year": 2027 });
    flagged(&record(&admin, &teacher, 8.0, ("2027-03-01", "2027-03-01"), next).await.expect(201), &["not_over"]);
    let outside = record(&admin, &teacher, 8.0, ("2025-12-30", "2025-12-30"), json!({})).await.expect(201);
    flagged(&outside, &["outside_year"]);
    assert_eq!(admin.all("/hour-records?hold=flagged").await.len(), 4);
    assert_eq!(admin.all("/hour-records?flag=above_day_limit").await.len(), 2);
    assert_eq!(admin.all("/hour-records?flag=outside_year").await, [outside]);
}

#[actix_web::test]
async fn the_limit_of_a_day_is_that_of_the_teachers_county() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let county = admin.organization("bureau", &root).await;
    let school = admin.organization("school", &county).await;
    let policy = json!({ "organization_id": county, "effective_from": "2026-01-01", "hours_per_day": 6 });
    admin.post("/policies", policy).await.expect(201);
    let (here, elsewhere) = (admin.teacher(&school).await, admin.teacher(&root).await);
    let days = ("2026-06-01", "2026-06-02");
    recognized(&record(&admin, &elsewhere, 14.0, days, json!({})).await.expect(201));
    recognized(&record(&admin, &here, 12.0, days, json!({})).await.expect(201));
    let more = record(&admin, &here, 14.0, ("2026-07-01", "2026-07-02"), json!({})).await.expect(201);
    flagged(&more, &["above_day_limit"]);
}

/// Case A16.
#[actix_web::test]
async fn of_three_all_day_activities_on_one_day_one_is_recognised_and_two_wait() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let day = ("2026-06-01", "2026-06-01");
    recognized(&record(&admin, &teacher, 8.0, day, json!({})).await.expect(201));
    for _ in 0..2 {
        flagged(&record(&admin, &teacher, 8.0, day, json!({})).await.expect(201), &["day_overlap"]);
    }
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!([&quota["recognized_hours"], &quota["pending_hours"]], [&json!(8), &json!(16)]);
    // In one file likewise, also against what it states itself.
    let number = unique("T");
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": number })).await;
    let row =
        |title: &str, hours: i32, days: &str| format!("{number},2026,县级,{title},进修学校,面授,{hours},{days}\n");
    let file = format!("{HEADER}\n")
        + &row("上午", 4, "2026-06-01,2026-06-01")
        + &row("下午", 4, "2026-06-01,2026-06-01")
        + &row("三天", 12, "2026-05-31,2026-06-02")
        + &row("次日", 4, "2026-06-02,2026-06-02");
    admin.post_csv("/imports/hour-records", file).await.expect(201);
    let waiting = admin.all("/hour-records?flag=day_overlap").await;
    let titles: Vec<_> = waiting.iter().map(|record| record["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"三天") && !titles.contains(&"上午") && !titles.contains(&"次日"), "{titles:?}");
}

/// Case A24.
#[actix_web::test]
async fn an_all_day_training_within_a_long_online_one_is_not_flagged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let online = json!({ "mode": "online" });
    recognized(&record(&admin, &teacher, 80.0, ("2026-03-01", "2026-05-30"), online.clone()).await.expect(201));
    recognized(&record(&admin, &teacher, 8.0, ("2026-04-15", "2026-04-15"), json!({})).await.expect(201));
    // A short online one, and one of sixteen days, do not stand in the way either.
    recognized(&record(&admin, &teacher, 8.0, ("2026-04-15", "2026-04-15"), online).await.expect(201));
    recognized(&record(&admin, &teacher, 80.0, ("2026-04-10", "2026-04-25"), json!({})).await.expect(201));
}

/// Case A25.
#[actix_web::test]
async fn a_training_before_service_is_flagged_and_recognised_by_a_person() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "joined_on": "2026-09-01" })).await;
    let before = record(&admin, &teacher, 40.0, ("2026-08-20", "2026-08-28"), json!({})).await.expect(201);
    flagged(&before, &["before_service"]);
    let bulk = admin.post("/hour-records/recognize", json!({ "ids": [before["id"]] })).await;
    assert_eq!(bulk.problem(409, "wrong_state")["errors"][0]["code"], "held");
    let decided = admin.act(&format!("/hour-records/{}/recognize", id(&before))).await.expect(200);
    assert_eq!(told(&decided), [&json!("recognized"), &json!(null), &json!([]), &json!(["before_service"])]);
}

#[actix_web::test]
async fn a_training_to_come_waits_until_its_last_day_and_then_for_a_decision() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let coming = record(&admin, &teacher, 8.0, ("2026-12-02", "2026-12-02"), json!({})).await.expect(201);
    let too_much = record(&admin, &teacher, 9.0, ("2026-12-01", "2026-12-01"), json!({})).await.expect(201);
    flagged(&coming, &["not_over"]);
    flagged(&too_much, &["above_day_limit", "not_over"]);
    let find = |admin: Session, record: Value| async move {
        admin.get(&format!("/hour-records/{}", id(&record))).await.expect(200)
    };
    app.advance(1);
    let admin = app.admin().await;
    flagged(&find(admin.clone(), coming.clone()).await, &["not_over"]);
    flagged(&find(admin, too_much).await, &["above_day_limit"]);
    app.advance(1);
    let now = find(app.admin().await, coming).await;
    assert_eq!(told(&now), [&json!("pending"), &json!("decision"), &json!(["decision"]), &json!([])]);
}

/// Case A17.
#[actix_web::test]
async fn nobody_decides_on_hours_of_the_teacher_that_they_are() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("training_school", &root).await;
    let number = unique("T");
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": number })).await;
    let clerk = app
        .user_with(
            &admin,
            Role::TrainingSchoolAdmin,
            &school,
            json!({ "teacher_id": teacher, "scope_organization_id": root }),
        )
        .await;
    let days = ("2026-06-01", "2026-06-09");
    record(&clerk, &teacher, 72.0, days, json!({})).await.problem(403, "own_record");
    let own = record(&clerk, &teacher, 72.0, days, json!({ "status": null })).await.expect(201);
    assert_eq!(told(&own), [&json!("pending"), &json!("own"), &json!(["own", "decision"]), &json!([])]);
    let file = format!("{HEADER}\n{number},2026,县级,集中培训,进修学校,面授,8,2026-07-01,2026-07-01\n");
    admin.post_csv("/imports/hour-records?dry_run=true", file.clone()).await.expect(201);
    clerk.post_csv("/imports/hour-records?status=recognized", file).await.expect(201);
    let row = &admin.all("/hour-records?source=import").await[0];
    assert_eq!([&row["status"], &row["hold"]], [&json!("pending"), &json!("own")]);
    let path = format!("/hour-records/{}", id(&own));
    clerk.act(&format!("{path}/recognize")).await.problem(403, "own_record");
    clerk.post(&format!("{path}/reject"), json!({ "reason": "不" })).await.problem(403, "own_record");
    let bulk = clerk.post("/hour-records/recognize", json!({ "ids": [own["id"]] })).await.problem(403, "own_record");
    assert_eq!(bulk["errors"][0]["pointer"], "/ids/0");
    admin.act(&format!("{path}/recognize")).await.expect(200);
    clerk.post(&format!("{path}/void"), json!({ "reason": "不" })).await.problem(403, "own_record");
}
