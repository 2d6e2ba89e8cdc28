//! The cases of service, policy and standing, each with the figures that are right, and with its explanation.

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id};

use super::explanations::{credit, quota};

async fn policy(admin: &Session, effective_from: &str, changes: Value) {
    let mut new = json!({ "effective_from": effective_from });
    new.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    admin.post("/policies", new).await.expect(201);
}

async fn exempt(admin: &Session, teacher: &str, starts_on: &str, ends_on: &str) {
    let new = json!({ "teacher_id": teacher, "kind": "other", "starts_on": starts_on, "ends_on": ends_on });
    admin.post("/exemptions", new).await.expect(201);
}

async fn required(admin: &Session, teacher: &str, year: i32) -> Value {
    quota(admin, teacher, year).await["required_hours"].clone()
}

/// Starts a county and returns its administrator and its bureau.
async fn county() -> (TestApp, Session, String) {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    (app, admin, root)
}

#[actix_web::test]
async fn b1_a_cycle_asks_in_each_year_what_the_policy_of_that_year_says() {
    let (_app, admin, root) = county().await;
    policy(&admin, "2027-01-01", json!({ "annual_hours": 90, "cycle_hours": 450 })).await;
    let joins = admin.teacher_with(&root, json!({ "joined_on": "2030-01-01" })).await;
    assert_eq!(credit(&admin, &joins, 2026).await["required_hours"], 90);
    let exempted = admin.teacher(&root).await;
    exempt(&admin, &exempted, "2027-01-01", "2030-12-31").await;
    assert_eq!(credit(&admin, &exempted, 2026).await["required_hours"], 72);
    assert_eq!(required(&admin, &exempted, 2026).await, 72.0);
    assert_eq!(required(&admin, &exempted, 2027).await, 0.0);
}

#[actix_web::test]
async fn b2_a_policy_that_would_cut_a_cycle_is_refused_and_no_reader_fails() {
    let (_app, admin, root) = county().await;
    let teacher = admin.teacher(&root).await;
    for changes in [json!({ "cycle_first_year": 2018 }), json!({ "cycle_years": 3 })] {
        let mut new = json!({ "effective_from": "2028-01-01" });
        new.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        admin.post("/policies", new).await.problem(422, "invalid");
    }
    for path in ["/dashboard", "/credits", "/quotas/explanation"] {
        admin.get(path).await.expect(200);
    }
    assert_eq!(credit(&admin, &teacher, 2026).await["required_hours"], 360);
}

#[actix_web::test]
async fn b3_a_policy_of_a_year_that_is_over_says_first_how_many_teachers_change() {
    let (_app, admin, root) = county().await;
    let [short, met] = [admin.teacher(&root).await, admin.teacher(&root).await];
    admin.hours(&short, 2025, 60.0).await;
    admin.hours(&met, 2025, 72.0).await;
    let new = json!({ "effective_from": "2025-01-01", "annual_hours": 60 });
    let preview = admin.post("/policies/preview", new.clone()).await.expect(200);
    assert_eq!(preview["effect"]["teachers_changed"], 1, "from short to met");
    assert_eq!(quota(&admin, &short, 2025).await["status"], "short", "not yet");
    policy(&admin, "2025-01-01", json!({ "annual_hours": 60 })).await;
    assert_eq!(quota(&admin, &short, 2025).await["status"], "met");
}

#[actix_web::test]
async fn b4_a_year_of_twenty_months_asks_for_the_months_owed() {
    let (_app, admin, root) = county().await;
    policy(&admin, "2027-01-01", json!({ "year_starts_on": "09-01" })).await;
    let always = admin.teacher(&root).await;
    assert_eq!(quota(&admin, &always, 2026).await["required_hours"], 72);
    assert_eq!(admin.get(&format!("/teachers/{always}/quotas/2026")).await.expect(200)["months"], 20);
    let joined = admin.teacher_with(&root, json!({ "joined_on": "2027-01-01" })).await;
    assert_eq!(required(&admin, &joined, 2026).await, 28.8);
    let exempted = admin.teacher(&root).await;
    exempt(&admin, &exempted, "2026-03-01", "2026-12-31").await;
    assert_eq!(required(&admin, &exempted, 2026).await, 36.0);
}

