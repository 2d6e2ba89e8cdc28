//! Ending phases, projects and participation: what it asks for, who completes, and what hours follow.

use reqwest::Method;
use serde_json::{Value, json};
use songjiao_api::hours::hour_records::ledger;
use songjiao_tests::{Answer, Session, TestApp, id};
use songjiao_types::Role;

/// A county's project of five phases, or of none.
struct Project {
    app: TestApp,
    admin: Session,
    root: String,
    view: Value,
}

impl Project {
    async fn start(more: Value) -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let view = admin.running_project(more).await;
        Self { app, admin, root, view }
    }

    async fn workshop() -> Self {
        Self::start(json!({ "kind": "workshop", "level": "county", "planned_hours": 40 })).await
    }

    fn path(&self) -> String {
        format!("/projects/{}", id(&self.view))
    }

    fn phase(&self, at: usize) -> String {
        id(&self.view["phases"][at])
    }

    async fn participant(&self) -> (String, String) {
        let teacher = self.admin.teacher(&self.root).await;
        let enrollment = self.admin.admitted(&self.view, &teacher).await;
        (teacher, enrollment)
    }

    /// Plans an activity of the workshop.
    async fn activity(&self, held_on: &str, hours: i64) -> String {
        let new = json!({ "title": "研讨", "form": "seminar", "held_on": held_on, "hours": hours });
        id(&self.admin.post(&format!("{}/activities", self.path()), new).await.expect(201))
    }

    async fn begin(&self, at: usize) -> String {
        let phase = self.phase(at);
        self.admin.act(&format!("/phases/{phase}/start")).await.expect(200);
        if at == 2 {
            let participants = self.admin.all(&format!("{}/enrollments", self.path())).await;
            self.admin.graded_lesson(&self.view, participants[0]["teacher_id"].as_str().unwrap(), "good").await;
        }
        self.admin.submit_missing_deliverables(&phase, &self.root).await;
        phase
    }

    async fn try_phase(&self, phase: &str) -> Answer {
        self.admin.act(&format!("/phases/{phase}/complete")).await
    }

    async fn complete(&self) -> Answer {
        self.admin.act(&format!("{}/complete", self.path())).await
    }

    async fn skip_from(&self, at: usize) {
        for phase in at..5 {
            let skip = format!("/phases/{}/skip", self.phase(phase));
            self.admin.post(&skip, json!({ "reason": "汛期停课" })).await.expect(200);
        }
    }

    async fn records(&self, teacher: &str) -> Vec<Value> {
        self.admin.all(&format!("/hour-records?teacher_id={teacher}")).await
    }

    /// Returns hours, status and first hold of a teacher's records.
    async fn hours(&self, teacher: &str) -> Vec<(Value, String, Value)> {
        let records = self.records(teacher).await;
        let row = |row: &Value| (row["hours"].clone(), row["status"].as_str().unwrap().to_owned(), row["hold"].clone());
        records.iter().map(row).collect()
    }

    async fn recognized(&self, teacher: &str) -> Value {
        self.admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200)["recognized_hours"].clone()
    }

    async fn enrollment(&self, enrollment: &str) -> (String, Value) {
        let view = self.admin.get(&format!("/enrollments/{enrollment}")).await.expect(200);
        (view["status"].as_str().unwrap().to_owned(), view["reason"].clone())
    }

    fn totals_agree(&self) {
        assert_eq!(self.app.db.read_now(ledger::verify_totals).unwrap().len(), 0);
    }
}

fn row(hours: i64, status: &str, hold: Value) -> (Value, String, Value) {
    (json!(hours), status.to_owned(), hold)
}

/// Returns the codes of a problem's faults.
fn codes(problem: &Value) -> Vec<Value> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect()
}

