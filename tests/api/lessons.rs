use serde_json::{Value, json};
use songjiao_tests::{Polishing, Session, id};
use songjiao_types::Role;

async fn titles(session: &Session, query: &str) -> Vec<String> {
    let rows = session.all(&format!("/lessons?limit=2&sort=title&{query}")).await;
    rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_lesson_is_entered_found_changed_and_deleted() {
    let county = Polishing::start().await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let new = json!({
        "teacher_id": county.teacher, "project_id": county.project, "title": " 《荷花》第二课时 ",
        "taught_on": "2026-05-12", "summary": "以读促写",
    });
    let lesson = school.post("/lessons", new).await.expect(201);
    assert_eq!(lesson["teacher_name"], "李敏");
    assert_eq!(lesson["organization"]["id"], json!(county.school));
    assert_eq!(lesson["project_title"], "小学语文送教下乡");
    assert_eq!(lesson["title"], "《荷花》第二课时");
    assert_eq!((&lesson["subject"], &lesson["stage"]), (&json!("语文"), &json!("primary")), "the teacher's");
    assert_eq!((&lesson["grade"], &lesson["certification"]), (&Value::Null, &Value::Null));
    assert_eq!(lesson["can_apply"], false);
    let path = format!("/lessons/{}", id(&lesson));
    let changed = school.patch(&path, json!({ "title": "《荷花》", "summary": null })).await.expect(200);
    assert_eq!((&changed["title"], &changed["summary"]), (&json!("《荷花》"), &Value::Null));
    assert_eq!((&changed["taught_on"], &changed["version"]), (&json!("2026-05-12"), &json!(2)));
    assert_eq!(school.get(&path).await.expect(200), changed);
    school.delete(&path).await.expect(204);
    school.get(&path).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_lesson_of_a_project_belongs_to_a_participant() {
    let county = Polishing::start().await;
    let stranger = county.new_teacher("赵强", &county.school);
    let new = |teacher: &str| json!({ "teacher_id": teacher, "project_id": county.project, "title": "课" });
    let faults = county.admin.post("/lessons", new(&stranger)).await.faults();
    assert_eq!(faults, [("/project_id".to_owned(), "not_a_participant".to_owned())]);
    county.admin.post("/lessons", new(&county.leader)).await.expect(201);
    let outside = json!({ "teacher_id": stranger, "title": "课" });
    assert_eq!(county.admin.post("/lessons", outside).await.expect(201)["project_id"], Value::Null);
}

#[actix_web::test]
async fn only_the_projects_team_and_the_training_school_grade() {
    let county = Polishing::start().await;
    let path = format!("/lessons/{}/grade", county.lesson("课").await);
    let good = json!({ "grade": "good", "comment": "目标明确" });
    county.user(Role::SchoolAdmin, &county.school).await.post(&path, good.clone()).await.problem(403, "forbidden");
    let outsider = county.new_teacher("孙伟", &county.school);
    let outsider = county.user_linked_to(Role::TeamMember, &outsider, &county.school).await;
    outsider.post(&path, good.clone()).await.problem(404, "not_found");
    let leader = county.team_leader().await;
    let graded = leader.post(&path, good.clone()).await.expect(200);
    assert_eq!((&graded["grade"], &graded["grade_comment"]), (&json!("good"), &json!("目标明确")));
    assert_eq!((&graded["graded_by_name"], &graded["can_apply"]), (&json!("测试用户"), &json!(true)));
    let again = county.training_school().await.post(&path, json!({ "grade": "excellent" })).await.expect(200);
    assert_eq!((&again["grade"], &again["grade_comment"]), (&json!("excellent"), &Value::Null));
    let own = json!({ "teacher_id": county.leader, "project_id": county.project, "title": "示范课" });
    let own = id(&leader.post("/lessons", own).await.expect(201));
    leader.post(&format!("/lessons/{own}/grade"), good).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_lesson_of_a_project_is_graded_from_lesson_polishing_on() {
    let county = Polishing::start().await;
    let path = format!("/lessons/{}/grade", county.lesson("课").await);
    let leader = county.team_leader().await;
    for status in ["planned", "skipped"] {
        county.set_phase_status(status);
        leader.post(&path, json!({ "grade": "good" })).await.problem(409, "wrong_state");
    }
    for status in ["active", "completed"] {
        county.set_phase_status(status);
        leader.post(&path, json!({ "grade": "good" })).await.expect(200);
    }
}

#[actix_web::test]
async fn a_graded_lesson_cannot_be_changed_or_deleted() {
    let county = Polishing::start().await;
    let path = format!("/lessons/{}", county.graded_lesson("课", "qualified").await);
    county.admin.patch(&path, json!({ "title": "另一课" })).await.problem(409, "wrong_state");
    county.admin.delete(&path).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_teacher_sees_and_enters_only_their_own_lessons() {
    let county = Polishing::start().await;
    let colleague = county.new_teacher("赵强", &county.school);
    let theirs = json!({ "teacher_id": colleague, "title": "别人的课" });
    let theirs_id = id(&county.admin.post("/lessons", theirs.clone()).await.expect(201));
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    let own = teacher.post("/lessons", json!({ "title": "我的课" })).await.expect(201);
    assert_eq!(own["teacher_id"], json!(county.teacher));
    let faults = teacher.post("/lessons", theirs).await.faults();
    assert_eq!(faults, [("/teacher_id".to_owned(), "unknown_teacher".to_owned())]);
    assert_eq!(titles(&teacher, "").await, ["我的课"]);
    teacher.get(&format!("/lessons/{theirs_id}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_school_sees_its_lessons_and_a_team_those_of_its_projects() {
    let county = Polishing::start().await;
    let lesson = county.lesson("项目课").await;
    let outside = json!({ "teacher_id": county.teacher, "title": "校内课" });
    let outside = id(&county.admin.post("/lessons", outside).await.expect(201));
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    assert_eq!(titles(&school, "").await.len(), 2);
    let leader = county.team_leader().await;
    assert_eq!(titles(&leader, "").await, ["项目课"]);
    leader.patch(&format!("/lessons/{lesson}"), json!({ "summary": "磨课记录" })).await.expect(200);
    leader.get(&format!("/lessons/{outside}")).await.problem(404, "not_found");
    let other = county.user(Role::SchoolAdmin, &county.other_school).await;
    assert!(titles(&other, "").await.is_empty());
    other.delete(&format!("/lessons/{lesson}")).await.problem(404, "not_found");
    let member =
        county.user_linked_to(Role::TeamMember, &county.new_teacher("钱进", &county.school), &county.school).await;
    assert!(titles(&member, "").await.is_empty(), "another team's, and a colleague's");
    member.patch(&format!("/lessons/{lesson}"), json!({ "summary": "x" })).await.problem(404, "not_found");
}

#[actix_web::test]
async fn lessons_are_filtered_in_the_database() {
    let county = Polishing::start().await;
    for (title, grade) in [("甲", "qualified"), ("乙", "good"), ("丙", "good"), ("丁", "excellent")] {
        county.graded_lesson(title, grade).await;
    }
    county.lesson("戊").await;
    let other = county.new_teacher("赵强", &county.other_school);
    let math = json!({ "teacher_id": other, "title": "己", "subject": "数学" });
    county.admin.post("/lessons", math).await.expect(201);
    let count = |query: String| {
        let admin = county.admin.clone();
        async move { titles(&admin, &query).await.len() }
    };
    assert_eq!(count(String::new()).await, 6);
    assert_eq!(count("grade=good".to_owned()).await, 2);
    assert_eq!(count("graded=true".to_owned()).await, 4);
    assert_eq!(count("graded=false".to_owned()).await, 2);
    assert_eq!(count("subject=数学".to_owned()).await, 1);
    assert_eq!(count("q=赵".to_owned()).await, 1);
    assert_eq!(count(format!("project_id={}", county.project)).await, 5);
    assert_eq!(count(format!("teacher_id={}", county.teacher)).await, 5);
    assert_eq!(count(format!("organization_id={}", county.other_school)).await, 1);
    assert_eq!(count(format!("organization_id={}", county.root)).await, 6);
    let unknown = county.admin.get(&format!("/lessons?organization_id={}", county.teacher)).await.faults();
    assert_eq!(unknown, [("organization_id".to_owned(), "unknown_organization".to_owned())]);
    let newest = county.admin.get("/lessons?limit=1&with_total=true").await.expect(200);
    assert_eq!((&newest["items"][0]["title"], &newest["total"]), (&json!("己"), &json!(6)));
}

#[actix_web::test]
async fn lessons_are_found_by_name_number_and_initials_of_their_teacher() {
    let county = Polishing::start().await;
    let more = json!({ "name": "单小雨", "teacher_no": "LS-0815" });
    let teacher = county.admin.teacher_with(&county.school, more).await;
    county.admin.post("/lessons", json!({ "teacher_id": teacher, "title": "课" })).await.expect(201);
    county.lesson("荷花").await;
    for text in ["小雨", "ls-08", "sxy", "SXY"] {
        assert_eq!(titles(&county.admin, &format!("q={text}")).await, ["课"], "{text}");
    }
}

#[actix_web::test]
async fn an_organization_outside_the_scope_filters_no_lessons() {
    let county = Polishing::start().await;
    let school = county.user(Role::SchoolAdmin, &county.school).await;
    let faults = school.get(&format!("/lessons?organization_id={}", county.other_school)).await.faults();
    assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())]);
    assert!(titles(&school, &format!("organization_id={}", county.school)).await.is_empty());
}