#[actix_web::test]
async fn b4_a_year_of_four_months_asks_for_its_twelfths() {
    let (_app, admin, root) = county().await;
    policy(&admin, "2016-01-01", json!({ "year_starts_on": "09-01" })).await;
    policy(&admin, "2027-01-01", json!({ "year_starts_on": "01-01" })).await;
    let teacher = admin.teacher(&root).await;
    assert_eq!(required(&admin, &teacher, 2026).await, 24.0);
    assert_eq!(required(&admin, &teacher, 2027).await, 72.0);
}

#[actix_web::test]
async fn b5_a_gap_in_service_asks_nothing_for_its_months() {
    let (_app, admin, root) = county().await;
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher_with(&here, json!({ "left_on": "2024-06-30" })).await;
    let back = json!({ "teacher_id": teacher, "organization_id": there, "starts_on": "2026-03-01", "reason": "返聘" });
    admin.post("/appointments", back).await.expect(201);
    for (year, expected) in [(2023, 72.0), (2024, 36.0), (2025, 0.0), (2026, 60.0), (2027, 72.0)] {
        assert_eq!(required(&admin, &teacher, year).await, expected, "{year}");
    }
    assert_eq!(credit(&admin, &teacher, 2021).await["required_hours"], 72 * 3 + 36);
    let spells = admin.get(&format!("/teachers/{teacher}/appointments")).await.expect(200);
    assert_eq!(spells.as_array().unwrap().len(), 2);
    let explained = |year: i32| {
        let (admin, path) = (admin.clone(), format!("/teachers/{teacher}/quotas/{year}/explanation"));
        async move { admin.get(&path).await.expect(200) }
    };
    let gap = json!([{ "reason": "not_in_service", "starts_on": "2024-07-01", "ends_on": "2026-02-28" }]);
    for (year, owner, rule) in [(2024, &here, "last_day"), (2025, &there, "current"), (2026, &there, "last_day")] {
        let explanation = explained(year).await;
        assert_eq!(explanation["free_periods"], gap, "{year}");
        assert_eq!(explanation["belongs_to"]["organization_id"], json!(owner), "{year}");
        assert_eq!(explanation["belongs_to"]["rule"], rule, "{year}");
    }
}

#[actix_web::test]
async fn b6_nobody_of_whom_nothing_is_required_counts_in_a_rate() {
    let (_app, admin, root) = county().await;
    for number in 0..10 {
        let teacher = admin.teacher(&root).await;
        if number < 5 {
            exempt(&admin, &teacher, "2025-01-01", "2025-12-31").await;
            assert_eq!(quota(&admin, &teacher, 2025).await["status"], "exempt");
        }
    }
    let rate = admin.get("/quotas/explanation?training_year=2025").await.expect(200);
    let counts = ["teachers", "exempt", "rated", "met", "short"].map(|name| rate[name].as_i64().unwrap());
    assert_eq!((counts, &rate["rate"]), ([10, 5, 5, 0, 5], &json!(0.0)));
    let summary = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    assert_eq!(["exempt", "met", "short"].map(|name| summary[name].as_i64().unwrap()), [5, 0, 5]);
}

#[actix_web::test]
async fn b7_a_year_that_is_over_belongs_to_the_school_of_its_last_day() {
    let (_app, admin, root) = county().await;
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    admin.hours(&teacher, 2025, 72.0).await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-03-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    for (year, owner, other, met) in [(2025, &here, &there, 1), (2026, &there, &here, 0)] {
        assert_eq!(quota(&admin, &teacher, year).await["organization_id"], json!(owner), "{year}");
        for (school, teachers, met) in [(owner, 1, met), (other, 0, 0)] {
            let path = format!("/quotas/explanation?training_year={year}&organization_id={school}");
            let rate = admin.get(&path).await.expect(200);
            assert_eq!((&rate["teachers"], &rate["met"]), (&json!(teachers), &json!(met)), "{year}");
            let path = format!("/quotas?training_year={year}&organization_id={school}");
            assert_eq!(admin.all(&path).await.len(), teachers, "{year}");
        }
    }
}

