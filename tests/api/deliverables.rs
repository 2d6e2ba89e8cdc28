use serde_json::json;
use songjiao_tests::{TestApp, id};
use songjiao_types::Role;

#[actix_web::test]
async fn a_deliverable_has_the_fields_of_its_kind() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let project = admin.project(json!({})).await;
    let path = |at: usize| format!("/phases/{}/deliverables", id(&project["phases"][at]));
    for (at, new, pointer, code) in [
        (1, json!({ "kind": "diagnosis_report", "title": "诊断报告" }), "/method", "required"),
        (4, json!({ "kind": "next_year_school_plan", "title": "计划" }), "/organization_id", "required"),
        (4, json!({ "kind": "personal_development_plan", "title": "计划" }), "/teacher_id", "required"),
        (0, json!({ "kind": "diagnosis_report", "title": "诊断报告", "method": "interview" }), "/kind", "other_phase"),
        (1, json!({ "kind": "study_task", "title": "任务", "url": "javascript:alert(1)" }), "/url", "bad_url"),
    ] {
        let faults = admin.post(&path(at), new).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())]);
    }
    let report = json!({ "kind": "diagnosis_report", "title": "诊断报告", "method": "interview" });
    let report = admin.post(&path(1), report).await.expect(201);
    let own = format!("/deliverables/{}", id(&report));
    let faults = admin.patch(&own, json!({ "method": null })).await.faults();
    assert_eq!(faults, [("/method".to_owned(), "required".to_owned())]);
    let changed = admin.patch(&own, json!({ "content": "问题：提问低效" })).await.expect(200);
    assert_eq!(changed["content"], "问题：提问低效");
    admin.delete(&own).await.expect(204);
}

#[actix_web::test]
async fn a_school_submits_its_own_deliverables_in_its_projects() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let head = app.user(&admin, Role::SchoolAdmin, &ours).await;
    let project = admin.running_project(json!({})).await;
    let phase = id(&project["phases"][2]);
    let path = format!("/phases/{phase}/deliverables");
    let record = json!({ "kind": "lesson_study_record", "title": "研课记录" });
    head.post(&path, record.clone()).await.problem(403, "forbidden");
    let teacher = admin.teacher(&ours).await;
    admin.admitted(&project, &teacher).await;
    let handed_in = head.post(&path, record).await.expect(201);
    assert_eq!(handed_in["organization_id"], json!(ours), "what a school hands in is the school's");
    let foreign = json!({ "kind": "lesson_study_record", "title": "他校", "organization_id": theirs });
    let faults = head.post(&path, foreign).await.faults();
    assert_eq!(faults, [("/organization_id".to_owned(), "unknown_organization".to_owned())]);
    let other = admin.submit_deliverable(&phase, "lesson_study_record", json!({ "organization_id": theirs })).await;
    let seen: Vec<_> = head.all(&path).await.iter().map(id).collect();
    assert_eq!(seen, [id(&handed_in)]);
    head.get(&format!("/deliverables/{other}")).await.problem(404, "not_found");
    head.delete(&format!("/deliverables/{}", id(&handed_in))).await.expect(204);
}

#[actix_web::test]
async fn a_personal_plan_belongs_to_a_participant() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let project = admin.running_project(json!({})).await;
    let path = format!("/phases/{}/deliverables", id(&project["phases"][4]));
    let plan = json!({ "kind": "personal_development_plan", "title": "个人发展计划", "teacher_id": teacher });
    let faults = admin.post(&path, plan.clone()).await.faults();
    assert_eq!(faults, [("/teacher_id".to_owned(), "not_a_participant".to_owned())]);
    admin.admitted(&project, &teacher).await;
    assert_eq!(admin.post(&path, plan).await.expect(201)["teacher_name"], "王芳");
}
