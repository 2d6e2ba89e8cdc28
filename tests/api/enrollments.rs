use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, TestApp, id};
use songjiao_types::Role;

async fn nominate(user: &Session, project: &Value, teachers: &[&str]) -> Answer {
    let path = format!("/projects/{}/enrollments", id(project));
    user.post(&path, json!({ "teacher_ids": teachers })).await
}

/// Returns the faults of ineligible teachers as `(pointer, code)`.
fn not_eligible(answer: Answer) -> Vec<(String, String)> {
    let problem = answer.problem(422, "not_eligible");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    problem["errors"].as_array().unwrap().iter().map(|e| (text(&e["pointer"]), text(&e["code"]))).collect()
}

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn a_school_nominates_its_teachers_and_the_training_school_admits_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let reviewer = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    let teachers = [admin.teacher(&school).await, admin.teacher(&school).await];
    let project = admin.published_project(json!({})).await;
    let nominated = nominate(&head, &project, &[&teachers[0], &teachers[1]]).await.expect(201);
    let rows = nominated["items"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["status"].clone()).collect::<Vec<_>>(), ["nominated"; 2]);
    assert_eq!(rows[0]["organization_id"], json!(school));
    let ids: Vec<_> = rows.iter().map(id).collect();
    let bulk = format!("/projects/{}/enrollments/admit", id(&project));
    head.post(&bulk, json!({ "ids": ids })).await.problem(403, "forbidden");
    let admitted = reviewer.post(&bulk, json!({ "ids": ids })).await.expect(200);
    assert_eq!(admitted["items"][1]["status"], "admitted");
    reviewer.post(&bulk, json!({ "ids": ids })).await.problem(409, "wrong_state");
    let path = format!("/projects/{}", id(&project));
    let counts = admin.get(&path).await.expect(200)["counts"].clone();
    assert_eq!(counts, json!({ "nominated": 0, "admitted": 2, "activities": 0, "deliverables": 0 }));
    assert_eq!(admin.all(&format!("{path}/enrollments?status=admitted&organization_id={school}")).await.len(), 2);
    assert_eq!(admin.all(&format!("{path}/enrollments?status=rejected")).await.len(), 0);
}

#[actix_web::test]
async fn participants_are_filtered_by_an_organization_and_all_below_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &ours).await;
    let project = admin.published_project(json!({})).await;
    for place in [&ours, &school, &theirs] {
        admin.nominated(&project, &admin.teacher(place).await).await;
    }
    let path = format!("/projects/{}/enrollments", id(&project));
    for (organization, expected) in [(&ours, 2), (&school, 1), (&theirs, 1), (&root, 3)] {
        let page = admin.get(&format!("{path}?organization_id={organization}&with_total=true")).await.expect(200);
        assert_eq!((page["items"].as_array().unwrap().len(), &page["total"]), (expected, &json!(expected)));
    }
    let district = app.user(&admin, Role::DistrictCoordinator, &ours).await;
    for (user, organization) in [(&admin, id(&project)), (&district, theirs)] {
        let faults = user.get(&format!("{path}?organization_id={organization}")).await.faults();
        assert_eq!(faults, [fault("organization_id", "unknown_organization")]);
    }
}

#[actix_web::test]
async fn a_team_filters_by_the_schools_that_it_does_not_otherwise_see() {
    let county = Polishing::start().await;
    let leader = county.team_leader().await;
    county.lesson("荷花").await;
    for (list, at_school, elsewhere) in
        [(format!("/projects/{}/enrollments", county.project), 1, 0), ("/lessons".to_owned(), 1, 0)]
    {
        assert_eq!(leader.all(&format!("{list}?organization_id={}", county.school)).await.len(), at_school);
        assert_eq!(leader.all(&format!("{list}?organization_id={}", county.other_school)).await.len(), elsewhere);
        let unknown = leader.get(&format!("{list}?organization_id={}", county.project)).await.faults();
        assert_eq!(unknown, [fault("organization_id", "unknown_organization")]);
    }
}

#[actix_web::test]
async fn participants_are_found_by_name_number_and_initials() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.published_project(json!({})).await;
    let more = json!({ "name": "单小雨", "teacher_no": "CP-0815" });
    let enrollment = admin.nominated(&project, &admin.teacher_with(&root, more).await).await;
    admin.nominated(&project, &admin.teacher(&root).await).await;
    for text in ["小雨", "cp-08", "sxy"] {
        let found = admin.all(&format!("/projects/{}/enrollments?q={text}", id(&project))).await;
        assert_eq!(found.iter().map(id).collect::<Vec<_>>(), std::slice::from_ref(&enrollment), "{text}");
    }
}

