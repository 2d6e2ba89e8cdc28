use serde_json::{Value, json};
use songjiao_tests::{County, Polishing, Session, TestApp, id};
use songjiao_types::Role;

/// A county with the schools `near` and `far` in a district, and `lone` directly below the root.
struct Schools {
    app: TestApp,
    admin: Session,
    root: String,
    district: String,
    near: String,
    far: String,
    lone: String,
}

async fn schools() -> Schools {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let district = admin.organization("district", &root).await;
    let near = admin.organization("school", &district).await;
    let far = admin.organization("school", &district).await;
    let lone = admin.organization("school", &root).await;
    Schools { app, admin, root, district, near, far, lone }
}

/// Creates a teacher with recognised hours in 2025 and returns the id.
async fn teacher(schools: &Schools, school: &str, hours: f64, more: Value) -> String {
    let teacher = schools.admin.teacher_with(school, more).await;
    let autumn = json!({ "starts_on": "2025-09-28", "ends_on": "2025-10-10" });
    schools.admin.hours_with(&teacher, 2025, hours, autumn).await;
    teacher
}

async fn statistics(session: &Session, path: &str) -> Value {
    session.get(&format!("/statistics/{path}")).await.expect(200)
}

/// Returns some fields of each item.
fn columns<const N: usize>(view: &Value, names: [&str; N]) -> Vec<[Value; N]> {
    view["items"].as_array().unwrap().iter().map(|item| names.map(|name| item[name].clone())).collect()
}

#[actix_web::test]
async fn completion_is_grouped_and_the_lowest_rate_comes_first() {
    let schools = schools().await;
    let Schools { admin, root, district, near, far, lone, .. } = &schools;
    teacher(&schools, near, 80.0, json!({})).await;
    teacher(&schools, near, 10.5, json!({ "subject": "数学" })).await;
    teacher(&schools, far, 72.0, json!({ "stage": "kindergarten" })).await;
    teacher(&schools, lone, 71.9, json!({})).await;
    let gone = json!({ "status": "left", "left_on": "2024-12-31" });
    admin.teacher_with(lone, gone).await;

    let by = |by: &str| format!("completion?training_year=2025&by={by}");
    let organizations = statistics(admin, &by("organization")).await;
    assert_eq!(
        columns(&organizations, ["organization_id", "teachers", "met", "short", "rate"]),
        [
            [json!(lone), json!(1), json!(0), json!(1), json!(0.0)],
            [json!(near), json!(2), json!(1), json!(1), json!(50.0)],
            [json!(far), json!(1), json!(1), json!(0), json!(100.0)],
        ]
    );
    assert_eq!(organizations["items"][1]["key"], json!(near));
    assert_eq!((&organizations["items"][1]["required_hours"], &organizations["total"]), (&json!(144), &json!(3)));
    assert_eq!(organizations["items"][1]["recognized_hours"], json!(90.5));

    let districts = statistics(admin, &by("district")).await;
    assert_eq!(
        columns(&districts, ["organization_id", "teachers", "met", "rate"]),
        [[json!(root), json!(1), json!(0), json!(0.0)], [json!(district), json!(3), json!(2), json!(66.7)]],
        "a school without a district counts under the root"
    );
    let subjects = statistics(admin, &by("subject")).await;
    assert_eq!(
        columns(&subjects, ["key", "label", "organization_id", "teachers", "met"]),
        [
            [json!("数学"), json!("数学"), json!(null), json!(1), json!(0)],
            [json!("语文"), json!("语文"), json!(null), json!(3), json!(2)],
        ]
    );
    let stages = statistics(admin, &by("stage")).await;
    assert_eq!(
        columns(&stages, ["key", "label", "rate"]),
        [[json!("primary"), json!("小学"), json!(33.3)], [json!("kindergarten"), json!("学前"), json!(100.0)]]
    );

    let below = statistics(admin, &format!("{}&organization_id={district}", by("organization"))).await;
    assert_eq!(columns(&below, ["organization_id"]), [[json!(near)], [json!(far)]]);
    let worst = statistics(admin, &format!("{}&limit=1", by("organization"))).await;
    assert_eq!((columns(&worst, ["organization_id"]), &worst["total"]), (vec![[json!(lone)]], &json!(3)));
}

