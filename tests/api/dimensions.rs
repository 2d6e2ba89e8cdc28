//! The dimension 三修 of hour records, at every door.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{Answer, Session, TestApp, id};

async fn dimensions(admin: &Session, query: &str) -> Vec<Value> {
    let records = admin.all(&format!("/hour-records?sort=created&{query}")).await;
    records.iter().map(|record| record["dimension"].clone()).collect()
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
