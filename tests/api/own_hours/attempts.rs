//! What a person tries, in the state in which each operation decides on hours.

use chrono::Days;
use serde_json::{Value, json};
use songjiao_tests::{id, unique};

use super::walk::Walk;

fn reason() -> Value {
    json!({ "reason": "核实无误" })
}

/// Records and what is decided on them.
pub async fn records(walk: &mut Walk) {
    let teacher = walk.teacher.clone();
    let new = |status: Option<&str>, day: &str, former: Option<&Value>| {
        let mut new = json!({
            "teacher_id": teacher, "training_year": 2026, "starts_on": day, "ends_on": day, "hours": 8,
            "level": "county", "mode": "face_to_face", "title": unique("培训"), "institution": "进修学校",
        });
        if let Some(status) = status {
            new["status"] = json!(status);
        }
        if let Some(former) = former {
            new["former_id"] = former["id"].clone();
        }
        new
    };
    let create = "POST /hour-records";
    walk.attempt(create, "/hour-records", new(Some("recognized"), "2026-10-01", None)).await;
    walk.attempt(create, "/hour-records", new(None, "2026-10-02", None)).await;
    // What somebody else submitted waits for a decision.
    let path = |record: &Value, act: &str| format!("/hour-records/{}/{act}", id(record));
    let ours = walk.county.ours.clone();
    let mut waiting = Vec::new();
    for day in ["2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07"] {
        waiting.push(ours.post("/hour-records", new(Some("pending"), day, None)).await.expect(201));
    }
    walk.attempt("POST /hour-records/{id}/recognize", &path(&waiting[0], "recognize"), Value::Null).await;
    let ids = json!({ "ids": [waiting[1]["id"]] });
    walk.attempt("POST /hour-records/recognize", "/hour-records/recognize", ids).await;
    walk.attempt("POST /hour-records/{id}/reject", &path(&waiting[3], "reject"), reason()).await;
    walk.attempt("POST /hour-records/{id}/return", &path(&waiting[4], "return"), reason()).await;
    let decide = json!({ "decision": "recognize", "filter": { "teacher_id": teacher }, "reason": "核实" });
    walk.attempt("POST /hour-records/decide", "/hour-records/decide", decide).await;
    // Corrections of what was returned.
    for (day, status) in [("2026-10-08", Some("recognized")), ("2026-10-09", None)] {
        let returned = ours.post("/hour-records", new(Some("pending"), day, None)).await.expect(201);
        ours.post(&path(&returned, "return"), reason()).await.expect(200);
        walk.attempt(create, "/hour-records", new(status, day, Some(&returned))).await;
    }
    // What was voided or rejected.
    let voided = ours.post("/hour-records", new(Some("recognized"), "2026-10-10", None)).await.expect(201);
    walk.attempt("POST /hour-records/{id}/void", &path(&voided, "void"), reason()).await;
    if ours.get(&format!("/hour-records/{}", id(&voided))).await.json["status"] == "recognized" {
        ours.post(&path(&voided, "void"), reason()).await.expect(200);
    }
    walk.attempt("POST /hour-records/{id}/restore", &path(&voided, "restore"), reason()).await;
    let rejected = ours.post("/hour-records", new(Some("pending"), "2026-10-11", None)).await.expect(201);
    ours.post(&path(&rejected, "reject"), reason()).await.expect(200);
    walk.attempt("POST /hour-records/{id}/restore", &path(&rejected, "restore"), reason()).await;
    // What the person submitted.
    let own = walk.attempt(create, "/hour-records", new(None, "2026-10-12", None)).await;
    let withdrawn = if own.status == 201 { own.json } else { waiting[2].clone() };
    let withdraw = path(&withdrawn, "withdraw");
    walk.attempt_whatever_follows("POST /hour-records/{id}/withdraw", &withdraw, Value::Null).await;
}

