use serde_json::json;
use songjiao_tests::{TestApp, unique};
use songjiao_types::Role;

#[actix_web::test]
async fn a_teacher_is_created_found_and_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let new = json!({
        "teacher_no": "220283000123", "name": "李娜", "gender": "female", "organization_id": school,
        "subject": "数学", "stage": "junior_middle", "title": "一级教师", "joined_on": "2012-08-20", "backbone": true,
    });
    let answer = admin.post("/teachers", new.clone()).await;
    assert_eq!(answer.headers["etag"], "\"1\"");
    let teacher = answer.expect(201);
    assert_eq!(teacher["organization"]["id"], json!(school));
    assert_eq!((&teacher["status"], &teacher["id_number"]), (&json!("active"), &json!(null)));
    let path = format!("/teachers/{}", teacher["id"].as_str().unwrap());
    let changed = admin.patch(&path, json!({ "title": null, "subject": "物理" })).await.expect(200);
    assert_eq!((&changed["title"], &changed["subject"]), (&json!(null), &json!("物理")));
    assert_eq!(changed["version"], 2);
    let again = admin.post("/teachers", new).await.problem(409, "already_exists");
    assert_eq!(again["errors"][0]["pointer"], "/teacher_no");
}

#[actix_web::test]
async fn an_id_number_never_leaves_unmasked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let number = "11010519491231002X";
    let teacher = admin.teacher_with(&root, json!({ "id_number": number })).await;
    admin.teacher(&root).await;
    let answer = admin.get(&format!("/teachers/{teacher}")).await;
    assert!(!answer.text.contains(number));
    assert_eq!(answer.expect(200)["id_number"], "****************2X");
    for text in [number, "1010519491231", "002X"] {
        assert!(admin.all(&format!("/teachers?q={text}")).await.is_empty(), "a search finds no number");
    }
    let path = format!("/teachers/{teacher}");
    assert_eq!(admin.patch(&path, json!({ "id_number": null })).await.expect(200)["id_number"], json!(null));
    let kept: i64 = app
        .db
        .read_now(|conn| {
            use diesel::{QueryDsl, RunQueryDsl, dsl::count_star, prelude::*};
            use songjiao_api::db::schema::audit_log;
            let holds = audit_log::after.like("%11010519491231002%");
            Ok(audit_log::table.filter(holds).select(count_star()).first(conn)?)
        })
        .unwrap();
    assert_eq!(kept, 0, "the audit log does not contain it either");
}

#[actix_web::test]
async fn bad_teachers_are_refused_at_their_pointer() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let nowhere = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
    for (changes, pointer) in [
        (json!({ "id_number": "110105194912310021" }), "/id_number"),
        (json!({ "joined_on": "2026-02-29" }), "/joined_on"),
        (json!({ "joined_on": "1026-02-01" }), "/joined_on"),
        (json!({ "left_on": "2010-08-31" }), "/left_on"),
        (json!({ "status": "retired" }), "/left_on"),
        (json!({ "stage": "university" }), "/stage"),
        (json!({ "teacher_no": "编号" }), "/teacher_no"),
        (json!({ "organization_id": nowhere }), "/organization_id"),
        (json!({ "subject": " " }), "/subject"),
    ] {
        let mut new = json!({
            "teacher_no": unique("T"), "name": "王芳", "organization_id": root, "subject": "语文",
            "stage": "primary", "joined_on": "2010-09-01",
        });
        new.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let faults = admin.post("/teachers", new).await.faults();
        assert_eq!(faults[0].0, pointer, "{changes}");
    }
    assert!(admin.all("/teachers").await.is_empty());
}

