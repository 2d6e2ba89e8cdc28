use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

/// A project whose first phase is active.
async fn active(admin: &Session, more: Value) -> (Value, String) {
    let project = admin.running_project(more).await;
    let phase = id(&project["phases"][0]);
    admin.act(&format!("/phases/{phase}/start")).await.expect(200);
    (project, phase)
}

async fn complete(admin: &Session, phase: &str) {
    admin.submit_missing_deliverables(phase, &admin.me("/organization/id")).await;
    admin.act(&format!("/phases/{phase}/complete")).await.expect(200);
}

/// Returns the hours of a teacher's records.
async fn records(admin: &Session, teacher: &str) -> Vec<Value> {
    admin.all(&format!("/hour-records?teacher_id={teacher}")).await
}

async fn hours(admin: &Session, teacher: &str) -> Vec<Value> {
    records(admin, teacher).await.iter().map(|record| record["hours"].clone()).collect()
}

#[actix_web::test]
async fn a_sheet_has_a_row_for_each_admitted_participant() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let (project, phase) = active(&admin, json!({})).await;
    let activity = admin.activity(&phase, json!({})).await;
    let own = admin.admitted(&project, &admin.teacher(&ours).await).await;
    let other = admin.admitted(&project, &admin.teacher(&theirs).await).await;
    admin.nominated(&project, &admin.teacher(&ours).await).await;
    let path = format!("/activities/{activity}/attendance");
    let sheet = admin.get(&path).await.expect(200);
    let mut rows: Vec<_> =
        sheet["entries"].as_array().unwrap().iter().map(|row| row["enrollment_id"].clone()).collect();
    rows.sort_by_key(ToString::to_string);
    let mut both = vec![json!(own), json!(other)];
    both.sort_by_key(ToString::to_string);
    assert_eq!(rows, both);
    assert_eq!((&sheet["entries"][0]["status"], &sheet["open"]), (&json!(null), &json!(true)));
    let head = app.user(&admin, Role::SchoolAdmin, &ours).await;
    let seen = head.get(&path).await.expect(200);
    assert_eq!(seen["entries"].as_array().unwrap().len(), 1, "a school sees its own");
    assert_eq!((&seen["entries"][0]["enrollment_id"], &seen["open"]), (&json!(own), &json!(false)));
}

#[actix_web::test]
async fn a_sheet_is_recorded_whole_or_by_entries() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phase) = active(&admin, json!({})).await;
    let activity = admin.activity(&phase, json!({})).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(admin.admitted(&project, &admin.teacher(&root).await).await);
    }
    let path = format!("/activities/{activity}/attendance");
    let entry = |at: usize, status: &str| json!({ "enrollment_id": ids[at], "status": status });
    let statuses = |sheet: &Value| {
        let find = |id: &String| {
            let rows = sheet["entries"].as_array().unwrap();
            rows.iter().find(|row| row["enrollment_id"] == json!(id)).unwrap()["status"].clone()
        };
        ids.iter().map(find).collect::<Vec<_>>()
    };
    let whole = json!({ "entries": [entry(0, "present"), entry(1, "late")] });
    let sheet = admin.put(&path, whole.clone()).await.expect(200);
    assert_eq!(statuses(&sheet), [json!("present"), json!("late"), json!(null)]);
    let sheet = admin.post(&path, json!({ "entries": [entry(1, "absent"), entry(2, "leave")] })).await.expect(200);
    assert_eq!(statuses(&sheet), ["present", "absent", "leave"]);
    assert_eq!(sheet["version"], 3);
    let stale = admin.request(Method::PUT, &path).header(header::IF_MATCH, "\"2\"").json(&whole);
    Answer::of(stale).await.problem(412, "precondition_failed");
    let sheet = admin.put(&path, whole).await.expect(200);
    assert_eq!(statuses(&sheet), [json!("present"), json!("late"), json!(null)]);
    let twice = json!({ "entries": [entry(0, "present"), entry(0, "late")] });
    let faults = admin.post(&path, twice).await.faults();
    assert_eq!(faults, [("/entries/1/enrollment_id".to_owned(), "duplicate".to_owned())]);
    admin.delete(&format!("/activities/{activity}")).await.problem(409, "in_use");
}

#[actix_web::test]
async fn only_participants_are_marked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phase) = active(&admin, json!({})).await;
    let activity = admin.activity(&phase, json!({})).await;
    let (other, _) = active(&admin, json!({})).await;
    let waiting = admin.nominated(&project, &admin.teacher(&root).await).await;
    let foreign = admin.admitted(&other, &admin.teacher(&root).await).await;
    let entries: Vec<_> =
        [waiting, foreign].iter().map(|id| json!({ "enrollment_id": id, "status": "late" })).collect();
    let faults =
        admin.post(&format!("/activities/{activity}/attendance"), json!({ "entries": entries })).await.faults();
    assert_eq!(faults, [0, 1].map(|at| (format!("/entries/{at}/enrollment_id"), "not_a_participant".to_owned())));
}

