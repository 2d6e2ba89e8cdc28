use serde_json::{Value, json};
use songjiao_tests::TestApp;

#[actix_web::test]
async fn a_quota_has_the_fields_that_clients_rely_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let teacher = admin.teacher_with(&school, json!({ "teacher_no": "T-1" })).await;
    admin.hours(&teacher, 2025, 40.5).await;
    admin.hours_with(&teacher, 2025, 8.0, json!({ "status": "pending" })).await;
    let rows = admin.all("/quotas?training_year=2025").await;
    let organization = admin.get(&format!("/organizations/{school}")).await.expect(200);
    let expected = json!({
        "teacher_id": teacher, "teacher_no": "T-1", "teacher_name": "王芳", "organization_id": school,
        "organization_name": organization["name"], "training_year": 2025, "required_hours": 72,
        "recognized_hours": 40.5, "counted_hours": 40.5, "pending_hours": 8, "remaining_hours": 31.5, "status": "short",
        "closed_hours": null, "late_hours": null,
    });
    assert_eq!(rows, [expected]);
}

#[actix_web::test]
async fn a_teacher_who_joins_during_a_year_owes_the_months_in_post() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for (joined_on, required) in [("2025-01-01", 72), ("2025-07-01", 36), ("2025-07-15", 36), ("2025-12-31", 6)] {
        let teacher = admin.teacher_with(&root, json!({ "joined_on": joined_on })).await;
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
        assert_eq!(quota["required_hours"], required, "{joined_on}");
        assert_eq!(admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200)["required_hours"], 72);
    }
    let leaver = json!({ "status": "retired", "left_on": "2025-03-31" });
    let teacher = admin.teacher_with(&root, leaver).await;
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2025")).await.expect(200);
    assert_eq!((&quota["required_hours"], &quota["reduced_months"]), (&json!(18), &json!(9)));
    assert_eq!(quota["reductions"][0]["reason"], "not_in_post");
    assert_eq!(quota["reductions"][0]["starts_on"], "2025-04-01");
}

#[actix_web::test]
async fn leaving_changes_the_requirement_immediately() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let required = || {
        let (admin, path) = (admin.clone(), format!("/teachers/{teacher}/quotas/2025"));
        async move { admin.get(&path).await.expect(200)["required_hours"].clone() }
    };
    assert_eq!(required().await, 72);
    let path = format!("/teachers/{teacher}");
    admin.patch(&path, json!({ "status": "left", "left_on": "2025-06-30" })).await.expect(200);
    assert_eq!(required().await, 36);
    admin.patch(&path, json!({ "status": "active", "left_on": null })).await.expect(200);
    assert_eq!(required().await, 72);
    admin.patch(&path, json!({ "joined_on": "2025-10-01" })).await.expect(200);
    assert_eq!(required().await, 18);
}

#[actix_web::test]
async fn a_year_without_a_day_in_post_is_not_listed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "joined_on": "2024-12-31", "left_on": "2025-01-01" })).await;
    for (year, listed) in [(2023, 0), (2024, 1), (2025, 1), (2026, 0)] {
        assert_eq!(admin.all(&format!("/quotas?training_year={year}")).await.len(), listed, "{year}");
    }
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2023")).await.expect(200);
    assert_eq!((&quota["required_hours"], &quota["reduced_months"]), (&json!(0), &json!(12)));
}

#[actix_web::test]
async fn a_surplus_meets_the_year_and_lacks_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for hours in [100.0, 72.0, 71.9] {
        let teacher = admin.teacher(&root).await;
        admin.hours(&teacher, 2025, hours).await;
    }
    let rows = admin.all("/quotas?training_year=2025&sort=-remaining_hours").await;
    let standing: Vec<_> = rows.iter().map(|row| (row["remaining_hours"].clone(), row["status"].clone())).collect();
    let of = |hours: Value, status: &str| (hours, json!(status));
    assert_eq!(standing, [of(json!(0.1), "short"), of(json!(0), "met"), of(json!(0), "met")]);
    assert_eq!(admin.all("/quotas?training_year=2025&status=met").await.len(), 2);
    assert_eq!(admin.all("/quotas?training_year=2025&status=short").await.len(), 1);
    let summary = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    let sums = ["teachers", "met", "short", "required_hours", "recognized_hours", "remaining_hours"];
    assert_eq!(
        sums.map(|sum| summary[sum].clone()),
        [json!(3), json!(2), json!(1), json!(216), json!(243.9), json!(0.1)]
    );
}

