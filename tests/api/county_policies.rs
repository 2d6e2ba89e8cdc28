//! Policies of counties below a province.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use songjiao_api::people::policies;
use songjiao_tests::{Answer, Polishing, Session, TestApp, id};
use songjiao_types::{Hours, Role};

/// A province, the root, with two counties of one school each.
struct Province {
    app: TestApp,
    admin: Session,
    root: String,
    /// The first county's bureau, its administrator and its school.
    county: String,
    local: Session,
    school: String,
    /// The second county's bureau and its school.
    other: String,
    other_school: String,
}

impl Province {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let [county, other] = [admin.organization("bureau", &root).await, admin.organization("bureau", &root).await];
        let [school, other_school] =
            [admin.organization("school", &county).await, admin.organization("school", &other).await];
        let local = app.user(&admin, Role::BureauAdmin, &county).await;
        Self { app, admin, root, county, local, school, other, other_school }
    }
}

async fn create(user: &Session, organization: &str, effective_from: &str, changes: Value) -> Answer {
    let mut new = json!({ "organization_id": organization, "effective_from": effective_from });
    new.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    user.post("/policies", new).await
}

async fn required(admin: &Session, teacher: &str, year: i32) -> Value {
    admin.get(&format!("/teachers/{teacher}/quotas/{year}")).await.expect(200)["required_hours"].clone()
}

