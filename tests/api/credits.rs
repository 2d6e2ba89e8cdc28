use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp};

/// The cycle 2021–2025 is over, so nothing depends on the day of the test.
async fn teacher_with_years(admin: &Session, hours: [f64; 5]) -> String {
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    for (year, hours) in (2021..).zip(hours).filter(|(_, hours)| *hours > 0.0) {
        admin.hours(&teacher, year, hours).await;
    }
    teacher
}

async fn credit(admin: &Session, teacher: &str, first_year: i32) -> Value {
    admin.get(&format!("/teachers/{teacher}/credits/{first_year}")).await.expect(200)
}

#[actix_web::test]
async fn a_short_year_shows_inside_a_full_cycle() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = teacher_with_years(&admin, [72.0, 72.0, 30.0, 114.0, 72.0]).await;
    let credit = credit(&admin, &teacher, 2021).await;
    assert_eq!((&credit["required_hours"], &credit["recognized_hours"]), (&json!(360), &json!(360)));
    assert_eq!((&credit["status"], &credit["short_years"]), (&json!("met"), &json!(1)));
    assert_eq!((&credit["cycle_last_year"], &credit["remaining_hours"]), (&json!(2025), &json!(0)));
    let third = json!({
        "training_year": 2023, "required_hours": 72, "recognized_hours": 30, "status": "short", "met": false,
    });
    assert_eq!(credit["years"][2], third);
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2023")).await.expect(200);
    assert_eq!((&quota["status"], &quota["remaining_hours"]), (&json!("short"), &json!(42)), "no surplus fills it");
}

#[actix_web::test]
async fn a_surplus_counts_for_the_cycle_and_never_fills_another_year() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = teacher_with_years(&admin, [200.0, 200.0, 0.0, 0.0, 0.0]).await;
    let credit = credit(&admin, &teacher, 2021).await;
    assert_eq!((&credit["recognized_hours"], &credit["status"]), (&json!(400), &json!("met")));
    assert_eq!(credit["short_years"], 3);
    let met: Vec<_> = credit["years"].as_array().unwrap().iter().map(|year| year["met"].clone()).collect();
    assert_eq!(met, [true, true, false, false, false]);
}

#[actix_web::test]
async fn cycles_meet_between_2020_and_2021_and_between_2025_and_2026() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    for (year, hours) in [(2020, 1.0), (2021, 2.0), (2025, 4.0), (2026, 8.0)] {
        admin.hours(&teacher, year, hours).await;
    }
    for (first, last, hours) in [(2016, 2020, 1), (2021, 2025, 6), (2026, 2030, 8)] {
        let credit = credit(&admin, &teacher, first).await;
        assert_eq!((&credit["cycle_last_year"], &credit["recognized_hours"]), (&json!(last), &json!(hours)));
        assert_eq!(credit["years"].as_array().unwrap().len(), 5);
    }
    for wrong in ["2015", "2017", "2020", "2022", "2025", "2011"] {
        for path in [format!("/credits?cycle_first_year={wrong}"), format!("/teachers/{teacher}/credits/{wrong}")] {
            assert_eq!(admin.get(&path).await.faults()[0].0, "cycle_first_year", "{path}");
        }
    }
    let faults = admin.get("/credits?cycle_first_year=2147483647").await.faults();
    assert_eq!(faults[0].0, "cycle_first_year");
    admin.get("/credits").await.expect(200);
}

#[actix_web::test]
async fn exemptions_reduce_the_requirement_of_the_cycle() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = teacher_with_years(&admin, [72.0, 72.0, 72.0, 72.0, 36.0]).await;
    assert_eq!(credit(&admin, &teacher, 2021).await["status"], "behind");
    let exemption =
        json!({ "teacher_id": teacher, "kind": "maternity", "starts_on": "2025-03-01", "ends_on": "2025-08-31" });
    admin.post("/exemptions", exemption).await.expect(201);
    let credit = credit(&admin, &teacher, 2021).await;
    assert_eq!((&credit["required_hours"], &credit["status"]), (&json!(324), &json!("met")));
    assert_eq!((&credit["years"][4]["required_hours"], &credit["short_years"]), (&json!(36), &json!(0)));
}

#[actix_web::test]
async fn years_before_joining_add_nothing_to_the_requirement() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2023-07-01" })).await;
    let credit = credit(&admin, &teacher, 2021).await;
    assert_eq!(credit["required_hours"], 180, "half of 2023, 2024 and 2025");
    let required: Vec<_> =
        credit["years"].as_array().unwrap().iter().map(|year| year["required_hours"].clone()).collect();
    assert_eq!(required, [0, 0, 36, 72, 72]);
    let listed = admin.all("/credits?cycle_first_year=2021").await;
    assert_eq!(listed, [credit], "the list shows the same");
    assert!(admin.all("/credits?cycle_first_year=2016").await.is_empty());
}

#[actix_web::test]
async fn a_list_is_filtered_by_the_status_that_it_shows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for hours in [[72.0; 5], [72.0, 72.0, 72.0, 72.0, 71.9], [0.0; 5], [360.0, 0.0, 0.0, 0.0, 0.0]] {
        teacher_with_years(&admin, hours).await;
    }
    for (status, count) in [("met", 2), ("behind", 2), ("on_track", 0)] {
        let rows = admin.all(&format!("/credits?cycle_first_year=2021&status={status}&limit=1")).await;
        assert_eq!(rows.len(), count, "{status}");
        assert!(rows.iter().all(|row| row["status"] == status));
    }
    let rows = admin.all("/credits?cycle_first_year=2021&sort=-remaining_hours&limit=1").await;
    let remaining: Vec<_> = rows.iter().map(|row| row["remaining_hours"].clone()).collect();
    assert_eq!(remaining, [json!(360), json!(0.1), json!(0), json!(0)]);
    let faults = admin.get("/credits?cycle_first_year=2196").await.faults();
    assert_eq!(faults, [("cycle_first_year".to_owned(), "year_out_of_range".to_owned())], "nothing is asked of it yet");
    let page = admin.get("/credits?cycle_first_year=2021&limit=1&with_total=true").await.expect(200);
    assert_eq!(page["total"], 4);
}

#[actix_web::test]
async fn a_cycle_without_service_and_hours_is_in_no_list() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2025-09-01" })).await;
    let listed = || admin.all("/credits?cycle_first_year=2021");
    assert_eq!(listed().await.len(), 1);
    let later = json!({ "joined_on": "2026-03-01", "reason": "入职日期填错" });
    admin.patch(&format!("/teachers/{teacher}"), later).await.expect(200);
    assert_eq!(listed().await.len(), 0);
    assert_eq!(admin.all("/credits?cycle_first_year=2026").await.len(), 1);
}