/// Suspected duplicates.
pub async fn groups(walk: &mut Walk) {
    let ours = walk.county.ours.clone();
    let mut pairs = Vec::new();
    for day in ["2026-09-21", "2026-09-23"] {
        let mut pair = Vec::new();
        for external_id in ["A", "B"] {
            let more = json!({
                "title": format!("国培 {day}"), "external_id": format!("{day}-{external_id}"), "starts_on": day, "ends_on": day,
            });
            pair.push(ours.hours_with(&walk.teacher, 2026, 3.0, more).await);
        }
        assert_eq!(pair[1]["hold"], "suspected");
        pairs.push(pair);
    }
    let keep: Vec<&Value> = pairs[0].iter().map(|record| &record["id"]).collect();
    let both = json!({ "keep": keep, "reason": "上午、下午各一次" });
    let group = pairs[0][1]["duplicate_group_id"].as_str().unwrap();
    walk.attempt("POST /duplicate-groups/{id}/decide", &format!("/duplicate-groups/{group}/decide"), both).await;
    // The first waits as well, so that a rule recognises something.
    ours.post(&format!("/hour-records/{}/void", id(&pairs[1][0])), reason()).await.expect(200);
    let more =
        json!({ "title": "国培 2026-09-23", "external_id": "C", "starts_on": "2026-09-23", "ends_on": "2026-09-23" });
    let longer = ours.hours_with(&walk.teacher, 2026, 4.0, more).await;
    assert_eq!(longer["hold"], "suspected");
    let rule = json!({ "rule": "longest", "reason": "以较长者为准" });
    walk.attempt("POST /duplicate-groups/decide", "/duplicate-groups/decide", rule).await;
}

const HEADER: &str = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号";

/// Files and pushes.
pub async fn files(walk: &mut Walk) {
    let ours = walk.county.ours.clone();
    let number = walk.number.clone();
    let file = |name: &str, year: i32, hours: i64, day: &str| {
        json!(format!("{HEADER}\n{number},{year},县级,{name},进修学校,面授,{hours},{day},{day},{name}\n"))
    };
    for (operation, day) in [("POST /imports/hour-records", "2026-08-03"), ("POST /imports/hour_records", "2026-08-04")]
    {
        let path = operation.trim_start_matches("POST ");
        let name = unique("培训");
        let report = walk.attempt(operation, path, file(&name, 2026, 4, day)).await;
        // Somebody else recognises it; the same file with more hours takes its place.
        if report.status == 201 {
            let records = ours.all(&format!("/hour-records?import_id={}", id(&report.json))).await;
            ours.act(&format!("/hour-records/{}/recognize", id(&records[0]))).await;
        }
        walk.attempt(operation, &format!("{path}?on_conflict=supersede"), file(&name, 2026, 8, day)).await;
    }
    // What is flagged is accepted for years that are over.
    let accept = "/imports/hour-records?on_flag=accept&reason=%E6%97%A7%E8%B4%A6&source=first-load&accept_valid=true";
    let flagged = file(&unique("旧账"), 2025, 20, "2025-08-04");
    walk.attempt("POST /imports/hour-records", accept, flagged).await;
    // The file of somebody else, and what waits beside it.
    let name = unique("培训");
    let imported =
        ours.post_csv("/imports/hour-records", file(&name, 2026, 4, "2026-08-05").as_str().unwrap().to_owned());
    let imported = imported.await.expect(201);
    let beside = json!({
        "title": name, "institution": "进修学校", "starts_on": "2026-08-05", "ends_on": "2026-08-05", "external_id": name,
    });
    ours.hours_with(&walk.teacher, 2026, 4.0, beside).await;
    let take_back = format!("/imports/{}/take-back", id(&imported));
    walk.attempt("POST /imports/{id}/take-back", &take_back, reason()).await;
    let item = |hours: i64, more: Value| {
        let mut item = json!({
            "external_id": "P-1", "teacher_no": number, "training_year": 2026, "starts_on": "2026-08-06",
            "ends_on": "2026-08-06", "hours": hours, "level": "county", "mode": "face_to_face", "title": "推送",
            "institution": "进修学校",
        });
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([item])
    };
    let push = "POST /sources/{source}/hour-records";
    let source = walk.source.clone();
    for (query, body) in [
        ("?status=recognized", item(2, json!({}))),
        ("", item(4, json!({}))),
        ("?on_conflict=supersede&status=recognized", item(8, json!({}))),
        ("", json!([{ "external_id": "P-1", "withdrawn": true }])),
    ] {
        walk.attempt_whatever_follows(push, &format!("/sources/{source}/hour-records{query}"), body).await;
    }
}