#[actix_web::test]
async fn a_school_cannot_nominate_teachers_of_another_school() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let head = app.user(&admin, Role::SchoolAdmin, &ours).await;
    let (own, foreign) = (admin.teacher(&ours).await, admin.teacher(&theirs).await);
    let project = admin.published_project(json!({})).await;
    let faults = nominate(&head, &project, &[&own, &foreign]).await.faults();
    assert_eq!(faults, [fault("/teacher_ids/1", "unknown_teacher")]);
    assert!(admin.all(&format!("/projects/{}/enrollments", id(&project))).await.is_empty(), "all or none");
    admin.nominated(&project, &foreign).await;
    assert!(head.all(&format!("/projects/{}/enrollments", id(&project))).await.is_empty(), "nor see them");
}

#[actix_web::test]
async fn each_condition_that_a_teacher_fails_is_named() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let rural = json!({ "code": "XC-1", "name": "乡村小学", "kind": "school", "rural": true, "parent_id": root });
    let rural = id(&admin.post("/organizations", rural).await.expect(201));
    let town = admin.organization("school", &root).await;
    let conditions = json!({ "subject": "语文", "stage": "primary", "requires_rural": true });
    let project = admin.published_project(conditions).await;
    let fits = admin.teacher(&rural).await;
    let other = admin.teacher_with(&town, json!({ "subject": "数学", "stage": "junior_middle" })).await;
    let on_leave = admin.teacher_with(&rural, json!({ "status": "on_leave" })).await;
    let faults = not_eligible(nominate(&admin, &project, &[&fits, &other, &on_leave]).await);
    assert_eq!(
        faults,
        [
            fault("/teacher_ids/1", "subject_mismatch"),
            fault("/teacher_ids/1", "stage_mismatch"),
            fault("/teacher_ids/1", "not_rural"),
            fault("/teacher_ids/2", "not_in_post"),
        ]
    );
    nominate(&admin, &project, &[&fits]).await.expect(201);
}

#[actix_web::test]
async fn the_conditions_are_checked_again_at_admission() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let project = admin.published_project(json!({ "subject": "语文" })).await;
    let enrollment = admin.nominated(&project, &teacher).await;
    admin.patch(&format!("/teachers/{teacher}"), json!({ "subject": "数学" })).await.expect(200);
    let faults = not_eligible(admin.act(&format!("/enrollments/{enrollment}/admit")).await);
    assert_eq!(faults, [fault("/teacher_id", "subject_mismatch")]);
    let bulk = format!("/projects/{}/enrollments/admit", id(&project));
    let faults = not_eligible(admin.post(&bulk, json!({ "ids": [enrollment] })).await);
    assert_eq!(faults, [fault("/ids/0", "subject_mismatch")]);
}

#[actix_web::test]
async fn nobody_is_selected_twice_for_the_same_level_within_the_look_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let before = admin.published_project(json!({ "training_year": 2024 })).await;
    admin.admitted(&before, &teacher).await;
    let project = |level: &'static str, year: i32, look_back: i32| {
        let admin = admin.clone();
        async move {
            let more = json!({ "level": level, "training_year": year, "look_back_years": look_back });
            admin.published_project(more).await
        }
    };
    let within = project("national", 2026, 2).await;
    let faults = not_eligible(nominate(&admin, &within, &[&teacher]).await);
    assert_eq!(faults, [fault("/teacher_ids/0", "repeat_selection")]);
    for project in
        [project("national", 2026, 1).await, project("provincial", 2026, 2).await, project("national", 2026, 0).await]
    {
        nominate(&admin, &project, &[&teacher]).await.expect(201);
    }
    // Nominated for two projects of one level: the first admission wins.
    let other = admin.teacher(&admin.me("/organization/id")).await;
    let (first, second) = (project("national", 2026, 1).await, project("national", 2026, 1).await);
    let (first, second) = (admin.nominated(&first, &other).await, admin.nominated(&second, &other).await);
    admin.act(&format!("/enrollments/{second}/admit")).await.expect(200);
    let faults = not_eligible(admin.act(&format!("/enrollments/{first}/admit")).await);
    assert_eq!(faults, [fault("/teacher_id", "repeat_selection")]);
}

#[actix_web::test]
async fn a_project_holds_no_more_than_its_capacity() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.published_project(json!({ "capacity": 2 })).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(admin.nominated(&project, &admin.teacher(&root).await).await);
    }
    let bulk = format!("/projects/{}/enrollments/admit", id(&project));
    admin.post(&bulk, json!({ "ids": ids })).await.problem(409, "capacity_reached");
    admin.post(&bulk, json!({ "ids": &ids[..2] })).await.expect(200);
    let last = format!("/enrollments/{}", ids[2]);
    admin.act(&format!("{last}/admit")).await.problem(409, "capacity_reached");
    let reason = json!({ "reason": "不符合遴选条件" });
    admin.post(&format!("/enrollments/{}/disqualify", ids[0]), reason).await.expect(200);
    assert_eq!(admin.act(&format!("{last}/admit")).await.expect(200)["status"], "admitted");
    let path = format!("/projects/{}", id(&project));
    assert_eq!(admin.patch(&path, json!({ "capacity": 1 })).await.faults(), [fault("/capacity", "below_admitted")]);
}