#[actix_web::test]
async fn b8_an_exempt_month_ends_on_the_day_before_the_same_day() {
    let (_app, admin, root) = county().await;
    for (first, last, figures) in [
        ("2026-03-10", "2026-08-14", vec![(2026, 42.0)]),
        ("2026-01-31", "2026-04-29", vec![(2026, 60.0)]),
        ("2026-01-31", "2026-02-27", vec![(2026, 72.0)]),
        ("2026-01-31", "2026-02-28", vec![(2026, 66.0)]),
        ("2025-11-15", "2026-04-14", vec![(2025, 66.0), (2026, 48.0)]),
    ] {
        let teacher = admin.teacher(&root).await;
        exempt(&admin, &teacher, first, last).await;
        for (year, expected) in figures {
            assert_eq!(required(&admin, &teacher, year).await, expected, "{first} {last} {year}");
        }
    }
}

#[actix_web::test]
async fn b9_who_has_left_owes_nothing_more_and_is_in_post_nowhere() {
    let (_app, admin, root) = county().await;
    admin.teacher(&root).await;
    let left = admin.teacher_with(&root, json!({ "left_on": "2026-10-31" })).await;
    assert_eq!(admin.get(&format!("/teachers/{left}")).await.expect(200)["status"], "left");
    assert_eq!(required(&admin, &left, 2026).await, 60.0);
    assert_eq!(required(&admin, &left, 2027).await, 0.0);
    assert_eq!(admin.all("/quotas?training_year=2027").await.len(), 1);
}

#[actix_web::test]
async fn b10_a_retirement_entered_late_voids_the_records_after_it_and_all_figures_agree() {
    let (_app, admin, root) = county().await;
    let teacher = admin.teacher(&root).await;
    let record = id(&admin.hours(&teacher, 2026, 10.0).await);
    let path = format!("/teachers/{teacher}");
    let retired = json!({ "status": "retired", "left_on": "2025-08-31" });
    admin.patch(&path, retired.clone()).await.problem(409, "records_without_service");
    let mut founded = retired;
    founded
        .as_object_mut()
        .unwrap()
        .extend([("void_records".to_owned(), json!(true)), ("reason".to_owned(), json!("2025 年 8 月退休"))]);
    admin.patch(&path, founded).await.expect(200);
    assert_eq!(admin.get(&format!("/hour-records/{record}")).await.expect(200)["status"], "voided");
    let found = quota(&admin, &teacher, 2026).await;
    assert_eq!([&found["required_hours"], &found["recognized_hours"]], [&json!(0), &json!(0)]);
    assert_eq!(required(&admin, &teacher, 2025).await, 48.0);
    let summary = admin.get("/quotas/summary?training_year=2026").await.expect(200);
    assert_eq!(summary["recognized_hours"], 0);
}

#[actix_web::test]
async fn b11_level_99_is_a_tier_of_its_own() {
    let (_app, admin, root) = county().await;
    let teacher = admin.teacher(&root).await;
    admin.hours_with(&teacher, 2026, 8.0, json!({ "level": "other" })).await;
    admin.hours_with(&teacher, 2026, 4.0, json!({ "level": "county" })).await;
    let found = quota(&admin, &teacher, 2026).await;
    let tiers = |value: &Value| {
        let tier = |row: &Value| (row["tier"].as_str().unwrap().to_owned(), row["recognized_hours"].clone());
        value.as_array().unwrap().iter().map(tier).filter(|(_, hours)| *hours != json!(0)).collect::<Vec<_>>()
    };
    let expected = [("county".to_owned(), json!(4)), ("other".to_owned(), json!(8))];
    assert_eq!(tiers(&found["by_tier"]), expected);
    let explanation = admin.get(&format!("/teachers/{teacher}/quotas/2026/explanation")).await.expect(200);
    assert_eq!(tiers(&explanation["tiers"]), expected);
}

#[actix_web::test]
async fn b12_a_teacher_below_the_months_that_are_over_is_behind() {
    let (_app, admin, root) = county().await;
    for (earned, status) in [(59.99, "behind"), (60.0, "on_track")] {
        let teacher = admin.teacher(&root).await;
        admin.hours(&teacher, 2026, earned).await;
        let found = credit(&admin, &teacher, 2026).await;
        assert_eq!((&found["due_hours"], &found["status"]), (&json!(60), &json!(status)), "ten months are over");
    }
}
