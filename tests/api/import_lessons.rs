//! Lessons from a file, by the rules of entering, changing and grading one.

use reqwest::Method;
use serde_json::{Value, json};
use songjiao_tests::{Answer, Polishing, Session, id};
use songjiao_types::Role;

use crate::imports::{counts, faults, send};

const HEADER: &str = "教师编号,课题,项目名称,授课日期,等次,评语\n";
const PROJECT: &str = "小学语文送教下乡";

/// Starts the county and returns it with the participant's teacher number.
async fn county() -> (Polishing, String) {
    let county = Polishing::start().await;
    let number = number(&county, &county.teacher).await;
    (county, number)
}

async fn number(county: &Polishing, teacher: &str) -> String {
    let teacher = county.admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    teacher["teacher_no"].as_str().unwrap().to_owned()
}

/// Returns title, day, grade and comment of each lesson, ordered by title.
async fn lessons(session: &Session) -> Vec<Value> {
    let rows = session.all("/lessons?sort=title").await;
    rows.iter().map(|row| json!([row["title"], row["taught_on"], row["grade"], row["grade_comment"]])).collect()
}

fn fault(row: i64, column: &str, code: &str) -> (i64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn lessons_are_entered_changed_or_left_unchanged_if_equal() {
    let (county, no) = county().await;
    let admin = &county.admin;
    let file = format!("{HEADER}{no},A,{PROJECT},2026-05-12,,\n{no},B,,,,\n{no},B,,,,\n");
    let tried = send(admin, "lessons?dry_run=true", file.clone()).await.expect(201);
    assert_eq!(counts(&tried), json!(["checked", "UTF-8", 3, 2, 0, 1, 0]));
    assert!(lessons(admin).await.is_empty());
    let report = send(admin, "lessons", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 3, 2, 0, 1, 0]));
    let rows = admin.all("/lessons?sort=title").await;
    assert_eq!((&rows[0]["project_title"], &rows[0]["taught_on"]), (&json!(PROJECT), &json!("2026-05-12")));
    assert_eq!((&rows[1]["project_id"], &rows[1]["subject"]), (&json!(null), &json!("语文")), "the teacher's subject");
    assert_eq!(counts(&send(admin, "lessons", file).await.expect(201)), json!(["imported", "UTF-8", 3, 0, 0, 3, 0]));
    let mended = format!("教师编号,课题,学科,学段,说明\n{no},B,数学,初中,同课异构\n");
    let report = send(admin, "lessons", mended).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    let row = &admin.all("/lessons?sort=title").await[1];
    assert_eq!(
        (&row["subject"], &row["stage"], &row["summary"], &row["version"]),
        (&json!("数学"), &json!("junior_middle"), &json!("同课异构"), &json!(2))
    );
}

#[actix_web::test]
async fn a_grade_is_imported_by_graders_and_a_graded_lesson_stays_as_it_is() {
    let (county, no) = county().await;
    let head = county.user(Role::SchoolAdmin, &county.school).await;
    let file = format!("{HEADER}{no},A,{PROJECT},2026-05-12,优质课,扎实\n");
    let report = send(&head, "lessons", file.clone()).await.expect(422);
    assert_eq!(faults(&report), [fault(2, "等次", "forbidden")]);
    let leader = county.team_leader().await;
    send(&leader, "lessons", file.clone()).await.expect(201);
    assert_eq!(lessons(&county.admin).await, [json!(["A", "2026-05-12", "good", "扎实"])]);
    let graded = &county.admin.all("/lessons").await[0];
    assert!(graded["graded_at"].is_string() && graded["graded_by_name"].is_string(), "{graded}");
    assert_eq!(send(&head, "lessons", file).await.expect(201)["rows_unchanged"], 1, "an equal row from another caller");
    let moved = format!("{HEADER}{no},A,{PROJECT},2026-05-13,,\n");
    let report = send(&county.admin, "lessons", moved).await.expect(422);
    assert_eq!(faults(&report), [fault(2, "课题", "wrong_state")]);
    let raised = format!("{HEADER}{no},A,{PROJECT},,精品课,\n");
    assert_eq!(send(&leader, "lessons", raised).await.expect(201)["rows_updated"], 1);
    assert_eq!(lessons(&county.admin).await, [json!(["A", "2026-05-12", "excellent", null])]);
    let comment = format!("{HEADER}{no},B,{PROJECT},,,只有评语\n");
    assert_eq!(faults(&send(&leader, "lessons", comment).await.expect(422)), [fault(2, "等次", "required")]);
}

#[actix_web::test]
async fn nobody_grades_their_own_lesson_nor_before_lesson_polishing() {
    let (county, no) = county().await;
    let own = number(&county, &county.leader).await;
    let leader = county.team_leader().await;
    county.set_phase_status("planned");
    let file = format!("{HEADER}{own},A,{PROJECT},,合格课,\n{no},B,{PROJECT},,合格课,\n");
    let report = send(&leader, "lessons", file).await.expect(422);
    assert_eq!(faults(&report), [fault(2, "等次", "forbidden"), fault(3, "等次", "wrong_state")]);
}

