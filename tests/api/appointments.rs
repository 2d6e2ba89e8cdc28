//! Appointments: spells with two times, reported and confirmed, and what follows from them.

use serde_json::{Value, json};
use songjiao_api::{
    db::Actor,
    people::appointments::service::{Basis, spells_of},
};
use songjiao_tests::{Session, TestApp, id, unique};
use songjiao_types::{Role, TeacherId};

/// A county of two schools under a training school's administrator.
pub(super) struct Schools {
    pub app: TestApp,
    pub admin: Session,
    pub root: String,
    pub here: String,
    pub there: String,
}

impl Schools {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let root = admin.me("/organization/id");
        let (here, there) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
        Self { app, admin, root, here, there }
    }

    pub async fn school(&self) -> Session {
        self.app.user(&self.admin, Role::SchoolAdmin, &self.here).await
    }

    pub async fn training_school(&self) -> Session {
        self.app.user(&self.admin, Role::TrainingSchoolAdmin, &self.root).await
    }
}

/// Returns the standing spells of a teacher, the latest first, as organization, first and last day.
pub(super) async fn spells(by: &Session, teacher: &str) -> Vec<(String, String, Value)> {
    let found = by.get(&format!("/teachers/{teacher}/appointments")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let spell = |row: &Value| (text(&row["organization"]["id"]), text(&row["starts_on"]), row["ends_on"].clone());
    found.as_array().unwrap().iter().map(spell).collect()
}

/// Corrects an appointment; returns the answer.
pub(super) async fn correct(by: &Session, appointment: &str, body: Value) -> songjiao_tests::Answer {
    by.patch(&format!("/appointments/{appointment}"), body).await
}

pub(super) async fn latest(by: &Session, teacher: &str) -> Value {
    by.get(&format!("/teachers/{teacher}/appointments")).await.expect(200)[0].clone()
}

pub(super) fn spell(organization: &str, first: &str, last: Value) -> (String, String, Value) {
    (organization.to_owned(), first.to_owned(), last)
}

/// Case A18.
#[actix_web::test]
async fn a_transfer_entered_late_moves_the_records_since_its_day() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let teacher = admin.teacher(here).await;
    let autumn = json!({ "starts_on": "2026-10-08", "ends_on": "2026-10-10" });
    let record = id(&admin.hours_with(&teacher, 2026, 12.0, autumn).await);
    let spring = id(&admin.hours(&teacher, 2026, 8.0).await);
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    let place = |record: String| async move { admin.get(&format!("/hour-records/{record}")).await.expect(200) };
    assert_eq!(place(record.clone()).await["organization_id"], json!(there));
    assert_eq!(place(spring).await["organization_id"], json!(here));
    for (school, hours) in [(here, 8), (there, 12)] {
        let path = format!("/statistics/composition?training_year=2026&by=tier&organization_id={school}");
        let composition = admin.get(&path).await.expect(200);
        let tiers = composition["items"].as_array().unwrap();
        let sum: i64 = tiers.iter().map(|tier| tier["recognized_hours"].as_i64().unwrap()).sum();
        assert_eq!(sum, hours, "the composition");
        let file =
            admin.get(&format!("/hour-records/annual-return?training_year=2026&organization_id={school}")).await.text;
        assert_eq!(file.lines().count(), 2, "the annual return: {file}");
        assert_eq!(admin.all(&format!("/hour-records?organization_id={school}")).await.len(), 1);
    }
    let changes = admin.get("/changes?types=hour_record.updated").await.expect(200);
    assert_eq!(changes["items"][0]["id"], json!(record));
}