/// Case A4.
#[actix_web::test]
async fn a_phase_completes_without_activities_ahead_and_its_team_earns_what_it_delivered() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let team = admin.post("/teams", json!({ "name": "团队", "subject": "语文", "stage": "primary" })).await.expect(201);
    let view = admin.running_project(json!({ "team_id": id(&team), "planned_hours": 20 })).await;
    let project = Project { app, admin, root, view };
    let member = project.admin.teacher(&project.root).await;
    let joined = json!({ "teacher_id": member, "role": "member", "joined_on": "2026-11-25" });
    project.admin.post(&format!("/teams/{}/members", id(&team)), joined).await.expect(201);
    let phase = project.begin(0).await;
    project.admin.activity(&phase, json!({ "held_on": "2026-03-10", "hours": 6 })).await;
    project.admin.activity(&phase, json!({ "held_on": "2026-04-10", "hours": 8, "delivered_by": [member] })).await;
    let ahead = project.admin.activity(&phase, json!({ "held_on": "2026-12-15", "hours": 6 })).await;
    let problem = project.try_phase(&phase).await.problem(409, "activities_ahead");
    assert_eq!(problem["errors"][0]["pointer"], format!("/activities/{ahead}"));
    project.admin.post(&format!("/activities/{ahead}/cancel"), json!({ "reason": "并入总结会" })).await.expect(200);
    project.try_phase(&phase).await.expect(200);
    assert_eq!(project.hours(&member).await, [row(8, "pending", json!("project_end"))]);
    // At most the planned hours, in all phases together.
    project.admin.post(&format!("/phases/{}/skip", project.phase(1)), json!({ "reason": "汛期" })).await.expect(200);
    let late = project.admin.nominated(&project.view, &project.admin.teacher(&project.root).await).await;
    let admit = json!({ "ids": [late], "admitted_on": "2026-05-01" });
    project.admin.post(&format!("{}/enrollments/admit", project.path()), admit).await.expect(200);
    let second = project.begin(2).await;
    project.admin.activity(&second, json!({ "held_on": "2026-05-10", "hours": 6, "delivered_by": [member] })).await;
    project
        .admin
        .post(&format!("/phases/{second}/complete"), json!({ "unmarked": "absent", "reason": "未到" }))
        .await
        .expect(200);
    assert_eq!(project.hours(&member).await.len(), 2);
    project.skip_from(3).await;
    project.complete().await.expect(200);
    assert_eq!(project.recognized(&member).await, json!(14));
    project.totals_agree();
}

/// Case A5.
#[actix_web::test]
async fn a_project_does_not_complete_while_an_activity_lies_ahead() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let held = project.activity("2026-05-11", 8).await;
    project.admin.attend(&held, &enrollment, "present").await;
    let ahead = project.activity("2027-03-11", 20).await;
    let new = json!({ "title": "加", "form": "seminar", "held_on": "2027-03-12", "hours": 100 });
    project.admin.post(&format!("{}/activities", project.path()), new).await.problem(409, "hours_above_plan");
    let problem = project.complete().await.problem(409, "activities_ahead");
    assert_eq!(codes(&problem), ["activity_ahead"]);
    project.admin.post(&format!("/activities/{ahead}/cancel"), json!({ "reason": "停课" })).await.expect(200);
    project.complete().await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(8, "recognized", json!(null))]);
}

/// Case A6.
#[actix_web::test]
async fn a_missed_activity_costs_its_own_hours_and_not_those_of_its_phase() {
    let project = Project::start(json!({ "planned_hours": 40 })).await;
    let (teacher, enrollment) = project.participant().await;
    for at in 0..5 {
        let phase = project.begin(at).await;
        for day in 10..14 {
            let more = json!({ "held_on": format!("2026-0{}-{day}", at + 3), "hours": 2 });
            let activity = project.admin.activity(&phase, more).await;
            let status = if (at, day) == (2, 12) { "absent" } else { "present" };
            project.admin.attend(&activity, &enrollment, status).await;
        }
        project.try_phase(&phase).await.expect(200);
    }
    let pending: Vec<_> = project.hours(&teacher).await;
    assert_eq!(pending.iter().filter(|(.., hold)| *hold == "project_end").count(), 5);
    assert_eq!(project.recognized(&teacher).await, json!(0), "not before the project ends");
    project.complete().await.expect(200);
    assert_eq!(project.recognized(&teacher).await, json!(38));
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
    project.totals_agree();
}

/// Case A7.
#[actix_web::test]
async fn who_misses_most_of_the_hours_does_not_complete() {
    let project = Project::start(json!({ "planned_hours": 65 })).await;
    let (teacher, enrollment) = project.participant().await;
    for at in 0..5 {
        let phase = project.begin(at).await;
        for (day, hours) in [(10, 8), (11, 1), (12, 1), (13, 1), (14, 1), (15, 1)] {
            let more = json!({ "held_on": format!("2026-0{}-{day}", at + 3), "hours": hours });
            let activity = project.admin.activity(&phase, more).await;
            project.admin.attend(&activity, &enrollment, if hours == 8 { "absent" } else { "present" }).await;
        }
        project.try_phase(&phase).await.expect(200);
    }
    project.complete().await.expect(200);
    assert_eq!(project.recognized(&teacher).await, json!(0));
    let reason = json!("缺勤 40 学时，应到 65 学时，超过 1/5");
    assert_eq!(project.enrollment(&enrollment).await, ("not_completed".to_owned(), reason));
    let records = project.records(&teacher).await;
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|record| record["status"] == "rejected"));
    assert_eq!(records[0]["status_reason"], "未结业：缺勤 40 学时，应到 65 学时，超过 1/5");
}