#[actix_web::test]
async fn completion_agrees_with_the_quotas_that_it_counts() {
    let schools = schools().await;
    let Schools { admin, near, far, .. } = &schools;
    let joined = json!({ "joined_on": "2025-07-01" });
    teacher(&schools, near, 36.0, joined.clone()).await;
    let exempt = teacher(&schools, far, 50.0, json!({})).await;
    let leave =
        json!({ "teacher_id": exempt, "kind": "maternity", "starts_on": "2025-01-01", "ends_on": "2025-05-31" });
    admin.post("/exemptions", leave).await.expect(201);
    let summary = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    for by in ["district", "organization", "subject", "stage"] {
        let view = statistics(admin, &format!("completion?training_year=2025&by={by}")).await;
        for sum in ["teachers", "met", "short", "required_hours", "recognized_hours"] {
            let total: f64 = view["items"].as_array().unwrap().iter().map(|item| item[sum].as_f64().unwrap()).sum();
            assert_eq!(json!(total), json!(summary[sum].as_f64().unwrap()), "{sum} by {by}");
        }
    }
    assert_eq!((&summary["met"], &summary["required_hours"]), (&json!(2), &json!(78)));
}

/// Case B11.
#[actix_web::test]
async fn hours_of_the_level_other_are_a_tier_of_their_own() {
    let schools = schools().await;
    let Schools { admin, near, .. } = &schools;
    let teacher = admin.teacher(near).await;
    let record = admin.hours_with(&teacher, 2025, 12.0, json!({ "level": "other" })).await;
    assert_eq!(record["tier"], "other");
    admin.hours_with(&teacher, 2025, 4.0, json!({ "level": "county" })).await;
    let tiers = |view: &Value, list: &str| {
        let hours = |tier: &Value| {
            (tier["recognized_hours"].clone(), tier["tier"].as_str().or(tier["key"].as_str()).unwrap().to_owned())
        };
        view[list].as_array().unwrap().iter().map(hours).filter(|(hours, _)| *hours != 0).collect::<Vec<_>>()
    };
    let expected = [(json!(4), "county".to_owned()), (json!(12), "other".to_owned())];
    let view = statistics(admin, "composition?by=tier&training_year=2025").await;
    assert_eq!(tiers(&view, "items"), expected);
    assert_eq!(view["items"][3]["label"], "其他");
    let summary = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    assert_eq!(tiers(&summary, "by_tier"), expected);
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    assert_eq!(tiers(&quota, "by_tier"), expected);
    let project = admin.project(json!({ "level": "other", "kind": "workshop" })).await;
    assert_eq!(project["tier"], "other");
}

#[actix_web::test]
async fn hours_are_broken_down_by_tier_and_mode_with_shares() {
    let schools = schools().await;
    let Schools { admin, near, lone, .. } = &schools;
    let teacher = admin.teacher(near).await;
    admin.hours_with(&teacher, 2025, 30.0, json!({ "level": "national", "mode": "online" })).await;
    admin.hours_with(&teacher, 2025, 10.0, json!({ "level": "school", "mode": "other" })).await;
    admin.hours_with(&teacher, 2025, 5.5, json!({ "level": "county", "status": "pending" })).await;
    let tiers = statistics(admin, "composition?by=tier&training_year=2025").await;
    assert_eq!(
        columns(&tiers, ["key", "recognized_hours", "pending_hours", "share"]),
        [
            [json!("school"), json!(10), json!(0), json!(25.0)],
            [json!("county"), json!(0), json!(5.5), json!(0.0)],
            [json!("above_county"), json!(30), json!(0), json!(75.0)],
            [json!("other"), json!(0), json!(0), json!(0.0)],
        ]
    );
    assert_eq!(tiers["items"][2]["label"], "县级以上培训");
    let modes = statistics(admin, "composition?by=mode&training_year=2025").await;
    assert_eq!(
        columns(&modes, ["key", "recognized_hours"]),
        [("full_time_long", 0), ("face_to_face", 0), ("online", 30), ("blended", 0), ("other", 10)]
            .map(|(mode, hours)| [json!(mode), json!(hours)])
    );
    let nothing = statistics(admin, &format!("composition?training_year=2025&organization_id={lone}")).await;
    assert_eq!(columns(&nothing, ["share"]), vec![[json!(null)]; 4]);
}