#[actix_web::test]
async fn hours_follow_the_teacher_and_count_for_the_school_where_they_were_earned() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    admin.hours_with(&teacher, 2024, 30.0, json!({ "level": "school", "mode": "other" })).await;
    let transfer = json!({ "organization_id": there, "starts_on": "2024-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    let autumn = json!({ "starts_on": "2024-10-01", "ends_on": "2024-10-02", "level": "national", "mode": "online" });
    let record = admin.hours_with(&teacher, 2024, 12.0, autumn).await;
    assert_eq!(record["organization_id"], json!(there));
    let late = json!({ "starts_on": "2024-08-30", "ends_on": "2024-08-31" });
    assert_eq!(admin.hours_with(&teacher, 2024, 5.0, late).await["organization_id"], json!(here));
    let quotas = admin.all(&format!("/quotas?training_year=2024&organization_id={there}")).await;
    assert_eq!((quotas.len(), &quotas[0]["recognized_hours"]), (1, &json!(47)), "all of them, at the new school");
    assert!(admin.all(&format!("/quotas?training_year=2024&organization_id={here}")).await.is_empty());
    // By place.
    for (school, tiers) in [(&here, [30, 5, 0]), (&there, [0, 0, 12])] {
        let path = format!("/statistics/composition?training_year=2024&by=tier&organization_id={school}");
        let composition = admin.get(&path).await.expect(200);
        let hours = |tier: &str| {
            let items = composition["items"].as_array().unwrap();
            items.iter().find(|item| item["key"] == tier).map_or(0, |item| item["recognized_hours"].as_i64().unwrap())
        };
        assert_eq!(["school", "county", "above_county"].map(hours), tiers, "{school}");
    }
    // By teacher.
    for (school, tiers, modes) in [(&here, [0, 0, 0, 0], [0, 0, 0, 0, 0]), (&there, [30, 5, 12, 0], [0, 5, 12, 0, 30])]
    {
        let path = format!("/quotas/summary?training_year=2024&organization_id={school}");
        let summary = admin.get(&path).await.expect(200);
        let hours = |list: &str| -> Vec<Value> {
            summary[list].as_array().unwrap().iter().map(|row| row["recognized_hours"].clone()).collect()
        };
        assert_eq!(hours("by_tier"), tiers, "{school}");
        assert_eq!(hours("by_mode"), modes, "{school}");
    }
    let detail = admin.get(&format!("/teachers/{teacher}/quotas/2024")).await.expect(200);
    let tiers: Vec<_> =
        detail["by_tier"].as_array().unwrap().iter().map(|row| row["recognized_hours"].clone()).collect();
    assert_eq!(tiers, [30, 5, 12, 0]);
}

#[actix_web::test]
async fn quotas_are_filtered_and_paged_in_every_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for n in 0..7 {
        let stage = if n < 3 { "primary" } else { "special" };
        let more =
            json!({ "name": format!("教师{n}"), "subject": if n == 0 { "音乐" } else { "语文" }, "stage": stage });
        let teacher = admin.teacher_with(&root, more).await;
        admin.hours(&teacher, 2025, f64::from(n % 3) * 30.0 + 1.0).await;
    }
    for sort in ["teacher_no", "-teacher_no", "remaining_hours", "-remaining_hours"] {
        let rows = admin.all(&format!("/quotas?training_year=2025&sort={sort}&limit=2")).await;
        let ids: std::collections::HashSet<_> = rows.iter().map(|row| row["teacher_id"].to_string()).collect();
        assert_eq!((rows.len(), ids.len()), (7, 7), "{sort}");
    }
    for (query, count) in [("subject=音乐", 1), ("stage=primary", 3), ("q=教师4", 1), ("q=教师&stage=special", 4)]
    {
        assert_eq!(admin.all(&format!("/quotas?training_year=2025&{query}")).await.len(), count, "{query}");
    }
    let page = admin.get("/quotas?training_year=2025&limit=1&with_total=true&status=short").await.expect(200);
    assert_eq!(page["total"], 7);
    let faults = admin.get("/quotas?training_year=99999").await.faults();
    assert_eq!(faults[0].0, "training_year");
    admin.get("/quotas").await.expect(200);
}