#[actix_web::test]
async fn a_list_covers_a_subtree_and_is_filtered_and_paged() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &ours).await;
    for (n, organization) in [&ours, &school, &school, &theirs].into_iter().enumerate() {
        let more = json!({ "name": format!("教师{}", n % 2), "subject": if n == 1 { "数学" } else { "语文" } });
        admin.teacher_with(organization, more).await;
    }
    let count = |query: String| {
        let admin = admin.clone();
        async move { admin.all(&format!("/teachers?{query}")).await.len() }
    };
    assert_eq!(count(format!("organization_id={ours}")).await, 3);
    assert_eq!(count(format!("organization_id={school}&subject=数学")).await, 1);
    assert_eq!(count("q=教师1".to_owned()).await, 2);
    for sort in ["teacher_no", "-teacher_no", "name", "-name"] {
        assert_eq!(count(format!("sort={sort}&limit=1")).await, 4, "{sort}");
    }
    let local = app.user(&admin, Role::SchoolAdmin, &ours).await;
    assert_eq!(local.all("/teachers").await.len(), 3);
    local.get(&format!("/teachers?organization_id={theirs}")).await.problem(422, "invalid");
}

#[actix_web::test]
async fn a_teacher_sees_only_their_own_row() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let (own, other) = (admin.teacher(&school).await, admin.teacher(&school).await);
    let user = app.user_with(&admin, Role::Teacher, &school, json!({ "teacher_id": own })).await;
    let seen = user.all("/teachers").await;
    assert_eq!((seen.len(), &seen[0]["id"]), (1, &json!(own)));
    for path in ["", "/appointments", "/quotas/2025", "/credits/2021"] {
        user.get(&format!("/teachers/{own}{path}")).await.expect(200);
        user.get(&format!("/teachers/{other}{path}")).await.problem(404, "not_found");
    }
    assert_eq!(user.all("/quotas?training_year=2025").await.len(), 1);
    assert_eq!(user.all("/credits?cycle_first_year=2021").await.len(), 1);
    admin.hours(&own, 2025, 10.0).await;
    admin.hours(&other, 2025, 20.0).await;
    let records = user.all("/hour-records").await;
    assert_eq!((records.len(), &records[0]["hours"]), (1, &json!(10)));
    assert_eq!(user.get("/quotas/summary?training_year=2025").await.expect(200)["recognized_hours"], 10);
}

#[actix_web::test]
async fn a_transfer_ends_the_present_appointment_the_day_before() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&here).await;
    let path = format!("/teachers/{teacher}/transfers");
    let moved = admin.post(&path, json!({ "organization_id": there, "starts_on": "2024-09-01" })).await.expect(201);
    assert_eq!(moved["organization"]["id"], json!(there));
    let appointments = admin.get(&format!("/teachers/{teacher}/appointments")).await.expect(200);
    let spells: Vec<_> = appointments
        .as_array()
        .unwrap()
        .iter()
        .map(|a| (a["organization"]["id"].clone(), a["ends_on"].clone()))
        .collect();
    assert_eq!(spells, [(json!(there), json!(null)), (json!(here), json!("2024-08-31"))]);
    for (body, pointer) in [
        (json!({ "organization_id": there, "starts_on": "2025-09-01" }), "/organization_id"),
        // It would replace a spell, which needs a reason.
        (json!({ "organization_id": here, "starts_on": "2024-09-01" }), "/reason"),
        (json!({ "organization_id": here, "starts_on": "2999-09-01" }), "/starts_on"),
        (
            json!({ "organization_id": "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10", "starts_on": "2025-09-01" }),
            "/organization_id",
        ),
    ] {
        assert_eq!(admin.post(&path, body).await.faults()[0].0, pointer);
    }
    let leave = json!({ "status": "left", "left_on": "2025-06-30" });
    admin.patch(&format!("/teachers/{teacher}"), leave).await.expect(200);
    let back = json!({ "organization_id": here, "starts_on": "2025-09-01" });
    admin.post(&path, back).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn nobody_changes_a_teacher_of_another_school() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let teacher = admin.teacher(&there).await;
    let school = app.user(&admin, Role::SchoolAdmin, &here).await;
    school.patch(&format!("/teachers/{teacher}"), json!({ "name": "越权" })).await.problem(404, "not_found");
    let take = json!({ "organization_id": here, "starts_on": "2025-09-01" });
    school.post(&format!("/teachers/{teacher}/transfers"), take).await.problem(404, "not_found");
    let own = school.teacher(&here).await;
    let away = json!({ "organization_id": there, "starts_on": "2025-09-01" });
    let faults = school.post(&format!("/teachers/{own}/transfers"), away).await.faults();
    assert_eq!(faults[0], ("/organization_id".to_owned(), "unknown_organization".to_owned()));
}