#[actix_web::test]
async fn attendance_is_taken_while_the_phase_is_active() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, _) = active(&admin, json!({})).await;
    let activity = admin.activity(&id(&project["phases"][1]), json!({})).await;
    let path = format!("/activities/{activity}/attendance");
    admin.post(&path, json!({ "entries": [] })).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn completing_a_phase_issues_the_hours_attended_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (project, phase) = active(&admin, json!({ "title": "2026年送教下乡" })).await;
    let (present, late, leave) = (admin.teacher(&root).await, admin.teacher(&root).await, admin.teacher(&root).await);
    let mut enrollments = Vec::new();
    for teacher in [&present, &late, &leave] {
        enrollments.push(admin.admitted(&project, teacher).await);
    }
    let first = admin.activity(&phase, json!({ "held_on": "2026-03-10", "days": 2, "hours": 12 })).await;
    let second = admin.activity(&phase, json!({ "held_on": "2026-03-20", "hours": 4.5 })).await;
    for (enrollment, status) in enrollments.iter().zip(["present", "late", "leave"]) {
        admin.attend(&first, enrollment, status).await;
        admin.attend(&second, enrollment, "present").await;
    }
    assert!(records(&admin, &present).await.is_empty(), "not before the phase completes");
    complete(&admin, &phase).await;
    assert_eq!(hours(&admin, &present).await, [json!(16.5)]);
    assert_eq!(hours(&admin, &late).await, [json!(16.5)], "being late earns");
    assert_eq!(hours(&admin, &leave).await, [json!(4.5)], "leave does not");
    let record = &records(&admin, &present).await[0];
    assert_eq!((&record["status"], &record["training_year"]), (&json!("pending"), &json!(2026)));
    assert_eq!(record["holds"], json!(["project_end"]));
    assert_eq!((&record["starts_on"], &record["ends_on"]), (&json!("2026-03-10"), &json!("2026-03-20")));
    assert_eq!((&record["title"], &record["institution"]), (&json!("2026年送教下乡"), &json!("舒兰市教育局")));
    assert_eq!((&record["project_id"], &record["phase_id"]), (&project["id"], &json!(phase)));
    let quota = admin.get(&format!("/teachers/{present}/quotas/2026")).await.expect(200);
    assert_eq!((&quota["recognized_hours"], &quota["pending_hours"]), (&json!(0), &json!(16.5)));
    admin.act(&format!("/phases/{phase}/complete")).await.problem(409, "wrong_state");
    assert_eq!(hours(&admin, &present).await.len(), 1, "issuing twice issues nothing");
    assert_eq!(app.db.read_now(ledger::verify_totals).unwrap().len(), 0);
}