/// Case A8.
#[actix_web::test]
async fn what_is_not_held_does_not_dilute_an_absence() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    for (day, status) in [(10, "present"), (11, "present"), (12, "present"), (13, "absent")] {
        let activity = project.activity(&format!("2026-05-{day}"), 4).await;
        project.admin.attend(&activity, &enrollment, status).await;
    }
    let fifth = project.activity("2026-12-18", 4).await;
    project.complete().await.problem(409, "activities_ahead");
    project.admin.post(&format!("/activities/{fifth}/cancel"), json!({ "reason": "不再开展" })).await.expect(200);
    project.complete().await.expect(200);
    assert_eq!(project.enrollment(&enrollment).await.0, "not_completed");
    assert_eq!(project.hours(&teacher).await, [row(12, "rejected", json!(null))]);
}

/// Case A9.
#[actix_web::test]
async fn who_is_absent_from_everything_does_not_complete() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let activity = project.activity("2026-05-10", 4).await;
    project.admin.attend(&activity, &enrollment, "absent").await;
    project.complete().await.expect(200);
    let reason = json!("缺勤 4 学时，应到 4 学时，超过 1/5");
    assert_eq!(project.enrollment(&enrollment).await, ("not_completed".to_owned(), reason));
    assert!(project.records(&teacher).await.is_empty());
}

/// Case A11, its first half: nobody completes without a sheet.
#[actix_web::test]
async fn a_forgotten_sheet_keeps_a_phase_from_completing_until_it_is_filled() {
    let project = Project::start(json!({})).await;
    let (teacher, enrollment) = project.participant().await;
    let (other, _) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({ "days": 2, "hours": 8 })).await;
    let body = json!({ "day": "2026-03-10", "entries": [{ "enrollment_id": enrollment, "status": "present" }] });
    project.admin.post(&format!("/activities/{activity}/attendance"), body).await.expect(200);
    assert_eq!(project.admin.get(&format!("/phases/{phase}")).await.expect(200)["attendance_missing"], 3);
    let problem = project.try_phase(&phase).await.problem(409, "marks_missing");
    assert_eq!(codes(&problem), ["mark_missing"; 3]);
    let complete = format!("/phases/{phase}/complete");
    let refused = project.admin.post(&complete, json!({ "unmarked": "absent" })).await.faults();
    assert_eq!(refused, [("/reason".to_owned(), "reason_required".to_owned())]);
    let filled = json!({ "unmarked": "absent", "reason": "签到表遗失，经核实未到" });
    project.admin.post(&complete, filled).await.expect(200);
    let sheet = project.admin.get(&format!("/activities/{activity}/attendance")).await.expect(200);
    let marks: Vec<_> = sheet["entries"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["marks"].as_array().unwrap().clone())
        .filter(|mark| mark["status"] == "absent")
        .collect();
    assert_eq!((marks.len(), &marks[0]["note"]), (3, &json!("签到表遗失，经核实未到")));
    assert_eq!(project.hours(&teacher).await, [row(4, "pending", json!("project_end"))]);
    assert!(project.records(&other).await.is_empty());
}

/// Case A10.
#[actix_web::test]
async fn who_leaves_the_service_is_decided_on_what_was_held_until_then() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let (_, stays) = project.participant().await;
    for month in 2..=11 {
        let activity = project.activity(&format!("2026-{month:02}-10"), 4).await;
        project.admin.attend(&activity, &stays, "present").await;
        if month <= 6 {
            project.admin.attend(&activity, &enrollment, "present").await;
        }
    }
    let end = json!({ "status": "left", "left_on": "2026-06-30" });
    project.admin.patch(&format!("/teachers/{teacher}"), end).await.expect(200);
    let view = project.admin.get(&format!("/enrollments/{enrollment}")).await.expect(200);
    assert_eq!((&view["status"], &view["left_on"]), (&json!("withdrawn"), &json!("2026-06-30")));
    assert_eq!(project.hours(&teacher).await, [row(20, "recognized", json!(null))]);
    project.complete().await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(20, "recognized", json!(null))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "withdrawn");
    project.totals_agree();
}

/// Case A10, withdrawn by hand.
#[actix_web::test]
async fn who_withdraws_is_decided_on_what_was_held_until_then() {
    let project = Project::start(json!({})).await;
    let (attends, attending) = project.participant().await;
    let (misses, missing) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({ "hours": 8 })).await;
    project.admin.attend(&activity, &attending, "present").await;
    let path = |enrollment: &str| format!("/enrollments/{enrollment}/withdraw");
    let body = json!({ "reason": "因病" });
    project.admin.post(&path(&missing), body.clone()).await.problem(409, "marks_missing");
    let filled = json!({ "reason": "因病", "unmarked": "absent" });
    project.admin.post(&path(&missing), filled).await.expect(200);
    let future = json!({ "reason": "因病", "left_on": "2026-12-01" });
    assert_eq!(project.admin.post(&path(&attending), future).await.faults()[0].1, "in_the_future");
    project.admin.post(&path(&attending), body).await.expect(200);
    assert_eq!(project.hours(&attends).await, [row(8, "recognized", json!(null))]);
    assert!(project.records(&misses).await.is_empty());
    project.try_phase(&phase).await.expect(200);
    assert_eq!(project.hours(&attends).await.len(), 1, "issuing twice issues nothing");
}