#[actix_web::test]
async fn a_grade_never_falls_below_the_certified_one_nor_changes_during_an_application() {
    let (county, no) = county().await;
    let lesson = county.graded_lesson("A", "good").await;
    county.apply(&lesson).await;
    let file = format!("{HEADER}{no},A,{PROJECT},,精品课,\n");
    let report = send(&county.admin, "lessons", file).await.expect(422);
    assert_eq!(faults(&report), [fault(2, "等次", "wrong_state")]);
}

#[actix_web::test]
async fn a_lesson_belongs_to_a_teacher_in_scope_and_a_project_in_which_they_take_part() {
    let (county, no) = county().await;
    let other = number(&county, &county.new_teacher("赵强", &county.school)).await;
    let foreign = number(&county, &county.leader).await;
    let head = county.user(Role::SchoolAdmin, &county.school).await;
    let file = format!("{HEADER}{no},A,{PROJECT},,,\n{other},B,{PROJECT},,,\n{foreign},C,,,,\n{no},D,别的项目,,,\n");
    let report = send(&head, "lessons", file).await.expect(422);
    assert_eq!(
        faults(&report),
        [
            fault(3, "项目名称", "not_a_participant"),
            fault(4, "教师编号", "unknown_teacher"),
            fault(5, "项目名称", "unknown_project"),
        ]
    );
    assert!(lessons(&county.admin).await.is_empty(), "all or none");
    let teacher = county.user_linked_to(Role::Teacher, &county.teacher, &county.school).await;
    send(&teacher, "lessons", format!("{HEADER}{no},A,,,,\n")).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_team_enters_only_lessons_of_its_projects_and_its_own() {
    let (county, no) = county().await;
    let colleague = number(&county, &county.new_teacher("赵强", &county.other_school)).await;
    let leader = county.team_leader().await;
    let report = send(&leader, "lessons", format!("{HEADER}{no},A,{PROJECT},,,\n{colleague},B,,,,\n{no},C,,,,\n"))
        .await
        .expect(422);
    assert_eq!(faults(&report), [fault(3, "教师编号", "unknown_teacher"), fault(4, "教师编号", "forbidden")]);
}

#[actix_web::test]
async fn the_day_distinguishes_two_lessons_of_one_title() {
    let (county, no) = county().await;
    for day in ["2026-05-12", "2026-05-19"] {
        let new = json!({
            "teacher_id": county.teacher, "title": "A", "taught_on": day, "distinct_reason": "在两个班级执教",
        });
        id(&county.admin.post("/lessons", new).await.expect(201));
    }
    let report = send(&county.admin, "lessons", format!("{HEADER}{no},A,,,优质课,\n")).await.expect(422);
    assert_eq!(faults(&report), [fault(2, "课题", "ambiguous_lesson")]);
    let report = send(&county.admin, "lessons", format!("{HEADER}{no},A,,2026-05-19,优质课,\n")).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    assert_eq!(county.admin.all("/lessons?graded=true").await[0]["taught_on"], "2026-05-19");
}

#[actix_web::test]
async fn imported_lessons_are_announced_in_the_change_feed() {
    let (county, no) = county().await;
    let file = |grade: &str| format!("{HEADER}{no},A,{PROJECT},,{grade},\n");
    send(&county.admin, "lessons", file("")).await.expect(201);
    send(&county.admin, "lessons", file("优质课")).await.expect(201);
    send(&county.admin, "lessons", file("优质课")).await.expect(201);
    county.sql("UPDATE projects SET requires_rural = false");
    let other = number(&county, &county.new_teacher("赵强", &county.school)).await;
    let participants = format!("项目名称,教师编号,状态\n{PROJECT},{other},已录取\n");
    send(&county.admin, "enrollments", participants.clone()).await.expect(201);
    send(&county.admin, "enrollments", participants).await.expect(201);
    let changes = county.admin.get("/changes?types=lesson,enrollment").await.expect(200);
    let told: Vec<_> = changes["items"].as_array().unwrap().iter().map(|change| change["type"].clone()).collect();
    assert_eq!(told, ["lesson.created", "lesson.updated", "enrollment.created", "enrollment.updated"]);
}

#[actix_web::test]
async fn an_exported_list_of_lessons_can_be_imported_unchanged() {
    let (county, no) = county().await;
    let leader = county.team_leader().await;
    let file = format!("{HEADER}{no},A,{PROJECT},2026-05-12,优质课,扎实\n{no},B,{PROJECT},2026-05-13,,\n");
    send(&leader, "lessons", file).await.expect(201);
    let list = leader.request(Method::GET, "/lessons").header("accept", "text/csv");
    let list = Answer::of(list).await;
    assert_eq!(list.status, 200);
    let report = send(&leader, "lessons", list.text).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 0, 0, 2, 0]));
}