#[actix_web::test]
async fn a_countys_policy_holds_for_its_schools_alone() {
    let Province { admin, root, county, local, school, other_school, .. } = &Province::start().await;
    let (ours, theirs) = (admin.teacher(school).await, admin.teacher(other_school).await);
    let created = create(local, county, "2025-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    let calendar = ["cycle_years", "cycle_first_year", "year_starts_on", "month_basis"];
    assert_eq!(calendar.map(|field| created[field].clone()), [(); 4].map(|()| Value::Null));
    for (teacher, before, after) in [(&ours, 72, 90), (&theirs, 72, 72)] {
        assert_eq!(required(admin, teacher, 2024).await, before);
        assert_eq!(required(admin, teacher, 2025).await, after);
    }
    // The root's is the default of the other county alone from now on.
    create(admin, root, "2026-01-01", json!({ "annual_hours": 80 })).await.expect(201);
    assert_eq!((required(admin, &ours, 2026).await, required(admin, &theirs, 2026).await), (json!(90), json!(80)));
    let quotas = local.all("/quotas?training_year=2026").await;
    assert_eq!((quotas.len(), &quotas[0]["required_hours"]), (1, &json!(90)));
    let summary = local.get("/quotas/summary?training_year=2026").await.expect(200);
    assert_eq!(summary["required_hours"], 90);
}

#[actix_web::test]
async fn the_calendar_is_the_roots_alone() {
    let Province { admin, root, county, local, .. } = &Province::start().await;
    for (field, value) in [
        ("cycle_years", json!(5)),
        ("cycle_first_year", json!(2016)),
        ("year_starts_on", json!("01-01")),
        ("year_starts_month", json!(1)),
        ("month_basis", json!("elapsed")),
    ] {
        for user in [local, admin] {
            let faults = create(user, county, "2027-01-01", json!({ field: value })).await.faults();
            assert_eq!(faults, [(format!("/{field}"), "calendar_of_root".to_owned())]);
        }
    }
    create(local, county, "2027-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    create(admin, root, "2026-01-01", json!({ "year_starts_on": "09-01" })).await.expect(201);
    assert_eq!(local.get("/calendar").await.expect(200)["training_year"], 2026);
    let year = local.get("/calendar").await.expect(200)["years"][9].clone();
    assert_eq!((&year["training_year"], &year["months"]), (&json!(2025), &json!(20)));
}

#[actix_web::test]
async fn policies_are_made_by_the_bureau_for_its_own_part() {
    let Province { app, admin, root, county, local, school, other, .. } = &Province::start().await;
    create(local, root, "2027-01-01", json!({})).await.problem(403, "forbidden");
    let faults = create(local, other, "2027-01-01", json!({})).await.faults();
    assert_eq!(faults, [("/organization_id".to_owned(), "unknown_organization".to_owned())]);
    for user in [local, admin] {
        let faults = create(user, school, "2027-01-01", json!({})).await.faults();
        assert_eq!(faults, [("/organization_id".to_owned(), "not_a_bureau".to_owned())]);
    }
    let head = app.user(admin, Role::SchoolAdmin, school).await;
    create(&head, county, "2027-01-01", json!({})).await.problem(403, "forbidden");
    // Without an organization it is the caller's county.
    let own = local.post("/policies", json!({ "effective_from": "2027-01-01" })).await.expect(201);
    assert_eq!(own["organization_id"], json!(county));
    let by_root = create(admin, county, "2028-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    assert_eq!(local.delete(&format!("/policies/{}", id(&by_root))).await.status, 204);
    let roots = create(admin, root, "2029-01-01", json!({})).await.expect(201);
    local.delete(&format!("/policies/{}", id(&roots))).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn readers_see_the_policy_that_holds_for_them_and_its_history() {
    let Province { app, admin, county, local, school, other, other_school, .. } = &Province::start().await;
    let mine = create(local, county, "2025-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    let theirs = create(admin, other, "2025-01-01", json!({ "annual_hours": 60 })).await.expect(201);
    let (head, stranger) =
        (app.user(admin, Role::SchoolAdmin, school).await, app.user(admin, Role::SchoolAdmin, other_school).await);
    for user in [&head, local] {
        let seen = user.all("/policies").await;
        assert_eq!(seen.len(), 2, "the county's and the root's");
        let applies: Vec<_> = seen.iter().filter(|policy| policy["applies"] == true).map(id).collect();
        assert_eq!(applies, [id(&mine)]);
        user.get(&format!("/policies/{}", id(&theirs))).await.problem(404, "not_found");
    }
    assert_eq!(stranger.get("/calendar").await.expect(200)["years"][10]["annual_hours"], 60);
    assert_eq!(admin.all("/policies").await.len(), 3);
    assert_eq!(admin.all(&format!("/policies?organization_id={school}")).await.len(), 2);
    let calendar = admin.get(&format!("/calendar?organization_id={school}")).await.expect(200);
    let year = calendar["years"].as_array().unwrap().last().unwrap();
    assert_eq!((&year["annual_hours"], &year["policy_id"]), (&json!(90), &mine["id"]));
    assert_eq!(head.get(&format!("/policies?organization_id={other}")).await.faults()[0].0, "organization_id");
}

#[actix_web::test]
async fn a_countys_policy_counts_its_own_teachers_before_it_is_saved() {
    let Province { admin, county, local, school, other_school, .. } = &Province::start().await;
    for school in [school, other_school] {
        admin.hours(&admin.teacher(school).await, 2026, 72.0).await;
    }
    let new = json!({ "organization_id": county, "effective_from": "2026-01-01", "annual_hours": 90 });
    let preview = local.post("/policies/preview", new.clone()).await.expect(200);
    assert_eq!(preview["effect"]["teachers_changed"], 1);
    let fields: Vec<_> = preview["changes"].as_array().unwrap().iter().map(|change| change["field"].clone()).collect();
    assert_eq!(fields, ["annual_hours"], "its certificates stay in the root's series");
    local.post("/policies", new).await.expect(201);
    // The root's policy no longer concerns the county.
    let root = json!({ "effective_from": "2026-01-01", "annual_hours": 80 });
    let preview = admin.post("/policies/preview", root).await.expect(200);
    assert_eq!(preview["effect"]["teachers_changed"], 1);
}

/// Case C11.
#[actix_web::test]
async fn a_prefix_belongs_to_one_county() {
    let Province { admin, root, county, local, other, .. } = &Province::start().await;
    let taken = |answer: Answer| {
        assert_eq!(answer.faults(), [("/certificate_prefix".to_owned(), "prefix_taken".to_owned())]);
    };
    taken(create(local, county, "2027-01-01", json!({ "certificate_prefix": "SL" })).await);
    taken(create(local, county, "2027-01-01", json!({ "certificate_prefix": "sl" })).await);
    create(local, county, "2025-01-01", json!({ "certificate_prefix": "JY" })).await.expect(201);
    taken(create(admin, other, "2027-01-01", json!({ "certificate_prefix": "JY" })).await);
    taken(create(admin, root, "2027-01-01", json!({ "certificate_prefix": "jy" })).await);
    // A prefix stays with the county that had it.
    create(local, county, "2026-01-01", json!({ "certificate_prefix": "JL" })).await.expect(201);
    taken(create(admin, other, "2027-01-01", json!({ "certificate_prefix": "JY" })).await);
    let back = create(local, county, "2027-01-01", json!({ "certificate_prefix": "jy" })).await.expect(201);
    assert_eq!(back["certificate_prefix"], "JY", "one spelling");
    // One that was withdrawn before its first day was never given.
    let planned = create(local, county, "2028-01-01", json!({ "certificate_prefix": "ZZ" })).await.expect(201);
    local.delete(&format!("/policies/{}", id(&planned))).await;
    create(admin, other, "2028-01-01", json!({ "certificate_prefix": "ZZ" })).await.expect(201);
    let none = create(admin, other, "2029-01-01", json!({ "certificate_prefix": null })).await.expect(201);
    assert_eq!(none["certificate_prefix"], json!(null));
}

/// Certifies a graded lesson of a teacher and returns its number.
async fn certified(county: &Polishing, jury: &[Session; 2], teacher: &str, title: &str) -> String {
    let new = json!({ "teacher_id": teacher, "project_id": county.project, "title": title });
    let lesson = id(&county.admin.post("/lessons", new).await.expect(201));
    county.grade(&lesson, "excellent").await;
    let certification = county.apply(&lesson).await;
    for reviewer in jury {
        let review = json!({ "verdict": "accept", "comment": "意见" });
        reviewer.post(&format!("/certifications/{certification}/reviews"), review).await.expect(201);
    }
    let decided =
        county.admin.post(&format!("/certifications/{certification}/decide"), json!({ "accept": true })).await;
    decided.expect(200)["number"].as_str().unwrap().to_owned()
}

/// Case C11.
#[actix_web::test]
async fn certificates_are_numbered_by_prefix_year_and_award() {
    let province = Polishing::start().await;
    let jury = [province.training_school().await, province.training_school().await];
    let admin = &province.admin;
    let mut teachers = Vec::new();
    for _ in 0..2 {
        let county = admin.organization("bureau", &province.root).await;
        let teacher = province.new_teacher("李敏", &admin.organization("school", &county).await);
        province.admit(&teacher);
        teachers.push((county, teacher));
    }
    let [(first, a), (_, b)] = [teachers[0].clone(), teachers[1].clone()];
    create(admin, &first, "2026-01-01", json!({ "certificate_prefix": "JY" })).await.expect(201);
    let number = async |teacher: &str, title: &str| certified(&province, &jury, teacher, title).await;
    assert_eq!(number(&a, "课一").await, "JY2026-示-0001");
    assert_eq!(number(&b, "课一").await, "SL2026-示-0001", "a county without a prefix uses the root's series");
    assert_eq!(number(&province.teacher, "课二").await, "SL2026-示-0002");
    assert_eq!(number(&a, "课二").await, "JY2026-示-0002");
    create(admin, &first, "2026-11-01", json!({ "certificate_prefix": "JL" })).await.expect(201);
    assert_eq!(number(&a, "课三").await, "JL2026-示-0001", "a changed prefix begins at 0001");
    create(admin, &first, "2026-11-02", json!({ "certificate_prefix": "JY" })).await.expect(201);
    assert_eq!(number(&a, "课四").await, "JY2026-示-0003", "and goes on where it comes back");
    let verified = admin.get("/verify/JY2026-%E7%A4%BA-0001").await.expect(200);
    assert_eq!(verified["result"], "valid");
}

#[actix_web::test]
async fn reviews_and_absences_go_by_the_county_concerned() {
    let Province { admin, county, local, school, .. } = &Province::start().await;
    let strict = json!({ "absence_limit_numerator": 0, "absence_limit_denominator": 1, "visits_per_year": 9 });
    create(local, county, "2016-01-01", strict).await.expect(201);
    // The same project of the province and of the county; one of two activities is missed, half of the hours.
    create(admin, &admin.me("/organization/id"), "2016-01-01", json!({ "absence_limit_denominator": 2 }))
        .await
        .expect(201);
    for (planner, earns) in [(admin, true), (local, false)] {
        let teacher = admin.teacher(school).await;
        let project = planner.running_project(json!({})).await;
        let visits = if earns { "每年不少于 4 次" } else { "每年不少于 9 次" };
        assert!(project["warnings"].to_string().contains(visits), "{project}");
        let phase = id(&project["phases"][0]);
        planner.act(&format!("/phases/{phase}/start")).await.expect(200);
        let enrollment = planner.admitted(&project, &teacher).await;
        for status in ["present", "absent"] {
            let activity = planner.activity(&phase, json!({})).await;
            planner.attend(&activity, &enrollment, status).await;
        }
        planner.submit_missing_deliverables(&phase, school).await;
        planner.act(&format!("/phases/{phase}/complete")).await.expect(200);
        for phase in &project["phases"].as_array().unwrap()[1..] {
            let skip = format!("/phases/{}/skip", id(phase));
            planner.post(&skip, json!({ "reason": "汛期停课" })).await.expect(200);
        }
        planner.act(&format!("/projects/{}/complete", id(&project))).await.expect(200);
        let records = admin.all(&format!("/hour-records?teacher_id={teacher}&status=recognized")).await;
        assert_eq!(!records.is_empty(), earns, "{records:?}");
    }
}

#[actix_web::test]
async fn certifications_ask_for_the_reviews_of_their_county() {
    let province = Polishing::start().await;
    let admin = &province.admin;
    let county = admin.organization("bureau", &province.root).await;
    let teacher = province.new_teacher("李敏", &admin.organization("school", &county).await);
    province.admit(&teacher);
    create(admin, &county, "2026-01-01", json!({ "reviews_required": 3 })).await.expect(201);
    let jury = [province.training_school().await, province.training_school().await, province.training_school().await];
    for (teacher, reviews) in [(&teacher, 3), (&province.teacher, 2)] {
        let new = json!({ "teacher_id": teacher, "project_id": province.project, "title": "草原" });
        let lesson = id(&admin.post("/lessons", new).await.expect(201));
        province.grade(&lesson, "good").await;
        let path = format!("/certifications/{}", province.apply(&lesson).await);
        assert_eq!(admin.get(&path).await.expect(200)["reviews_required"], reviews);
        for (given, reviewer) in jury.iter().enumerate().take(reviews) {
            let waiting = admin.get("/dashboard").await.expect(200)["waiting"]["certifications_to_decide"].clone();
            assert_eq!(waiting, 0, "{given} reviews of {reviews}");
            let review = json!({ "verdict": "accept", "comment": "意见" });
            reviewer.post(&format!("{path}/reviews"), review).await.expect(201);
        }
        assert_eq!(admin.get("/dashboard").await.expect(200)["waiting"]["certifications_to_decide"], 1);
        admin.post(&format!("{path}/decide"), json!({ "accept": true })).await.expect(200);
    }
}

#[actix_web::test]
async fn policies_tell_what_was_known_at_an_instant() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let first = create(&admin, &root, "2025-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    let second = create(&admin, &root, "2025-01-01", json!({ "annual_hours": 60 })).await.expect(201);
    let retired = admin.get(&format!("/policies/{}", id(&first))).await.expect(200)["retired_at"].clone();
    assert_eq!(retired, second["created_at"], "one follows the other without a gap");
    let known = |instant: DateTime<Utc>| {
        let policies = app.db.read_now(|conn| policies::all_as_of(conn, instant.into())).unwrap();
        policies.root().year(2025).annual_hours
    };
    let at = |policy: &Value| policy["created_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    let before = TimeDelta::microseconds(1);
    assert_eq!(known(at(&first) - before), Hours::whole(72));
    assert_eq!([known(at(&first)), known(at(&second) - before)], [90, 90].map(Hours::whole));
    assert_eq!(known(at(&second)), Hours::whole(60));
}

/// The scripts of the migration that gave policies to counties, with a later one of the same tables around it: back and
/// forth.
fn migration() -> ([&'static str; 2], [&'static str; 2]) {
    macro_rules! scripts {
        ($database:literal) => {
            (
                [
                    include_str!(concat!(
                        "../../api/migrations/",
                        $database,
                        "/2026-01-01-000230_certificates/down.sql"
                    )),
                    include_str!(concat!(
                        "../../api/migrations/",
                        $database,
                        "/2026-01-01-000170_county_policies/down.sql"
                    )),
                ],
                [
                    include_str!(concat!(
                        "../../api/migrations/",
                        $database,
                        "/2026-01-01-000170_county_policies/up.sql"
                    )),
                    include_str!(concat!("../../api/migrations/", $database, "/2026-01-01-000230_certificates/up.sql")),
                ],
            )
        };
    }
    match std::env::var("TEST_DATABASE_URL").is_ok_and(|url| url.starts_with("postgres")) {
        true => scripts!("postgres"),
        false => scripts!("sqlite"),
    }
}

#[actix_web::test]
async fn rows_of_an_older_version_keep_their_figures_and_count_calendar_months() {
    let county = Polishing::start().await;
    let jury = [county.training_school().await, county.training_school().await];
    assert_eq!(certified(&county, &jury, &county.teacher, "课一").await, "SL2026-示-0001");
    let lesson = county.graded_lesson("课二", "excellent").await;
    let waiting = county.apply(&lesson).await;
    let (down, up) = migration();
    for script in &down {
        county.sql(script);
    }
    county.sql("UPDATE policies SET year_starts_month = 9, annual_hours = annual_hours * 2, certificate_prefix = 'JL'");
    for script in &up {
        county.sql(script);
    }
    let policies = county.admin.all("/policies").await;
    assert_eq!(policies.len(), 1);
    let expected = json!({
        "annual_hours": 144, "hours_per_day": 8, "look_back_years": 1, "own_team_reviewers": 0,
        "leave_counts_as_missed": true, "month_basis": "calendar", "year_starts_on": "09-01", "cycle_first_year": 2016,
        "certificate_prefix": "JL", "organization_id": county.root, "in_force": true,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(policies[0][field], *value, "{field}");
    }
    let kept = county.admin.get("/verify/SL2026-%E7%A4%BA-0001").await.expect(200);
    assert_eq!(kept["result"], "valid");
    for reviewer in &jury {
        let review = json!({ "verdict": "accept", "comment": "意见" });
        reviewer.post(&format!("/certifications/{waiting}/reviews"), review).await.expect(201);
    }
    let decided = county.admin.post(&format!("/certifications/{waiting}/decide"), json!({ "accept": true })).await;
    assert_eq!(decided.expect(200)["number"], "JL2026-示-0001");
    let back = json!({ "effective_from": "2026-01-01", "certificate_prefix": "SL" });
    county.admin.post("/policies", back).await.expect(201);
    assert_eq!(certified(&county, &jury, &county.teacher, "课三").await, "SL2026-示-0002");
}