/// Case A12.
#[actix_web::test]
async fn a_phase_with_marks_is_not_skipped() {
    let project = Project::start(json!({})).await;
    let (_, enrollment) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({})).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    let skip = format!("/phases/{phase}/skip");
    project.admin.post(&skip, json!({ "reason": "汛期停课" })).await.problem(409, "wrong_state");
    project.admin.put(&format!("/activities/{activity}/attendance"), json!({ "entries": [] })).await.expect(200);
    project.admin.post(&skip, json!({ "reason": "汛期停课" })).await.expect(200);
}

/// Case A13.
#[actix_web::test]
async fn cancelling_asks_what_becomes_of_the_hours_and_cancels_the_enrollments() {
    for (fate, status) in [("keep", "recognized"), ("reject", "rejected")] {
        let project = Project::start(json!({})).await;
        let (teacher, enrollment) = project.participant().await;
        let phase = project.begin(0).await;
        let activity = project.admin.activity(&phase, json!({ "hours": 8 })).await;
        project.admin.attend(&activity, &enrollment, "present").await;
        project.try_phase(&phase).await.expect(200);
        let cancel = format!("{}/cancel", project.path());
        let faults = project.admin.post(&cancel, json!({ "reason": "经费调整" })).await.faults();
        assert_eq!(faults, [("/issued_hours".to_owned(), "required".to_owned())]);
        project.admin.post(&cancel, json!({ "reason": "经费调整", "issued_hours": fate })).await.expect(200);
        assert_eq!(project.hours(&teacher).await, [row(8, status, json!(null))]);
        assert_eq!(project.enrollment(&enrollment).await, ("cancelled".to_owned(), json!("经费调整")));
        project.totals_agree();
    }
}

/// Case A13, for one participant.
#[actix_web::test]
async fn disqualifying_asks_what_becomes_of_the_hours() {
    for (fate, status) in [("keep", "recognized"), ("reject", "rejected")] {
        let project = Project::start(json!({})).await;
        let (teacher, enrollment) = project.participant().await;
        let phase = project.begin(0).await;
        let activity = project.admin.activity(&phase, json!({ "hours": 8 })).await;
        project.admin.attend(&activity, &enrollment, "present").await;
        project.try_phase(&phase).await.expect(200);
        let path = format!("/enrollments/{enrollment}/disqualify");
        let faults = project.admin.post(&path, json!({ "reason": "违纪" })).await.faults();
        assert_eq!(faults, [("/issued_hours".to_owned(), "required".to_owned())]);
        project.admin.post(&path, json!({ "reason": "违纪", "issued_hours": fate })).await.expect(200);
        assert_eq!(project.hours(&teacher).await, [row(8, status, json!(null))]);
    }
}

/// Case A14.
#[actix_web::test]
async fn a_project_in_which_nothing_was_held_grants_what_an_explicit_list_says() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let (absent, missing) = project.participant().await;
    project.complete().await.problem(409, "nothing_held");
    let complete = format!("{}/complete", project.path());
    let list = |hours: Value| json!({ "hours": hours });
    let short = list(json!([{ "enrollment_id": enrollment, "hours": 30 }]));
    assert_eq!(project.admin.post(&complete, short).await.faults()[0].1, "participants_missing");
    let much = list(json!([
        { "enrollment_id": enrollment, "hours": 41 },
        { "enrollment_id": enrollment, "hours": 1 },
        { "enrollment_id": missing, "hours": 0 },
    ]));
    let faults = project.admin.post(&complete, much).await.faults();
    assert_eq!(faults[0], ("/hours/0/hours".to_owned(), "hours_above_plan".to_owned()));
    assert_eq!(faults[1], ("/hours/1/enrollment_id".to_owned(), "not_a_participant".to_owned()));
    let whole = list(json!([
        { "enrollment_id": enrollment, "hours": 30 },
        { "enrollment_id": missing, "hours": 0 },
    ]));
    project.admin.post(&complete, whole).await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(30, "recognized", json!(null))]);
    assert!(project.records(&absent).await.is_empty());
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
    assert_eq!(project.enrollment(&missing).await.0, "not_completed");
    // A project that held something takes no list.
    let project = Project::workshop().await;
    let (_, enrollment) = project.participant().await;
    let activity = project.activity("2026-05-10", 4).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    let list = list(json!([{ "enrollment_id": enrollment, "hours": 30 }]));
    let faults = project.admin.post(&format!("{}/complete", project.path()), list).await.faults();
    assert_eq!(faults, [("/hours".to_owned(), "not_allowed".to_owned())]);
}

