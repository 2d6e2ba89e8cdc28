//! The demonstration county, loaded as `songjiao-demo` does it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use songjiao_api::{config::FirstStart, hours::hour_records::ledger};
use songjiao_demo::{self as demo, Outcome};
use songjiao_tests::{Session, TestApp};

use crate::agreement;

fn config() -> FirstStart {
    FirstStart { admin_password: None, root_code: "220283".to_owned(), root_name: "舒兰市教育局".to_owned() }
}

async fn total(session: &Session, path: &str) -> i64 {
    let joint = if path.contains('?') { '&' } else { '?' };
    let page = session.get(&format!("{path}{joint}limit=1&with_total=true")).await.expect(200);
    page["total"].as_i64().unwrap()
}

/// Returns the certificates' numbers by year and award.
fn numbers(certifications: &[Value]) -> BTreeMap<String, BTreeSet<i64>> {
    let mut found: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for number in certifications.iter().filter_map(|row| row["number"].as_str()) {
        let (series, sequence) = number.rsplit_once('-').unwrap();
        assert!(found.entry(series.to_owned()).or_default().insert(sequence.parse().unwrap()), "{number} twice");
    }
    found
}

#[actix_web::test]
async fn the_demonstration_loads_once_and_is_consistent() {
    let app = TestApp::start().await;
    let report = demo::load(&app.db, &config()).unwrap();
    let Outcome::Loaded(counts) = report.outcome else { panic!("it was not loaded") };
    assert_eq!((counts.teachers, counts.projects, counts.organizations), (4000, 20, 75));
    assert!(counts.hour_records > 80_000);
    assert!(report.to_string().contains("training   songjiao-demo-2026"));
    assert_eq!(demo::load(&app.db, &config()).unwrap().outcome, Outcome::AlreadyLoaded);

    let differences = app.db.read_now(ledger::verify_totals).unwrap();
    assert!(differences.is_empty(), "totals differ from the ledger: {:?}", differences.first());

    let admin = app.sign_in("admin", demo::PASSWORD).await;
    assert_eq!(total(&admin, "/teachers").await, 4000);
    let certifications = admin.all("/certifications?limit=500").await;
    assert_eq!(certifications.len(), counts.certifications);
    for (series, given) in numbers(&certifications) {
        let last = i64::try_from(given.len()).unwrap();
        assert_eq!(given, (1..=last).collect(), "{series} has a gap");
    }
    for status in ["applied", "accepted", "rejected", "superseded", "revoked"] {
        assert!(certifications.iter().any(|row| row["status"] == status), "none is {status}");
    }
    let figures = admin.get("/dashboard?training_year=2026").await.expect(200);
    assert_eq!(figures["children"].as_array().unwrap().len(), 15);
    assert!(figures["late_phases"].as_i64().unwrap() > 0);
    for waiting in ["enrollments", "hour_records", "certifications"] {
        assert!(figures["waiting"][waiting].as_i64().unwrap() > 0, "no {waiting} wait");
    }
    let rate = admin.get("/dashboard?training_year=2025").await.expect(200)["quota"]["rate"].as_f64().unwrap();
    assert!((55.0..90.0).contains(&rate), "{rate}");

    agreement::figures_agree(&admin).await;
    the_next_number_follows(&app, &certifications).await;
    every_account_sees_something(&app).await;
}

/// Asserts that the counters match the numbers issued.
async fn the_next_number_follows(app: &TestApp, certifications: &[Value]) {
    let (admin, training, colleague) = (
        app.sign_in("admin", demo::PASSWORD).await,
        app.sign_in("training", demo::PASSWORD).await,
        app.sign_in("training2", demo::PASSWORD).await,
    );
    let open = certifications.iter().find(|row| row["status"] == "applied").unwrap();
    let path = format!("/certifications/{}", open["id"].as_str().unwrap());
    for reviewer in [&training, &colleague] {
        let status =
            reviewer.post(&format!("{path}/reviews"), json!({ "verdict": "accept", "comment": "同意" })).await.status;
        assert!([201, 409].contains(&status));
    }
    let decided = admin.post(&format!("{path}/decide"), json!({ "accept": true })).await.expect(200);
    let number = decided["number"].as_str().unwrap();
    let (series, sequence) = number.rsplit_once('-').unwrap();
    let before = numbers(certifications).remove(series).map_or(0, |given| given.len());
    assert_eq!(sequence.parse::<usize>().unwrap(), before + 1);
}

async fn every_account_sees_something(app: &TestApp) {
    for username in ["training", "leader", "member", "district", "school", "teacher", "auditor"] {
        let user = app.sign_in(username, demo::PASSWORD).await;
        assert!(total(&user, "/lessons").await > 0 || username == "district", "{username} sees no lesson");
        assert!(total(&user, "/hour-records").await > 0, "{username} sees no hours");
    }
    let teacher = app.sign_in("teacher", demo::PASSWORD).await;
    let statuses: BTreeSet<_> =
        teacher.all("/certifications").await.iter().map(|row| row["status"].as_str().unwrap().to_owned()).collect();
    assert!(statuses.contains("superseded") && statuses.contains("accepted"), "{statuses:?}");
    let id = teacher.me("/teacher_id");
    let credit = teacher.get(&format!("/teachers/{id}/credits/2021")).await.expect(200);
    assert_eq!((&credit["status"], &credit["short_years"]), (&json!("met"), &json!(1)), "{credit}");
}

#[actix_web::test]
async fn the_demonstration_needs_an_empty_database() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.organization("school", &admin.me("/organization/id")).await;
    let refused = demo::load(&app.db, &config()).err().unwrap();
    assert!(refused.contains("not empty"), "{refused}");
    assert_eq!(admin.all("/organizations").await.len(), 2);
}
