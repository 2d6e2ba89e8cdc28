//! The preview of a dry run.

use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp, id};

use crate::imports::send;

const HEADER: &str = "教师编号,姓名,单位编号,学科,学段,入职日期,身份证号\n";

/// Returns the numbers of the rows in the preview.
fn rows(report: &Value) -> Vec<i64> {
    report["preview"]["rows"].as_array().unwrap().iter().map(|row| row["row"].as_i64().unwrap()).collect()
}

async fn admin() -> (TestApp, Session) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    (app, admin)
}

fn row(number: usize, day: &str, id_number: &str) -> String {
    format!("T{number},王芳,220283,语文,小学,{day},{id_number}\n")
}

#[actix_web::test]
async fn a_dry_run_shows_the_first_and_the_faulty_rows_by_spreadsheet_number() {
    let (_app, admin) = admin().await;
    let lines: Vec<_> = (0..40).map(|at| row(at, if at == 29 { "昨天" } else { "2010-09-01" }, "")).collect();
    let file = format!("教师名册,,,,,,\n{HEADER}\n{}", lines.concat());
    let report = send(&admin, "teachers?dry_run=true", file).await.expect(422);
    let preview = &report["preview"];
    assert_eq!(preview["header_row"], 2);
    assert_eq!(preview["columns"][5], "入职日期");
    assert_eq!(rows(&report), (4..24).chain([33]).collect::<Vec<_>>(), "a blank line counts but is not shown");
    assert_eq!(preview["rows"][20]["cells"], json!(["T29", "王芳", "220283", "语文", "小学", "昨天", ""]));
    assert_eq!(report["errors"][0]["row"], 33);
    let kept = admin.get(&format!("/imports/{}", id(&report))).await.expect(200);
    assert_eq!(kept["preview"], *preview, "the report keeps it");
    assert!(admin.all("/imports").await[0].get("preview").is_none(), "a list leaves it out");
}

#[actix_web::test]
async fn a_preview_shows_no_id_number_in_any_column() {
    let (_app, admin) = admin().await;
    let header = HEADER.replace("身份证号", "身份证号,证件");
    let file = format!(
        "{header}T1,王芳,220283,语文,小学,2010-09-01,11010519491231002X,11010519491231002X\nT2,李雷,220283,语文,小学,2010-09-01,110105194912310021,\n"
    );
    let answer = send(&admin, "teachers?dry_run=true&unknown_columns=ignore", file).await;
    assert!(!answer.text.contains("110105"), "{}", answer.text);
    let report = answer.expect(422);
    assert_eq!(report["preview"]["rows"][0]["cells"][6], report["preview"]["rows"][1]["cells"][6]);
    assert_eq!(report["preview"]["rows"][0]["cells"][7], "****************2X");
}

#[actix_web::test]
async fn a_preview_is_limited() {
    let (_app, admin) = admin().await;
    let lines: Vec<_> = (0..400).map(|at| row(at, "昨天", "")).collect();
    let wide = "列".repeat(300);
    let file = format!("{}\n{}", HEADER.trim().replace("学科", &wide), lines.concat());
    let report = send(&admin, "teachers?dry_run=true&unknown_columns=ignore", file).await.expect(422);
    assert!(rows(&report).is_empty(), "a file without its columns is not read");
    assert_eq!(report["preview"]["columns"][3].as_str().unwrap().chars().count(), 81);
    let report = send(&admin, "teachers?dry_run=true", format!("{HEADER}{}", lines.concat())).await.expect(422);
    assert_eq!(rows(&report).len(), 200);
}

#[actix_web::test]
async fn an_actual_import_has_no_preview() {
    let (_app, admin) = admin().await;
    let file = format!("{HEADER}{}", row(1, "昨天", ""));
    assert!(send(&admin, "teachers", file).await.expect(422).get("preview").is_none());
    let file = format!("{HEADER}{}", row(1, "2010-09-01", ""));
    assert_eq!(rows(&send(&admin, "teachers?dry_run=true", file.clone()).await.expect(201)), [2]);
    assert!(send(&admin, "teachers", file).await.expect(201).get("preview").is_none());
}

#[actix_web::test]
async fn an_asynchronous_dry_run_keeps_its_preview() {
    let (_app, admin) = admin().await;
    let request = admin.request(reqwest::Method::POST, "/imports/teachers?dry_run=true");
    let request = request.header("content-type", "text/csv").header("prefer", "respond-async");
    let path = format!(
        "/imports/{}",
        id(&Answer::of(request.body(format!("{HEADER}{}", row(1, "2010-09-01", "")))).await.expect(202))
    );
    let report = loop {
        let report = admin.get(&path).await.expect(200);
        if report["finished_at"].is_string() {
            break report;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(rows(&report), [2]);
}
