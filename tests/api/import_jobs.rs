//! Asynchronous imports (`Prefer: respond-async`).

use std::time::Duration;

use diesel::prelude::*;
use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_api::db::{Actor, schema::imports};
use songjiao_tests::{Answer, Session, TestApp};
use songjiao_types::{ImportId, Role, imports::ImportStatus};
use uuid::Uuid;

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\n";

fn hours(rows: usize) -> String {
    let row = |at: usize| format!("T1,2026,国培,培训{at},进修学校,网络研修,4,2026-07-06,2026-07-10,E{at}\n");
    HEADER.to_owned() + &(0..rows).map(row).collect::<String>()
}

async fn send_later(session: &Session, path: &str, body: String) -> Answer {
    let request = session.request(Method::POST, path).header("prefer", "respond-async");
    Answer::of(request.header(header::CONTENT_TYPE, "text/csv").body(body)).await
}

/// Waits for an import to end and returns its report.
async fn ended(session: &Session, id: &str) -> Value {
    loop {
        let report = session.get(&format!("/imports/{id}")).await.expect(200);
        if !report["finished_at"].is_null() {
            return report;
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn with_teacher() -> (TestApp, Session) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    (app, admin)
}

#[actix_web::test]
async fn an_asynchronous_import_reports_at_its_location() {
    let (_app, admin) = with_teacher().await;
    let answer = send_later(&admin, "/imports/hour-records", hours(50)).await;
    assert_eq!(answer.headers["preference-applied"], "respond-async");
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let report = answer.expect(202);
    assert_eq!(report["status"], "queued");
    let id = report["id"].as_str().unwrap();
    assert_eq!(location, format!("/api/v1/imports/{id}"));
    let report = ended(&admin, id).await;
    assert_eq!((&report["status"], &report["rows_imported"]), (&json!("imported"), &json!(50)));
    assert_eq!(admin.all("/hour-records").await.len(), 50);
    let faulty =
        send_later(&admin, "/imports/hour-records?dry_run=true", hours(3).replace("国培", "世界级")).await.expect(202);
    let report = ended(&admin, faulty["id"].as_str().unwrap()).await;
    assert_eq!((&report["status"], &report["rows_failed"]), (&json!("rejected"), &json!(3)));
    assert_eq!(report["errors"].as_array().unwrap().len(), 3);
    admin.act(&format!("/imports/{id}/cancel")).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_cancelled_import_writes_nothing() {
    let (_app, admin) = with_teacher().await;
    // These rows take far longer than two requests.
    let report = send_later(&admin, "/imports/hour-records", hours(200_000)).await.expect(202);
    let id = report["id"].as_str().unwrap();
    admin.act(&format!("/imports/{id}/cancel")).await.expect(202);
    let report = ended(&admin, id).await;
    assert_eq!((&report["status"], &report["rows_imported"]), (&json!("cancelled"), &json!(0)));
    assert!(admin.all("/hour-records").await.is_empty());
}

/// Inserts the row of an import that was queued when the process ended.
fn left_behind(app: &TestApp, admin: &Session) -> ImportId {
    let id = ImportId::from_uuid(Uuid::now_v7());
    let options = json!({
        "dry_run": false, "unknown_columns": "reject", "source": "import", "status": "recognized", "on_conflict": "reject",
    });
    let user: songjiao_types::UserId = admin.me("/id").parse().unwrap();
    let organization: songjiao_types::OrganizationId = admin.me("/organization/id").parse().unwrap();
    let insert = |tx: &mut songjiao_api::db::Tx<'_>| {
        diesel::insert_into(imports::table)
            .values((
                imports::id.eq(id),
                imports::kind.eq(songjiao_types::imports::ImportKind::HourRecords),
                imports::status.eq(ImportStatus::Queued),
                imports::format.eq(""),
                imports::encoding.eq(""),
                imports::dry_run.eq(false),
                (imports::rows_total.eq(0), imports::rows_imported.eq(0), imports::rows_updated.eq(0)),
                (imports::rows_unchanged.eq(0), imports::rows_failed.eq(0), imports::errors.eq("[]")),
                imports::options.eq(options.to_string()),
                imports::organization_id.eq(organization),
                imports::created_by.eq(user),
                imports::created_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        Ok(())
    };
    app.db.write_now(Actor::system(), insert).unwrap();
    id
}

#[actix_web::test]
async fn a_restart_resumes_an_import_or_marks_it_failed() {
    let (mut app, admin) = with_teacher().await;
    app.stop().await;
    let (whole, lost) = (left_behind(&app, &admin), left_behind(&app, &admin));
    let folder = app.data.data_dir.join("imports");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(whole.to_string()), hours(10)).unwrap();
    app.start_again().await;
    let report = ended(&admin, &whole.to_string()).await;
    assert_eq!((&report["status"], &report["rows_imported"]), (&json!("imported"), &json!(10)));
    let report = ended(&admin, &lost.to_string()).await;
    assert_eq!(report["status"], "failed");
    assert!(report["message"].as_str().unwrap().contains("重新上传"));
    assert_eq!(admin.all("/hour-records").await.len(), 10);
}

#[actix_web::test]
async fn only_those_who_see_an_import_can_cancel_it() {
    let (app, admin) = with_teacher().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let clerk = app.user(&admin, Role::SchoolAdmin, &school).await;
    let report = send_later(&admin, "/imports/hour-records", hours(1)).await.expect(202);
    let id = report["id"].as_str().unwrap();
    clerk.act(&format!("/imports/{id}/cancel")).await.problem(404, "not_found");
    clerk.get(&format!("/imports/{id}/errors.csv")).await.problem(404, "not_found");
    ended(&admin, id).await;
}

#[actix_web::test]
async fn a_large_file_under_an_idempotency_key_is_imported_once() {
    let (_app, admin) = with_teacher().await;
    let file = hours(15_000);
    assert!(file.len() > 1024 * 1024, "larger than what is kept in memory");
    let send = |body: String| {
        let request = admin.request(Method::POST, "/imports/hour-records").header("idempotency-key", "nightly");
        Answer::of(request.header(header::CONTENT_TYPE, "text/csv").body(body))
    };
    let first = send(file.clone()).await.expect(201);
    assert_eq!(first["rows_imported"], 15_000);
    let again = send(file.clone()).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201), first);
    send(file + "\n").await.problem(422, "idempotency_mismatch");
}

#[actix_web::test]
async fn an_asynchronous_import_under_an_idempotency_key_runs_once() {
    let (_app, admin) = with_teacher().await;
    let send = || {
        let request = admin.request(Method::POST, "/imports/hour-records").header("idempotency-key", "nightly");
        let request = request.header(header::CONTENT_TYPE, "text/csv").header("prefer", "respond-async");
        Answer::of(request.body(hours(3)))
    };
    let first = send().await.expect(202);
    let report = ended(&admin, first["id"].as_str().unwrap()).await;
    assert_eq!((&report["status"], &report["rows_imported"]), (&json!("imported"), &json!(3)));
    assert_eq!(send().await.expect(202), first);
    assert_eq!(admin.get("/imports?with_total=true").await.expect(200)["total"], 1);
}
