use reqwest::Method;
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

/// Creates a running project; returns it with the ids of its phases.
async fn running(admin: &Session) -> (Value, Vec<String>) {
    let project = admin.running_project(json!({})).await;
    let phases = project["phases"].as_array().unwrap().iter().map(id).collect();
    (project, phases)
}

async fn act(admin: &Session, phase: &str, verb: &str) -> Answer {
    admin.act(&format!("/phases/{phase}/{verb}")).await
}

/// Completes phases until the one at the index is active.
async fn active_at(admin: &Session, phases: &[String], at: usize) {
    for phase in &phases[..at] {
        admin.post(&format!("/phases/{phase}/skip"), json!({ "reason": "汛期停课" })).await.expect(200);
    }
    act(admin, &phases[at], "start").await.expect(200);
}

#[actix_web::test]
async fn a_phase_starts_when_the_one_before_is_completed_or_skipped() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, phases) = running(&admin).await;
    let school = admin.me("/organization/id");
    act(&admin, &phases[1], "start").await.problem(409, "phase_out_of_order");
    assert_eq!(act(&admin, &phases[0], "start").await.expect(200)["status"], "active");
    act(&admin, &phases[1], "start").await.problem(409, "phase_out_of_order");
    admin.submit_missing_deliverables(&phases[0], &school).await;
    assert_eq!(act(&admin, &phases[0], "complete").await.expect(200)["status"], "completed");
    act(&admin, &phases[2], "start").await.problem(409, "phase_out_of_order");
    admin.post(&format!("/phases/{}/skip", phases[1]), json!({ "reason": "汛期停课" })).await.expect(200);
    assert_eq!(act(&admin, &phases[2], "start").await.expect(200)["status"], "active");
    admin.post(&format!("/phases/{}/skip", phases[3]), json!({ "reason": "汛期停课" })).await.expect(200);
    act(&admin, &phases[4], "start").await.problem(409, "phase_out_of_order");
}

#[actix_web::test]
async fn a_phase_starts_only_while_its_project_runs() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for project in [admin.project(json!({})).await, admin.published_project(json!({})).await] {
        act(&admin, &id(&project["phases"][0]), "start").await.problem(409, "wrong_state");
    }
}

#[actix_web::test]
async fn a_phase_starts_and_completes_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, phases) = running(&admin).await;
    act(&admin, &phases[0], "complete").await.problem(409, "wrong_state");
    act(&admin, &phases[0], "start").await.expect(200);
    act(&admin, &phases[0], "start").await.problem(409, "wrong_state");
    admin.submit_missing_deliverables(&phases[0], &admin.me("/organization/id")).await;
    act(&admin, &phases[0], "complete").await.expect(200);
    act(&admin, &phases[0], "complete").await.problem(409, "wrong_state");
    act(&admin, &phases[0], "start").await.problem(409, "wrong_state");
    admin.post(&format!("/phases/{}/skip", phases[0]), json!({ "reason": "补记" })).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn of_racing_starts_exactly_one_wins() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, phases) = running(&admin).await;
    let path = format!("/phases/{}/start", phases[0]);
    let starts = (0..8).map(|_| {
        let (admin, path) = (admin.clone(), path.clone());
        actix_web::rt::spawn(async move { admin.act(&path).await })
    });
    let starts: Vec<_> = starts.collect();
    let mut statuses = Vec::new();
    for start in starts {
        statuses.push(start.await.unwrap().status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[actix_web::test]
async fn each_clause_names_the_missing_evidence() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let asked: [&[&str]; 5] = [
        &["plan_briefing", "class_building"],
        &["diagnosis_report", "demonstration_lesson", "study_task"],
        &["lesson_study_record", "lesson_polishing_record", "graded_lesson"],
        &["showcase_record", "micro_outcome"],
        &["summary_report", "representative_outcome", "next_year_school_plan", "personal_development_plan"],
    ];
    let (project, phases) = running(&admin).await;
    admin.admitted(&project, &teacher).await;
    for (phase, asked) in phases.iter().zip(asked) {
        act(&admin, phase, "start").await.expect(200);
        let mut missing = asked.to_vec();
        while let Some(next) = missing.first().copied() {
            let problem = act(&admin, phase, "complete").await.problem(409, "deliverables_missing");
            let named: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["code"].clone()).collect();
            assert_eq!(named, missing);
            match next {
                "graded_lesson" => {
                    admin.graded_lesson(&project, &teacher, "good").await;
                }
                "micro_outcome" => {
                    admin.submit_deliverable(phase, "micro_case", json!({})).await;
                }
                kind => {
                    admin.submit_deliverable(phase, kind, json!({ "organization_id": root })).await;
                }
            }
            missing.remove(0);
        }
        let view = admin.get(&format!("/phases/{phase}")).await.expect(200);
        assert!(view["requirements"].as_array().unwrap().iter().all(|requirement| requirement["met"] == true));
        act(&admin, phase, "complete").await.expect(200);
    }
}

