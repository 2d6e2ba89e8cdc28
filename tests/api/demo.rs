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
    assert_eq!((counts.teachers, counts.projects, counts.organizations), (4000, 22, 75));
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
    for status in ["applied", "accepted", "rejected", "superseded", "reissued", "revoked"] {
        assert!(certifications.iter().any(|row| row["status"] == status), "none is {status}");
    }
    let restored = certifications.iter().find(|row| !row["restored_from"].is_null()).unwrap();
    assert_eq!(restored["status"], "accepted");
    assert!(certifications.iter().any(|row| row["reissue_of"]["reason"].is_string() && row["status"] == "accepted"));
    let figures = admin.get("/dashboard?training_year=2026").await.expect(200);
    assert_eq!(figures["children"].as_array().unwrap().len(), 15);
    assert!(figures["late_phases"].as_i64().unwrap() > 0);
    for waiting in ["enrollments", "hour_records", "certifications"] {
        assert!(figures["waiting"][waiting].as_i64().unwrap() > 0, "no {waiting} wait");
    }
    let rate = admin.get("/dashboard?training_year=2025").await.expect(200)["quota"]["rate"].as_f64().unwrap();
    assert!((55.0..90.0).contains(&rate), "{rate}");

    careers_out_of_the_ordinary_are_shown(&app, &admin).await;
    what_people_did_to_the_ledger_is_shown(&admin).await;
    projects_out_of_the_ordinary_are_shown(&admin).await;
    agreement::figures_agree(&admin).await;
    the_next_number_follows(&app, &certifications).await;
    every_account_sees_something(&app).await;
}

/// Asserts that the county has a teacher engaged again, a late transfer, one that lies ahead, a reported end of service
/// and a policy change.
async fn careers_out_of_the_ordinary_are_shown(app: &TestApp, admin: &Session) {
    let school = app.sign_in("school", demo::PASSWORD).await;
    let reported = admin.all("/appointments?confirmed=false").await;
    assert_eq!((reported.len(), &reported[0]["end_reason"]), (1, &json!("resigned")));
    assert_eq!(school.all("/appointments?confirmed=false").await.len(), 1, "the school sees its report");
    let spells = admin.all("/appointments?limit=500").await;
    let of_reason = |reason: &str| spells.iter().find(|row| row["reason"] == reason).unwrap();
    let teacher = of_reason("退休返聘")["teacher"]["id"].as_str().unwrap();
    let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!((&view["status"], &view["left_on"]), (&json!("active"), &json!(null)));
    for (year, status) in [(2025, "exempt"), (2026, "short")] {
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200);
        assert_eq!(quota["status"], status, "{quota}");
    }
    let mut transfers: Vec<_> = spells.iter().filter(|row| row["reason"] == "工作调动").collect();
    transfers.sort_by_key(|row| row["starts_on"].as_str().unwrap());
    let days: Vec<_> = transfers.iter().map(|row| row["starts_on"].as_str().unwrap()).collect();
    assert_eq!(days, ["2026-09-01", "2027-02-01"]);
    for (transfer, moved) in transfers.into_iter().zip([true, false]) {
        let teacher = transfer["teacher"]["id"].as_str().unwrap();
        let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
        assert_eq!(view["organization"]["id"] == transfer["organization"]["id"], moved);
        let former = admin.all(&format!("/appointments?teacher_id={teacher}&standing=false")).await;
        assert_eq!((former.len(), &former[0]["ends_on"]), (1, &json!(null)), "what was known before stays");
    }
    let policies = admin.all("/policies").await;
    let figures = |policy: &Value| (policy["effective_from"].clone(), policy["publicity_days"].clone());
    assert_eq!(policies.iter().map(figures).collect::<Vec<_>>()[0], (json!("2027-01-01"), json!(7)));
}

