//! Lessons that look entered twice (case D5).

use serde_json::{Value, json};
use songjiao_tests::{Polishing, id};

// Case D5
#[actix_web::test]
async fn a_second_lesson_of_an_equal_title_in_a_training_year_is_suspected_unless_confirmed_with_a_reason() {
    let county = Polishing::start().await;
    county.lesson("《荷花》第二课时 Unit 3").await;
    let new = |title: &str, more: Value| {
        let mut new = json!({ "teacher_id": county.teacher, "title": title });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    // Brackets, width, blanks and case make no other title; nor does the project.
    for (title, more) in [
        ("荷花 第二课时 unit3", json!({})),
        ("“荷花”第二课时ＵＮＩＴ３", json!({ "taught_on": "2026-05-12" })),
        ("《荷花》第二课时 Unit 3", json!({ "project_id": county.project, "distinct_reason": "  " })),
    ] {
        let refused = county.admin.post("/lessons", new(title, more)).await.problem(409, "lesson_suspected");
        assert!(refused["detail"].as_str().unwrap().contains("《荷花》第二课时 Unit 3"), "{refused}");
        assert_eq!(refused["errors"][0]["pointer"], "/distinct_reason");
    }
    // Another year, another title, another teacher.
    county
        .admin
        .post("/lessons", new("《荷花》第二课时 Unit 3", json!({ "taught_on": "2025-05-12" })))
        .await
        .expect(201);
    county.admin.post("/lessons", new("《荷花》第三课时", json!({}))).await.expect(201);
    let other = json!({ "teacher_id": county.leader, "title": "《荷花》第二课时 Unit 3" });
    county.admin.post("/lessons", other).await.expect(201);
    let confirmed = new("《荷花》第二课时 Unit 3", json!({ "distinct_reason": " 在另一班级执教 " }));
    let confirmed = county.admin.post("/lessons", confirmed).await.expect(201);
    assert_eq!(confirmed["distinct_reason"], "在另一班级执教");
}

// Case D5
#[actix_web::test]
async fn a_changed_title_or_day_is_suspected_as_a_new_lesson_is() {
    let county = Polishing::start().await;
    county.lesson("荷花").await;
    let path = format!("/lessons/{}", county.lesson("草原").await);
    county.admin.patch(&path, json!({ "title": "《荷花》" })).await.problem(409, "lesson_suspected");
    county.admin.patch(&path, json!({ "summary": "磨课" })).await.expect(200);
    let confirmed = json!({ "title": "《荷花》", "distinct_reason": "另一课时" });
    assert_eq!(county.admin.patch(&path, confirmed).await.expect(200)["distinct_reason"], "另一课时");
    county.admin.patch(&path, json!({ "summary": "再磨" })).await.expect(200);
    let earlier = json!({ "teacher_id": county.teacher, "title": "荷花", "taught_on": "2025-06-01" });
    let path = format!("/lessons/{}", id(&county.admin.post("/lessons", earlier).await.expect(201)));
    county.admin.patch(&path, json!({ "taught_on": "2026-06-01" })).await.problem(409, "lesson_suspected");
}

// Case D5
#[actix_web::test]
async fn a_file_says_why_a_lesson_of_an_equal_title_is_another() {
    let county = Polishing::start().await;
    county.lesson("荷花").await;
    let teacher = county.admin.get(&format!("/teachers/{}", county.teacher)).await.expect(200);
    let no = teacher["teacher_no"].as_str().unwrap();
    let header = "教师编号,课题,授课日期,同名说明\n";
    let file = format!("{header}{no},《荷花》,2026-05-12,\n{no},草原,2026-05-13,\n{no},“草原”,2026-05-14,\n");
    for path in ["/imports/lessons?dry_run=true", "/imports/lessons"] {
        let report = county.admin.post_csv(path, file.clone()).await.expect(422);
        let faults: Vec<_> =
            report["errors"].as_array().unwrap().iter().map(|one| (&one["row"], &one["code"])).collect();
        assert_eq!(faults, [(&json!(2), &json!("lesson_suspected")), (&json!(4), &json!("lesson_suspected"))]);
    }
    let file =
        format!("{header}{no},《荷花》,2026-05-12,另一课时\n{no},草原,2026-05-13,\n{no},“草原”,2026-05-14,另一班级\n");
    let report = county.admin.post_csv("/imports/lessons", file.clone()).await.expect(201);
    assert_eq!(report["rows_imported"], 3);
    let again = county.admin.post_csv("/imports/lessons", file).await.expect(201);
    assert_eq!(again["rows_unchanged"], 3, "the same file again changes nothing");
    let reasons: Vec<_> = county
        .admin
        .all("/lessons?sort=title")
        .await
        .iter()
        .filter_map(|one| one["distinct_reason"].as_str().map(ToOwned::to_owned))
        .collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

// Case D5
#[actix_web::test]
async fn of_two_equal_lessons_entered_at_once_one_is_suspected() {
    let county = Polishing::start().await;
    let entering = (0..4).map(|n| {
        let (admin, teacher) = (county.admin.clone(), county.teacher.clone());
        let title = if n % 2 == 0 { "荷花" } else { "《荷花》" };
        actix_web::rt::spawn(async move {
            admin.post("/lessons", json!({ "teacher_id": teacher, "title": title })).await.status
        })
    });
    let mut statuses = Vec::new();
    for answer in entering.collect::<Vec<_>>() {
        statuses.push(answer.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
}