#[actix_web::test]
async fn a_phase_completes_by_what_is_there_and_not_by_what_its_view_showed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, phases) = running(&admin).await;
    let phase = &phases[0];
    act(&admin, phase, "start").await.expect(200);
    admin.submit_missing_deliverables(phase, &admin.me("/organization/id")).await;
    let shown = admin.get(&format!("/phases/{phase}")).await.expect(200)["requirements"].clone();
    assert!(shown.as_array().unwrap().iter().all(|requirement| requirement["met"] == true));
    let rows = admin.all(&format!("/phases/{phase}/deliverables")).await;
    let briefing = rows.iter().find(|row| row["kind"] == "plan_briefing").map(id).unwrap();
    admin.delete(&format!("/deliverables/{briefing}")).await.expect(204);
    let problem = act(&admin, phase, "complete").await.problem(409, "deliverables_missing");
    assert_eq!(problem["errors"][0]["pointer"], "/requirements/0");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
    let other = admin.submit_deliverable(phase, "plan_briefing", json!({})).await;
    assert_ne!(other, briefing);
    assert_eq!(act(&admin, phase, "complete").await.expect(200)["status"], "completed");
}

#[actix_web::test]
async fn evidence_of_another_project_does_not_count() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let (other, phases) = running(&admin).await;
    active_at(&admin, &phases, 2).await;
    admin.admitted(&other, &teacher).await;
    admin.graded_lesson(&other, &teacher, "good").await;
    let (_, phases) = running(&admin).await;
    active_at(&admin, &phases, 2).await;
    admin.submit_missing_deliverables(&phases[2], &root).await;
    let problem = act(&admin, &phases[2], "complete").await.problem(409, "deliverables_missing");
    assert_eq!(problem["errors"][0]["code"], "graded_lesson");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn only_the_bureau_skips_a_phase_and_with_a_reason() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (_, phases) = running(&admin).await;
    let path = format!("/phases/{}/skip", phases[0]);
    let reason = json!({ "reason": "汛期停课" });
    for role in [Role::TrainingSchoolAdmin, Role::TeamLeader, Role::SchoolAdmin] {
        let user = app.user(&admin, role, &root).await;
        user.post(&path, reason.clone()).await.problem(403, "forbidden");
    }
    let faults = admin.post(&path, json!({ "reason": "" })).await.faults();
    assert_eq!(faults[0].0, "/reason");
    assert_eq!(Answer::of(admin.request(Method::POST, &path)).await.status, 415);
    let skipped = admin.post(&path, reason).await.expect(200);
    assert_eq!((&skipped["status"], &skipped["skip_reason"]), (&json!("skipped"), &json!("汛期停课")));
}

