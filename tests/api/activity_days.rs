//! Activities that concern some schools, are held or cancelled, and are marked day by day.

use diesel::connection::SimpleConnection;
use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_api::db::{Actor, DatabaseUrl};
use songjiao_tests::{Answer, Session, TestApp, id};

use crate::imports::{counts, faults, send};

/// A project whose first phase is active.
async fn active(admin: &Session, more: Value) -> (Value, String) {
    let project = admin.running_project(more).await;
    let phase = id(&project["phases"][0]);
    admin.act(&format!("/phases/{phase}/start")).await.expect(200);
    (project, phase)
}

/// Marks a participant for a day of an activity.
async fn mark(admin: &Session, activity: &str, enrollment: &str, day: &str, status: &str) -> Answer {
    let body = json!({ "day": day, "entries": [{ "enrollment_id": enrollment, "status": status }] });
    admin.post(&format!("/activities/{activity}/attendance"), body).await
}

/// Returns the day and mark of each day of the first participant of a sheet.
fn marks(sheet: &Value) -> Vec<(String, Value)> {
    let marks = sheet["entries"][0]["marks"].as_array().unwrap().iter();
    marks.map(|mark| (mark["day"].as_str().unwrap().to_owned(), mark["status"].clone())).collect()
}

fn entry_fault(code: &str) -> Vec<(String, String)> {
    vec![("/entries/0/enrollment_id".to_owned(), code.to_owned())]
}

/// Case A27.
#[actix_web::test]
async fn an_activity_of_five_days_is_marked_day_by_day() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let enrollment = admin.admitted(&project, &admin.teacher(&admin.me("/organization/id")).await).await;
    let activity = admin.activity(&phase, json!({ "held_on": "2026-03-09", "days": 5, "hours": 40 })).await;
    let path = format!("/activities/{activity}/attendance");
    let sheet = admin.get(&path).await.expect(200);
    let hours: Vec<_> = sheet["days"].as_array().unwrap().iter().map(|day| day["hours"].clone()).collect();
    assert_eq!(hours, [8; 5]);
    assert_eq!(marks(&sheet).len(), 5);
    admin.attend(&activity, &enrollment, "present").await;
    let sheet = mark(&admin, &activity, &enrollment, "2026-03-13", "left_early").await.expect(200);
    let expected = ["present", "present", "present", "present", "left_early"];
    assert_eq!(marks(&sheet).into_iter().map(|(_, status)| status).collect::<Vec<_>>(), expected);
    assert_eq!(sheet["entries"][0]["status"], json!(null), "the days differ");
    let wrong = mark(&admin, &activity, &enrollment, "2026-03-14", "present").await.faults();
    assert_eq!(wrong, [("/day".to_owned(), "not_a_day".to_owned())]);
    // A whole sheet of one day leaves the other days as they are.
    let body = json!({ "day": "2026-03-10", "entries": [] });
    let sheet = admin.put(&path, body).await.expect(200);
    assert_eq!(marks(&sheet)[1], ("2026-03-10".to_owned(), json!(null)));
    assert_eq!(marks(&sheet)[4].1, "left_early");
    let file = Answer::of(admin.request(Method::GET, &path).header(header::ACCEPT, "text/csv")).await.text;
    assert_eq!(file.lines().count(), 6, "a row for each day: {file}");
}

