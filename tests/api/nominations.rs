//! What becomes of nominations: made again after a transfer, closed with their project, taken up again after a
//! rejection by mistake.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use songjiao_api::db::{Actor, DatabaseUrl};
use songjiao_tests::{Session, TestApp, id};
use songjiao_types::Role;

use crate::imports::{counts, send};

/// Two schools with their heads, and a project that takes participants.
struct Schools {
    app: TestApp,
    admin: Session,
    here: String,
    there: String,
    head: Session,
    new_head: Session,
    project: Value,
}

impl Schools {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
        let head = app.user(&admin, Role::SchoolAdmin, &here).await;
        let new_head = app.user(&admin, Role::SchoolAdmin, &there).await;
        let project = admin.published_project(json!({ "title": "小学语文送教下乡", "capacity": 1 })).await;
        Self { app, admin, here, there, head, new_head, project }
    }

    /// Nominates a teacher of the first school, withdraws and transfers them; returns teacher and enrollment.
    async fn withdrawn_and_transferred(&self, number: &str) -> (String, String) {
        let teacher = self.admin.teacher_with(&self.here, json!({ "teacher_no": number })).await;
        let enrollment = self.head.nominated(&self.project, &teacher).await;
        let path = format!("/enrollments/{enrollment}/withdraw");
        self.head.post(&path, json!({ "reason": "调离本校" })).await.expect(200);
        let transfer = json!({ "organization_id": self.there, "starts_on": "2026-11-30" });
        self.admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
        (teacher, enrollment)
    }
}

/// Runs SQL as the program of an earlier version might have.
fn execute(app: &TestApp, sql: &str) {
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
}

/// Returns each enrollment of a project with its status and reason, in the order of nomination.
async fn statuses(admin: &Session, project: &Value) -> Vec<(String, Value)> {
    let rows = admin.all(&format!("/projects/{}/enrollments", id(project))).await;
    rows.iter().map(|row| (row["status"].as_str().unwrap().to_owned(), row["reason"].clone())).collect()
}

/// Case C1.
#[actix_web::test]
async fn who_withdrew_and_was_transferred_is_nominated_by_the_new_school() {
    let county = Schools::start().await;
    let Schools { admin, head, new_head, here, there, project, .. } = &county;
    let (teacher, enrollment) = county.withdrawn_and_transferred("T1").await;
    let list = format!("/projects/{}/enrollments", id(project));
    let nominate = json!({ "teacher_ids": [teacher] });
    assert_eq!(head.post(&list, nominate.clone()).await.faults()[0].1, "unknown_teacher");
    let nominated = new_head.post(&list, nominate).await.expect(201)["items"][0].clone();
    assert_eq!((id(&nominated), &nominated["organization_id"]), (enrollment.clone(), &json!(there)));
    assert_eq!((&nominated["status"], &nominated["reason"]), (&json!("nominated"), &json!(null)));
    let path = format!("/enrollments/{enrollment}");
    assert_eq!(new_head.get(&path).await.expect(200)["organization_id"], json!(there));
    head.get(&path).await.problem(404, "not_found");
    assert_eq!((new_head.all(&list).await.len(), head.all(&list).await.len()), (1, 0));
    let history = admin.all(&format!("/audit-log?entity=enrollment&entity_id={enrollment}&action=nominate")).await;
    assert_eq!(history.len(), 1);
    let (before, after) = (&history[0]["before"], &history[0]["after"]);
    assert_eq!((&before["organization_id"], &before["status"]), (&json!(here), &json!("withdrawn")));
    assert_eq!((&after["organization_id"], &after["status"]), (&json!(there), &json!("nominated")));
    let changes = admin.get("/changes?types=enrollment.updated&limit=500").await.expect(200);
    assert_eq!(changes["items"].as_array().unwrap().last().unwrap()["data"]["organization_id"], json!(there));
}

/// Case C1, by file.
#[actix_web::test]
async fn a_file_nominates_who_withdrew_for_the_new_school() {
    let county = Schools::start().await;
    let Schools { admin, head, new_head, here, there, .. } = &county;
    let (_, enrollment) = county.withdrawn_and_transferred("T1").await;
    let report = send(new_head, "enrollments", "项目名称,教师编号\n小学语文送教下乡,T1\n").await.expect(201);
    assert_eq!(counts(&report), json!(["imported", "UTF-8", 1, 0, 1, 0, 0]));
    let view = new_head.get(&format!("/enrollments/{enrollment}")).await.expect(200);
    assert_eq!((&view["organization_id"], &view["status"]), (&json!(there), &json!("nominated")));
    head.get(&format!("/enrollments/{enrollment}")).await.problem(404, "not_found");
    let history = admin.all(&format!("/audit-log?entity=enrollment&entity_id={enrollment}&action=nominate")).await;
    assert_eq!(history[0]["before"]["organization_id"], json!(here));
}