/// Participants and marks, from the nomination to the end.
pub async fn participation(walk: &mut Walk) {
    let ours = walk.county.ours.clone();
    let (project, enrollment, day) = walk.project("workshop", json!({})).await;
    let path = format!("/projects/{}", id(&project));
    let (activity, ahead) = (walk.activity(day, 4), walk.activity(day + Days::new(1), 4));
    let created =
        walk.attempt_or_let_do("POST /projects/{id}/activities", &format!("{path}/activities"), activity).await;
    let second = id(&ours.post(&format!("{path}/activities"), ahead).await.expect(201));
    let of = |activity: &str, act: &str| format!("/activities/{activity}{act}");
    let activity = id(&created);
    walk.attempt("PATCH /activities/{id}", &of(&activity, ""), json!({ "hours": 8 })).await;
    let present = json!({ "entries": [{ "enrollment_id": enrollment, "status": "present" }] });
    let attendance = of(&activity, "/attendance");
    walk.attempt_or_let_do("POST /activities/{id}/attendance", &attendance, present.clone()).await;
    walk.attempt_or_let_do("PUT /activities/{id}/attendance", &attendance, present).await;
    let cancel = reason();
    walk.attempt_or_let_do("POST /activities/{id}/cancel", &of(&second, "/cancel"), cancel).await;
    walk.attempt_or_let_do("POST /activities/{id}/reinstate", &of(&second, "/reinstate"), Value::Null).await;
    walk.attempt_or_let_do("DELETE /activities/{id}", &of(&second, ""), Value::Null).await;
    walk.attempt("PATCH /projects/{id}", &path, json!({ "planned_hours": 60, "reason": "增加研讨" })).await;
    walk.attempt_or_let_do("POST /projects/{id}/complete", &format!("{path}/complete"), json!({})).await;
    // Mended by the person, decided on by the person.
    let correct = json!({ "enrollment_id": enrollment, "day": day, "status": "late", "reason": "补签" });
    walk.attempt("POST /activities/{id}/attendance/correct", &of(&activity, "/attendance/correct"), correct).await;
    walk.attempt_or_let_do("POST /projects/{id}/reopen", &format!("{path}/reopen"), reason()).await;
    walk.attempt_or_let_do("POST /projects/{id}/complete", &format!("{path}/complete"), json!({})).await;
    // A wrong mark for which somebody else let the teacher fail.
    let (project, enrollment, activity) = walk.workshop(json!({})).await;
    ours.attend(&activity, &enrollment, "absent").await;
    ours.post(&format!("/projects/{}/complete", id(&project)), json!({})).await.expect(200);
    let day = ours.get(&of(&activity, "")).await.json["held_on"].clone();
    let correct = json!({ "enrollment_id": enrollment, "day": day, "status": "present", "reason": "当天已签到" });
    walk.attempt("POST /activities/{id}/attendance/correct", &of(&activity, "/attendance/correct"), correct).await;
    // The same from a file, while the project runs.
    let (project, _, activity) = walk.workshop(json!({})).await;
    let title = project["title"].as_str().unwrap();
    let day = ours.get(&of(&activity, "")).await.json["held_on"].clone();
    let marked = if walk.team.is_some() { unique("T") } else { walk.number.clone() };
    let file = json!(format!(
        "项目名称,活动名称,活动日期,教师编号,考勤,备注\n{title},研讨,{},{marked},迟到,\n",
        day.as_str().unwrap()
    ));
    walk.attempt_whatever_follows("POST /imports/attendance", "/imports/attendance", file).await;
}

