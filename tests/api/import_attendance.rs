//! Attendance from a file, by the rules of recording a sheet.

use reqwest::{Method, header};
use serde_json::{Value, json};
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

use crate::imports::{counts, faults, send};

const HEADER: &str = "项目名称,活动名称,活动日期,教师编号,考勤,备注\n";

/// A project 送教 with its first phase active and the participants T1 and T2.
struct Sheet {
    _app: TestApp,
    admin: Session,
    project: Value,
    phase: String,
}

impl Sheet {
    async fn start(more: Value) -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let mut titled = json!({ "title": "送教" });
        titled.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let project = admin.running_project(titled).await;
        let phase = id(&project["phases"][0]);
        admin.act(&format!("/phases/{phase}/start")).await.expect(200);
        let sheet = Self { _app: app, admin, project, phase };
        for number in ["T1", "T2"] {
            sheet.admin.admitted(&sheet.project, &sheet.teacher(number).await).await;
        }
        sheet
    }

    async fn teacher(&self, number: &str) -> String {
        self.admin.teacher_with(&self.admin.me("/organization/id"), json!({ "teacher_no": number })).await
    }

    async fn lecture(&self, title: &str, held_on: &str) -> String {
        self.admin.activity(&self.phase, json!({ "title": title, "held_on": held_on })).await
    }

    /// Returns each participant's mark and note.
    async fn marks(&self, activity: &str) -> Vec<Value> {
        let sheet = self.admin.get(&format!("/activities/{activity}/attendance")).await.expect(200);
        let rows = sheet["entries"].as_array().unwrap();
        rows.iter().map(|row| json!([row["teacher_no"], row["status"], row["note"]])).collect()
    }
}

fn fault(row: i64, column: &str, code: &str) -> (i64, String, String) {
    (row, column.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn marks_are_recorded_replaced_or_left_unchanged_if_equal() {
    let sheet = Sheet::start(json!({})).await;
    let activity = sheet.lecture("讲座", "2026-03-10").await;
    let file = format!("{HEADER}送教,讲座,,T1,出勤,\n送教,讲座,2026-03-10,T2,病假,发热\n");
    let tried = send(&sheet.admin, "attendance?dry_run=true", file.clone()).await.expect(201);
    assert_eq!(counts(&tried), json!(["checked", "UTF-8", 2, 2, 0, 0, 0]));
    assert_eq!(sheet.marks(&activity).await[0], json!(["T1", null, null]));
    let report = send(&sheet.admin, "attendance", file.clone()).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 2, 0, 0, 0]));
    assert_eq!(sheet.marks(&activity).await, [json!(["T1", "present", null]), json!(["T2", "leave", "发热"])]);
    let again = send(&sheet.admin, "attendance", file).await.expect(201);
    assert_eq!(counts(&again), json!(["imported", "UTF-8", 2, 0, 0, 2, 0]));
    let version = |sheet: Value| sheet["version"].clone();
    let path = format!("/activities/{activity}/attendance");
    assert_eq!(version(sheet.admin.get(&path).await.expect(200)), 2, "an equal sheet keeps its version");
    let mended = format!("activity,teacher_no,status\n{activity},T1,late\n{activity},T2,leave\n");
    let report = send(&sheet.admin, "attendance", mended).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 2, 0, 1, 1, 0]));
    assert_eq!(sheet.marks(&activity).await, [json!(["T1", "late", null]), json!(["T2", "leave", "发热"])]);
    assert_eq!(version(sheet.admin.get(&path).await.expect(200)), 3);
}

#[actix_web::test]
async fn an_exported_sheet_can_be_filled_in_and_imported() {
    let sheet = Sheet::start(json!({})).await;
    let activity = sheet.lecture("讲座", "2026-03-10").await;
    let path = format!("/activities/{activity}/attendance");
    let marked = format!("{HEADER}送教,讲座,,T1,病假,发热\n");
    send(&sheet.admin, "attendance", marked).await.expect(201);
    let exported = Answer::of(sheet.admin.request(Method::GET, &path).header(header::ACCEPT, "text/csv")).await;
    let text = exported.text.trim_start_matches('\u{feff}');
    let columns = "项目名称,活动名称,活动日期,教师编号,姓名,单位名称,考勤,备注,登记时间";
    let rows: Vec<_> = text.lines().collect();
    assert_eq!(rows[0], columns);
    assert!(rows[1].starts_with("送教,讲座,2026-03-10,T1,") && rows[1].contains(",请假,发热,20"), "{text}");
    assert!(rows[2].starts_with("送教,讲座,2026-03-10,T2,") && rows[2].ends_with(",,,"), "{text}");
    let again = send(&sheet.admin, "attendance", text.to_owned()).await.expect(201);
    assert_eq!(counts(&again), json!(["imported", "UTF-8", 2, 0, 0, 2, 0]), "who has no mark yet gets none");
    let filled = format!("{columns}\n{},旷课,,\n", rows[2].trim_end_matches(','));
    let report = send(&sheet.admin, "attendance", filled).await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 1, 0, 0, 0]));
    assert_eq!(sheet.marks(&activity).await, [json!(["T1", "leave", "发热"]), json!(["T2", "absent", null])]);
    let noted = format!("{HEADER}送教,讲座,,T1,,发热\n");
    let refused = send(&sheet.admin, "attendance", noted).await.expect(422);
    assert_eq!(faults(&refused), [fault(2, "考勤", "required")], "a note without a mark would be lost");
    let lines =
        Answer::of(sheet.admin.request(Method::GET, &path).header(header::ACCEPT, "application/x-ndjson")).await;
    let lines: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let listed = sheet.admin.get(&path).await.expect(200);
    assert_eq!(Value::from(lines), listed["entries"]);
}

