use serde_json::{Value, json};
use songjiao_tests::TestApp;
use songjiao_types::Role;

fn policy(effective_from: &str, changes: Value) -> Value {
    let mut new = json!({
        "effective_from": effective_from, "annual_hours": 72, "cycle_hours": 360, "cycle_years": 5,
        "cycle_first_year": 2016, "year_starts_month": 1, "absence_limit_numerator": 1,
        "absence_limit_denominator": 5, "elimination_percent": 10, "publicity_days": 5, "visits_per_year": 4,
        "days_per_visit": 2, "reviews_required": 2, "certificate_prefix": "SL",
    });
    new.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    new
}

#[actix_web::test]
async fn an_installation_begins_with_the_figures_of_the_document() {
    let app = TestApp::start().await;
    let policies = app.admin().await.all("/policies").await;
    assert_eq!(policies.len(), 1);
    let figures = ["annual_hours", "cycle_hours", "cycle_years", "cycle_first_year", "elimination_percent"];
    assert_eq!(figures.map(|name| policies[0][name].clone()), [72, 360, 5, 2016, 10].map(Value::from));
    assert_eq!(policies[0]["in_force"], true);
}

#[actix_web::test]
async fn a_policy_is_followed_by_another_and_never_edited() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = admin.post("/policies", policy("2099-01-01", json!({ "annual_hours": 80 }))).await.expect(201);
    assert_eq!((&created["annual_hours"], &created["in_force"]), (&json!(80), &json!(false)));
    let path = format!("/policies/{}", created["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.expect(200), created);
    admin.patch(&path, json!({ "annual_hours": 90 })).await.problem(405, "method_not_allowed");
    let days: Vec<_> = admin.all("/policies").await.iter().map(|policy| policy["effective_from"].clone()).collect();
    assert_eq!(days, ["2099-01-01", "2016-01-01"]);
    let again = admin.post("/policies", policy("2099-01-01", json!({}))).await.problem(409, "already_exists");
    assert_eq!(again["errors"][0]["pointer"], "/effective_from");
}

#[actix_web::test]
async fn a_policy_of_the_whole_installation_is_not_made_by_the_administrator_of_a_part() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let district = admin.organization("district", &admin.me("/organization/id")).await;
    let local = app.user(&admin, Role::BureauAdmin, &district).await;
    local.post("/policies", policy("2099-01-01", json!({}))).await.problem(403, "forbidden");
    assert_eq!(local.all("/policies").await.len(), 1);
}

#[actix_web::test]
async fn implausible_figures_are_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (changes, pointer) in [
        (json!({ "annual_hours": 0 }), "/annual_hours"),
        (json!({ "annual_hours": -1 }), "/annual_hours"),
        (json!({ "cycle_years": 0 }), "/cycle_years"),
        (json!({ "year_starts_month": 13 }), "/year_starts_month"),
        (json!({ "elimination_percent": 101 }), "/elimination_percent"),
        (json!({ "absence_limit_numerator": 6 }), "/absence_limit_numerator"),
        (json!({ "absence_limit_denominator": 0 }), "/absence_limit_denominator"),
        (json!({ "reviews_required": 1 }), "/reviews_required"),
        (json!({ "certificate_prefix": "" }), "/certificate_prefix"),
    ] {
        let faults = admin.post("/policies", policy("2098-01-01", changes)).await.faults();
        assert_eq!(faults[0].0, pointer);
    }
}

#[actix_web::test]
async fn a_year_keeps_the_policy_that_it_began_with() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    admin.post("/policies", policy("2019-03-01", json!({ "annual_hours": 90 }))).await.expect(201);
    for (year, required) in [(2018, 72), (2019, 72), (2020, 90)] {
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200);
        assert_eq!(quota["required_hours"], required, "{year}");
    }
}

#[actix_web::test]
async fn exempt_months_are_recounted_when_training_years_begin_in_another_month() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let exemption =
        json!({ "teacher_id": teacher, "kind": "study", "starts_on": "2024-07-01", "ends_on": "2024-10-31" });
    admin.post("/exemptions", exemption).await.expect(201);
    let months = |year: i32| {
        let (admin, path) = (admin.clone(), format!("/teachers/{teacher}/quotas/{year}"));
        async move { admin.get(&path).await.expect(200)["reduced_months"].clone() }
    };
    assert_eq!((months(2023).await, months(2024).await), (json!(0), json!(4)));
    admin.post("/policies", policy("2020-09-01", json!({ "year_starts_month": 9 }))).await.expect(201);
    assert_eq!((months(2023).await, months(2024).await), (json!(2), json!(2)));
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2024")).await.expect(200);
    assert_eq!((&quota["starts_on"], &quota["ends_on"]), (&json!("2024-09-01"), &json!("2025-08-31")));
}