#[actix_web::test]
async fn the_trend_has_every_year_and_cycle_since_the_first() {
    let schools = schools().await;
    let Schools { admin, near, .. } = &schools;
    let teacher = admin.teacher(near).await;
    admin.teacher_with(near, json!({ "joined_on": "2022-01-01" })).await;
    for (year, hours) in [(2016, 72.0), (2017, 288.0), (2022, 40.0)] {
        admin.hours(&teacher, year, hours).await;
    }
    let trend = statistics(admin, "trend").await;
    let years = trend["years"].as_array().unwrap();
    let fields = ["training_year", "teachers", "met", "rate", "recognized_hours"];
    let year = |at: usize| fields.map(|name| years[at][name].clone());
    assert_eq!(year(0), [json!(2016), json!(1), json!(1), json!(100.0), json!(72)]);
    assert_eq!(year(2), [json!(2018), json!(1), json!(0), json!(0.0), json!(0)]);
    assert_eq!(year(6), [json!(2022), json!(2), json!(0), json!(0.0), json!(40)]);
    let policy = admin.get("/dashboard").await.expect(200);
    assert_eq!(years.last().unwrap()["training_year"], policy["training_year"], "up to the year that runs");
    let cycles = trend["cycles"].as_array().unwrap();
    let standing = ["cycle_first_year", "cycle_last_year", "teachers", "met", "on_track", "behind"];
    let cycle = |at: usize| standing.map(|name| cycles[at][name].clone());
    assert_eq!(cycle(0), [2016, 2020, 1, 1, 0, 0].map(Value::from), "360 in total, whatever the single years are");
    assert_eq!(cycle(1), [2021, 2025, 2, 0, 0, 2].map(Value::from));
    let credit = &policy["credit"];
    let running = cycles.last().unwrap();
    assert_eq!(
        ["met", "on_track", "behind"].map(|name| &running[name]),
        ["met", "on_track", "behind"].map(|name| &credit[name])
    );
}