#[actix_web::test]
async fn of_racing_completions_only_one_issues_hours() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let enrollment = admin.admitted(&project, &teacher).await;
    let activity = admin.activity(&phase, json!({})).await;
    admin.attend(&activity, &enrollment, "present").await;
    admin.submit_missing_deliverables(&phase, &admin.me("/organization/id")).await;
    let completions: Vec<_> = (0..6)
        .map(|_| {
            let (admin, path) = (admin.clone(), format!("/phases/{phase}/complete"));
            actix_web::rt::spawn(async move { admin.act(&path).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for completion in completions {
        statuses.push(completion.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    assert_eq!(hours(&admin, &teacher).await, [json!(4)]);
}

/// Creates an activity of 4 hours in a project without phases.
async fn activity_of(admin: &Session, project: &Value, held_on: &str) -> String {
    let new = json!({ "title": "工作坊", "form": "seminar", "held_on": held_on, "hours": 4 });
    id(&admin.post(&format!("/projects/{}/activities", id(project)), new).await.expect(201))
}

#[actix_web::test]
async fn absence_beyond_the_limit_earns_nothing_and_leaving_early_is_absence() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.running_project(json!({ "kind": "workshop" })).await;
    let mut activities = Vec::new();
    for day in 10..15 {
        activities.push(activity_of(&admin, &project, &format!("2026-03-{day}")).await);
    }
    // The limit is 1/5 of the hours: one activity of five may be missed.
    let cases: [(&[&str], i32); 6] = [
        (&["present"; 5], 20),
        (&["absent", "present", "present", "present", "present"], 16),
        (&["absent", "left_early", "present", "present", "present"], 0),
        (&["left_early", "left_early", "present", "present", "present"], 0),
        (&["leave", "present", "present", "present", "late"], 16),
        (&["absent", "leave", "present", "present", "late"], 0),
    ];
    let mut teachers = Vec::new();
    for (marks, _) in &cases {
        let teacher = admin.teacher(&root).await;
        let enrollment = admin.nominated(&project, &teacher).await;
        let admit = json!({ "ids": [enrollment], "admitted_on": "2026-03-02" });
        admin.post(&format!("/projects/{}/enrollments/admit", id(&project)), admit).await.expect(200);
        for (activity, mark) in activities.iter().zip(marks.iter()) {
            admin.attend(activity, &enrollment, mark).await;
        }
        teachers.push(teacher);
    }
    admin.act(&format!("/projects/{}/complete", id(&project))).await.expect(200);
    for (teacher, (marks, earned)) in teachers.iter().zip(&cases) {
        let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
        assert_eq!(quota["recognized_hours"], json!(earned), "{marks:?}");
    }
}

#[actix_web::test]
async fn members_of_the_team_earn_for_delivering() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let team = admin.post("/teams", json!({ "name": "团队", "subject": "语文", "stage": "primary" })).await.expect(201);
    let members = format!("/teams/{}/members", id(&team));
    let (leader, participant) = (admin.teacher(&root).await, admin.teacher(&root).await);
    admin.post(&members, json!({ "teacher_id": leader, "role": "leader" })).await.expect(201);
    admin.post(&members, json!({ "name": "赵教授", "institution": "大学", "role": "expert" })).await.expect(201);
    let (project, phase) = active(&admin, json!({ "team_id": id(&team) })).await;
    admin.admitted(&project, &participant).await;
    // A team member who also participates earns once.
    admin.admitted(&project, &leader).await;
    admin.activity(&phase, json!({ "hours": 4, "delivered_by": [leader] })).await;
    admin.activity(&phase, json!({ "hours": 6 })).await;
    admin.submit_missing_deliverables(&phase, &root).await;
    let filled = json!({ "unmarked": "absent", "reason": "未到" });
    admin.post(&format!("/phases/{phase}/complete"), filled).await.expect(200);
    assert_eq!(hours(&admin, &leader).await, [json!(4)], "what they are named to have delivered");
    assert!(hours(&admin, &participant).await.is_empty(), "the participant has no mark");
}

#[actix_web::test]
async fn a_skipped_phase_issues_no_hours() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (project, phase) = active(&admin, json!({})).await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    admin.admitted(&project, &teacher).await;
    admin.activity(&phase, json!({})).await;
    admin.post(&format!("/phases/{phase}/skip"), json!({ "reason": "汛期停课" })).await.expect(200);
    assert!(hours(&admin, &teacher).await.is_empty());
}

#[actix_web::test]
async fn a_project_without_phases_issues_its_hours_when_it_completes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (attends, misses) = (admin.teacher(&root).await, admin.teacher(&root).await);
    let project = admin.running_project(json!({ "kind": "workshop", "level": "county" })).await;
    let path = format!("/projects/{}", id(&project));
    let (attending, missing) = (admin.admitted(&project, &attends).await, admin.admitted(&project, &misses).await);
    let new = json!({ "title": "工作坊", "form": "seminar", "held_on": "2026-05-11", "hours": 6 });
    let activity = id(&admin.post(&format!("{path}/activities"), new).await.expect(201));
    admin.attend(&activity, &attending, "present").await;
    admin.attend(&activity, &missing, "absent").await;
    assert_eq!(admin.act(&format!("{path}/complete")).await.expect(200)["status"], "completed");
    assert_eq!(hours(&admin, &attends).await, [json!(6)]);
    assert!(hours(&admin, &misses).await.is_empty());
    assert_eq!(records(&admin, &attends).await[0]["phase_id"], json!(null));
    assert_eq!(admin.get(&format!("/enrollments/{attending}")).await.expect(200)["status"], "completed");
    let entries = json!({ "entries": [{ "enrollment_id": missing, "status": "present" }] });
    admin.post(&format!("/activities/{activity}/attendance"), entries).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn an_activity_counts_the_marks_that_are_missing_of_whom_it_concerns_on_days_that_have_come() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.running_project(json!({ "kind": "workshop", "level": "county" })).await;
    let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let mut enrollments = Vec::new();
    for school in [&here, &here, &there] {
        let teacher = admin.teacher(school).await;
        enrollments.push(admin.admitted(&project, &teacher).await);
    }
    let path = format!("/projects/{}/activities", id(&project));
    let plan = async |more: serde_json::Value| {
        let mut new = json!({ "title": "研讨", "form": "seminar", "hours": 8, "held_on": "2026-05-11" });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        id(&admin.post(&path, new).await.expect(201))
    };
    let visit = plan(json!({ "concerns": [here] })).await;
    let course = plan(json!({ "held_on": "2026-11-29", "days": 4 })).await;
    let missing = async || -> Vec<(String, i64)> {
        let rows = admin.all(&path).await;
        rows.iter().map(|row| (id(row), row["attendance_missing"].as_i64().unwrap())).collect()
    };
    assert_eq!(missing().await, [(visit.clone(), 2), (course.clone(), 6)], "two days of three participants have come");
    admin.attend(&visit, &enrollments[0], "present").await;
    let marks = json!({ "day": "2026-11-29", "entries": [{ "enrollment_id": enrollments[2], "status": "absent" }] });
    admin.post(&format!("/activities/{course}/attendance"), marks).await.expect(200);
    assert_eq!(missing().await, [(visit, 1), (course, 5)]);
}