/// How participation ends before the project does.
pub async fn endings(walk: &mut Walk) {
    let (_, enrollment, _) = walk.workshop(json!({})).await;
    let withdraw = json!({ "reason": "因病", "unmarked": "absent" });
    walk.attempt("POST /enrollments/{id}/withdraw", &format!("/enrollments/{enrollment}/withdraw"), withdraw).await;
    let (_, enrollment, _) = walk.workshop(json!({})).await;
    let keep = json!({ "reason": "多次缺课", "issued_hours": "keep" });
    walk.attempt("POST /enrollments/{id}/disqualify", &format!("/enrollments/{enrollment}/disqualify"), keep.clone())
        .await;
    let (project, ..) = walk.project_with_phase(json!({})).await;
    walk.attempt("POST /projects/{id}/cancel", &format!("/projects/{}/cancel", id(&project)), keep).await;
    // A list of hours, where nothing was held.
    let (project, enrollment, _) = walk.project("online", json!({})).await;
    let list = json!({ "hours": [{ "enrollment_id": enrollment, "hours": 30 }] });
    walk.attempt("POST /projects/{id}/complete", &format!("/projects/{}/complete", id(&project)), list).await;
    // A project of a year that is over.
    let last_year = json!({ "training_year": 2025, "starts_on": "2025-09-01", "ends_on": "2026-12-18" });
    let (project, ..) = walk.project_with_phase(last_year).await;
    walk.attempt("POST /projects/{id}/settle", &format!("/projects/{}/settle", id(&project)), reason()).await;
}

/// Phases, and the project that ends with them.
pub async fn phases(walk: &mut Walk) {
    let (project, enrollment, day) = walk.project("send_teaching", json!({})).await;
    let ours = walk.county.ours.clone();
    let phase = id(&project["phases"][0]);
    let of = |act: &str| format!("/phases/{phase}{act}");
    walk.attempt("PATCH /phases/{id}", &of(""), json!({ "planned_hours": 16 })).await;
    walk.attempt_or_let_do("POST /phases/{id}/start", &of("/start"), Value::Null).await;
    ours.submit_missing_deliverables(&phase, &walk.school).await;
    let new = walk.activity(day, 8);
    let activity = id(&walk.attempt_or_let_do("POST /phases/{id}/activities", &of("/activities"), new).await);
    ours.attend(&activity, &enrollment, "present").await;
    walk.attempt_or_let_do("POST /phases/{id}/complete", &of("/complete"), Value::Null).await;
    let second = format!("/phases/{}/skip", id(&project["phases"][1]));
    walk.attempt_or_let_do("POST /phases/{id}/skip", &second, reason()).await;
    walk.attempt_or_let_do("POST /phases/{id}/reopen", &of("/reopen"), reason()).await;
    walk.attempt_or_let_do("POST /phases/{id}/complete", &of("/complete"), Value::Null).await;
    for phase in &project["phases"].as_array().unwrap()[2..] {
        ours.post(&format!("/phases/{}/skip", id(phase)), reason()).await.expect(200);
    }
    let path = format!("/projects/{}/complete", id(&project));
    walk.attempt_or_let_do("POST /projects/{id}/complete", &path, json!({})).await;
}

