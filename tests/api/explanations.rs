//! Explanations of quotas, credits and rates, and figures as of an earlier day.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

use super::explanation_evaluator::{credit_figures_of, evaluate, evaluate_credit, figures_of, list};

/// Returns a teacher's quota after checking that its explanation says the same.
pub async fn quota(by: &Session, teacher: &str, year: i32) -> Value {
    let path = format!("/teachers/{teacher}/quotas/{year}");
    let found = by.get(&path).await.expect(200);
    let explanation = by.get(&format!("{path}/explanation")).await.expect(200);
    assert_eq!(evaluate(&explanation), figures_of(&found), "{explanation}");
    let names = ["organization_id", "organization_name", "teacher_no", "training_year"];
    assert_eq!(names.map(|name| &explanation[name]), names.map(|name| &found[name]));
    assert_eq!(explanation["belongs_to"]["organization_id"], found["organization_id"]);
    assert_eq!(figures_of(&explanation), figures_of(&found));
    found
}

/// Returns a teacher's credits after checking that their explanation says the same.
pub async fn credit(by: &Session, teacher: &str, cycle: i32) -> Value {
    let path = format!("/teachers/{teacher}/credits/{cycle}");
    let found = by.get(&path).await.expect(200);
    let explanation = by.get(&format!("{path}/explanation")).await.expect(200);
    assert_eq!(evaluate_credit(&explanation), credit_figures_of(&found), "{explanation}");
    for (name, value) in found.as_object().unwrap() {
        assert_eq!(&explanation[name], value, "{name}");
    }
    found
}

