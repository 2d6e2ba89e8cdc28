//! A 送教下乡 project from draft to archive, each step by the role that takes it.

use serde_json::json;
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{TestApp, id};
use songjiao_types::Role;

#[actix_web::test]
async fn a_whole_project_runs_from_draft_to_completed() {
    let app = TestApp::start().await;
    let bureau = app.admin().await;
    let root = bureau.me("/organization/id");
    let training_school = bureau.organization("training_school", &root).await;
    let rural = json!({ "code": "LJS-1", "name": "亮甲山小学", "kind": "school", "rural": true, "parent_id": root });
    let school = id(&bureau.post("/organizations", rural).await.expect(201));
    let county = json!({ "scope_organization_id": root });
    let planner = app.user_with(&bureau, Role::TrainingSchoolAdmin, &training_school, county).await;
    let head = app.user(&bureau, Role::SchoolAdmin, &school).await;
    let coach = bureau.teacher_with(&training_school, json!({ "name": "王芳" })).await;
    let leader = app.user_with(&bureau, Role::TeamLeader, &training_school, json!({ "teacher_id": coach })).await;
    let teachers = [bureau.teacher(&school).await, bureau.teacher(&school).await];

    // The training school forms a team and plans the project.
    let team = json!({ "name": "小学语文送培团队", "subject": "语文", "stage": "primary" });
    let team = planner.post("/teams", team).await.expect(201);
    let member = json!({ "teacher_id": coach, "role": "leader" });
    planner.post(&format!("/teams/{}/members", id(&team)), member).await.expect(201);
    let conditions = json!({
        "title": "2026年小学语文送教下乡", "subject": "语文", "stage": "primary", "requires_rural": true,
        "look_back_years": 1, "capacity": 2, "team_id": id(&team), "host_organization_id": school,
        "theme": "提升课堂提问的有效性",
    });
    let project = planner.published_project(conditions).await;
    let path = format!("/projects/{}", id(&project));

    // The school nominates, the training school admits.
    let nominated = json!({ "teacher_ids": teachers });
    let nominated = head.post(&format!("{path}/enrollments"), nominated).await.expect(201);
    let enrollments: Vec<_> = nominated["items"].as_array().unwrap().iter().map(id).collect();
    planner.post(&format!("{path}/enrollments/admit"), json!({ "ids": enrollments })).await.expect(200);
    planner.act(&format!("{path}/start")).await.expect(200);

    // The team runs the phases; the school polishes lessons, and the team grades one.
    let mut lesson = String::new();
    for (at, phase) in project["phases"].as_array().unwrap().iter().map(id).enumerate() {
        leader.act(&format!("/phases/{phase}/start")).await.expect(200);
        let more = json!({ "held_on": format!("2026-0{}-10", at + 3), "days": 2, "hours": 8, "organization_id": school, "delivered_by": [coach] });
        let activity = leader.activity(&phase, more).await;
        leader.attend(&activity, &enrollments[0], "present").await;
        leader.attend(&activity, &enrollments[1], if at == 1 { "absent" } else { "present" }).await;
        if at == 2 {
            head.submit_deliverable(&phase, "lesson_polishing_record", json!({})).await;
            leader.act(&format!("/phases/{phase}/complete")).await.problem(409, "deliverables_missing");
            lesson = leader.graded_lesson(&project, &teachers[0], "excellent").await;
        }
        planner.act(&format!("{path}/complete")).await.problem(409, "wrong_state");
        leader.submit_missing_deliverables(&phase, &school).await;
        let done = leader.act(&format!("/phases/{phase}/complete")).await.expect(200);
        assert_eq!((&done["status"], &done["attendance_missing"]), (&json!("completed"), &json!(0)));
    }
    let done = planner.act(&format!("{path}/complete")).await.expect(200);
    assert_eq!(done["status"], "completed");
    assert_eq!(done["counts"]["admitted"], 2);
    assert_eq!(head.get(&format!("/enrollments/{}", enrollments[0])).await.expect(200)["status"], "completed");

    // 8 hours for each phase; the activity missed exceeds the limit of its phase.
    // The owner completes the project, and so recognises the hours of who delivered.
    let (quotas, credits) =
        (bureau.all("/quotas?training_year=2026").await, bureau.all("/credits?cycle_first_year=2026").await);
    for (teacher, hours) in [(&teachers[0], 40), (&teachers[1], 32), (&coach, 40)] {
        for rows in [&quotas, &credits] {
            let row = rows.iter().find(|row| row["teacher_id"] == json!(teacher)).unwrap();
            assert_eq!(row["recognized_hours"], json!(hours));
        }
    }
    assert_eq!(app.db.read_now(ledger::verify_totals).unwrap().len(), 0);

    // Application, two reviews, acceptance; anyone can verify the certificate.
    let certification = json!({ "lesson_id": lesson });
    let certification = id(&head.post("/certifications", certification).await.expect(201));
    let path_of_it = format!("/certifications/{certification}");
    let decision = json!({ "accept": true });
    let colleague = app
        .user_with(&bureau, Role::TrainingSchoolAdmin, &training_school, json!({ "scope_organization_id": root }))
        .await;
    colleague.post(&format!("{path_of_it}/decide"), decision.clone()).await.problem(409, "reviews_missing");
    let review = json!({ "verdict": "accept", "comment": "问题链清晰" });
    leader.post(&format!("{path_of_it}/reviews"), review.clone()).await.problem(403, "graded_lesson");
    for reviewer in [&planner, &bureau] {
        let review = review.clone();
        reviewer.post(&format!("{path_of_it}/reviews"), review).await.expect(201);
    }
    let certified = colleague.post(&format!("{path_of_it}/decide"), decision).await.expect(200);
    assert_eq!((&certified["award"], &certified["status"]), (&json!("demonstration"), &json!("accepted")));
    let number = certified["number"].as_str().unwrap();
    let verified = app.anonymous().get(&format!("/verify/{number}")).await.expect(200);
    assert_eq!((&verified["result"], &verified["award"]), (&json!("valid"), &json!("demonstration")));
    assert_eq!(verified["school_name"], "亮甲山小学");

    assert_eq!(planner.act(&format!("{path}/archive")).await.expect(200)["status"], "archived");
    head.get(&path).await.expect(200);
}
