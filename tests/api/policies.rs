use diesel::connection::SimpleConnection;
use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{Answer, Session, TestApp, clock, id};
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

async fn create(admin: &Session, effective_from: &str, changes: Value) -> Answer {
    admin.post("/policies", policy(effective_from, changes)).await
}

/// The single fault of a refused policy, with its message.
fn fault(answer: Answer) -> (String, String, String) {
    let problem = answer.problem(422, "invalid");
    let text = |field: &str| problem["errors"][0][field].as_str().unwrap().to_owned();
    (text("pointer"), text("code"), text("message"))
}

#[actix_web::test]
async fn an_installation_begins_with_the_figures_of_the_document() {
    let app = TestApp::start().await;
    let policies = app.admin().await.all("/policies").await;
    assert_eq!(policies.len(), 1);
    let figures = ["annual_hours", "cycle_hours", "cycle_years", "cycle_first_year", "elimination_percent"];
    assert_eq!(figures.map(|name| policies[0][name].clone()), [72, 360, 5, 2016, 10].map(Value::from));
    let open = ["look_back_years", "hours_per_day", "own_team_reviewers", "visits_per_year", "days_per_visit"];
    assert_eq!(open.map(|name| policies[0][name].clone()), [1, 8, 0, 4, 2].map(Value::from));
    assert_eq!((&policies[0]["year_starts_on"], &policies[0]["month_basis"]), (&json!("01-01"), &json!("elapsed")));
    let none = json!({ "school": null, "county": null, "above_county": null, "other": null });
    assert_eq!((&policies[0]["tier_caps"], &policies[0]["leave_counts_as_missed"]), (&none, &json!(true)));
    assert_eq!((&policies[0]["in_force"], &policies[0]["applies"]), (&json!(true), &json!(true)));
}

#[actix_web::test]
async fn a_policy_is_followed_by_another_and_never_edited() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let created = create(&admin, "2099-01-01", json!({ "annual_hours": 80 })).await.expect(201);
    assert_eq!((&created["annual_hours"], &created["in_force"]), (&json!(80), &json!(false)));
    let path = format!("/policies/{}", id(&created));
    assert_eq!(admin.get(&path).await.expect(200), created);
    admin.patch(&path, json!({ "annual_hours": 90 })).await.problem(405, "method_not_allowed");
    let days: Vec<_> = admin.all("/policies").await.iter().map(|policy| policy["effective_from"].clone()).collect();
    assert_eq!(days, ["2099-01-01", "2016-01-01"]);
}

#[actix_web::test]
async fn a_policy_of_the_same_day_replaces_the_earlier_one_which_is_kept() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let first = create(&admin, "2027-01-01", json!({ "annual_hours": 80 })).await.expect(201);
    let second = create(&admin, "2027-01-01", json!({ "annual_hours": 90 })).await.expect(201);
    let live: Vec<_> = admin.all("/policies").await.iter().map(id).collect();
    assert_eq!(live.len(), 2);
    assert!(live.contains(&id(&second)) && !live.contains(&id(&first)));
    let kept = admin.get(&format!("/policies/{}", id(&first))).await.expect(200);
    assert_eq!((&kept["status"], &kept["annual_hours"]), (&json!("replaced"), &json!(80)));
    assert_eq!(kept["replaced_by"], second["id"]);
    assert!(kept["retired_at"].as_str() >= kept["created_at"].as_str(), "{kept}");
    assert_eq!(admin.all("/policies?with_retired=true").await.len(), 3);
    let log = admin.all("/audit-log?entity=policy").await;
    assert!(log.iter().any(|entry| entry["action"] == "supersede" && entry["entity_id"] == first["id"]));
}

