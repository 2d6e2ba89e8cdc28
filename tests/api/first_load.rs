//! The first load of a county's past years: their export goes into an empty county, and nearly all of it counts.

use std::time::Instant;

use reqwest::{Method, header};
use serde_json::Value;
use songjiao_api::{config::FirstStart, hours::hour_records::ledger};
use songjiao_demo as demo;
use songjiao_tests::{Answer, Session, TestApp};

/// The years that are over of the demonstration county's ledger, five of them.
const YEARS: std::ops::RangeInclusive<i32> = 2021..=2025;

async fn export(session: &Session, path: &str) -> String {
    let request = session.request(Method::GET, path).header(header::ACCEPT, "text/csv");
    let file = Answer::of(request).await;
    assert_eq!(file.status, 200, "{path}");
    file.text
}

/// Appends the rows of a file to another with the same header.
fn append(file: &mut String, more: &str) {
    let more = if file.is_empty() { more } else { more.split_once('\n').unwrap().1 };
    file.push_str(more);
}

/// Returns a file without one of its columns.
fn without(file: &str, column: &str) -> String {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let at = rows[0].iter().position(|name| name == column).unwrap();
    let mut left = csv::Writer::from_writer(Vec::new());
    for row in &rows {
        left.write_record(row.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, cell)| cell)).unwrap();
    }
    String::from_utf8(left.into_inner().unwrap()).unwrap()
}

fn count(report: &Value, field: &str) -> i64 {
    report[field].as_i64().unwrap_or_else(|| panic!("{field} in {report}"))
}

#[actix_web::test]
#[ignore = "takes most of a minute in a debug build: cargo xtask test --only first-load"]
async fn the_demonstrations_five_years_are_loaded_into_an_empty_county_with_one_row_in_a_thousand_held() {
    let from = TestApp::start().await;
    let first_start =
        FirstStart { admin_password: None, root_code: "220283".to_owned(), root_name: "舒兰市教育局".to_owned() };
    let started = Instant::now();
    demo::load(&from.db, &first_start).unwrap();
    eprintln!("the demonstration in {:?}", started.elapsed());
    let source = from.sign_in("admin", demo::PASSWORD).await;
    let into = TestApp::start().await;
    let admin = into.admin().await;

    // The root is there already.
    let organizations: Vec<String> = export(&source, "/organizations").await.lines().map(str::to_owned).collect();
    let organizations: Vec<&str> =
        organizations.iter().map(String::as_str).filter(|line| !line.starts_with("220283,")).collect();
    let file = organizations.join("\n");
    admin.post_csv("/imports/organizations", file).await.expect(201);
    // A roster says when service began. With 任职日期 it would begin at the present school, and what came before is unknown.
    let file = without(&export(&source, "/teachers").await, "任职日期");
    admin.post_csv("/imports/teachers", file).await.expect(201);

    let mut file = String::new();
    for year in YEARS {
        append(&mut file, &export(&source, &format!("/hour-records?training_year={year}&sort=created")).await);
    }
    let started = Instant::now();
    let reason = "reason=%E6%97%A7%E5%B9%B4%E5%BA%A6%E5%8F%B0%E8%B4%A6";
    let path = format!("/imports/hour-records?source=first-load&on_flag=accept&accept_valid=true&{reason}");
    let report = admin.post_csv(&path, file).await.expect(201);
    let took = started.elapsed();
    let held: i64 = report["held"].as_array().unwrap().iter().map(|held| count(held, "rows")).sum();
    let loaded = count(&report, "rows_imported");
    let counts = ["rows_total", "rows_imported", "rows_passed_over", "rows_failed"].map(|field| count(&report, field));
    eprintln!("{counts:?} rows, held {}, in {took:?}", report["held"]);
    for flag in ["above_day_limit", "day_overlap", "outside_year", "not_over", "before_service"] {
        let page = admin.get(&format!("/hour-records?flag={flag}&limit=1&with_total=true")).await.expect(200);
        eprintln!("accepted with the flag {flag}: {}", page["total"]);
    }
    assert!(loaded > 50_000, "{counts:?}");
    let failed = count(&report, "rows_failed");
    assert!((held + failed) * 1000 <= loaded, "held {}, failed {failed}: {}", report["held"], report["errors"]);
    assert_eq!(into.db.read_now(ledger::verify_totals).unwrap(), []);
}