#[actix_web::test]
async fn a_teacher_who_left_and_came_back_has_both_spells() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let teacher = admin.teacher_with(here, json!({ "joined_on": "2015-09-01", "left_on": "2024-06-30" })).await;
    assert_eq!(admin.get(&format!("/teachers/{teacher}")).await.expect(200)["status"], "left");
    let back = json!({
        "teacher_id": teacher, "organization_id": there, "starts_on": "2026-03-01", "reason": "返聘",
    });
    let created = admin.post("/appointments", back).await.expect(201);
    assert_eq!((&created["confirmed"], &created["reason"]), (&json!(true), &json!("返聘")));
    assert_eq!(
        spells(admin, &teacher).await,
        [spell(there, "2026-03-01", json!(null)), spell(here, "2015-09-01", json!("2024-06-30"))]
    );
    let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!((&view["joined_on"], &view["left_on"]), (&json!("2015-09-01"), &json!(null)));
    assert_eq!((&view["status"], &view["organization"]["id"]), (&json!("active"), &json!(there)));
    let gap = json!({
        "teacher_id": teacher, "training_year": 2025, "starts_on": "2025-06-01", "ends_on": "2025-06-02", "hours": 8,
        "level": "county", "mode": "face_to_face", "title": "培训", "institution": "进修学校",
    });
    admin.post("/hour-records", gap).await.problem(422, "not_in_service");
}

#[actix_web::test]
async fn a_last_day_that_passes_ends_the_status_and_one_number_holds_everywhere() {
    let county = Schools::start().await;
    let Schools { app, admin, here, there, .. } = &county;
    admin.teacher(here).await;
    let leaving = admin.teacher_with(here, json!({ "left_on": "2026-12-01" })).await;
    let moving = admin.teacher(here).await;
    let future = json!({ "organization_id": there, "starts_on": "2026-12-02" });
    let answer = admin.post(&format!("/teachers/{moving}/transfers"), future).await.expect(201);
    assert_eq!(answer["organization"]["id"], json!(here), "the transfer takes effect on its day");
    let project = admin.published_project(json!({ "look_back_years": 0 })).await;
    let numbers = |admin: Session| async move {
        let school = admin.get(&format!("/organizations/{here}")).await.expect(200);
        let dashboard = admin.get(&format!("/dashboard?organization_id={here}")).await.expect(200);
        let listed = admin.all(&format!("/teachers?organization_id={here}&in_post=true")).await;
        let active = admin.all(&format!("/teachers?organization_id={here}&status=active")).await;
        [
            school["teacher_count"].as_u64().unwrap(),
            dashboard["teachers_in_post"].as_u64().unwrap(),
            listed.len() as u64,
            active.len() as u64,
        ]
    };
    assert_eq!(numbers(admin.clone()).await, [3; 4]);
    app.advance(2);
    let admin = app.admin().await;
    assert_eq!(numbers(admin.clone()).await, [1; 4]);
    let view = admin.get(&format!("/teachers/{leaving}")).await.expect(200);
    assert_eq!((&view["status"], &view["left_on"]), (&json!("left"), &json!("2026-12-01")));
    let moved = admin.get(&format!("/teachers/{moving}")).await.expect(200);
    assert_eq!(moved["organization"]["id"], json!(there));
    let path = format!("/projects/{}/enrollments", id(&project));
    let refused = admin.post(&path, json!({ "teacher_ids": [leaving] })).await.problem(422, "not_eligible");
    assert_eq!(refused["errors"][0]["code"], "not_in_post");
    let entries = admin.all("/audit-log?entity=teacher").await;
    let by_system: Vec<_> = entries.iter().filter(|entry| entry["username"] == "system").collect();
    assert_eq!(by_system.len(), 2, "{by_system:?}");
}