#[actix_web::test]
async fn a_policy_that_is_not_yet_in_force_can_be_withdrawn_and_no_other() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path =
        format!("/policies/{}", id(&create(&admin, "2027-01-01", json!({ "annual_hours": 80 })).await.expect(201)));
    let delete = |tag: &'static str| Answer::of(admin.request(Method::DELETE, &path).header(header::IF_MATCH, tag));
    Answer::of(admin.request(Method::DELETE, &path)).await.problem(428, "precondition_required");
    delete("\"7\"").await.problem(412, "precondition_failed");
    assert_eq!(delete("\"1\"").await.status, 204);
    let kept = admin.get(&path).await.expect(200);
    assert_eq!((&kept["status"], &kept["replaced_by"]), (&json!("withdrawn"), &json!(null)));
    admin.delete(&path).await.problem(409, "wrong_state");
    assert_eq!(admin.all("/policies").await.len(), 1);
    assert_eq!(admin.get("/calendar").await.expect(200)["years"].as_array().unwrap().len(), 11);
    let in_force = format!("/policies/{}", id(&admin.all("/policies").await[0]));
    admin.delete(&in_force).await.problem(409, "wrong_state");
    let log = admin.all("/audit-log?entity=policy&action=revoke").await;
    assert_eq!(log[0]["before"]["status"], "upcoming");
}

#[actix_web::test]
async fn figures_that_are_left_out_stay_as_they_are() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let caps = json!({ "school": 24, "other": 0 });
    let changed = json!({ "effective_from": "2027-01-01", "tier_caps": caps, "hours_per_credit": { "online": 10 } });
    let first = admin.post("/policies", changed).await.expect(201);
    assert_eq!((&first["annual_hours"], &first["certificate_prefix"]), (&json!(72), &json!("SL")));
    let second = json!({ "effective_from": "2028-01-01", "annual_hours": 80, "dimension_minimums": { "ethics": 8 } });
    let second = admin.post("/policies", second).await.expect(201);
    let kept = json!({ "school": 24, "county": null, "above_county": null, "other": 0 });
    assert_eq!((&second["tier_caps"], &second["hours_per_credit"]["online"]), (&kept, &json!(10)));
    assert_eq!(second["dimension_minimums"], json!({ "ethics": 8, "knowledge": null, "skill": null }));
    let none = json!({ "effective_from": "2029-01-01", "tier_caps": {} });
    assert_eq!(admin.post("/policies", none).await.expect(201)["tier_caps"]["school"], json!(null));
}

#[actix_web::test]
async fn a_policy_of_the_whole_installation_is_not_made_by_the_administrator_of_a_part() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let district = admin.organization("district", &admin.me("/organization/id")).await;
    let local = app.user(&admin, Role::BureauAdmin, &district).await;
    create(&local, "2099-01-01", json!({})).await.problem(403, "forbidden");
    local.post("/policies/preview", policy("2099-01-01", json!({}))).await.problem(403, "forbidden");
    let planned = create(&admin, "2099-01-01", json!({})).await.expect(201);
    local.delete(&format!("/policies/{}", id(&planned))).await.problem(403, "forbidden");
    assert_eq!(local.all("/policies").await.len(), 2);
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
        (json!({ "year_starts_on": "02-29", "year_starts_month": null }), "/year_starts_on"),
        (json!({ "year_starts_on": "09-01", "year_starts_month": 1 }), "/year_starts_month"),
        (json!({ "month_basis": "lunar" }), "/month_basis"),
        (json!({ "elimination_percent": 101 }), "/elimination_percent"),
        (json!({ "absence_limit_numerator": 6 }), "/absence_limit_numerator"),
        (json!({ "absence_limit_denominator": 0 }), "/absence_limit_denominator"),
        (json!({ "hours_per_day": 24.5 }), "/hours_per_day"),
        (json!({ "tier_caps": { "school": -1 } }), "/tier_caps/school"),
        (json!({ "tier_caps": { "village": 1 } }), "/tier_caps/village"),
        (json!({ "hours_per_credit": { "online": 0 } }), "/hours_per_credit"),
        (json!({ "own_team_reviewers": -1 }), "/own_team_reviewers"),
        (json!({ "reviews_required": 1 }), "/reviews_required"),
        (json!({ "certificate_prefix": "" }), "/certificate_prefix"),
        (json!({ "certificate_prefix": "舒" }), "/certificate_prefix"),
        (json!({ "certificate_prefix": null }), "/certificate_prefix"),
    ] {
        let faults = create(&admin, "2098-01-01", changes.clone()).await.faults();
        assert_eq!(faults[0].0, pointer, "{changes}");
        let faults = admin.post("/policies/preview", policy("2098-01-01", changes)).await.faults();
        assert_eq!(faults[0].0, pointer);
    }
    assert_eq!(admin.all("/policies").await.len(), 1);
}