#[actix_web::test]
async fn a_file_marks_a_day_or_every_day_of_an_activity() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({ "title": "送教" })).await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    admin.admitted(&project, &teacher).await;
    let more = json!({ "title": "集中研修", "held_on": "2026-03-09", "days": 3, "hours": 10 });
    let activity = admin.activity(&phase, more).await;
    let file = |rows: &str| format!("项目名称,活动名称,活动日期,教师编号,考勤\n{rows}");
    let report = send(&admin, "attendance", file("送教,集中研修,,T1,出勤\n")).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 1, 0, 0, 0]));
    let report = send(&admin, "attendance", file("送教,集中研修,2026-03-11,T1,旷课\n")).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    let sheet = admin.get(&format!("/activities/{activity}/attendance")).await.expect(200);
    let statuses: Vec<_> = marks(&sheet).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["present", "present", "absent"]);
    let hours: Vec<_> = sheet["days"].as_array().unwrap().iter().map(|day| day["hours"].clone()).collect();
    assert_eq!(hours, [json!(3.33), json!(3.33), json!(3.34)]);
    let twice = file("送教,集中研修,,T1,出勤\n送教,集中研修,2026-03-11,T1,旷课\n");
    let report = send(&admin, "attendance", twice).await.expect(422);
    assert_eq!(faults(&report), [(3, "教师编号".to_owned(), "repeated_row".to_owned())]);
}

/// Case A5.
#[actix_web::test]
async fn a_day_is_marked_from_its_day_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({ "title": "送教", "planned_hours": 200 })).await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    let enrollment = admin.admitted(&project, &teacher).await;
    let ahead = admin.activity(&phase, json!({ "held_on": "2027-03-10", "hours": 100, "title": "来年" })).await;
    let body = json!({ "entries": [{ "enrollment_id": enrollment, "status": "present" }] });
    let path = |activity: &str| format!("/activities/{activity}/attendance");
    assert_eq!(admin.post(&path(&ahead), body.clone()).await.faults(), entry_fault("day_ahead"));
    let file = "项目名称,活动名称,教师编号,考勤\n送教,来年,T1,出勤\n".to_owned();
    let report = send(&admin, "attendance", file).await.expect(422);
    assert_eq!(faults(&report), [(2, "教师编号".to_owned(), "day_ahead".to_owned())]);
    // Of an activity that has begun, the days until today.
    let begun = admin.activity(&phase, json!({ "held_on": "2026-11-29", "days": 3 })).await;
    assert_eq!(admin.post(&path(&begun), body).await.faults(), entry_fault("day_ahead"));
    mark(&admin, &begun, &enrollment, "2026-11-30", "present").await.expect(200);
    assert_eq!(mark(&admin, &begun, &enrollment, "2026-12-01", "present").await.faults(), entry_fault("day_ahead"));
    let sheet = admin.get(&path(&begun)).await.expect(200);
    let begun: Vec<_> = sheet["days"].as_array().unwrap().iter().map(|day| day["begun"].clone()).collect();
    assert_eq!(begun, [true, true, false]);
}

/// Case A10.
#[actix_web::test]
async fn nobody_is_marked_after_the_end_of_their_service() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let enrollment = admin.admitted(&project, &teacher).await;
    let before = admin.activity(&phase, json!({ "held_on": "2026-10-31" })).await;
    let after = admin.activity(&phase, json!({ "held_on": "2026-11-20" })).await;
    admin
        .patch(&format!("/teachers/{teacher}"), json!({ "status": "left", "left_on": "2026-10-31" }))
        .await
        .expect(200);
    mark(&admin, &before, &enrollment, "2026-10-31", "present").await.expect(200);
    let refused = mark(&admin, &after, &enrollment, "2026-11-20", "present").await.faults();
    assert_eq!(refused, entry_fault("not_in_service"));
}