#[actix_web::test]
async fn the_cycle_map_has_a_cell_for_every_organization_and_year() {
    let schools = schools().await;
    let Schools { admin, near, far, lone, .. } = &schools;
    let teacher = admin.teacher(near).await;
    admin.hours(&teacher, 2023, 72.0).await;
    admin.teacher_with(near, json!({ "joined_on": "2024-01-01" })).await;
    admin.teacher_with(far, json!({ "joined_on": "2025-03-01" })).await;
    admin.teacher_with(lone, json!({ "status": "left", "left_on": "2020-12-31" })).await;
    let map = statistics(admin, "cycle-map?cycle_first_year=2021").await;
    assert_eq!((&map["cycle_first_year"], &map["cycle_last_year"]), (&json!(2021), &json!(2025)));
    assert_eq!(columns(&map, ["organization_id"]), [[json!(near)], [json!(far)]], "nobody served there in the cycle");
    let cells = |row: usize| {
        let years = map["items"][row]["years"].as_array().unwrap();
        years
            .iter()
            .map(|cell| ["training_year", "teachers", "met", "rate"].map(|name| cell[name].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        cells(0),
        [
            [json!(2021), json!(1), json!(0), json!(0.0)],
            [json!(2022), json!(1), json!(0), json!(0.0)],
            [json!(2023), json!(1), json!(1), json!(100.0)],
            [json!(2024), json!(2), json!(0), json!(0.0)],
            [json!(2025), json!(2), json!(0), json!(0.0)],
        ]
    );
    assert_eq!(cells(1)[0], [json!(2021), json!(0), json!(0), json!(null)], "no teachers yet");
    assert_eq!(cells(1)[4], [json!(2025), json!(1), json!(0), json!(0.0)]);

    let first = statistics(admin, "cycle-map?cycle_first_year=2021&limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = statistics(admin, &format!("cycle-map?cycle_first_year=2021&limit=1&cursor={cursor}")).await;
    assert_eq!([&first["items"][0], &second["items"][0]], [&map["items"][0], &map["items"][1]]);
    assert_eq!(second["next_cursor"], json!(null));

    let running = statistics(admin, "cycle-map?cycle_first_year=2026").await;
    assert_eq!(columns(&running, ["organization_id"]), [[json!(near)], [json!(far)]]);
    assert_eq!(running["items"][0]["years"][4]["rate"], json!(null), "a year that has not begun has no rate");
    let faults = admin.get("/statistics/cycle-map?cycle_first_year=2101").await.faults();
    assert_eq!(faults[0], ("cycle_first_year".to_owned(), "year_out_of_range".to_owned()));
    assert_eq!(admin.get("/statistics/cycle-map?cycle_first_year=2022").await.faults()[0].0, "cycle_first_year");
    assert_eq!(admin.get("/statistics/cycle-map?cursor=nonsense").await.faults()[0].0, "cursor");
}

#[actix_web::test]
async fn the_schedule_shows_the_projects_that_the_caller_sees_and_what_is_late() {
    let county = Polishing::start().await;
    let draft = id(&county.admin.project(json!({ "starts_on": "2026-01-05", "ends_on": "2026-12-01" })).await);
    county.sql(&format!(
        "UPDATE phases SET starts_on = '2020-01-01', ends_on = '2020-02-01' WHERE project_id = '{}'",
        county.project
    ));
    let all = statistics(&county.admin, "schedule?training_year=2026").await;
    assert_eq!(
        columns(&all, ["project_id", "status", "late"]),
        [[json!(draft), json!("draft"), json!(false)], [json!(county.project), json!("running"), json!(true)],]
    );
    let phase = &all["items"][1]["phases"][0];
    assert_eq!(
        ["kind", "position", "status", "starts_on", "ends_on", "late"].map(|name| phase[name].clone()),
        [json!("lesson_polishing"), json!(3), json!("active"), json!("2020-01-01"), json!("2020-02-01"), json!(true)]
    );
    assert_eq!(all["items"][0]["phases"].as_array().unwrap().len(), 5);
    let late = all["items"].as_array().unwrap().iter().flat_map(|project| project["phases"].as_array().unwrap());
    let dashboard = county.admin.get("/dashboard").await.expect(200);
    assert_eq!(json!(late.filter(|phase| phase["late"] == true).count()), dashboard["late_phases"]);

    // Only its planner sees a draft; schools below see a running project.
    for who in [
        county.team_leader().await,
        county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await,
        county.user(Role::SchoolAdmin, &county.other_school).await,
    ] {
        let seen = statistics(&who, "schedule?training_year=2026").await;
        assert_eq!(columns(&seen, ["project_id"]), [[json!(county.project)]]);
    }
    let of_school = |school: &str| format!("schedule?training_year=2026&organization_id={school}");
    let here = statistics(&county.admin, &of_school(&county.school)).await;
    assert_eq!(columns(&here, ["project_id"]), [[json!(county.project)]], "somebody from there takes part");
    let there = statistics(&county.admin, &of_school(&county.other_school)).await;
    assert_eq!(there["items"], json!([]));
    assert_eq!(statistics(&county.admin, "schedule?training_year=2025").await["items"], json!([]));

    let first = statistics(&county.admin, "schedule?training_year=2026&limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = statistics(&county.admin, &format!("schedule?training_year=2026&limit=1&cursor={cursor}")).await;
    assert_eq!((&second["items"][0], &second["next_cursor"]), (&all["items"][1], &json!(null)));
}

#[actix_web::test]
async fn statistics_stay_within_scope_and_teachers_see_their_own_figures() {
    let schools = schools().await;
    let Schools { app, admin, near, far, .. } = &schools;
    let own = teacher(&schools, near, 80.0, json!({})).await;
    teacher(&schools, near, 1.0, json!({})).await;
    teacher(&schools, far, 2.0, json!({})).await;
    let head = app.user(admin, Role::SchoolAdmin, near).await;
    let person = app.user_with(admin, Role::Teacher, near, json!({ "teacher_id": own })).await;
    for (who, teachers, hours) in [(&head, 2, 81.0), (&person, 1, 80.0)] {
        for by in ["district", "organization"] {
            let view = statistics(who, &format!("completion?training_year=2025&by={by}")).await;
            assert_eq!(columns(&view, ["organization_id", "teachers"]), [[json!(near), json!(teachers)]], "{by}");
        }
        let tiers = statistics(who, "composition?training_year=2025").await;
        assert_eq!(tiers["items"][1]["recognized_hours"].as_f64(), Some(hours));
        let trend = statistics(who, "trend").await;
        assert_eq!(trend["years"][9]["teachers"], json!(teachers));
        assert_eq!(trend["cycles"][1]["teachers"], json!(teachers));
        let map = statistics(who, "cycle-map?cycle_first_year=2021").await;
        assert_eq!(columns(&map, ["organization_id"]), [[json!(near)]]);
        assert_eq!(map["items"][0]["years"][4]["teachers"], json!(teachers));
        for path in ["completion", "composition", "trend", "cycle-map", "schedule"] {
            let faults = who.get(&format!("/statistics/{path}?organization_id={far}")).await.faults();
            assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())], "{path}");
        }
    }
}

#[actix_web::test]
async fn statistics_refuse_bad_queries() {
    let county = County::start().await;
    for (path, name) in [
        ("completion?by=moon", "by"),
        ("composition?by=subject", "by"),
        ("completion?limit=0", "limit"),
        ("completion?limit=501", "limit"),
        ("completion?training_year=99999", "training_year"),
        ("composition?training_year=0", "training_year"),
        ("schedule?training_year=-5", "training_year"),
        ("cycle-map?cycle_first_year=2147483647", "cycle_first_year"),
        ("trend?training_year=2025", "training_year"),
    ] {
        assert_eq!(county.ours.get(&format!("/statistics/{path}")).await.faults()[0].0, name, "{path}");
    }
    for path in
        ["completion?training_year=1900", "completion?training_year=2030&by=district", "schedule?training_year=1900"]
    {
        statistics(&county.ours, path).await;
    }
}
