//! What schools report about service, and its confirmation.

use serde_json::json;
use songjiao_tests::id;
use songjiao_types::Role;

use super::appointments::{Schools, correct, latest, spell, spells};

#[actix_web::test]
async fn a_school_that_moves_the_first_day_changes_nothing_until_it_is_confirmed() {
    let county = Schools::start().await;
    let Schools { admin, here, .. } = &county;
    let school = county.school().await;
    let teacher = admin.teacher(here).await;
    let required =
        || async { admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200)["required_hours"].clone() };
    let view = school.patch(&format!("/teachers/{teacher}"), json!({ "joined_on": "2026-11-01" })).await.expect(200);
    assert_eq!((&view["joined_on"], &view["appointments_waiting"]), (&json!("2010-09-01"), &json!(1)));
    assert_eq!(required().await, 72);
    assert_eq!(spells(admin, &teacher).await.len(), 2, "the confirmed statement and the reported one");
    let waiting = admin.all(&format!("/appointments?confirmed=false&organization_id={here}")).await;
    assert_eq!((waiting.len(), &waiting[0]["teacher"]["id"]), (1, &json!(teacher)));
    let path = format!("/appointments/{}/confirm", id(&waiting[0]));
    school.post(&path, json!({})).await.problem(403, "forbidden");
    let training_school = county.training_school().await;
    let confirmed = training_school.post(&path, json!({})).await.expect(200);
    assert_eq!(
        (&confirmed["confirmed"], &confirmed["confirmed_by"]),
        (&json!(true), &json!(training_school.me("/id")))
    );
    assert_eq!(required().await, 12);
    assert_eq!(spells(admin, &teacher).await, [spell(here, "2026-11-01", json!(null))]);
    training_school.post(&path, json!({})).await.problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_teacher_whom_a_school_enters_is_visible_and_counts_once_confirmed() {
    let county = Schools::start().await;
    let Schools { admin, here, .. } = &county;
    let school = county.school().await;
    let teacher = school.teacher(here).await;
    let view = school.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!((&view["service_confirmed"], &view["organization"]["id"]), (&json!(false), &json!(here)));
    let counted = || async {
        let dashboard = admin.get(&format!("/dashboard?organization_id={here}")).await.expect(200);
        let quotas = admin.all(&format!("/quotas?training_year=2026&organization_id={here}")).await;
        let credits = admin.all(&format!("/credits?organization_id={here}")).await;
        let in_post = admin.all("/teachers?in_post=true").await;
        let teachers = usize::try_from(dashboard["teachers_in_post"].as_i64().unwrap()).unwrap();
        [teachers, quotas.len(), credits.len(), in_post.len()]
    };
    assert_eq!(counted().await, [0; 4]);
    let quota = admin.get(&format!("/teachers/{teacher}/quotas/2026")).await.expect(200);
    assert_eq!(quota["required_hours"], 0);
    let project = admin.published_project(json!({ "look_back_years": 0 })).await;
    let nominate = format!("/projects/{}/enrollments", id(&project));
    school.post(&nominate, json!({ "teacher_ids": [teacher] })).await.problem(422, "not_eligible");
    // Hours wait for the service, even those that the training school recognises.
    let training_school = county.training_school().await;
    let record = training_school.hours(&teacher, 2026, 8.0).await;
    assert_eq!((&record["status"], &record["hold"]), (&json!("pending"), &json!("service_unconfirmed")));
    let held = training_school.all("/hour-records?hold=service_unconfirmed").await;
    assert_eq!(held.len(), 1);
    let record = id(&record);
    training_school.act(&format!("/hour-records/{record}/recognize")).await.problem(409, "wrong_state");
    let all = training_school.post("/hour-records/recognize", json!({ "ids": [record] })).await;
    assert_eq!(all.problem(409, "wrong_state")["errors"][0]["code"], "held");
    let confirmed = training_school.post("/appointments/confirm", json!({ "organization_id": here })).await.expect(200);
    assert_eq!(confirmed["confirmed"], 1);
    assert_eq!(counted().await, [1; 4]);
    let freed = training_school.get(&format!("/hour-records/{record}")).await.expect(200);
    assert_eq!((&freed["status"], &freed["hold"]), (&json!("pending"), &json!("decision")));
    training_school.post("/hour-records/recognize", json!({ "ids": [record] })).await.expect(200);
    school.post(&nominate, json!({ "teacher_ids": [teacher] })).await.expect(201);
    let file = training_school.get("/hour-records?limit=1").await;
    assert_eq!(file.expect(200)["items"][0]["hold"], json!(null));
}