#[actix_web::test]
async fn hours_after_the_end_of_service_are_refused_and_a_late_end_names_and_voids_them() {
    let county = Schools::start().await;
    let Schools { admin, here, .. } = &county;
    let teacher = admin.teacher(here).await;
    let kept = id(&admin.hours(&teacher, 2025, 10.0).await);
    let recognized = id(&admin.hours(&teacher, 2026, 8.0).await);
    let pending = id(&admin.hours_with(&teacher, 2026, 4.0, json!({ "status": "pending" })).await);
    let path = format!("/teachers/{teacher}");
    let retire = json!({ "status": "retired", "left_on": "2025-08-31" });
    let named = admin.patch(&path, retire).await.problem(409, "records_without_service");
    let pointers: Vec<_> = named["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, [&recognized, &pending].map(|id| json!(format!("/hour-records/{id}"))));
    assert_eq!(admin.get(&path).await.expect(200)["left_on"], json!(null), "nothing is written");
    let unfounded = json!({ "status": "retired", "left_on": "2025-08-31", "void_records": true });
    assert_eq!(admin.patch(&path, unfounded).await.faults()[0].0, "/reason");
    let reason = "2025 年已退休，其后的学时登记有误";
    let founded = json!({ "status": "retired", "left_on": "2025-08-31", "void_records": true, "reason": reason });
    let view = admin.patch(&path, founded).await.expect(200);
    assert_eq!((&view["status"], &view["left_on"]), (&json!("retired"), &json!("2025-08-31")));
    for (record, status) in [(kept, "recognized"), (recognized, "voided"), (pending, "rejected")] {
        let record = admin.get(&format!("/hour-records/{record}")).await.expect(200);
        assert_eq!(record["status"], status);
        assert_eq!(record["status_reason"], if status == "recognized" { json!(null) } else { json!(reason) });
    }
    let later = json!({
        "teacher_id": teacher, "training_year": 2026, "starts_on": "2026-06-01", "ends_on": "2026-06-02", "hours": 8,
        "level": "county", "mode": "face_to_face", "title": "培训", "institution": "进修学校", "status": "recognized",
    });
    let refused = admin.post("/hour-records", later.clone()).await.problem(422, "not_in_service");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/ends_on"), &json!("not_in_service"))
    );
    // Its days are in service, but the year is not.
    let mut early = later;
    early["starts_on"] = json!("2025-08-30");
    early["ends_on"] = json!("2025-08-31");
    admin.post("/hour-records", early).await.problem(422, "not_in_service");
    let summary = admin.get("/quotas/summary?training_year=2026").await.expect(200);
    assert_eq!((&summary["recognized_hours"], &summary["pending_hours"]), (&json!(0), &json!(0)));
}

#[actix_web::test]
async fn a_training_before_service_waits_for_a_person() {
    let county = Schools::start().await;
    let Schools { admin, here, .. } = &county;
    let teacher = admin.teacher_with(here, json!({ "joined_on": "2026-09-01" })).await;
    let before = json!({ "starts_on": "2026-08-20", "ends_on": "2026-08-28" });
    let record = admin.hours_with(&teacher, 2026, 40.0, before).await;
    assert_eq!((&record["status"], &record["hold"]), (&json!("pending"), &json!("flagged")));
    let recognized = admin.act(&format!("/hour-records/{}/recognize", id(&record))).await.expect(200);
    assert_eq!((&recognized["status"], &recognized["hold"]), (&json!("recognized"), &json!(null)));
    let long_before = json!({
        "teacher_id": teacher, "training_year": 2026, "starts_on": "2026-06-01", "ends_on": "2026-06-02", "hours": 8,
        "level": "county", "mode": "face_to_face", "title": "培训", "institution": "进修学校",
    });
    admin.post("/hour-records", long_before).await.problem(422, "not_in_service");
}

