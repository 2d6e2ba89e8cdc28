use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, TestApp, unique};
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
    assert_eq!((&quota["months"], &quota["owed_months"]), (&json!(12), &json!(7)));
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

/// What a caller sees of a teacher's sick leave: the number of exemptions in the list, and the kind in the quota.
async fn seen(user: &Session, teacher: &str) -> (usize, Value) {
    let listed = user.all(&format!("/exemptions?teacher_id={teacher}")).await.len();
    let quota = user.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    let reduction = &quota["reductions"][0];
    assert_eq!((&reduction["reason"], &reduction["ends_on"]), (&json!("exempt"), &json!("2025-05-31")));
    assert_eq!(reduction["kind"].is_null(), reduction["exemption_id"].is_null());
    (listed, reduction["kind"].clone())
}

#[actix_web::test]
async fn kind_and_reason_of_an_exemption_are_only_for_those_who_may_read_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let school = admin.organization("school", &district).await;
    let (teacher, colleague) = (admin.teacher(&school).await, admin.teacher(&school).await);
    let leave = admin.post("/exemptions", exemption(&teacher, "2025-03-01", "2025-05-31")).await.expect(201);
    let path = format!("/exemptions/{}", leave["id"].as_str().unwrap());
    let whole = (1, json!("maternity"));
    for (role, organization) in [
        (Role::BureauAdmin, &root),
        (Role::TrainingSchoolAdmin, &root),
        (Role::SchoolAdmin, &school),
        (Role::Auditor, &district),
    ] {
        let user = app.user(&admin, role, organization).await;
        assert_eq!(seen(&user, &teacher).await, whole, "{role}");
        assert_eq!(user.get(&path).await.expect(200)["reason"], "产假", "{role}");
    }
    for role in [Role::Teacher, Role::TeamLeader, Role::TeamMember] {
        let own = app.user_with(&admin, role, &school, json!({ "teacher_id": teacher })).await;
        assert_eq!(seen(&own, &teacher).await, whole, "{role}: their own");
        let other = app.user_with(&admin, role, &school, json!({ "teacher_id": colleague })).await;
        assert!(other.all("/exemptions").await.is_empty(), "{role}");
        other.get(&path).await.problem(404, "not_found");
        other.get(&format!("/teachers/{teacher}/quotas/2025")).await.problem(404, "not_found");
    }
    let coordinator = app.user(&admin, Role::DistrictCoordinator, &district).await;
    assert_eq!(seen(&coordinator, &teacher).await, (0, Value::Null));
    coordinator.get(&path).await.problem(404, "not_found");
    for format in ["text/csv", "application/x-ndjson"] {
        let file = coordinator.request(Method::GET, "/exemptions").header(header::ACCEPT, format);
        assert!(!Answer::of(file).await.text.contains("产假"), "{format}");
    }
}

#[actix_web::test]
async fn an_api_key_reads_exemptions_by_a_scope_of_its_own() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    admin.post("/exemptions", exemption(&teacher, "2025-03-01", "2025-05-31")).await.expect(201);
    let mut seen_by = Vec::new();
    for scopes in [json!(["hours.read", "teachers.read"]), json!(["hours.read", "exemptions.read"])] {
        let new = json!({ "name": unique("省平台"), "organization_id": root, "scopes": scopes });
        let key = admin.post("/api-keys", new).await.expect(201);
        let machine = app.anonymous().with_token(key["secret"].as_str().unwrap());
        seen_by.push(seen(&machine, &teacher).await);
    }
    assert_eq!(seen_by, [(0, Value::Null), (1, json!("maternity"))]);
    // Writing implies no reading, and needs none.
    let new = json!({ "name": "人事系统", "organization_id": root, "scopes": ["exemptions.write", "hours.read"] });
    let key = admin.post("/api-keys", new).await.expect(201);
    let machine = app.anonymous().with_token(key["secret"].as_str().unwrap());
    let entered = machine.post("/exemptions", exemption(&teacher, "2025-07-01", "2025-07-31")).await.expect(201);
    let path = format!("/exemptions/{}", entered["id"].as_str().unwrap());
    assert_eq!(seen(&machine, &teacher).await, (0, Value::Null));
    machine.get(&path).await.problem(404, "not_found");
    // Without `exemptions.confirm` it is only reported, and may be taken back.
    assert_eq!(entered["confirmed"], false);
    Answer::of(machine.request(Method::DELETE, &path).header(header::IF_MATCH, "\"1\"")).await.expect(204);
}