/// Case C2.
#[actix_web::test]
async fn what_is_undecided_when_a_project_ends_is_closed_with_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let school = admin.organization("school", &root).await;
    let head = app.user(&admin, Role::SchoolAdmin, &school).await;
    let waiting = |by: &Session| {
        let by = by.clone();
        async move { by.get("/dashboard").await.expect(200)["waiting"]["enrollments"].clone() }
    };
    for (end, decided) in [("complete", "completed"), ("cancel", "cancelled")] {
        let project = admin.running_project(json!({ "kind": "workshop" })).await;
        let admitted = admin.admitted(&project, &admin.teacher(&school).await).await;
        for status in ["nominated", "announced", "reviewed"] {
            let enrollment = admin.nominated(&project, &admin.teacher(&school).await).await;
            execute(&app, &format!("UPDATE enrollments SET status = '{status}' WHERE id = '{enrollment}'"));
        }
        let rejected = admin.nominated(&project, &admin.teacher(&school).await).await;
        let reason = json!({ "reason": "不符合遴选条件" });
        admin.post(&format!("/enrollments/{rejected}/reject"), reason.clone()).await.expect(200);
        assert_eq!(waiting(&head).await, 2, "nominated and announced");
        let before = admin.get("/changes?types=enrollment.updated&limit=500").await.expect(200);
        let (body, why) = match end {
            "complete" => (json!({ "hours": [{ "enrollment_id": admitted, "hours": 40 }] }), json!(null)),
            _ => (json!({ "reason": "经费调整" }), json!("经费调整")),
        };
        let ended = admin.post(&format!("/projects/{}/{end}", id(&project)), body).await.expect(200);
        let closed = ("cancelled".to_owned(), json!("项目已结束"));
        let expected = [
            (decided.to_owned(), why),
            closed.clone(),
            closed.clone(),
            closed,
            ("rejected".to_owned(), json!("不符合遴选条件")),
        ];
        assert_eq!(statuses(&admin, &project).await, expected, "{end}");
        let places = i32::from(end == "complete");
        assert_eq!((&ended["counts"]["nominated"], &ended["counts"]["admitted"]), (&json!(0), &json!(places)));
        assert_eq!((waiting(&head).await, waiting(&admin).await), (json!(0), json!(0)), "{end}");
        let after = admin.get("/changes?types=enrollment.updated&limit=500").await.expect(200);
        let count = |changes: &Value| changes["items"].as_array().unwrap().len();
        assert!(count(&after) >= count(&before) + 3, "{end}");
        let closed = id(&admin.all(&format!("/projects/{}/enrollments?status=cancelled", id(&project))).await[0]);
        admin.act(&format!("/enrollments/{closed}/admit")).await.problem(409, "wrong_state");
    }
}