/// Case C6.
#[actix_web::test]
async fn a_wrong_transfer_made_today_is_corrected_or_taken_back() {
    let county = Schools::start().await;
    let Schools { admin, root, here, there, .. } = &county;
    let third = admin.organization("school", root).await;
    let teacher = admin.teacher(here).await;
    let path = format!("/teachers/{teacher}/transfers");
    admin.post(&path, json!({ "organization_id": there, "starts_on": "2026-11-30" })).await.expect(201);
    let again = json!({ "organization_id": third, "starts_on": "2026-11-30" });
    assert_eq!(admin.post(&path, again.clone()).await.faults()[0].0, "/reason", "it replaces a spell");
    let mut founded = again;
    founded["reason"] = json!("调入单位填错");
    admin.post(&path, founded).await.expect(201);
    let expected = [spell(&third, "2026-11-30", json!(null)), spell(here, "2010-09-01", json!("2026-11-29"))];
    assert_eq!(spells(admin, &teacher).await, expected);
    // A wrong date: the end of the spell before follows.
    let appointment = id(&latest(admin, &teacher).await);
    let moved = json!({ "starts_on": "2026-09-01", "reason": "到任日期填错" });
    let corrected = correct(admin, &appointment, moved).await.expect(200);
    assert_eq!(corrected["corrects_id"], json!(appointment));
    let expected = [spell(&third, "2026-09-01", json!(null)), spell(here, "2010-09-01", json!("2026-08-31"))];
    assert_eq!(spells(admin, &teacher).await, expected);
    // Taken back, the teacher goes on where they were.
    let path = format!("/appointments/{}/withdraw", id(&corrected));
    admin.post(&path, json!({})).await.problem(422, "invalid");
    let withdrawn = admin.post(&path, json!({ "reason": "并未调动" })).await.expect(200);
    assert_eq!(withdrawn["retired_reason"], "并未调动");
    assert_eq!(spells(admin, &teacher).await, [spell(here, "2010-09-01", json!(null))]);
    let view = admin.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!((&view["organization"]["id"], &view["left_on"]), (&json!(here), &json!(null)));
    admin.post(&path, json!({ "reason": "再撤" })).await.problem(409, "wrong_state");
    // Nothing is overwritten: every former statement is still there, with its reason.
    let former = admin.all(&format!("/appointments?teacher_id={teacher}&standing=false")).await;
    let reasons: Vec<_> = former.iter().map(|row| row["retired_reason"].as_str().unwrap()).collect();
    assert_eq!(former.len(), 6, "{reasons:?}");
    for reason in ["任职变更", "调入单位填错", "到任日期填错", "并未调动"] {
        assert!(reasons.contains(&reason), "{reason}: {reasons:?}");
    }
}

/// Case C10.
#[actix_web::test]
async fn a_spell_taken_back_gives_the_end_that_it_moved_back() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let teacher = admin.teacher_with(here, json!({ "left_on": "2025-06-30" })).await;
    let back = json!({ "teacher_id": teacher, "organization_id": there, "starts_on": "2025-06-30", "reason": "返聘" });
    let back = id(&admin.post("/appointments", back).await.expect(201));
    let moved = [spell(there, "2025-06-30", json!(null)), spell(here, "2010-09-01", json!("2025-06-29"))];
    assert_eq!(spells(admin, &teacher).await, moved);
    admin.post(&format!("/appointments/{back}/withdraw"), json!({ "reason": "登记错人" })).await.expect(200);
    assert_eq!(spells(admin, &teacher).await, [spell(here, "2010-09-01", json!("2025-06-30"))]);
    // An end that was stated so stays.
    let first = id(&latest(admin, &teacher).await);
    let earlier = json!({ "ends_on": "2025-05-31", "reason": "离任日期填错" });
    correct(admin, &first, earlier).await.expect(200);
    let next = json!({ "teacher_id": teacher, "organization_id": there, "starts_on": "2025-06-01", "reason": "返聘" });
    let next = id(&admin.post("/appointments", next).await.expect(201));
    admin.post(&format!("/appointments/{next}/withdraw"), json!({ "reason": "登记错人" })).await.expect(200);
    assert_eq!(spells(admin, &teacher).await, [spell(here, "2010-09-01", json!("2025-05-31"))]);
}