/// Case A28.
#[actix_web::test]
async fn what_was_held_before_admission_does_not_concern_a_participant() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phase) = active(&admin, json!({})).await;
    let first = admin.admitted(&project, &admin.teacher(&root).await).await;
    let early = admin.activity(&phase, json!({ "held_on": "2026-03-10" })).await;
    let late = admin.activity(&phase, json!({ "held_on": "2026-05-10" })).await;
    admin.attend(&early, &first, "present").await;
    let second = admin.nominated(&project, &admin.teacher(&root).await).await;
    let admit = |day: &str| json!({ "ids": [second], "admitted_on": day });
    let path = format!("/projects/{}/enrollments/admit", id(&project));
    let future = admin.post(&path, admit("2026-12-01")).await.faults();
    assert_eq!(future, [("/admitted_on".to_owned(), "in_the_future".to_owned())]);
    let admitted = admin.post(&path, admit("2026-04-01")).await.expect(200);
    assert_eq!(admitted["items"][0]["admitted_on"], "2026-04-01");
    mark(&admin, &late, &second, "2026-05-10", "present").await.expect(200);
    let rows = |sheet: Value| sheet["entries"].as_array().unwrap().len();
    assert_eq!(rows(admin.get(&format!("/activities/{early}/attendance")).await.expect(200)), 1);
    assert_eq!(rows(admin.get(&format!("/activities/{late}/attendance")).await.expect(200)), 2);
    // Until attendance has been taken, an admission that is entered late counts from the beginning; then from today.
    let third = admin.admitted(&project, &admin.teacher(&root).await).await;
    let day = |view: Value| view["admitted_on"].clone();
    assert_eq!(day(admin.get(&format!("/enrollments/{first}")).await.expect(200)), "2026-03-02");
    assert_eq!(day(admin.get(&format!("/enrollments/{third}")).await.expect(200)), "2026-11-30");
    // A mark says that they took part earlier.
    mark(&admin, &early, &third, "2026-03-10", "present").await.expect(200);
    assert_eq!(day(admin.get(&format!("/enrollments/{third}")).await.expect(200)), "2026-03-10");
    let withdraw = json!({ "reason": "因病", "unmarked": "absent" });
    let left = admin.post(&format!("/enrollments/{first}/withdraw"), withdraw).await.expect(200);
    assert_eq!(left["left_on"], "2026-11-30");
}

/// Case A26.
#[actix_web::test]
async fn an_activity_concerns_the_schools_that_it_names_and_no_participant_more_than_the_planned_hours() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phase) = active(&admin, json!({ "planned_hours": 40 })).await;
    let second = id(&project["phases"][1]);
    let mut schools = Vec::new();
    for _ in 0..4 {
        let school = admin.organization("school", &root).await;
        let enrollment = admin.admitted(&project, &admin.teacher(&school).await).await;
        schools.push((school, enrollment));
    }
    admin.activity(&phase, json!({ "hours": 24 })).await;
    for (school, _) in &schools {
        for phase in [&phase, &second] {
            admin.activity(phase, json!({ "hours": 8, "organization_id": school, "concerns": [school] })).await;
        }
    }
    let rows = admin.all(&format!("/phases/{phase}/activities")).await;
    assert_eq!(rows[1]["concerns"].as_array().unwrap().len(), 1);
    let sheet = admin.get(&format!("/activities/{}/attendance", id(&rows[1]))).await.expect(200);
    let entries: Vec<_> = sheet["entries"].as_array().unwrap().iter().map(|row| row["enrollment_id"].clone()).collect();
    assert_eq!(entries, [json!(schools[0].1)]);
    let foreign = json!({ "entries": [{ "enrollment_id": schools[1].1, "status": "present" }] });
    let refused = admin.post(&format!("/activities/{}/attendance", id(&rows[1])), foreign).await;
    assert_eq!(refused.faults(), entry_fault("not_concerned"));
    // Each school's own add up to 40.
    let more = json!({ "title": "研讨", "form": "seminar", "held_on": "2026-04-01", "hours": 0.01 });
    let path = format!("/phases/{phase}/activities");
    admin.post(&path, more.clone()).await.problem(409, "hours_above_plan");
    let longer = admin.patch(&format!("/activities/{}", id(&rows[1])), json!({ "hours": 8.5 })).await;
    longer.problem(409, "hours_above_plan");
    // What is cancelled does not count, until it is taken back.
    let activity = format!("/activities/{}", id(&rows[1]));
    admin.post(&format!("{activity}/cancel"), json!({ "reason": "停课" })).await.expect(200);
    let mut own = more.clone();
    own["concerns"] = json!([schools[0].0]);
    admin.post(&path, own).await.expect(201);
    admin.act(&format!("{activity}/reinstate")).await.problem(409, "hours_above_plan");
    let mut unknown = more;
    unknown["concerns"] = json!([id(&project)]);
    unknown["delivered_by"] = json!([id(&project)]);
    let faults = admin.post(&path, unknown).await.faults();
    assert_eq!(faults, [("/concerns/0".to_owned(), "unknown_organization".to_owned())]);
}

