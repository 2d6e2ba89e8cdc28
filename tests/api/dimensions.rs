//! The dimension 三修 of hour records, at every door.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{Answer, Session, TestApp, id};

async fn dimensions(admin: &Session, query: &str) -> Vec<Value> {
    let records = admin.all(&format!("/hour-records?sort=created&{query}")).await;
    records.iter().map(|record| record["dimension"].clone()).collect()
}

async fn file(admin: &Session, path: &str) -> String {
    let request = admin.request(reqwest::Method::GET, path).header("accept", "text/csv");
    Answer::of(request).await.text
}

#[actix_web::test]
async fn a_record_may_state_its_dimension_in_the_form_a_file_and_a_push() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher_with(&root, json!({ "teacher_no": "T1" })).await;
    admin.hours_with(&teacher, 2025, 8.0, json!({})).await;
    admin.hours_with(&teacher, 2025, 8.0, json!({ "dimension": "ethics" })).await;
    let file = "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号,三修\n\
                T1,2025,国培,国培甲,东北师大,网络研修,8,2025-07-06,2025-07-07,E1,专业知识\n\
                T1,2025,国培,国培乙,东北师大,网络研修,8,2025-07-08,2025-07-09,E2,\n";
    admin.post_csv("/imports/hour-records", file).await.expect(201);
    let pushed = |id: &str, dimension: Value| {
        json!({
            "external_id": id, "teacher_no": "T1", "training_year": 2025, "starts_on": "2025-08-01",
            "ends_on": "2025-08-02", "hours": 8, "level": "provincial", "mode": "online",
            "title": format!("省培{id}"), "institution": "省教育学院", "dimension": dimension,
        })
    };
    let push = json!([pushed("P1", json!("专业能力")), pushed("P2", json!(null)), pushed("P3", json!("体能"))]);
    let report = admin.post("/sources/province/hour-records", push).await.expect(200);
    assert_eq!(report["items"][2]["errors"][0]["pointer"], "/dimension");
    let all = dimensions(&admin, "").await;
    assert_eq!(all, [json!(null), json!("ethics"), json!("knowledge"), json!(null), json!("skill"), json!(null)]);
    assert_eq!(dimensions(&admin, "dimension=skill").await, ["skill"]);
    assert_eq!(admin.get("/hour-records?dimension=body").await.faults()[0].0, "dimension");
    let wrong = file.replace("专业知识", "体能").replace("E1", "E9");
    let report = admin.post_csv("/imports/hour-records", wrong).await.expect(422);
    assert_eq!(
        (&report["errors"][0]["column"], &report["errors"][0]["code"]),
        (&json!("三修"), &json!("unknown_value"))
    );
}

#[actix_web::test]
async fn a_source_that_states_no_dimension_leaves_the_recorded_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    let header = "teacher_no,training_year,level,title,institution,mode,hours,starts_on,ends_on,external_id";
    let row = "T1,2025,national,国培,东北师大,online,8,2025-07-06,2025-07-07,E1";
    let counts = |answer: Answer| {
        let report = answer.expect(201);
        ["rows_imported", "rows_unchanged", "rows_updated"].map(|name| report[name].as_i64().unwrap())
    };
    let with = |dimension: &str| format!("{header},dimension\n{row},{dimension}\n");
    let without = format!("{header}\n{row}\n");
    assert_eq!(counts(admin.post_csv("/imports/hour-records", with("skill")).await), [1, 0, 0]);
    assert_eq!(counts(admin.post_csv("/imports/hour-records", without.clone()).await), [0, 1, 0]);
    let differs = admin.post_csv("/imports/hour-records", with("ethics")).await.expect(422);
    assert_eq!(differs["errors"][0]["code"], "conflict");
    let superseding = admin.post_csv("/imports/hour-records?on_conflict=supersede", with("ethics")).await;
    assert_eq!(counts(superseding), [0, 0, 1]);
    assert_eq!(dimensions(&admin, "status=recognized").await, ["ethics"]);
    let exported = admin.request(reqwest::Method::GET, "/hour-records?status=recognized");
    let exported = Answer::of(exported.header("accept", "text/csv")).await.text;
    let again = exported.trim_start_matches('\u{feff}').to_owned();
    assert!(again.contains("三修") && again.contains("专业理念与师德"), "{again}");
    assert_eq!(counts(admin.post_csv("/imports/hour-records", again).await), [0, 1, 0], "our own export comes back");
}

#[actix_web::test]
async fn the_dimension_of_a_record_is_never_edited() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let record = id(&admin.hours_with(&teacher, 2025, 8.0, json!({ "dimension": "skill" })).await);
    let edit = |set: &str| {
        let sql = format!("UPDATE hour_records SET {set} WHERE id = '{record}'");
        app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(&sql)?))
    };
    assert!(edit("dimension = 'ethics'").is_err() && edit("dimension = NULL").is_err());
    admin.post(&format!("/hour-records/{record}/void"), json!({ "reason": "重复" })).await.expect(200);
}