#[actix_web::test]
async fn a_year_keeps_the_policy_that_it_began_with() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    create(&admin, "2019-03-01", json!({ "annual_hours": 90 })).await.expect(201);
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
    create(&admin, "2020-09-01", json!({ "year_starts_month": 9 })).await.expect(201);
    assert_eq!((months(2023).await, months(2024).await), (json!(2), json!(2)));
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2024")).await.expect(200);
    assert_eq!((&quota["starts_on"], &quota["ends_on"]), (&json!("2024-09-01"), &json!("2025-08-31")));
}

/// Case B2.
#[actix_web::test]
async fn a_policy_changes_cycles_only_where_one_ends_and_is_told_where() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for within in [
        json!({ "cycle_first_year": 2027 }),
        json!({ "cycle_years": 3 }),
        json!({ "cycle_years": 3, "cycle_first_year": 2027 }),
        json!({ "cycle_first_year": 2031 }),
    ] {
        let (pointer, code, message) = fault(create(&admin, "2027-01-01", within.clone()).await);
        assert_eq!((pointer.as_str(), code.as_str()), ("/cycle_first_year", "cycles_do_not_join"), "{within}");
        assert!(message.contains("2031-01-01"), "where cycles could join: {message}");
        let preview = admin.post("/policies/preview", policy("2027-01-01", within)).await;
        assert_eq!(fault(preview).1, "cycles_do_not_join");
    }
    create(&admin, "2031-01-01", json!({ "cycle_years": 3, "cycle_first_year": 2031 })).await.expect(201);
    // A row between would part the later one from its cycles.
    let (pointer, code, message) =
        fault(create(&admin, "2026-01-01", json!({ "cycle_years": 4, "cycle_first_year": 2026 })).await);
    assert_eq!((pointer.as_str(), code.as_str()), ("/effective_from", "cycles_do_not_join"));
    assert!(message.contains("2031-01-01"), "{message}");
    create(&admin, "2027-01-01", json!({ "annual_hours": 90 })).await.expect(201);
}

/// Case B2: an older version accepted rows that cut cycles anywhere.
#[actix_web::test]
async fn no_row_of_the_policy_table_makes_a_page_fail() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher(&school).await;
    admin.hours(&teacher, 2025, 80.0).await;
    create(&admin, "2027-01-01", json!({})).await.expect(201);
    let states = [
        "cycle_first_year = 2027 WHERE effective_from = '2027-01-01'",
        "cycle_years = 3 WHERE effective_from = '2027-01-01'",
        "cycle_first_year = 2024, effective_from = '2024-05-01' WHERE effective_from = '2027-01-01'",
        "year_starts_on = '02-29'",
        "year_starts_on = 'spring', tier_caps = 'none'",
        "cycle_first_year = 2147483647, cycle_years = 10",
        "cycle_first_year = -2147483648, cycle_years = 1",
        "effective_from = '2200-01-01' WHERE effective_from = '2016-01-01'",
        "retired_at = '2026-01-01 00:00:00.000000'",
    ];
    for state in states {
        let sql = format!("UPDATE policies SET {state}");
        app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&sql)?)).unwrap();
        for path in [
            "/dashboard",
            "/credits",
            "/credits?status=behind",
            "/quotas",
            "/quotas?training_year=2027",
            "/quotas/summary",
            "/statistics/completion",
            "/statistics/composition",
            "/statistics/trend",
            "/statistics/cycle-map",
            "/policies",
            "/calendar",
            "/projects",
            "/certifications",
        ] {
            let answer = admin.get(path).await;
            assert_eq!(answer.status, 200, "{path} after {state}: {}", answer.text);
        }
        let calendar = admin.get("/calendar").await.expect(200);
        for cycle in calendar["cycles"].as_array().unwrap() {
            let first = &cycle["first_year"];
            admin.get(&format!("/credits?cycle_first_year={first}")).await.expect(200);
            admin.get(&format!("/teachers/{teacher}/credits/{first}")).await.expect(200);
        }
        admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    }
}