/// Nominations and admissions.
pub async fn nominations(walk: &mut Walk) {
    let ours = walk.county.ours.clone();
    let workshop = json!({ "kind": "workshop", "level": "county" });
    let project = ours.published_project(workshop).await;
    let path = format!("/projects/{}", id(&project));
    walk.attempt_or_let_do("POST /projects/{id}/start", &format!("{path}/start"), Value::Null).await;
    let nominate = json!({ "teacher_ids": [walk.teacher] });
    let nominated =
        walk.attempt_or_let_do("POST /projects/{id}/enrollments", &format!("{path}/enrollments"), nominate).await;
    let enrollment = id(&nominated["items"][0]);
    let of = |act: &str| format!("/enrollments/{enrollment}/{act}");
    walk.attempt_or_let_do("POST /enrollments/{id}/reject", &of("reject"), reason()).await;
    walk.attempt_or_let_do("POST /enrollments/{id}/reinstate", &of("reinstate"), reason()).await;
    let admit = json!({ "ids": [enrollment] });
    walk.attempt_or_let_do("POST /projects/{id}/enrollments/admit", &format!("{path}/enrollments/admit"), admit).await;
    let project = ours.published_project(json!({ "kind": "workshop", "level": "county" })).await;
    let enrollment = ours.nominated(&project, &walk.teacher).await;
    walk.attempt("POST /enrollments/{id}/admit", &format!("/enrollments/{enrollment}/admit"), Value::Null).await;
    let project = ours.published_project(json!({ "kind": "workshop", "level": "county" })).await;
    let file = format!("项目名称,教师编号\n{},{}\n", project["title"].as_str().unwrap(), walk.number);
    walk.attempt_whatever_follows("POST /imports/enrollments", "/imports/enrollments", json!(file)).await;
}

/// Service, on which hours rest.
pub async fn service(walk: &mut Walk) {
    let ours = walk.county.ours.clone();
    let clerk = walk.county.app.user(&walk.county.admin, songjiao_types::Role::SchoolAdmin, &walk.school).await;
    let spell = |first: &str, last: &str| {
        json!({
            "teacher_id": walk.teacher, "organization_id": walk.school, "starts_on": first, "ends_on": last,
            "end_reason": "resigned", "reason": "补登",
        })
    };
    let mut reported = Vec::new();
    for (first, last, day, year) in
        [("2017-01-01", "2017-12-31", "2017-06-01", 2017), ("2018-06-01", "2018-12-31", "2018-09-03", 2018)]
    {
        reported.push(id(&clerk.post("/appointments", spell(first, last)).await.expect(201)));
        let more = json!({ "starts_on": day, "ends_on": day });
        let record = ours.hours_with(&walk.teacher, year, 4.0, more).await;
        assert_eq!(record["hold"], "service_unconfirmed", "{record}");
    }
    let (create, third) = ("POST /appointments", spell("2019-03-01", "2019-06-30"));
    let new = walk.attempt(create, "/appointments", third).await;
    let path = format!("/appointments/{}/confirm", reported[0]);
    walk.attempt_or_let_do("POST /appointments/{id}/confirm", &path, json!({})).await;
    let ids = json!({ "ids": [reported[1]] });
    walk.attempt("POST /appointments/confirm", "/appointments/confirm", ids).await;
    let of_person = if new.status == 201 { id(&new.json) } else { reported[0].clone() };
    let path = format!("/appointments/{of_person}");
    let later = json!({ "ends_on": "2019-07-31", "reason": "日期有误", "void_records": true });
    walk.attempt_whatever_follows("PATCH /appointments/{id}", &path, later).await;
    let withdraw = json!({ "reason": "重复", "void_records": true });
    walk.attempt_whatever_follows("POST /appointments/{id}/withdraw", &format!("{path}/withdraw"), withdraw).await;
    let moved = json!({ "organization_id": walk.school, "starts_on": "2026-12-01", "reason": "工作调动" });
    let transfer = format!("/teachers/{}/transfers", walk.teacher);
    walk.attempt_whatever_follows("POST /teachers/{id}/transfers", &transfer, moved).await;
    let code = ours.get(&format!("/organizations/{}", walk.school)).await.json["code"].as_str().unwrap().to_owned();
    let file = format!("教师编号,姓名,单位编号,学科,学段,入职日期\n{},王芳,{code},语文,小学,2016-09-01\n", walk.number);
    walk.attempt_whatever_follows("POST /imports/teachers", "/imports/teachers", json!(file)).await;
}