/// Case A19.
#[actix_web::test]
async fn hours_are_recorded_for_each_place_where_the_teacher_served() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let there = project.admin.organization("school", &project.root).await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    project.admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    for day in ["2026-03-10", "2026-10-10"] {
        let activity = project.activity(day, 8).await;
        project.admin.attend(&activity, &enrollment, "present").await;
    }
    project.complete().await.expect(200);
    let mut records = project.records(&teacher).await;
    records.sort_by_key(|record| record["starts_on"].to_string());
    let places: Vec<_> =
        records.iter().map(|record| (record["organization_id"].clone(), record["hours"].clone())).collect();
    assert_eq!(places, [(json!(project.root), json!(8)), (json!(there), json!(8))]);
}

/// Case A26.
#[actix_web::test]
async fn a_full_attender_of_a_project_at_four_schools_gets_the_planned_hours() {
    let project = Project::start(json!({ "planned_hours": 40 })).await;
    let mut schools = Vec::new();
    for _ in 0..4 {
        let school = project.admin.organization("school", &project.root).await;
        let teacher = project.admin.teacher(&school).await;
        let enrollment = project.admin.admitted(&project.view, &teacher).await;
        schools.push((school, teacher, enrollment));
    }
    for at in 0..5 {
        let phase = project.begin(at).await;
        let held_on = format!("2026-0{}-10", at + 3);
        if at == 1 || at == 2 {
            for (school, _, enrollment) in &schools {
                let more = json!({ "held_on": held_on, "hours": 8, "concerns": [school], "organization_id": school });
                let activity = project.admin.activity(&phase, more).await;
                project.admin.attend(&activity, enrollment, "present").await;
            }
        } else {
            let activity = project.admin.activity(&phase, json!({ "held_on": held_on, "hours": 8 })).await;
            for (_, _, enrollment) in &schools {
                project.admin.attend(&activity, enrollment, "present").await;
            }
        }
        project.try_phase(&phase).await.expect(200);
    }
    project.complete().await.expect(200);
    for (_, teacher, _) in &schools {
        assert_eq!(project.recognized(teacher).await, json!(40));
    }
}

/// Case A27.
#[actix_web::test]
async fn who_leaves_early_on_the_fifth_day_gets_the_first_four_and_completes() {
    let project = Project::workshop().await;
    let (teacher, enrollment) = project.participant().await;
    let new = json!({ "title": "集训", "form": "lecture", "held_on": "2026-03-09", "days": 5, "hours": 40 });
    let activity = id(&project.admin.post(&format!("{}/activities", project.path()), new).await.expect(201));
    project.admin.attend(&activity, &enrollment, "present").await;
    let last = json!({ "day": "2026-03-13", "entries": [{ "enrollment_id": enrollment, "status": "left_early" }] });
    project.admin.post(&format!("/activities/{activity}/attendance"), last).await.expect(200);
    let preview = project.admin.get(&format!("{}/completion", project.path())).await.expect(200);
    let row_of = &preview["participants"][0];
    assert_eq!((&row_of["held"], &row_of["attended"], &row_of["missed"]), (&json!(40), &json!(32), &json!(8)));
    assert_eq!((&row_of["completes"], &row_of["unusual"]), (&json!(true), &json!(null)));
    project.complete().await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(32, "recognized", json!(null))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
}

/// Case A28.
#[actix_web::test]
async fn who_is_admitted_late_completes_by_what_was_held_since() {
    let project = Project::workshop().await;
    let (_, first) = project.participant().await;
    let mut activities = Vec::new();
    for month in 3..8 {
        let activity = project.activity(&format!("2026-0{month}-10"), 8).await;
        project.admin.attend(&activity, &first, "present").await;
        activities.push(activity);
    }
    let teacher = project.admin.teacher(&project.root).await;
    let late = project.admin.nominated(&project.view, &teacher).await;
    let admit = json!({ "ids": [late], "admitted_on": "2026-05-01" });
    project.admin.post(&format!("{}/enrollments/admit", project.path()), admit).await.expect(200);
    for activity in &activities[2..] {
        project.admin.attend(activity, &late, "present").await;
    }
    project.complete().await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(24, "recognized", json!(null))]);
    assert_eq!(project.enrollment(&late).await.0, "completed");
}