/// Case B3.
#[actix_web::test]
async fn a_policy_of_a_year_that_is_over_says_first_whose_standing_it_changes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let hours = [50.0, 60.0, 66.0, 72.0];
    for hours in hours {
        admin.hours(&admin.teacher(&root).await, 2025, hours).await;
    }
    let new = json!({ "effective_from": "2025-01-01", "annual_hours": 60 });
    let before = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    let preview = admin.post("/policies/preview", new.clone()).await.expect(200);
    assert_eq!(preview["effect"]["teachers_changed"], 2);
    let year = &preview["effect"]["years"][0];
    assert_eq!(
        (&year["training_year"], &year["over"], &year["annual_hours"]),
        (&json!(2025), &json!(true), &json!(60))
    );
    assert_eq!((&year["newly_met"], &year["newly_short"]), (&json!(2), &json!(0)));
    assert_eq!(admin.get("/quotas/summary?training_year=2025").await.expect(200), before, "nothing was written");
    assert_eq!(admin.all("/policies").await.len(), 1);
    admin.post("/policies", new).await.expect(201);
    assert_eq!(admin.get("/quotas/summary?training_year=2025").await.expect(200)["met"], 3);
}

/// Case H3.
#[actix_web::test]
async fn a_policy_shows_every_change_and_its_effect_before_it_is_saved() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for hours in [72.0, 80.0, 95.0] {
        admin.hours(&admin.teacher(&root).await, 2025, hours).await;
    }
    // In post in 2025 alone, so that the cycle asks for one year.
    let leaving = admin.teacher_with(&root, json!({ "joined_on": "2025-01-01", "left_on": "2025-12-31" })).await;
    admin.hours(&leaving, 2025, 72.0).await;
    let changes = json!({
        "annual_hours": 90, "cycle_hours": 450, "absence_limit_numerator": 1, "absence_limit_denominator": 4,
        "tier_caps": { "school": 24 }, "note": "新文件",
    });
    let preview = admin.post("/policies/preview", policy("2025-01-01", changes)).await.expect(200);
    let listed: Vec<_> = preview["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["field"].as_str().unwrap().to_owned(), change["before"].clone(), change["after"].clone()))
        .collect();
    let expected = [
        ("annual_hours", json!(72), json!(90)),
        ("cycle_hours", json!(360), json!(450)),
        ("tier_caps.school", json!(null), json!(24)),
        ("absence_limit_denominator", json!(5), json!(4)),
    ];
    assert_eq!(listed, expected.map(|(field, before, after)| (field.to_owned(), before, after)));
    let year = json!({
        "training_year": 2025, "starts_on": "2025-01-01", "ends_on": "2025-12-31", "months": 12, "annual_hours": 90,
    });
    for (field, value) in year.as_object().unwrap() {
        assert_eq!(preview["first_year"][field], *value, "{field}");
    }
    let effect = &preview["effect"];
    assert_eq!(effect["years"][0]["newly_short"], 3, "72, 80 and 72 are below 90");
    assert_eq!(effect["teachers_changed"], 3);
    assert_eq!(
        effect["cycles"][0],
        json!({ "cycle_first_year": 2021, "cycle_last_year": 2025, "teachers_changed": 1 })
    );
    assert_eq!(preview["replaces"], json!(null));
    let nothing = admin.post("/policies/preview", policy("2016-01-01", json!({}))).await.expect(200);
    assert_eq!((&nothing["changes"], &nothing["effect"]["teachers_changed"]), (&json!([]), &json!(0)));
    assert_eq!(nothing["replaces"], admin.all("/policies").await[0]["id"]);
}