#[actix_web::test]
async fn a_school_reports_corrects_and_takes_back_its_reports_and_nothing_else() {
    let county = Schools::start().await;
    let Schools { admin, here, there, .. } = &county;
    let school = county.school().await;
    let teacher = admin.teacher(here).await;
    let confirmed = id(&latest(admin, &teacher).await);
    school
        .post(&format!("/appointments/{confirmed}/withdraw"), json!({ "reason": "有误" }))
        .await
        .problem(403, "forbidden");
    let leave = json!({ "ends_on": "2026-10-31", "end_reason": "resigned", "reason": "辞职" });
    let reported = correct(&school, &confirmed, leave).await.expect(200);
    assert_eq!((&reported["confirmed"], &reported["corrects_id"]), (&json!(false), &json!(confirmed)));
    let view = school.get(&format!("/teachers/{teacher}")).await.expect(200);
    assert_eq!((&view["status"], &view["left_on"]), (&json!("active"), &json!(null)));
    let later = json!({ "ends_on": "2026-11-15", "reason": "日期有误" });
    let reported = correct(&school, &id(&reported), later).await.expect(200);
    let waiting = school.all("/appointments?confirmed=false").await;
    assert_eq!((waiting.len(), &waiting[0]["ends_on"]), (1, &json!("2026-11-15")), "one report for each spell");
    assert_eq!(waiting[0]["end_reason"], "resigned");
    let elsewhere = json!({ "organization_id": there, "reason": "调往他校" });
    assert_eq!(correct(&school, &id(&reported), elsewhere).await.faults()[0].0, "/organization_id");
    let path = format!("/appointments/{}/withdraw", id(&reported));
    school.post(&path, json!({ "reason": "没有辞职" })).await.expect(200);
    assert_eq!(spells(&school, &teacher).await, [spell(here, "2010-09-01", json!(null))]);
    // Another school's teachers are out of reach.
    let foreign = admin.teacher(there).await;
    let take = json!({ "teacher_id": foreign, "organization_id": here, "starts_on": "2026-11-01", "reason": "调入" });
    assert_eq!(school.post("/appointments", take).await.faults()[0].0, "/teacher_id");
    let appointment = id(&latest(admin, &foreign).await);
    correct(&school, &appointment, json!({ "reason": "越权" })).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_reported_transfer_is_carried_out_by_its_confirmation() {
    let county = Schools::start().await;
    let Schools { app, admin, root, .. } = &county;
    let district = admin.organization("district", root).await;
    let (here, there) = (admin.organization("school", &district).await, admin.organization("school", &district).await);
    let clerk = app.user(admin, Role::SchoolAdmin, &district).await;
    let teacher = admin.teacher(&here).await;
    let record = json!({ "starts_on": "2026-10-08", "ends_on": "2026-10-10" });
    let record = id(&admin.hours_with(&teacher, 2026, 12.0, record).await);
    let transfer = json!({
        "teacher_ids": [teacher], "organization_id": there, "starts_on": "2026-09-01", "reason": "调动",
    });
    let reported = clerk.post("/appointments/transfers", transfer).await.expect(201);
    assert_eq!(reported["items"][0]["confirmed"], false);
    let place = || async { admin.get(&format!("/hour-records/{record}")).await.expect(200)["organization_id"].clone() };
    assert_eq!(place().await, json!(here));
    // What the training school enters meanwhile must leave room for the report.
    let first = spells(admin, &teacher).await.len();
    assert_eq!(first, 2);
    let ids = json!({ "ids": [id(&reported["items"][0])] });
    assert_eq!(admin.post("/appointments/confirm", ids.clone()).await.expect(200)["confirmed"], 1);
    assert_eq!(place().await, json!(there));
    let expected = [spell(&there, "2026-09-01", json!(null)), spell(&here, "2010-09-01", json!("2026-08-31"))];
    assert_eq!(spells(admin, &teacher).await, expected);
    let again = admin.post("/appointments/confirm", ids).await.problem(409, "wrong_state");
    assert_eq!(again["errors"][0]["pointer"], "/ids/0");
}

#[actix_web::test]
async fn a_confirmed_end_of_service_over_records_needs_their_voiding() {
    let county = Schools::start().await;
    let Schools { admin, here, .. } = &county;
    let school = county.school().await;
    let teacher = admin.teacher(here).await;
    let record = id(&admin.hours(&teacher, 2026, 8.0).await);
    let appointment = id(&latest(admin, &teacher).await);
    let end = json!({ "ends_on": "2026-03-31", "end_reason": "retired", "reason": "到龄退休" });
    let reported = id(&correct(&school, &appointment, end).await.expect(200));
    let path = format!("/appointments/{reported}/confirm");
    admin.post(&path, json!({})).await.problem(409, "records_without_service");
    admin.post(&path, json!({ "void_records": true })).await.expect(200);
    let record = admin.get(&format!("/hour-records/{record}")).await.expect(200);
    assert_eq!((&record["status"], &record["status_reason"]), (&json!("voided"), &json!("到龄退休")));
    assert_eq!(admin.get(&format!("/teachers/{teacher}")).await.expect(200)["status"], "retired");
}
