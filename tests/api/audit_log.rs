use serde_json::json;
use songjiao_tests::{Session, TestApp};
use songjiao_types::Role;

async fn actions(session: &Session, query: &str) -> Vec<String> {
    let rows = session.all(&format!("/audit-log?{query}")).await;
    rows.iter().map(|row| format!("{} {}", row["action"], row["entity"]).replace('"', "")).collect()
}

#[actix_web::test]
async fn the_audit_log_is_read_newest_first_page_by_page() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let school = admin.organization("school", &admin.me("/organization/id")).await;
    admin.patch(&format!("/organizations/{school}"), json!({ "name": "第一小学" })).await.expect(200);
    let of_the_school = format!("entity=organization&entity_id={school}&limit=1");
    assert_eq!(actions(&admin, &of_the_school).await, ["update organization", "create organization"]);
    let page = admin.get(&format!("/audit-log?{of_the_school}&with_total=true")).await.expect(200);
    assert_eq!(page["total"], 2);
    let entry = &page["items"][0];
    assert_eq!((&entry["username"], &entry["after"]["name"]), (&json!("admin"), &json!("第一小学")));
    assert_ne!(entry["before"]["name"], entry["after"]["name"]);
    assert_eq!(entry["hash"].as_str().unwrap().len(), 64);
    let all = admin.all("/audit-log?limit=2").await;
    let numbers: Vec<_> = all.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=i64::try_from(all.len()).unwrap()).rev().collect::<Vec<_>>());
}

#[actix_web::test]
async fn the_audit_log_is_asked_by_user_action_and_day() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    admin.organization("school", &admin.me("/organization/id")).await;
    let me = admin.me("/id");
    assert_eq!(actions(&admin, &format!("user_id={me}&action=create")).await, ["create organization"]);
    assert_eq!(actions(&admin, "action=create&from=2200-01-01").await.len(), 0);
    assert_eq!(actions(&admin, "action=create&to=2000-01-01").await.len(), 0);
    let today = "action=create&entity=organization&from=2020-01-01&to=2200-01-01";
    assert_eq!(actions(&admin, today).await.len(), 2);
    assert_eq!(admin.get("/audit-log?from=yesterday").await.faults()[0].0, "from");
    for (name, day) in [("from", "-9999-01-01"), ("to", "%2B262142-12-31")] {
        let faults = admin.get(&format!("/audit-log?{name}={day}")).await.faults();
        assert_eq!(faults, [(name.to_owned(), "date_out_of_range".to_owned())]);
    }
}

#[actix_web::test]
async fn an_auditor_reads_what_the_users_in_scope_did() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (one, two) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let head = app.user(&admin, Role::BureauAdmin, &one).await;
    head.organization("school", &one).await;
    let auditor = app.user(&admin, Role::Auditor, &one).await;
    assert_eq!(actions(&auditor, "action=create").await, ["create organization"]);
    let elsewhere = app.user(&admin, Role::Auditor, &two).await;
    assert!(actions(&elsewhere, "action=create").await.is_empty());
    let of_all = app.user(&admin, Role::Auditor, &root).await;
    assert!(actions(&of_all, "action=create").await.len() > 4);
    app.user(&admin, Role::SchoolAdmin, &root).await.get("/audit-log").await.problem(403, "forbidden");
}
