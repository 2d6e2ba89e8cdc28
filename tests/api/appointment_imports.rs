//! Files of teachers: transfers are accepted, dated, or refused; what schools enter is reported.

use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp};
use songjiao_types::Role;

const HEADER: &str = "教师编号,姓名,单位编号,学科,学段,入职日期,任职日期,离任日期,状态\n";

async fn county() -> (TestApp, Session) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let organizations = "单位编号,单位名称,单位类型\nS1,一校,中小学\nS2,二校,中小学\n";
    admin.post_csv("/imports/organizations", organizations).await.expect(201);
    (app, admin)
}

async fn send(by: &Session, parameters: &str, rows: &str) -> Answer {
    by.post_csv(&format!("/imports/teachers{parameters}"), format!("{HEADER}{rows}")).await
}

fn counts(report: &Value) -> [i64; 4] {
    ["rows_imported", "rows_updated", "rows_transferred", "rows_unchanged"].map(|name| report[name].as_i64().unwrap())
}

/// Returns the spells of a teacher, the latest first, as code, first and last day.
async fn spells(by: &Session, number: &str) -> Vec<(String, String, Value)> {
    let teacher = by.all(&format!("/teachers?q={number}")).await[0]["id"].clone();
    let found = by.get(&format!("/teachers/{}/appointments", teacher.as_str().unwrap())).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let spell = |row: &Value| (text(&row["organization"]["code"]), text(&row["starts_on"]), row["ends_on"].clone());
    found.as_array().unwrap().iter().map(spell).collect()
}

fn spell(code: &str, first: &str, last: Value) -> (String, String, Value) {
    (code.to_owned(), first.to_owned(), last)
}

#[actix_web::test]
async fn a_changed_organization_is_a_transfer_that_has_to_be_accepted() {
    let (_app, admin) = county().await;
    send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,,\nT2,李雷,S1,数学,初中,2012-09-01,,,\n").await.expect(201);
    let moved = "T1,王芳,S2,语文,小学,2010-09-01,,,\nT2,李雷,S1,数学,初中,2012-09-01,,,\n";
    let report = send(&admin, "", moved).await.expect(422);
    let fault = &report["errors"][0];
    assert_eq!(
        (&fault["row"], &fault["code"], &fault["column"]),
        (&json!(2), &json!("transfer_not_accepted"), &json!("单位编号"))
    );
    assert_eq!(spells(&admin, "T1").await, [spell("S1", "2010-09-01", json!(null))]);
    let dry = send(&admin, "?accept_transfers=true&dry_run=true", moved).await.expect(201);
    assert_eq!(counts(&dry), [0, 1, 1, 1]);
    let report = send(&admin, "?accept_transfers=true", moved).await.expect(201);
    assert_eq!(counts(&report), [0, 1, 1, 1]);
    let expected = [spell("S2", "2026-11-30", json!(null)), spell("S1", "2010-09-01", json!("2026-11-29"))];
    assert_eq!(spells(&admin, "T1").await, expected);
    assert_eq!(counts(&send(&admin, "", moved).await.expect(201)), [0, 0, 0, 2]);
}