#[actix_web::test]
async fn an_activity_is_planned_held_or_cancelled_with_a_reason() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let enrollment = admin.admitted(&project, &teacher).await;
    let activity = admin.activity(&phase, json!({ "days": 2, "delivered_by": [teacher] })).await;
    let path = format!("/activities/{activity}");
    let view = admin.get(&path).await.expect(200);
    assert_eq!((&view["status"], &view["ends_on"]), (&json!("planned"), &json!("2026-03-11")));
    assert_eq!(view["delivered_by"][0]["teacher_id"], json!(teacher));
    admin.attend(&activity, &enrollment, "present").await;
    assert_eq!(admin.get(&path).await.expect(200)["status"], "held");
    let cancel = format!("{path}/cancel");
    admin.post(&cancel, json!({ "reason": "停课" })).await.problem(409, "in_use");
    admin.patch(&path, json!({ "days": 1 })).await.problem(409, "in_use");
    admin.put(&format!("{path}/attendance"), json!({ "entries": [] })).await.expect(200);
    assert_eq!(admin.get(&path).await.expect(200)["status"], "planned");
    assert_eq!(admin.post(&cancel, json!({ "reason": " " })).await.faults()[0].0, "/reason");
    let cancelled = admin.post(&cancel, json!({ "reason": "汛期停课" })).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["status_reason"]), (&json!("cancelled"), &json!("汛期停课")));
    admin.post(&cancel, json!({ "reason": "再次" })).await.problem(409, "wrong_state");
    let body = json!({ "entries": [{ "enrollment_id": enrollment, "status": "present" }] });
    admin.post(&format!("{path}/attendance"), body).await.problem(409, "wrong_state");
    assert_eq!(admin.act(&format!("{path}/reinstate")).await.expect(200)["status"], "planned");
    admin.act(&format!("{path}/reinstate")).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn marks_of_whole_activities_become_marks_of_their_days() {
    let mut app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let enrollment = admin.admitted(&project, &admin.teacher(&admin.me("/organization/id")).await).await;
    let long = admin.activity(&phase, json!({ "days": 3, "hours": 12 })).await;
    let short = admin.activity(&phase, json!({ "held_on": "2026-03-20" })).await;
    admin.attend(&long, &enrollment, "late").await;
    app.stop().await;
    let down = match &app.data.database_url {
        Some(DatabaseUrl::Postgres(_)) => {
            include_str!("../../api/migrations/postgres/2026-01-01-000220_activity_days/down.sql")
        }
        _ => include_str!("../../api/migrations/sqlite/2026-01-01-000220_activity_days/down.sql"),
    };
    let back = format!("{down}; DELETE FROM __diesel_schema_migrations WHERE version = '20260101000220'");
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&back)?)).unwrap();
    app.start_again().await;
    let admin = app.admin().await;
    let sheet = admin.get(&format!("/activities/{long}/attendance")).await.expect(200);
    let days = ["2026-03-10", "2026-03-11", "2026-03-12"].map(|day| (day.to_owned(), json!("late")));
    assert_eq!(marks(&sheet), days);
    let status = |view: Value| view["status"].clone();
    assert_eq!(status(admin.get(&format!("/activities/{long}")).await.expect(200)), "held");
    assert_eq!(status(admin.get(&format!("/activities/{short}")).await.expect(200)), "planned");
    let view = admin.get(&format!("/enrollments/{enrollment}")).await.expect(200);
    assert_eq!((&view["admitted_on"], &view["left_on"]), (&json!("2026-03-02"), &json!(null)));
    mark(&admin, &short, &enrollment, "2026-03-20", "present").await.expect(200);
}