#[actix_web::test]
async fn spells_of_a_teacher_do_not_overlap() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let teacher = admin.teacher_with(here, json!({ "joined_on": "2010-09-01", "left_on": "2020-08-31" })).await;
    let new = |first: &str, last: Value| {
        json!({
            "teacher_id": teacher, "organization_id": there, "starts_on": first, "ends_on": last, "reason": "补录",
        })
    };
    for (first, last) in
        [("2015-01-01", json!("2016-01-01")), ("2005-01-01", json!(null)), ("2005-01-01", json!("2011-01-01"))]
    {
        let refused = admin.post("/appointments", new(first, last)).await.problem(409, "appointment_overlaps");
        assert_eq!(refused["errors"][0]["pointer"], "/starts_on");
    }
    let backwards = admin.post("/appointments", new("2021-01-01", json!("2020-12-31"))).await;
    assert_eq!(backwards.faults()[0].0, "/ends_on");
    admin.post("/appointments", new("2020-08-31", json!(null))).await.expect(201);
    let expected = [spell(there, "2020-08-31", json!(null)), spell(here, "2010-09-01", json!("2020-08-30"))];
    assert_eq!(spells(admin, &teacher).await, expected, "it begins on the last day of the other");
    admin.post("/appointments", new("2010-09-01", json!("2020-08-30"))).await.expect(201);
    let expected = [spell(there, "2020-08-31", json!(null)), spell(there, "2010-09-01", json!("2020-08-30"))];
    assert_eq!(spells(admin, &teacher).await, expected, "it begins on the first day of the other");
    let former = admin.all(&format!("/appointments?teacher_id={teacher}&standing=false")).await;
    assert_eq!(former.len(), 2);
    let on = admin.all(&format!("/appointments?teacher_id={teacher}&on=2020-08-30")).await;
    assert_eq!((on.len(), &on[0]["starts_on"]), (1, &json!("2010-09-01")));
}

#[actix_web::test]
async fn teachers_are_transferred_together_in_the_past_today_and_in_the_future() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let teachers = [admin.teacher(here).await, admin.teacher(here).await];
    let transfer = |teachers: &[String], to: &str, on: &str| json!({ "teacher_ids": teachers, "organization_id": to, "starts_on": on, "reason": "布局调整" });
    let moved = admin.post("/appointments/transfers", transfer(&teachers, there, "2026-09-01")).await.expect(201);
    let ids: Vec<_> = moved["items"].as_array().unwrap().iter().map(|row| row["teacher"]["id"].clone()).collect();
    assert_eq!(ids, teachers.each_ref().map(|id| json!(id)));
    for teacher in &teachers {
        let expected = [spell(there, "2026-09-01", json!(null)), spell(here, "2010-09-01", json!("2026-08-31"))];
        assert_eq!(spells(admin, teacher).await, expected);
        assert_eq!(admin.get(&format!("/teachers/{teacher}")).await.expect(200)["organization"]["id"], json!(there));
    }
    let refused = admin.post("/appointments/transfers", transfer(&teachers, there, "2026-11-30")).await;
    assert_eq!(refused.faults()[0].0, "/teacher_ids/0", "they serve there already");
    let twice = [teachers[0].clone(), teachers[0].clone()];
    let refused = admin.post("/appointments/transfers", transfer(&twice, here, "2027-03-01")).await;
    assert_eq!(refused.faults(), [("/teacher_ids/1".to_owned(), "duplicate".to_owned())]);
    let left = admin.teacher_with(here, json!({ "left_on": "2020-01-01" })).await;
    let mixed = [teachers[0].clone(), left];
    let refused = admin.post("/appointments/transfers", transfer(&mixed, here, "2027-03-01")).await;
    assert_eq!(refused.problem(409, "wrong_state")["errors"][0]["pointer"], "/teacher_ids/1");
    assert_eq!(spells(admin, &teachers[0]).await.len(), 2, "all or none");
    admin.post("/appointments/transfers", transfer(&teachers, here, "2027-03-01")).await.expect(201);
    // A transfer before a planned one keeps the plan.
    admin.post("/appointments/transfers", transfer(&teachers[..1], here, "2026-12-15")).await.expect(201);
    let expected = [
        spell(here, "2027-03-01", json!(null)),
        spell(here, "2026-12-15", json!("2027-02-28")),
        spell(there, "2026-09-01", json!("2026-12-14")),
        spell(here, "2010-09-01", json!("2026-08-31")),
    ];
    assert_eq!(spells(admin, &teachers[0]).await, expected);
}