#[actix_web::test]
async fn hours_are_broken_down_by_dimension_in_statistics_and_quotas() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher_with(&admin.me("/organization/id"), json!({ "joined_on": "2025-01-01" })).await;
    for (hours, more) in [
        (30.0, json!({ "dimension": "skill" })),
        (6.0, json!({ "dimension": "ethics" })),
        (4.5, json!({ "dimension": "ethics", "status": "pending" })),
        (4.0, json!({})),
    ] {
        admin.hours_with(&teacher, 2025, hours, more).await;
    }
    let expected = [
        [json!("ethics"), json!(6), json!(4.5)],
        [json!("knowledge"), json!(0), json!(0)],
        [json!("skill"), json!(30), json!(0)],
        [json!(null), json!(4), json!(0)],
    ];
    let rows = |view: &Value, list: &str, name: &str| -> Vec<[Value; 3]> {
        let row = |row: &Value| [name, "recognized_hours", "pending_hours"].map(|field| row[field].clone());
        view[list].as_array().unwrap().iter().map(row).collect()
    };
    let summary = admin.get("/quotas/summary?training_year=2025").await.expect(200);
    assert_eq!(rows(&summary, "by_dimension", "dimension"), expected);
    for path in ["quotas/2025", "quotas/2025?as_of=2026-11-30"] {
        let quota = admin.get(&format!("/teachers/{teacher}/{path}")).await.expect(200);
        assert_eq!(rows(&quota, "by_dimension", "dimension"), expected, "{path}");
    }
    let view = admin.get("/statistics/composition?training_year=2025&by=dimension").await.expect(200);
    assert_eq!((&view["by"], &view["items"][0]["label"]), (&json!("dimension"), &json!("专业理念与师德")));
    assert_eq!((&view["items"][3]["key"], &view["items"][3]["label"]), (&json!("none"), &json!("未注明")));
    assert_eq!([&view["items"][0]["share"], &view["items"][2]["share"]], [&json!(15.0), &json!(75.0)]);
    // Late hours 补录 stand beside, by dimension as well.
    let waive = json!({ "waive": [{ "kind": "hours_decision", "reason": "日后补录" }] });
    admin.post("/years/2025/close", waive).await.expect(200);
    let late =
        json!({ "dimension": "knowledge", "reason": "补登", "starts_on": "2025-07-01", "ends_on": "2025-07-01" });
    admin.hours_with(&teacher, 2025, 8.0, late).await;
    let view = admin.get("/statistics/composition?training_year=2025&by=dimension").await.expect(200);
    let late: Vec<&Value> = view["items"].as_array().unwrap().iter().map(|item| &item["late_hours"]).collect();
    assert_eq!(late, [&json!(0), &json!(8), &json!(0), &json!(0)]);
    assert_eq!(view["items"][1]["recognized_hours"], 0);
}

#[actix_web::test]
async fn the_hours_of_an_activity_serve_its_dimension_or_that_of_its_project() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let workshop = |dimension: &str| json!({ "kind": "workshop", "level": "county", "dimension": dimension });
    let project = admin.running_project(workshop("skill")).await;
    admin.project(workshop("knowledge")).await;
    let path = format!("/projects/{}", id(&project));
    let enrollment = admin.admitted(&project, &teacher).await;
    for (day, dimension) in [("2026-05-11", json!(null)), ("2026-05-12", json!("ethics"))] {
        let new = json!({ "title": "研讨", "form": "seminar", "held_on": day, "hours": 4, "dimension": dimension });
        let activity = admin.post(&format!("{path}/activities"), new).await.expect(201);
        assert_eq!(activity["dimension"], dimension);
        admin.attend(&id(&activity), &enrollment, "present").await;
    }
    let activities = file(&admin, &format!("{path}/activities")).await;
    assert!(activities.contains("三修") && activities.contains("专业理念与师德"), "{activities}");
    let listed = admin.all("/projects?dimension=skill").await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &project["id"]));
    let listed = file(&admin, "/projects?dimension=skill").await;
    assert!(listed.contains("三修") && listed.contains("专业能力") && !listed.contains("专业知识"), "{listed}");
    assert_eq!(admin.get("/projects?dimension=body").await.faults()[0].0, "dimension");
    admin.post(&format!("{path}/complete"), json!({})).await.expect(200);
    let records = admin.all(&format!("/hour-records?teacher_id={teacher}&sort=created")).await;
    let mut hours: Vec<_> = records.iter().map(|row| (row["dimension"].to_string(), row["hours"].clone())).collect();
    hours.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(hours, [("\"ethics\"".to_owned(), json!(4)), ("\"skill\"".to_owned(), json!(4))]);
}