#[actix_web::test]
async fn an_activity_is_named_by_title_and_by_day_if_the_title_is_ambiguous() {
    let sheet = Sheet::start(json!({})).await;
    sheet.lecture("讲座", "2026-03-10").await;
    let later = sheet.lecture("讲座", "2026-03-17").await;
    let file = format!(
        "{HEADER}送教,讲座,,T1,出勤,\n送教,讲座,2026-03-11,T1,出勤,\n送教,研讨,,T1,出勤,\n,讲座,,T1,出勤,\n别的,讲座,,T1,出勤,\n"
    );
    let report = send(&sheet.admin, "attendance", file).await.expect(422);
    assert_eq!(
        faults(&report),
        [
            fault(2, "活动名称", "ambiguous_activity"),
            fault(3, "活动日期", "unknown_activity"),
            fault(4, "活动名称", "unknown_activity"),
            fault(5, "项目名称", "required"),
            fault(6, "项目名称", "unknown_project"),
        ]
    );
    send(&sheet.admin, "attendance", format!("{HEADER}送教,讲座,2026/3/17,T1,√,\n")).await.expect(201);
    assert_eq!(sheet.marks(&later).await[0], json!(["T1", "present", null]));
}

#[actix_web::test]
async fn only_participants_are_marked_and_only_once() {
    let sheet = Sheet::start(json!({})).await;
    sheet.lecture("讲座", "2026-03-10").await;
    let waiting = sheet.teacher("T8").await;
    sheet.admin.nominated(&sheet.project, &waiting).await;
    let file = format!(
        "{HEADER}送教,讲座,,T8,出勤,\n送教,讲座,,T9,出勤,\n送教,讲座,,T1,出勤,\n送教,讲座,,T1,缺勤,\n送教,讲座,,T2,在场,\n"
    );
    let report = send(&sheet.admin, "attendance", file).await.expect(422);
    assert_eq!(
        faults(&report),
        [
            fault(2, "教师编号", "not_a_participant"),
            fault(3, "教师编号", "not_a_participant"),
            fault(5, "教师编号", "repeated_row"),
            fault(6, "考勤", "unknown_value"),
        ]
    );
}

#[actix_web::test]
async fn attendance_is_imported_while_the_phase_is_active_and_equal_marks_are_accepted_later() {
    let sheet = Sheet::start(json!({})).await;
    sheet.lecture("讲座", "2026-03-10").await;
    let next = id(&sheet.project["phases"][1]);
    sheet.admin.activity(&next, json!({ "title": "示范课" })).await;
    let early = send(&sheet.admin, "attendance", format!("{HEADER}送教,示范课,,T1,出勤,\n")).await.expect(422);
    assert_eq!(faults(&early), [fault(2, "活动名称", "wrong_state")]);
    let file = |status: &str| format!("{HEADER}送教,讲座,,T1,{status},\n");
    send(&sheet.admin, "attendance", file("出勤")).await.expect(201);
    sheet.admin.submit_missing_deliverables(&sheet.phase, &sheet.admin.me("/organization/id")).await;
    let complete = json!({ "unmarked": "absent", "reason": "未到" });
    sheet.admin.post(&format!("/phases/{}/complete", sheet.phase), complete).await.expect(200);
    let late = send(&sheet.admin, "attendance", file("缺勤")).await.expect(422);
    assert_eq!(faults(&late), [fault(2, "活动名称", "wrong_state")]);
    assert_eq!(send(&sheet.admin, "attendance", file("出勤")).await.expect(201)["rows_unchanged"], 1);
}

#[actix_web::test]
async fn a_team_imports_the_attendance_of_its_projects_and_sees_only_its_own_imports() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let named = json!({ "name": "送培团队", "subject": "语文", "stage": "primary" });
    let team = id(&admin.post("/teams", named).await.expect(201));
    let leader = admin.teacher(&school).await;
    let member = json!({ "teacher_id": leader, "role": "leader" });
    admin.post(&format!("/teams/{team}/members"), member).await.expect(201);
    let mut activities = Vec::new();
    for (number, more) in [("T1", json!({ "title": "送教", "team_id": team })), ("T2", json!({ "title": "别的" }))]
    {
        let project = admin.running_project(more).await;
        let phase = id(&project["phases"][0]);
        admin.act(&format!("/phases/{phase}/start")).await.expect(200);
        activities.push(admin.activity(&phase, json!({ "title": "讲座" })).await);
        admin.admitted(&project, &admin.teacher_with(&root, json!({ "teacher_no": number })).await).await;
    }
    let user = app.user_with(&admin, Role::TeamLeader, &school, json!({ "teacher_id": leader })).await;
    let file = format!("activity,teacher_no,status\n{},T1,present\n{},T2,present\n", activities[0], activities[1]);
    let report = send(&user, "attendance", file).await.expect(422);
    assert_eq!(faults(&report), [fault(3, "activity", "forbidden")]);
    send(&user, "attendance", format!("{HEADER}送教,讲座,,T1,出勤,\n")).await.expect(201);
    assert_eq!(user.all("/imports").await.len(), 2);
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    send(&head, "attendance", format!("{HEADER}送教,讲座,,T1,缺勤,\n")).await.problem(403, "forbidden");
    let theirs = send(&head, "hour_records", "教师编号\n").await.expect(422);
    assert_eq!(user.all("/imports").await.len(), 2, "what the school imports is not the team's");
    user.get(&format!("/imports/{}", id(&theirs))).await.problem(404, "not_found");
}