#[actix_web::test]
async fn racing_admissions_never_exceed_the_capacity() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let project = admin.published_project(json!({ "capacity": 3 })).await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(admin.nominated(&project, &admin.teacher(&root).await).await);
    }
    let admissions: Vec<_> = ids
        .into_iter()
        .map(|id| {
            let admin = admin.clone();
            actix_web::rt::spawn(async move { admin.act(&format!("/enrollments/{id}/admit")).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for admission in admissions {
        statuses.push(admission.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 409, 409, 409, 409, 409]);
    let path = format!("/projects/{}", id(&project));
    assert_eq!(admin.get(&path).await.expect(200)["counts"]["admitted"], 3);
}

#[actix_web::test]
async fn a_teacher_is_listed_once_in_a_project() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let project = admin.published_project(json!({})).await;
    let faults = nominate(&admin, &project, &[&teacher, &teacher]).await.faults();
    assert_eq!(faults, [fault("/teacher_ids/1", "duplicate")]);
    let enrollment = admin.nominated(&project, &teacher).await;
    let problem = nominate(&admin, &project, &[&teacher]).await.problem(409, "already_exists");
    assert_eq!(problem["errors"][0]["pointer"], "/teacher_ids/0");
    let path = format!("/enrollments/{enrollment}");
    admin.post(&format!("{path}/withdraw"), json!({ "reason": "产假" })).await.expect(200);
    assert_eq!(admin.nominated(&project, &teacher).await, enrollment, "a withdrawn teacher may come back");
    let back = admin.get(&path).await.expect(200);
    assert_eq!((&back["status"], &back["reason"]), (&json!("nominated"), &json!(null)));
}

#[actix_web::test]
async fn a_participants_status_changes_by_decisions_with_reasons() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let project = admin.published_project(json!({})).await;
    let reason = json!({ "reason": "不符合遴选条件" });
    let rejected = admin.nominated(&project, &admin.teacher(&school).await).await;
    let path = format!("/enrollments/{rejected}");
    admin.post(&format!("{path}/disqualify"), reason.clone()).await.problem(409, "wrong_state");
    head.post(&format!("{path}/reject"), reason.clone()).await.problem(403, "forbidden");
    assert_eq!(admin.post(&format!("{path}/reject"), json!({ "reason": "" })).await.faults()[0].0, "/reason");
    let after = admin.post(&format!("{path}/reject"), reason.clone()).await.expect(200);
    assert_eq!((&after["status"], &after["reason"]), (&json!("rejected"), &json!("不符合遴选条件")));
    admin.act(&format!("{path}/admit")).await.problem(409, "wrong_state");
    let own = admin.nominated(&project, &admin.teacher(&school).await).await;
    let withdrawn = head.post(&format!("/enrollments/{own}/withdraw"), reason.clone()).await.expect(200);
    assert_eq!(withdrawn["status"], "withdrawn");
    let foreign = admin.nominated(&project, &admin.teacher(&root).await).await;
    head.post(&format!("/enrollments/{foreign}/withdraw"), reason).await.problem(404, "not_found");
}

#[actix_web::test]
async fn participants_are_accepted_while_a_project_is_published_or_running() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let draft = admin.project(json!({})).await;
    nominate(&admin, &draft, &[&teacher]).await.problem(409, "wrong_state");
    let running = admin.running_project(json!({})).await;
    let enrollment = admin.nominated(&running, &teacher).await;
    let cancel = format!("/projects/{}/cancel", id(&running));
    admin.post(&cancel, json!({ "reason": "取消" })).await.expect(200);
    admin.act(&format!("/enrollments/{enrollment}/admit")).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_teacher_sees_their_own_part_of_a_project() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let (me, colleague) = (admin.teacher(&school).await, admin.teacher(&school).await);
    let user = app.user_with(&admin, Role::Teacher, &school, json!({ "teacher_id": me })).await;
    let project = admin.published_project(json!({})).await;
    assert!(user.all("/projects?mine=true").await.is_empty());
    let own = admin.admitted(&project, &me).await;
    let other = admin.admitted(&project, &colleague).await;
    assert_eq!(user.all("/projects?mine=true").await.len(), 1);
    let seen: Vec<_> = user.all(&format!("/projects/{}/enrollments", id(&project))).await.iter().map(id).collect();
    assert_eq!(seen, std::slice::from_ref(&own));
    user.get(&format!("/enrollments/{own}")).await.expect(200);
    user.get(&format!("/enrollments/{other}")).await.problem(404, "not_found");
}