#[actix_web::test]
async fn an_exemption_is_for_the_school_where_the_teacher_serves_now() {
    let county = Polishing::start().await;
    let (former, now) = (&county.school, &county.other_school);
    let admin = &county.admin;
    let teacher = admin.teacher(former).await;
    county.admit(&teacher);
    admin.post("/exemptions", exemption(&teacher, "2025-03-01", "2025-05-31")).await.expect(201);
    let (before, after) = (county.user(Role::SchoolAdmin, former).await, county.user(Role::SchoolAdmin, now).await);
    assert_eq!((before.all("/exemptions").await.len(), after.all("/exemptions").await.len()), (1, 0));
    // The leader's school hosts the project in which the teacher takes part.
    county.sql(&format!("UPDATE projects SET host_organization_id = '{now}' WHERE id = '{}'", county.project));
    assert!(after.all("/exemptions").await.is_empty());
    let transfer = json!({ "organization_id": now, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    assert_eq!((before.all("/exemptions").await.len(), after.all("/exemptions").await.len()), (0, 1));
    // The year that is over stays with the former school, which no longer sees why it is reduced.
    assert_eq!(seen(&before, &teacher).await, (0, Value::Null));
    before.get(&format!("/teachers/{teacher}/quotas/2026")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn an_exemption_that_a_school_reports_reduces_nothing_until_the_training_school_confirms_it() {
    let county = Polishing::start().await;
    let admin = &county.admin;
    let teacher = admin.teacher(&county.school).await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let training_school = county.user(Role::TrainingSchoolAdmin, &admin.me("/organization/id")).await;
    let reported = school.post("/exemptions", exemption(&teacher, "2025-03-01", "2025-05-31")).await.expect(201);
    assert_eq!(reported["confirmed"], false);
    let path = format!("/exemptions/{}", reported["id"].as_str().unwrap());
    let quota = format!("/teachers/{teacher}/quotas/2025");
    assert_eq!(required(admin, &teacher, 2025).await, 72);
    assert_eq!(admin.get(&quota).await.expect(200)["reductions"], json!([]));
    let explained = admin.get(&format!("{quota}/explanation")).await.expect(200);
    assert_eq!(explained["exemptions"], json!([]));
    assert_eq!(training_school.all("/exemptions?confirmed=false").await.len(), 1);
    school.act(&format!("{path}/confirm")).await.problem(403, "forbidden");
    let matters = admin.get("/years/2025").await.expect(200)["open_matters"].clone();
    let open = matters.as_array().unwrap().iter().find(|matter| matter["kind"] == "exemptions");
    assert_eq!(open.map(|matter| &matter["count"]), Some(&json!(1)));

    let confirmed = training_school.act(&format!("{path}/confirm")).await.expect(200);
    assert_eq!(confirmed["confirmed"], true);
    assert_eq!(required(admin, &teacher, 2025).await, 54);
    assert!(training_school.all("/exemptions?confirmed=false").await.is_empty());
    training_school.act(&format!("{path}/confirm")).await.problem(409, "wrong_state");
    school.delete(&path).await.problem(403, "forbidden");
    assert_eq!(required(admin, &teacher, 2025).await, 54, "the school does not delete what is confirmed");
}

#[actix_web::test]
async fn a_school_deletes_what_it_reported_and_reports_for_its_own_teachers_alone() {
    let county = Polishing::start().await;
    let (own, foreign) = (county.admin.teacher(&county.school).await, county.admin.teacher(&county.other_school).await);
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let reported = school.post("/exemptions", exemption(&own, "2025-03-01", "2025-05-31")).await.expect(201);
    school.delete(&format!("/exemptions/{}", reported["id"].as_str().unwrap())).await.expect(204);
    assert!(county.admin.all("/exemptions").await.is_empty());
    let faults = school.post("/exemptions", exemption(&foreign, "2025-03-01", "2025-05-31")).await.faults();
    assert_eq!(faults[0].0, "/teacher_id");
    let other = county.user(Role::SchoolAdmin, &county.other_school).await;
    let theirs = other.post("/exemptions", exemption(&foreign, "2025-03-01", "2025-05-31")).await.expect(201);
    school.delete(&format!("/exemptions/{}", theirs["id"].as_str().unwrap())).await.problem(404, "not_found");
}

#[actix_web::test]
async fn an_exemption_confirmed_later_is_not_known_before() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let organization = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher(&organization).await;
    let school = app.user(&admin, Role::SchoolAdmin, &organization).await;
    let reported = school.post("/exemptions", exemption(&teacher, "2026-03-01", "2026-05-31")).await.expect(201);
    app.advance(10);
    let admin = app.admin().await;
    admin.act(&format!("/exemptions/{}/confirm", reported["id"].as_str().unwrap())).await.expect(200);
    let as_of = async |day: &str| {
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026?as_of={day}")).await.expect(200);
        quota["required_hours"].clone()
    };
    assert_eq!((as_of("2026-12-09").await, as_of("2026-12-10").await), (json!(72), json!(54)));
}