#[actix_web::test]
async fn a_completed_phase_cannot_be_changed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phases) = running(&admin).await;
    let enrollment = admin.admitted(&project, &admin.teacher(&root).await).await;
    let phase = &phases[0];
    act(&admin, phase, "start").await.expect(200);
    let activity = admin.activity(phase, json!({})).await;
    admin.attend(&activity, &enrollment, "present").await;
    admin.submit_missing_deliverables(phase, &root).await;
    let deliverable = id(&admin.all(&format!("/phases/{phase}/deliverables")).await[0]);
    act(&admin, phase, "complete").await.expect(200);
    let refused = [
        admin.patch(&format!("/phases/{phase}"), json!({ "planned_hours": 1 })).await,
        admin.patch(&format!("/activities/{activity}"), json!({ "hours": 8 })).await,
        admin.delete(&format!("/activities/{activity}")).await,
        admin.patch(&format!("/deliverables/{deliverable}"), json!({ "title": "改名" })).await,
        admin.delete(&format!("/deliverables/{deliverable}")).await,
        admin.put(&format!("/activities/{activity}/attendance"), json!({ "entries": [] })).await,
        admin
            .post(
                &format!("/activities/{activity}/attendance"),
                json!({ "entries": [{ "enrollment_id": enrollment, "status": "absent" }] }),
            )
            .await,
        admin
            .post(
                &format!("/phases/{phase}/activities"),
                json!({ "title": "补", "form": "other", "held_on": "2026-03-12", "hours": 4 }),
            )
            .await,
        admin.post(&format!("/phases/{phase}/deliverables"), json!({ "kind": "other", "title": "补" })).await,
    ];
    for answer in refused {
        answer.problem(409, "wrong_state");
    }
    assert_eq!(admin.get(&format!("/activities/{activity}/attendance")).await.expect(200)["open"], false);
}

#[actix_web::test]
async fn the_plan_of_a_phase_changes_with_its_version() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let project = admin.project(json!({})).await;
    let path = format!("/phases/{}", id(&project["phases"][0]));
    let changes = json!({ "planned_hours": 20.5, "starts_on": "2026-03-05", "ends_on": null, "responsible": "school" });
    let changed = admin.patch(&path, changes).await.expect(200);
    assert_eq!((&changed["planned_hours"], &changed["ends_on"]), (&json!(20.5), &json!(null)));
    assert_eq!((&changed["responsible"], &changed["version"]), (&json!("school"), &json!(2)));
    let faults = admin.patch(&path, json!({ "ends_on": "2026-03-04" })).await.faults();
    assert_eq!(faults, [("/ends_on".to_owned(), "ends_before_start".to_owned())]);
}

#[actix_web::test]
async fn an_activity_is_planned_changed_and_listed_by_date() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let project = admin.project(json!({})).await;
    let phase = id(&project["phases"][1]);
    for day in ["2026-05-01", "2026-04-01", "2026-04-01"] {
        admin.activity(&phase, json!({ "held_on": day, "form": "observation" })).await;
    }
    let rows = admin.all(&format!("/phases/{phase}/activities?limit=1")).await;
    let days: Vec<_> = rows.iter().map(|row| row["held_on"].clone()).collect();
    assert_eq!(days, ["2026-04-01", "2026-04-01", "2026-05-01"]);
    assert_eq!(admin.all(&format!("/projects/{}/activities", id(&project))).await.len(), 3);
    let path = format!("/activities/{}", id(&rows[0]));
    let changes = json!({ "days": 2, "hours": 12, "organization_id": school, "place": "多媒体教室" });
    let changed = admin.patch(&path, changes).await.expect(200);
    assert_eq!((&changed["days"], &changed["hours"]), (&json!(2), &json!(12)));
    assert!(changed["organization_name"].is_string());
    let faults = admin.patch(&path, json!({ "days": 0 })).await.faults();
    assert_eq!(faults, [("/days".to_owned(), "range".to_owned())]);
    admin.delete(&path).await.expect(204);
    let misplaced = json!({ "title": "讲座", "form": "lecture", "held_on": "2026-03-10", "hours": 4 });
    let path = format!("/projects/{}/activities", id(&project));
    admin.post(&path, misplaced).await.problem(409, "wrong_state");
}