#[actix_web::test]
async fn a_project_is_completed_by_its_owner_and_not_by_its_team() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let team = admin.post("/teams", json!({ "name": "团队", "subject": "语文", "stage": "primary" })).await.expect(201);
    let coach = admin.teacher(&root).await;
    admin
        .post(&format!("/teams/{}/members", id(&team)), json!({ "teacher_id": coach, "role": "leader" }))
        .await
        .expect(201);
    let view = admin.running_project(json!({ "kind": "workshop", "team_id": id(&team) })).await;
    let path = format!("/projects/{}/complete", id(&view));
    let leader = app.user_with(&admin, Role::TeamLeader, &root, json!({ "teacher_id": coach })).await;
    leader.act(&path).await.problem(403, "forbidden");
    // Not by the owner's clerk either, who is in the team.
    let clerk = app.user_with(&admin, Role::TrainingSchoolAdmin, &root, json!({ "teacher_id": coach })).await;
    clerk.act(&path).await.problem(403, "forbidden");
    admin.act(&path).await.expect(200);
}

#[actix_web::test]
async fn hours_of_a_schools_own_project_wait_for_a_decision_above_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let view = admin
        .running_project(json!({ "kind": "school_based", "level": "school", "owner_organization_id": school }))
        .await;
    let project = Project { app, admin, root, view };
    let teacher = project.admin.teacher(&school).await;
    let enrollment = project.admin.admitted(&project.view, &teacher).await;
    let activity = project.activity("2026-05-10", 4).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    project.complete().await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(4, "pending", json!("decision"))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
}

