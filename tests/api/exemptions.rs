use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp};
use songjiao_types::Role;

async fn required(admin: &Session, teacher: &str, year: i32) -> Value {
    admin.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200)["required_hours"].clone()
}

fn exemption(teacher: &str, starts_on: &str, ends_on: &str) -> Value {
    json!({ "teacher_id": teacher, "kind": "maternity", "starts_on": starts_on, "ends_on": ends_on, "reason": "产假" })
}

#[actix_web::test]
async fn each_whole_exempt_month_takes_six_hours_off() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let created = admin.post("/exemptions", exemption(&teacher, "2025-03-15", "2025-08-31")).await.expect(201);
    assert_eq!(required(&admin, &teacher, 2025).await, 42, "April to August");
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    assert_eq!(quota["reduced_months"], 5);
    assert_eq!(quota["reductions"][0]["reason"], "exempt");
    assert_eq!(quota["reductions"][0]["exemption_id"], created["id"]);
    assert_eq!(quota["reductions"][0]["months"], 5);
    let listed = admin.all("/quotas?training_year=2025").await;
    assert_eq!(listed[0]["required_hours"], 42, "the list says the same");
    assert_eq!(required(&admin, &teacher, 2024).await, 72);
    assert_eq!(required(&admin, &teacher, 2026).await, 72);
}

#[actix_web::test]
async fn overlapping_exemptions_count_a_month_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    for (starts_on, ends_on) in
        [("2025-03-01", "2025-05-31"), ("2025-04-01", "2025-06-30"), ("2025-03-01", "2025-03-31")]
    {
        admin.post("/exemptions", exemption(&teacher, starts_on, ends_on)).await.expect(201);
    }
    assert_eq!(required(&admin, &teacher, 2025).await, 48, "March to June once each");
}

#[actix_web::test]
async fn a_deleted_exemption_gives_its_months_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let long = admin.post("/exemptions", exemption(&teacher, "2024-11-01", "2025-02-28")).await.expect(201);
    assert_eq!(
        (required(&admin, &teacher, 2024).await, required(&admin, &teacher, 2025).await),
        (json!(60), json!(60))
    );
    admin.delete(&format!("/exemptions/{}", long["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(
        (required(&admin, &teacher, 2024).await, required(&admin, &teacher, 2025).await),
        (json!(72), json!(72))
    );
    assert!(admin.all("/exemptions").await.is_empty());
}

#[actix_web::test]
async fn exemptions_are_listed_in_scope_and_refused_out_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let (own, foreign) = (admin.teacher(&ours).await, admin.teacher(&theirs).await);
    for teacher in [&own, &foreign] {
        admin.post("/exemptions", exemption(teacher, "2025-03-01", "2025-05-31")).await.expect(201);
    }
    let local = app.user(&admin, Role::TrainingSchoolAdmin, &ours).await;
    let seen = local.all("/exemptions").await;
    assert_eq!((seen.len(), &seen[0]["teacher_id"]), (1, &json!(own)));
    let faults = local.post("/exemptions", exemption(&foreign, "2025-07-01", "2025-07-31")).await.faults();
    assert_eq!(faults[0].0, "/teacher_id");
    assert_eq!(admin.all(&format!("/exemptions?organization_id={theirs}")).await.len(), 1);
    assert_eq!(admin.all(&format!("/exemptions?teacher_id={own}&limit=1")).await.len(), 1);
}

#[actix_web::test]
async fn an_exemption_does_not_end_before_it_starts() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let faults = admin.post("/exemptions", exemption(&teacher, "2025-03-02", "2025-03-01")).await.faults();
    assert_eq!(faults, [("/ends_on".to_owned(), "ends_before_start".to_owned())]);
    let faults = admin.post("/exemptions", exemption(&teacher, "2025-02-30", "2025-03-01")).await.faults();
    assert_eq!(faults[0].0, "/starts_on");
}