/// Case C2, for projects that ended under an older version.
#[actix_web::test]
async fn an_update_closes_what_is_undecided_in_projects_that_have_ended() {
    let mut app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    let ended = admin.running_project(json!({ "kind": "workshop" })).await;
    let activity = json!({ "title": "研讨", "form": "lecture", "held_on": "2026-03-10", "hours": 4 });
    let activity = id(&admin.post(&format!("/projects/{}/activities", id(&ended)), activity).await.expect(201));
    let admitted = admin.admitted(&ended, &admin.teacher(&school).await).await;
    admin.attend(&activity, &admitted, "present").await;
    let open = admin.published_project(json!({})).await;
    for project in [&ended, &open] {
        admin.nominated(project, &admin.teacher(&school).await).await;
    }
    app.stop().await;
    // Both rebuild the table.
    let down = match &app.data.database_url {
        Some(DatabaseUrl::Postgres(_)) => concat!(
            include_str!("../../api/migrations/postgres/2026-01-01-000220_activity_days/down.sql"),
            include_str!("../../api/migrations/postgres/2026-01-01-000185_undecided_enrollments/down.sql")
        ),
        _ => concat!(
            include_str!("../../api/migrations/sqlite/2026-01-01-000220_activity_days/down.sql"),
            include_str!("../../api/migrations/sqlite/2026-01-01-000185_undecided_enrollments/down.sql")
        ),
    };
    execute(
        &app,
        &format!(
            "{down}; DELETE FROM __diesel_schema_migrations WHERE version IN ('20260101000185', '20260101000220');
             UPDATE projects SET status = 'archived' WHERE id = '{}'",
            id(&ended)
        ),
    );
    app.start_again().await;
    let admin = app.admin().await;
    let expected = [("admitted".to_owned(), json!(null)), ("cancelled".to_owned(), json!("项目已结束"))];
    assert_eq!(statuses(&admin, &ended).await, expected);
    assert_eq!(statuses(&admin, &open).await, [("nominated".to_owned(), json!(null))]);
    let sheet = admin.get(&format!("/activities/{activity}/attendance")).await.expect(200);
    assert_eq!(sheet["entries"][0]["status"], "present", "{sheet}");
    let changes = admin.get("/changes?types=enrollment.updated&limit=500").await.expect(200);
    let last = &changes["items"].as_array().unwrap().last().unwrap()["data"];
    assert_eq!((&last["project_id"], &last["status"]), (&json!(id(&ended)), &json!("cancelled")));
}

/// Case C3.
#[actix_web::test]
async fn a_rejection_by_mistake_is_taken_back_with_a_reason() {
    let county = Schools::start().await;
    let Schools { app, admin, head, here, project, .. } = &county;
    let reviewer = app.user(admin, Role::TrainingSchoolAdmin, &admin.me("/organization/id")).await;
    let enrollment = head.nominated(project, &admin.teacher(here).await).await;
    let path = format!("/enrollments/{enrollment}");
    let (reject, reinstate) = (format!("{path}/reject"), format!("{path}/reinstate"));
    let mistake = json!({ "reason": "误驳回，教师符合遴选条件" });
    reviewer.post(&reinstate, mistake.clone()).await.problem(409, "wrong_state");
    reviewer.post(&reject, json!({ "reason": "学科不符" })).await.expect(200);
    head.post(&reinstate, mistake.clone()).await.problem(403, "forbidden");
    assert_eq!(reviewer.post(&reinstate, json!({ "reason": " " })).await.faults()[0].0, "/reason");
    let back = reviewer.post(&reinstate, mistake.clone()).await.expect(200);
    assert_eq!((&back["status"], &back["reason"]), (&json!("nominated"), &mistake["reason"]));
    assert_eq!(back["reviewed_at"], json!(null));
    reviewer.post(&reinstate, mistake.clone()).await.problem(409, "wrong_state");
    let log = admin.all(&format!("/audit-log?entity=enrollment&entity_id={enrollment}&action=reinstate")).await;
    assert_eq!((log.len(), &log[0]["before"]["reason"]), (1, &json!("学科不符")), "both reasons stay readable");
    let changes = admin.get("/changes?types=enrollment.updated&limit=500").await.expect(200);
    assert_eq!(changes["items"].as_array().unwrap().last().unwrap()["data"]["status"], "nominated");

    // The only place is taken meanwhile; it becomes free again.
    reviewer.post(&reject, json!({ "reason": "学科不符" })).await.expect(200);
    let other = reviewer.admitted(project, &admin.teacher(here).await).await;
    reviewer.post(&reinstate, mistake.clone()).await.problem(409, "capacity_reached");
    reviewer.post(&format!("/enrollments/{other}/withdraw"), mistake.clone()).await.expect(200);
    reviewer.post(&reinstate, mistake.clone()).await.expect(200);
    assert_eq!(reviewer.act(&format!("{path}/admit")).await.expect(200)["status"], "admitted");
    reviewer.post(&reinstate, mistake.clone()).await.problem(409, "wrong_state");

    // A project that has ended takes none back.
    let rejected = head.nominated(project, &admin.teacher(here).await).await;
    reviewer.post(&format!("/enrollments/{rejected}/reject"), json!({ "reason": "名额已满" })).await.expect(200);
    reviewer.post(&format!("/projects/{}/cancel", id(project)), json!({ "reason": "取消" })).await.expect(200);
    reviewer.post(&format!("/enrollments/{rejected}/reinstate"), mistake).await.problem(409, "wrong_state");
}