#[actix_web::test]
async fn an_explanation_names_everything_that_a_quota_is_made_of() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let limits = json!({
        "effective_from": "2025-01-01", "tier_caps": { "school": 24 }, "dimension_minimums": { "ethics": 8 },
    });
    let policy = admin.post("/policies", limits).await.expect(201);
    let teacher = admin.teacher(&here).await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    let leave = json!({
        "teacher_id": teacher, "kind": "maternity", "starts_on": "2026-03-10", "ends_on": "2026-08-14",
    });
    let exemption = id(&admin.post("/exemptions", leave).await.expect(201));
    let ethics = json!({ "level": "school", "dimension": "ethics" });
    let school = id(&admin.hours_with(&teacher, 2026, 30.0, ethics).await);
    admin.hours_with(&teacher, 2026, 8.5, json!({ "status": "pending" })).await;
    let path = format!("/teachers/{teacher}/quotas/2026/explanation");
    let explanation = admin.get(&path).await.expect(200);
    let owner = &explanation["belongs_to"];
    assert_eq!(
        [&owner["organization_id"], &owner["rule"], &owner["day"], &owner["spell"]["starts_on"]],
        [&json!(there), &json!("last_day"), &json!("2026-11-30"), &json!("2026-09-01")]
    );
    assert_eq!(
        [&explanation["policy"]["id"], &explanation["policy"]["organization_id"]],
        [&policy["id"], &json!(root)]
    );
    assert_eq!(explanation["clause"], "舒教局函〔2017〕82号 一-3");
    let spells: Vec<_> = list(&explanation, "spells").iter().map(|spell| &spell["organization_id"]).collect();
    assert_eq!(spells, [&json!(here), &json!(there)]);
    assert_eq!(explanation["exemptions"][0]["exemption_id"], json!(exemption));
    let period = json!({ "reason": "exempt", "starts_on": "2026-03-10", "ends_on": "2026-08-14" });
    assert_eq!(explanation["free_periods"], json!([period]));
    let free: Vec<_> = list(&explanation, "months").iter().filter(|month| month["owed"] == false).collect();
    let numbers: Vec<_> = free.iter().map(|month| month["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8]);
    assert_eq!(free[0]["taken_by"]["month_ends_on"], "2026-04-09");
    assert_eq!(explanation["computation"]["text"], "72 × 7 ÷ 12 = 42");
    let tier = &explanation["tiers"][0];
    assert_eq!(
        ["tier", "recognized_hours", "cap", "counted_hours"].map(|name| tier[name].clone()),
        [json!("school"), json!(30), json!(24), json!(24)]
    );
    let dimension = &explanation["dimensions"][0];
    assert_eq!([&dimension["minimum"], &dimension["missing_hours"]], [&json!(8), &json!(0)]);
    let record = list(&explanation, "records").iter().find(|record| record["id"] == json!(school)).unwrap();
    assert_eq!(
        [&record["tier"], &record["status"], &record["hold"]],
        [&json!("school"), &json!("recognized"), &json!(null)]
    );
    assert_eq!(evaluate(&explanation), ([4200, 3000, 2400, 850, 1800], "short"));
    let text = explanation["text"].as_str().unwrap();
    for part in [
        "王芳 2026 年度应修 42 学时",
        "72 × 7 ÷ 12 = 42",
        "不计 5 个月",
        "计入 24 学时",
        "还缺 18 学时，未达标",
        "一-3",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[actix_web::test]
async fn an_explanation_is_for_those_who_see_the_figure() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    let leave =
        json!({ "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-01-01", "ends_on": "2026-02-28" });
    admin.post("/exemptions", leave).await.expect(201);
    let paths = [format!("/teachers/{teacher}/quotas/2026"), format!("/teachers/{teacher}/credits/2026")];
    let other = app.user(&admin, Role::SchoolAdmin, &there).await;
    let own = app.user_with(&admin, Role::Teacher, &here, json!({ "teacher_id": teacher })).await;
    let colleague = admin.teacher(&here).await;
    let colleague = app.user_with(&admin, Role::Teacher, &here, json!({ "teacher_id": colleague })).await;
    for path in &paths {
        for stranger in [&other, &colleague] {
            stranger.get(path).await.problem(404, "not_found");
            stranger.get(&format!("{path}/explanation")).await.problem(404, "not_found");
        }
        own.get(&format!("{path}/explanation")).await.expect(200);
    }
    for (reader, kind) in [
        (&own, json!("sick_leave")),
        (&admin, json!("sick_leave")),
        (&app.user(&admin, Role::Auditor, &root).await, json!(null)),
    ] {
        let explanation = reader.get(&format!("{}/explanation", paths[0])).await.expect(200);
        let reads = !reader.get(&paths[0]).await.expect(200)["reductions"][0]["kind"].is_null();
        assert_eq!(explanation["exemptions"][0]["kind"].is_null(), !reads, "{kind}");
        assert_eq!(explanation["exemptions"][0]["starts_on"], "2026-01-01");
    }
    admin.get(&format!("/teachers/{teacher}/quotas/1066/explanation")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_year_without_service_is_explained_as_a_whole() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2025-03-01" })).await;
    for (year, required) in [(2013, 0), (2023, 0), (2024, 0), (2025, 60), (2026, 72)] {
        assert_eq!(quota(&admin, &teacher, year).await["required_hours"], required, "{year}");
    }
    let path = format!("/teachers/{teacher}/quotas/2024/explanation");
    assert_eq!(admin.get(&path).await.expect(200)["belongs_to"]["rule"], "current");
}

#[actix_web::test]
async fn credits_are_explained_by_the_share_of_each_year() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let raise = json!({ "effective_from": "2027-01-01", "annual_hours": 80, "cycle_hours": 400 });
    admin.post("/policies", raise).await.expect(201);
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2026-03-01" })).await;
    admin.hours(&teacher, 2026, 50.0).await;
    let found = credit(&admin, &teacher, 2026).await;
    assert_eq!(
        [&found["required_hours"], &found["due_hours"], &found["status"]],
        [&json!(380), &json!(48), &json!("on_track")]
    );
    let explanation = admin.get(&format!("/teachers/{teacher}/credits/2026/explanation")).await.expect(200);
    assert_eq!(explanation["shares"][0]["text"], "360 ÷ 5 × 10 ÷ 12 = 60");
    assert_eq!(explanation["shares"][1]["text"], "400 ÷ 5 × 12 ÷ 12 = 80");
    let text = explanation["text"].as_str().unwrap();
    for part in
        ["2026–2030 周期应修 380 学时", "2026 年度 360 ÷ 5 × 10 ÷ 12 = 60", "应完成 48 学时", "进度正常", "三-1"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[actix_web::test]
async fn a_rate_is_explained_by_the_organizations_below() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let (school, other) = (admin.organization("school", &district).await, admin.organization("school", &root).await);
    for (place, earned) in [(&school, 72.0), (&school, 10.0), (&other, 80.0), (&root, 72.0)] {
        let teacher = admin.teacher(place).await;
        admin.hours(&teacher, 2025, earned).await;
    }
    let exempt = admin.teacher(&school).await;
    let all_year = json!({ "teacher_id": exempt, "kind": "study", "starts_on": "2025-01-01", "ends_on": "2025-12-31" });
    admin.post("/exemptions", all_year).await.expect(201);
    let rate = admin.get("/quotas/explanation?training_year=2025").await.expect(200);
    let counts = |row: &Value| ["teachers", "exempt", "rated", "met", "short"].map(|name| row[name].as_i64().unwrap());
    assert_eq!((counts(&rate), &rate["rate"]), ([5, 1, 4, 3, 1], &json!(75.0)));
    assert_eq!(counts(&rate["itself"]), [1, 0, 1, 1, 0]);
    let below: BTreeMap<_, _> = list(&rate, "children")
        .iter()
        .map(|row| (row["organization"]["id"].as_str().unwrap().to_owned(), (counts(row), row["rate"].clone())))
        .collect();
    let expected = [(district.clone(), ([3, 1, 2, 1, 1], json!(50.0))), (other, ([1, 0, 1, 1, 0], json!(100.0)))];
    assert_eq!(below, expected.into());
    assert_eq!(rate["computation"], "3 ÷ 4 = 75 %");
    let text = rate["text"].as_str().unwrap();
    assert!(text.contains("免训 1 人不计入") && text.contains("达标率 75%"), "{text}");
    let of_district = admin.get(&format!("/quotas/explanation?training_year=2025&organization_id={district}")).await;
    assert_eq!(counts(&of_district.expect(200)), [3, 1, 2, 1, 1]);
    let nobody = admin.get(&format!("/quotas/explanation?training_year=2013&organization_id={district}")).await;
    assert_eq!(nobody.expect(200)["rate"], json!(null));
}

#[actix_web::test]
async fn a_figure_as_of_a_day_is_what_was_known_at_its_end() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    let kept = id(&admin.hours(&teacher, 2026, 40.0).await);
    let voided = id(&admin.hours(&teacher, 2026, 10.0).await);
    let pending = id(&admin.hours_with(&teacher, 2026, 5.0, json!({ "status": "pending" })).await);
    let leave =
        json!({ "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-02-01", "ends_on": "2026-03-31" });
    let leave = admin.post("/exemptions", leave).await.expect(201);

    // Day 1: the leave is deleted, one record voided, another recognised.
    app.advance(1);
    let admin = app.admin().await;
    let exemption = format!("/exemptions/{}", id(&leave));
    admin.delete(&exemption).await.expect(204);
    admin.get(&exemption).await.problem(404, "not_found");
    assert!(admin.all("/exemptions").await.is_empty());
    admin.post_to(&format!("/hour-records/{voided}"), "void", json!({ "reason": "重复" })).await.expect(200);
    admin.post_to(&format!("/hour-records/{pending}"), "recognize", json!({})).await.expect(200);

    // Day 2: a transfer of September becomes known, and a policy.
    app.advance(1);
    let admin = app.admin().await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    admin.post("/policies", json!({ "effective_from": "2026-01-01", "annual_hours": 90 })).await.expect(201);

    let path = format!("/teachers/{teacher}/quotas/2026");
    let known = |day: &'static str| {
        let (admin, path) = (admin.clone(), path.clone());
        async move {
            let quota = admin.get(&format!("{path}?as_of={day}")).await.expect(200);
            let explanation = admin.get(&format!("{path}/explanation?as_of={day}")).await.expect(200);
            assert_eq!(evaluate(&explanation), figures_of(&quota), "{day}");
            assert_eq!(explanation["day"], day);
            let figures = ["required_hours", "recognized_hours", "pending_hours"].map(|name| quota[name].clone());
            (figures.map(|value| value.as_i64().unwrap()), quota["organization_id"].as_str().unwrap().to_owned())
        }
    };
    assert_eq!(known("2026-11-30").await, ([60, 50, 5], here.clone()));
    assert_eq!(known("2026-12-01").await, ([72, 45, 0], here));
    assert_eq!(known("2026-12-02").await, ([90, 45, 0], there.clone()));
    let now = admin.get(&path).await.expect(200);
    assert_eq!(admin.get(&format!("{path}?as_of=2026-12-02")).await.expect(200), now, "today is now");
    assert_eq!(now["organization_id"], json!(there));

    let credits = format!("/teachers/{teacher}/credits/2026");
    let then = admin.get(&format!("{credits}?as_of=2026-11-30")).await.expect(200);
    assert_eq!(credit_figures_of(&then), ([34800, 5000, 4800, 29800], "on_track"));
    let explanation = admin.get(&format!("{credits}/explanation?as_of=2026-11-30")).await.expect(200);
    assert_eq!(evaluate_credit(&explanation), credit_figures_of(&then));
    let now = admin.get(&credits).await.expect(200);
    assert_eq!(admin.get(&format!("{credits}?as_of=2026-12-02")).await.expect(200), now);
    assert_eq!(credit_figures_of(&now), ([36000, 4500, 6600, 31500], "behind"), "eleven months are over");
    assert!(!kept.is_empty());
}

#[actix_web::test]
async fn no_figure_is_given_as_of_a_day_to_come_or_before_the_first_policy() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    for path in ["quotas/2026", "quotas/2026/explanation", "credits/2026", "credits/2026/explanation"] {
        for (day, code) in [("2026-12-01", "in_future"), ("2015-12-31", "before_first_policy")] {
            let answer = admin.get(&format!("/teachers/{teacher}/{path}?as_of={day}")).await;
            assert_eq!(answer.faults(), [("as_of".to_owned(), code.to_owned())], "{path} {day}");
        }
        admin.get(&format!("/teachers/{teacher}/{path}?as_of=2026-11-30")).await.expect(200);
    }
}