#[actix_web::test]
async fn a_day_of_appointment_dates_the_transfer() {
    let (_app, admin) = county().await;
    send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,,\n").await.expect(201);
    let id = admin.all("/teachers?q=T1").await[0]["id"].as_str().unwrap().to_owned();
    let record = admin.hours_with(&id, 2026, 8.0, json!({ "starts_on": "2026-10-01", "ends_on": "2026-10-02" })).await;
    let late = "T1,王芳,S2,语文,小学,2009-08-20,2026-09-01,,\n";
    let report = send(&admin, "", late).await.expect(201);
    assert_eq!(counts(&report), [0, 1, 1, 0]);
    let expected = [spell("S2", "2026-09-01", json!(null)), spell("S1", "2009-08-20", json!("2026-08-31"))];
    assert_eq!(spells(&admin, "T1").await, expected);
    let record = admin.get(&format!("/hour-records/{}", record["id"].as_str().unwrap())).await.expect(200);
    let place = admin.get(&format!("/organizations/{}", record["organization_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(place["code"], "S2", "the records since then follow");
    assert_eq!(counts(&send(&admin, "", late).await.expect(201)), [0, 0, 0, 1]);
    // Last year's roster changes nothing.
    let old = "T1,王芳,S1,语文,小学,2009-08-20,2009-08-20,,\n";
    assert_eq!(counts(&send(&admin, "", old).await.expect(201)), [0, 0, 0, 1]);
    let future = "T1,王芳,S1,语文,小学,2009-08-20,2027-03-01,,\n";
    assert_eq!(counts(&send(&admin, "", future).await.expect(201)), [0, 1, 1, 0]);
    assert_eq!(admin.all("/teachers?q=T1").await[0]["organization"]["code"], "S2", "it takes effect on its day");
}

#[actix_web::test]
async fn who_comes_from_elsewhere_serves_from_the_day_of_appointment() {
    let (_app, admin) = county().await;
    let row = "T1,王芳,S1,语文,小学,2009-08-20,2026-09-01,,\n";
    send(&admin, "", row).await.expect(201);
    assert_eq!(spells(&admin, "T1").await, [spell("S1", "2026-09-01", json!(null))]);
    assert_eq!(counts(&send(&admin, "", row).await.expect(201)), [0, 0, 0, 1]);
    let backwards = send(&admin, "", "T2,李雷,S1,数学,初中,2012-09-01,2012-08-31,,\n").await.expect(422);
    assert_eq!(
        (&backwards["errors"][0]["code"], &backwards["errors"][0]["column"]),
        (&json!("before_joining"), &json!("任职日期"))
    );
}

#[actix_web::test]
async fn a_file_ends_service_and_begins_it_again() {
    let (_app, admin) = county().await;
    send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,,\n").await.expect(201);
    send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,2024-06-30,离任\n").await.expect(201);
    let view = &admin.all("/teachers?q=T1").await[0];
    assert_eq!((&view["status"], &view["left_on"]), (&json!("left"), &json!("2024-06-30")));
    let active = send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,,在职\n").await.expect(422);
    assert_eq!(
        (&active["errors"][0]["code"], &active["errors"][0]["column"]),
        (&json!("service_ended"), &json!("状态"))
    );
    let elsewhere = send(&admin, "?accept_transfers=true", "T1,王芳,S2,语文,小学,2010-09-01,,,\n").await.expect(422);
    assert_eq!(elsewhere["errors"][0]["code"], "service_ended");
    send(&admin, "", "T1,王芳,S2,语文,小学,2010-09-01,2026-03-01,,在职\n").await.expect(201);
    let expected = [spell("S2", "2026-03-01", json!(null)), spell("S1", "2010-09-01", json!("2024-06-30"))];
    assert_eq!(spells(&admin, "T1").await, expected);
    let id = admin.all("/teachers?q=T1").await[0]["id"].as_str().unwrap().to_owned();
    admin.hours(&id, 2026, 8.0).await;
    let over = send(&admin, "", "T1,王芳,S2,语文,小学,2010-09-01,,2026-04-30,退休\n").await.expect(422);
    assert_eq!(over["errors"][0]["code"], "records_without_service");
}

#[actix_web::test]
async fn what_a_school_imports_is_reported() {
    let (app, admin) = county().await;
    send(&admin, "", "T1,王芳,S1,语文,小学,2010-09-01,,,\n").await.expect(201);
    let school = admin.all("/organizations?q=S1").await[0]["id"].as_str().unwrap().to_owned();
    let clerk = app.user(&admin, Role::SchoolAdmin, &school).await;
    let rows = "T1,王芳,S1,语文,小学,2026-11-01,,,\nT3,赵六,S1,英语,高中,2026-09-01,,,\n";
    assert_eq!(counts(&send(&clerk, "", rows).await.expect(201)), [1, 1, 0, 0]);
    assert_eq!(counts(&send(&clerk, "", rows).await.expect(201)), [0, 0, 0, 2], "the same file again");
    assert_eq!(admin.all("/teachers?q=T1").await[0]["joined_on"], "2010-09-01");
    assert_eq!(admin.all("/teachers?q=T3").await[0]["service_confirmed"], false);
    assert_eq!(admin.all("/appointments?confirmed=false").await.len(), 2);
    // The training school's own file confirms what it states.
    let theirs = "T3,赵六,S1,英语,高中,2026-09-01,,,\n";
    assert_eq!(counts(&send(&admin, "", theirs).await.expect(201)), [0, 1, 0, 0]);
    assert_eq!(admin.all("/teachers?q=T3").await[0]["service_confirmed"], true);
}