/// The years of the calendar from 2024 on: number, first day, last day and months.
async fn years(admin: &Session) -> Vec<(i64, String, String, i64)> {
    let calendar = admin.get("/calendar").await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let year = |year: &Value| {
        let number = year["training_year"].as_i64().unwrap();
        (number, text(&year["starts_on"]), text(&year["ends_on"]), year["months"].as_i64().unwrap())
    };
    calendar["years"].as_array().unwrap().iter().map(year).filter(|(year, ..)| *year >= 2024).collect()
}

fn expected(years: &[(i64, &str, &str, i64)]) -> Vec<(i64, String, String, i64)> {
    let year = |(year, first, last, months): &(i64, &str, &str, i64)| {
        (*year, (*first).to_owned(), (*last).to_owned(), *months)
    };
    years.iter().map(year).collect()
}

/// Case B4.
#[actix_web::test]
async fn moving_the_first_day_of_the_year_lengthens_or_shortens_the_year_before() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let preview = policy("2027-01-01", json!({ "year_starts_on": "09-01", "year_starts_month": null }));
    let preview = admin.post("/policies/preview", preview).await.expect(200);
    let changed = &preview["effect"]["years"];
    assert_eq!(changed.as_array().unwrap().len(), 1, "{changed}");
    assert_eq!((&changed[0]["training_year"], &changed[0]["months"]), (&json!(2026), &json!(20)));
    create(&admin, "2027-01-01", json!({ "year_starts_month": 9 })).await.expect(201);
    let long = [
        (2024, "2024-01-01", "2024-12-31", 12),
        (2025, "2025-01-01", "2025-12-31", 12),
        (2026, "2026-01-01", "2027-08-31", 20),
    ];
    assert_eq!(years(&admin).await, expected(&long));
    let cycles = admin.get("/calendar").await.expect(200)["cycles"].clone();
    let firsts: Vec<_> = cycles.as_array().unwrap().iter().map(|cycle| cycle["first_year"].clone()).collect();
    assert_eq!(firsts, [2016, 2021, 2026], "no change of cycles");

    // From September on since ever, and back to January in 2026.
    create(&admin, "2016-01-01", json!({ "year_starts_on": "09-01", "year_starts_month": null })).await.expect(201);
    create(&admin, "2026-01-01", json!({ "year_starts_on": "01-01", "year_starts_month": null })).await.expect(201);
    let back = [
        (2024, "2024-09-01", "2025-08-31", 12),
        (2025, "2025-09-01", "2025-12-31", 4),
        (2026, "2026-01-01", "2027-08-31", 20),
    ];
    assert_eq!(years(&admin).await, expected(&back));
    assert_eq!(admin.get("/calendar").await.expect(200)["cycles"], cycles);
}

#[actix_web::test]
async fn todays_pages_follow_the_calendar_whatever_day_years_begin_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // The tests stand on 2026-11-30.
    create(&admin, "2020-01-01", json!({ "year_starts_on": "12-31", "year_starts_month": null })).await.expect(201);
    assert_eq!(admin.get("/calendar").await.expect(200)["training_year"], 2025);
    assert_eq!(admin.get("/dashboard").await.expect(200)["training_year"], 2025);
    assert_eq!(clock().today().to_string(), "2026-11-30");
}