#[actix_web::test]
async fn what_was_known_on_a_day_stays_known() {
    let county = Schools::start().await;
    let Schools { app, admin, here, there, .. } = &county;
    let teacher = admin.teacher(here).await;
    app.advance(10);
    let admin = app.admin().await;
    let transfer = json!({ "organization_id": there, "starts_on": "2026-09-01" });
    admin.post(&format!("/teachers/{teacher}/transfers"), transfer).await.expect(201);
    let of = |basis: Basis| {
        let teacher: TeacherId = teacher.parse().unwrap();
        let found = app.db.read_now(|conn| spells_of(conn, &[teacher], basis)).unwrap();
        let spells = found.get(&teacher).cloned().unwrap_or_default();
        spells
            .into_iter()
            .map(|spell| (spell.first.to_string(), spell.last.map(|day| day.to_string())))
            .collect::<Vec<_>>()
    };
    // The end of a day in Shanghai.
    let end_of = |day: &str| {
        let end: chrono::DateTime<chrono::Utc> = format!("{day}T23:59:59+08:00").parse().unwrap();
        Basis::AsOf(end.into())
    };
    let first = |last: Option<&str>| ("2010-09-01".to_owned(), last.map(str::to_owned));
    assert_eq!(of(end_of("2026-11-29")), []);
    assert_eq!(of(end_of("2026-12-09")), [first(None)]);
    let both = [first(Some("2026-08-31")), ("2026-09-01".to_owned(), None)];
    for basis in [end_of("2026-12-10"), Basis::Confirmed, Basis::Reported] {
        assert_eq!(of(basis), both);
    }
}

#[actix_web::test]
async fn the_database_refuses_to_overwrite_a_statement() {
    use diesel::connection::SimpleConnection;
    let county = Schools::start().await;
    county.admin.teacher(&county.here).await;
    for sql in [
        "UPDATE appointments SET starts_on = '2001-01-01'",
        "UPDATE appointments SET reason = 'x'",
        "DELETE FROM appointments",
        "UPDATE hour_records SET hours = 1",
    ] {
        let record = county.admin.all("/hour-records").await;
        if sql.contains("hour_records") && record.is_empty() {
            let teacher = county.admin.teacher(&county.here).await;
            county.admin.hours(&teacher, 2026, 8.0).await;
        }
        let refused = county.app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?));
        assert!(refused.unwrap_err().to_string().contains("wrong_state"), "{sql}");
    }
}

#[actix_web::test]
async fn appointments_are_listed_filtered_and_exported() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let named = admin.teacher_with(here, json!({ "name": "李娜", "teacher_no": unique("Q") })).await;
    admin.teacher(there).await;
    let count = |query: &str| {
        let (admin, path) = (admin.clone(), format!("/appointments?{query}"));
        async move { admin.all(&path).await.len() }
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("q=李娜").await, 1);
    assert_eq!(count(&format!("teacher_id={named}")).await, 1);
    assert_eq!(count(&format!("organization_id={there}")).await, 1);
    assert_eq!((count("confirmed=true").await, count("confirmed=false").await), (2, 0));
    assert_eq!((count("on=2010-08-31").await, count("on=2010-09-01").await), (0, 2));
    for sort in ["starts_on", "-starts_on", "recorded", "-recorded"] {
        assert_eq!(count(&format!("sort={sort}&limit=1")).await, 2, "{sort}");
    }
    let row = &admin.all(&format!("/appointments?teacher_id={named}")).await[0];
    assert_eq!(admin.get(&format!("/appointments/{}", id(row))).await.expect(200), *row);
    let stale =
        admin.request(reqwest::Method::PATCH, &format!("/appointments/{}", id(row))).header("if-match", "\"7\"");
    songjiao_tests::Answer::of(stale.json(&json!({ "reason": "过时" }))).await.problem(412, "precondition_failed");
}