/// Asserts that the county has a group of five, hours implausible in every way, and records withdrawn, returned and
/// corrected.
async fn what_people_did_to_the_ledger_is_shown(admin: &Session) {
    let groups = admin.all("/duplicate-groups?status=open").await;
    let units = |group: &Value| group["units"].as_array().unwrap().clone();
    let five: Vec<_> = groups.iter().filter(|group| units(group).len() == 5).collect();
    assert_eq!(five.len(), 1, "{} groups", groups.len());
    let waits: Vec<_> = units(five[0]).iter().map(|unit| unit["waits"].as_bool().unwrap()).collect();
    assert_eq!(waits, [false, true, true, true, true], "the first counts");
    assert_eq!(units(five[0])[0]["records"][0]["status"], "recognized");
    assert!(groups.len() > 5, "others are of two");
    for flag in ["above_day_limit", "day_overlap", "outside_year", "not_over", "before_service"] {
        let flagged = admin.all(&format!("/hour-records?flag={flag}")).await;
        assert!(flagged.iter().any(|record| record["hold"] == "flagged"), "none is {flag}");
    }
    assert!(total(admin, "/hour-records?hold=project_end").await > 500);
    let (withdrawn, returned) =
        (admin.all("/hour-records?status=withdrawn").await, admin.all("/hour-records?status=returned").await);
    assert_eq!((withdrawn.len(), returned.len()), (1, 1));
    let path = format!("/hour-records?teacher_id={}", returned[0]["teacher_id"].as_str().unwrap());
    let corrections = admin.all(&path).await;
    let correction = corrections.iter().find(|record| record["former_id"] == returned[0]["id"]).unwrap();
    assert_eq!((&correction["status"], &correction["hours"]), (&json!("pending"), &json!(8)));
}

/// Asserts that the county has a reopened phase, a project of four schools, and one that was settled at the year's end.
async fn projects_out_of_the_ordinary_are_shown(admin: &Session) {
    let projects = admin.all("/projects?status=running").await;
    let titled = |title: &str| projects.iter().find(|project| project["title"] == title).unwrap();
    let path = |project: &Value| format!("/projects/{}", project["id"].as_str().unwrap());
    let phases = |view: &Value| view["phases"].as_array().unwrap().clone();
    let reopened = admin.get(&path(titled("2026年初中历史送教下乡培训"))).await.expect(200);
    assert_eq!(phases(&reopened)[0]["status"], "active");
    let issued = admin.all(&format!("/hour-records?project_id={}", reopened["id"].as_str().unwrap())).await;
    assert!(issued.len() > 30, "what the phase issued has ended");
    assert!(issued.iter().all(|record| record["status"] == "rejected"), "{issued:?}");

    let at_schools = admin.get(&path(titled("2026年初中英语送教下乡培训"))).await.expect(200);
    let second = phases(&at_schools)[1]["id"].as_str().unwrap().to_owned();
    let activities = admin.all(&format!("/phases/{second}/activities")).await;
    let schools: BTreeSet<_> =
        activities.iter().map(|activity| activity["concerns"][0]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!((schools.len(), activities.len()), (4, 8));
    let pending = admin.all(&format!("/hour-records?project_id={}", at_schools["id"].as_str().unwrap())).await;
    let attended = |record: &&Value| record["phase_id"] == second.as_str() && record["hours"] == 16;
    assert!(pending.iter().filter(attended).count() > 10, "each attended at one school");

    let settled = admin.get(&path(titled("2025年小学英语送教下乡培训"))).await.expect(200);
    assert_eq!((&settled["training_year"], &settled["status"]), (&json!(2025), &json!("running")));
    assert!(settled["settled_at"].is_string() && settled["ends_on"].as_str().unwrap() > "2026-01-01");
    let issued = admin.all(&format!("/hour-records?project_id={}", settled["id"].as_str().unwrap())).await;
    for status in ["recognized", "pending"] {
        assert!(issued.iter().any(|record| record["status"] == status), "none is {status}");
    }
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