#[actix_web::test]
async fn who_completes_a_project_does_not_recognise_their_own_hours() {
    let project = Project::workshop().await;
    let teacher = project.admin.teacher(&project.root).await;
    let enrollment = project.admin.admitted(&project.view, &teacher).await;
    let more = json!({ "teacher_id": teacher });
    let clerk = project.app.user_with(&project.admin, Role::TrainingSchoolAdmin, &project.root, more).await;
    let activity = project.activity("2026-05-10", 4).await;
    clerk.attend(&activity, &enrollment, "present").await;
    clerk.act(&format!("{}/complete", project.path())).await.expect(200);
    assert_eq!(project.hours(&teacher).await, [row(4, "pending", json!("own"))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
}

#[actix_web::test]
async fn the_owner_raises_the_planned_hours_of_a_running_project_with_a_reason() {
    let project = Project::workshop().await;
    let raise = |hours: i64, reason: Value| json!({ "planned_hours": hours, "reason": reason });
    let path = project.path();
    let faults = project.admin.patch(&path, json!({ "planned_hours": 48 })).await.faults();
    assert_eq!(faults, [("/reason".to_owned(), "reason_required".to_owned())]);
    project.admin.patch(&path, raise(32, json!("缩减"))).await.problem(409, "wrong_state");
    let raised = project.admin.patch(&path, raise(48, json!("增加一次研讨"))).await.expect(200);
    assert_eq!(raised["planned_hours"], 48);
    let log = project.admin.all(&format!("/audit-log?entity=project&entity_id={}", id(&project.view))).await;
    assert!(log.iter().any(|entry| entry.to_string().contains("增加一次研讨")), "{log:?}");
    let faults = Answer::of(project.admin.request(Method::GET, &format!("{path}/completion"))).await;
    assert_eq!(faults.status, 200);
}

/// Returns the hours, statuses and reasons of a teacher's records, in the order of issue.
async fn history(project: &Project, teacher: &str) -> Vec<(Value, String, Value)> {
    let mut records = project.records(teacher).await;
    records.sort_by_key(|record| record["id"].to_string());
    let row =
        |row: &Value| (row["hours"].clone(), row["status"].as_str().unwrap().to_owned(), row["status_reason"].clone());
    records.iter().map(row).collect()
}

/// Case A11.
#[actix_web::test]
async fn a_reopened_phase_issues_anew_but_not_what_a_person_ended() {
    let project = Project::start(json!({})).await;
    let (teacher, enrollment) = project.participant().await;
    let (other, beside) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({ "hours": 8 })).await;
    for enrollment in [&enrollment, &beside] {
        project.admin.attend(&activity, enrollment, "present").await;
    }
    project.try_phase(&phase).await.expect(200);
    project.skip_from(1).await;
    project.complete().await.expect(200);
    // A person voids the hours of one of them.
    let voided = id(&project.records(&other).await[0]);
    let reason = json!({ "reason": "冒名顶替" });
    project.admin.post(&format!("/hour-records/{voided}/void"), reason).await.expect(200);
    // The project first.
    let why = json!({ "reason": "补登遗漏的活动" });
    project.admin.post(&format!("/phases/{phase}/reopen"), why.clone()).await.problem(409, "wrong_state");
    let reopen = format!("{}/reopen", project.path());
    assert_eq!(project.admin.post(&reopen, json!({ "reason": " " })).await.faults()[0].0, "/reason");
    assert_eq!(project.admin.post(&reopen, why.clone()).await.expect(200)["status"], "running");
    assert_eq!(project.enrollment(&enrollment).await.0, "admitted");
    let reopened = json!("重新打开项目：补登遗漏的活动");
    let first = (json!(8), "voided".to_owned(), reopened);
    assert_eq!(history(&project, &teacher).await[0], first);
    assert_eq!(project.hours(&teacher).await.len(), 2, "issued anew, and waiting for the project's end");
    assert_eq!(project.recognized(&teacher).await, json!(0));
    project.admin.post(&reopen, why.clone()).await.problem(409, "wrong_state");
    // Then the phase.
    let view = project.admin.post(&format!("/phases/{phase}/reopen"), why.clone()).await.expect(200);
    assert_eq!(view["status"], "active");
    let second = project.admin.activity(&phase, json!({ "hours": 4, "held_on": "2026-03-20" })).await;
    for enrollment in [&enrollment, &beside] {
        project.admin.attend(&second, enrollment, "present").await;
    }
    project.try_phase(&phase).await.expect(200);
    project.complete().await.expect(200);
    let rows = history(&project, &teacher).await;
    let statuses: Vec<_> = rows.iter().map(|(hours, status, _)| (hours.clone(), status.as_str())).collect();
    assert_eq!(statuses, [(json!(8), "voided"), (json!(8), "rejected"), (json!(12), "recognized")]);
    assert_eq!(history(&project, &other).await, [(json!(8), "voided".to_owned(), json!("冒名顶替"))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "completed");
    project.totals_agree();
}

/// Case A29.
#[actix_web::test]
async fn a_wrong_mark_corrected_after_completion_decides_the_participant_anew() {
    let project = Project::start(json!({})).await;
    let (teacher, enrollment) = project.participant().await;
    let (other, beside) = project.participant().await;
    let mut activities = Vec::new();
    for at in 0..2 {
        let phase = project.begin(at).await;
        let held_on = ["2026-04-10", "2026-05-10"][at];
        let activity = project.admin.activity(&phase, json!({ "hours": 8, "held_on": held_on })).await;
        project.admin.attend(&activity, &enrollment, if at == 0 { "absent" } else { "present" }).await;
        project.admin.attend(&activity, &beside, "present").await;
        activities.push(activity);
        project.try_phase(&phase).await.expect(200);
    }
    project.skip_from(2).await;
    let correct = |day: &str, status: &str| json!({ "enrollment_id": enrollment, "day": day, "status": status, "reason": "登记有误，当天已签到" });
    let path = format!("/activities/{}/attendance/correct", activities[0]);
    project.complete().await.expect(200);
    assert_eq!(project.enrollment(&enrollment).await.0, "not_completed");
    assert_eq!(project.hours(&teacher).await, [row(8, "rejected", json!(null))]);
    let faults = project.admin.post(&path, correct("2026-04-11", "present")).await.faults();
    assert_eq!(faults[0].0, "/day");
    let head = project.app.user(&project.admin, Role::SchoolAdmin, &project.root).await;
    head.post(&path, correct("2026-04-10", "present")).await.problem(403, "forbidden");
    let sheet = project.admin.post(&path, correct("2026-04-10", "present")).await.expect(200);
    let mark =
        sheet["entries"].as_array().unwrap().iter().find(|row| row["enrollment_id"] == json!(enrollment)).unwrap();
    assert_eq!((&mark["status"], &mark["note"]), (&json!("present"), &json!("登记有误，当天已签到")));
    assert_eq!(project.enrollment(&enrollment).await, ("completed".to_owned(), json!(null)));
    assert_eq!(project.recognized(&teacher).await, json!(16));
    assert_eq!(project.hours(&other).await.len(), 2, "nobody else is decided on anew");
    let log = project.admin.all(&format!("/audit-log?entity=activity&entity_id={}", activities[0])).await;
    assert!(log.iter().any(|entry| entry["action"] == "correct_mark"));
    // Back again: both hours are voided.
    project.admin.post(&path, correct("2026-04-10", "absent")).await.expect(200);
    assert_eq!(project.enrollment(&enrollment).await.0, "not_completed");
    assert_eq!(project.recognized(&teacher).await, json!(0));
    project.totals_agree();
}

#[actix_web::test]
async fn a_mark_is_corrected_only_after_its_hours_were_issued() {
    let project = Project::workshop().await;
    let (_, enrollment) = project.participant().await;
    let activity = project.activity("2026-05-10", 4).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    let body = json!({ "enrollment_id": enrollment, "day": "2026-05-10", "status": "late", "reason": "更正" });
    project.admin.post(&format!("/activities/{activity}/attendance/correct"), body).await.problem(409, "wrong_state");
}

/// Case A30.
#[actix_web::test]
async fn a_project_that_crosses_the_year_is_settled_by_its_completed_phases() {
    let mut project = Project::start(json!({ "ends_on": "2027-06-30" })).await;
    let (teacher, enrollment) = project.participant().await;
    let (misses, missing) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({ "held_on": "2026-09-10", "days": 3, "hours": 24 })).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    project.admin.attend(&activity, &missing, "present").await;
    let last = json!({ "day": "2026-09-12", "entries": [{ "enrollment_id": missing, "status": "absent" }] });
    project.admin.post(&format!("/activities/{activity}/attendance"), last).await.expect(200);
    project.try_phase(&phase).await.expect(200);
    let settle = format!("{}/settle", project.path());
    let why = json!({ "reason": "年度结账" });
    project.admin.post(&settle, why.clone()).await.problem(409, "wrong_state");
    // The year is over.
    project.app.advance(40);
    project.admin = project.app.admin().await;
    let matters = |year: Value| year["open_matters"].to_string();
    let open = matters(project.admin.get("/years/2026").await.expect(200));
    assert!(open.contains("project_end") && open.contains("\"projects\""), "{open}");
    let view = project.admin.post(&settle, why.clone()).await.expect(200);
    assert!(view["settled_at"].is_string() && view["status"] == "running");
    assert_eq!(project.hours(&teacher).await, [row(24, "recognized", json!(null))]);
    assert_eq!(project.hours(&misses).await, [row(16, "rejected", json!(null))]);
    assert_eq!(project.enrollment(&enrollment).await.0, "admitted");
    let open = matters(project.admin.get("/years/2026").await.expect(200));
    assert!(!open.contains("project_end") && !open.contains("\"projects\""), "{open}");
    project.admin.post(&settle, why).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn hours_that_await_a_projects_end_keep_the_cycle_on_track() {
    let project = Project::start(json!({ "planned_hours": 60 })).await;
    let (teacher, enrollment) = project.participant().await;
    let phase = project.begin(0).await;
    let activity = project.admin.activity(&phase, json!({ "held_on": "2026-03-09", "days": 10, "hours": 60 })).await;
    project.admin.attend(&activity, &enrollment, "present").await;
    let credit = async || project.admin.get(&format!("/teachers/{teacher}/credits/2026")).await.expect(200);
    let before = credit().await;
    assert_eq!((&before["status"], &before["due_hours"]), (&json!("behind"), &json!(60)));
    project.try_phase(&phase).await.expect(200);
    let after = credit().await;
    assert_eq!((&after["status"], &after["awaiting_hours"]), (&json!("on_track"), &json!(60)));
    assert_eq!(after["recognized_hours"], 0);
    let listed = project.admin.all("/credits?cycle_first_year=2026&status=on_track").await;
    assert_eq!(listed.len(), 1);
    let explained = project.admin.get(&format!("/teachers/{teacher}/credits/2026/explanation")).await.expect(200);
    assert!(explained["text"].as_str().unwrap().contains("待项目结业的 60 学时"), "{explained}");
}

/// Case A10, entered late.
#[actix_web::test]
async fn an_end_of_service_entered_late_names_the_marks_after_it_and_takes_them_away() {
    let project = Project::start(json!({})).await;
    let (teacher, enrollment) = project.participant().await;
    let phase = project.begin(0).await;
    for day in ["2026-05-10", "2026-11-20"] {
        let activity = project.admin.activity(&phase, json!({ "held_on": day, "hours": 8 })).await;
        project.admin.attend(&activity, &enrollment, "present").await;
    }
    project.try_phase(&phase).await.expect(200);
    let path = format!("/teachers/{teacher}");
    let end = json!({ "status": "left", "left_on": "2026-10-31" });
    let problem = project.admin.patch(&path, end).await.problem(409, "records_without_service");
    assert_eq!(codes(&problem), ["marks_without_service"]);
    let end = json!({ "status": "left", "left_on": "2026-10-31", "void_records": true, "reason": "十月底辞职" });
    project.admin.patch(&path, end).await.expect(200);
    assert_eq!(project.enrollment(&enrollment).await.0, "withdrawn");
    assert_eq!(project.recognized(&teacher).await, json!(8));
    let rows = history(&project, &teacher).await;
    assert_eq!(rows[0], (json!(16), "rejected".to_owned(), json!("任职结束：十月底辞职")));
    project.totals_agree();
}
