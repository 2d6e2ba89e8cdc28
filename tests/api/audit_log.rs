use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use serde_json::json;
use songjiao_api::db::{Actor, BrokenLink, ChainHead, DbConnection, Tampering, Tx, verify_chain};
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
async fn the_audit_log_is_filtered_by_user_action_and_day() {
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

/// Drops the triggers that make the log append-only, as the database's owner can.
fn tamper(app: &TestApp, statements: &[&str]) {
    let unlock = |conn: &mut DbConnection| match conn {
        DbConnection::Sqlite(conn) => {
            conn.batch_execute("DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete")
        }
        DbConnection::Postgres(conn) => conn.batch_execute("DROP TRIGGER audit_log_append_only ON audit_log"),
    };
    app.db
        .write_now(Actor::system(), |tx| {
            unlock(tx.conn)?;
            for statement in statements {
                sql_query(*statement).execute(tx.conn)?;
            }
            Ok(())
        })
        .unwrap();
}

/// Starts an application with some entries in its log.
#[actix_web::test]
async fn a_part_does_not_read_what_users_of_a_wider_scope_did() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let part = admin.organization("training_school", &root).await;
    let wide = json!({ "scope_organization_id": root });
    let training = app.user_with(&admin, Role::TrainingSchoolAdmin, &part, wide).await;
    let teacher = admin.teacher(&admin.organization("school", &root).await).await;
    let leave = json!({
        "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-03-01", "ends_on": "2026-04-30", "reason": "手术",
    });
    training.post("/exemptions", leave).await.expect(201);
    let auditor = app.user(&admin, Role::Auditor, &part).await;
    assert!(actions(&auditor, "entity=exemption").await.is_empty());
    assert_eq!(actions(&admin, "entity=exemption").await, ["create exemption"]);
}

#[actix_web::test]
async fn the_content_of_exemptions_is_only_for_those_who_may_read_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let leave = json!({
        "teacher_id": teacher, "kind": "sick_leave", "starts_on": "2026-03-01", "ends_on": "2026-04-30", "reason": "手术",
    });
    admin.post("/exemptions", leave).await.expect(201);
    let content = async |scopes: &[&str]| {
        let new =
            json!({ "name": "审计", "organization_id": root, "scopes": scopes, "expires_at": "2027-06-30T00:00:00Z" });
        let key = admin.post("/api-keys", new).await.expect(201);
        let key = app.anonymous().with_token(key["secret"].as_str().unwrap());
        key.get("/audit-log?entity=exemption").await.expect(200)["items"][0]["after"].clone()
    };
    assert_eq!(content(&["audit.read"]).await, json!(null));
    assert_eq!(content(&["audit.read", "exemptions.read"]).await["kind"], "sick_leave");
}

async fn busy_app() -> TestApp {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for _ in 0..5 {
        admin.organization("school", &admin.me("/organization/id")).await;
    }
    app
}

fn verified(app: &TestApp) -> Result<ChainHead, BrokenLink> {
    app.db.read_now(verify_chain).unwrap()
}

#[actix_web::test]
async fn an_untouched_chain_is_intact() {
    let app = busy_app().await;
    let last = &app.admin().await.get("/audit-log?limit=1").await.expect(200)["items"][0];
    let head = verified(&app).unwrap();
    assert_eq!((json!(head.seq), json!(head.hash)), (last["seq"].clone(), last["hash"].clone()));
}

#[actix_web::test]
async fn a_chain_longer_than_a_page_is_walked_to_its_end() {
    let app = TestApp::start().await;
    let note_much = |tx: &mut Tx<'_>| (0..1500).try_for_each(|n| tx.created("note", n, &json!({ "n": n })));
    app.db.write_now(Actor::system(), note_much).unwrap();
    assert!(verified(&app).unwrap().seq > 1500);
    tamper(&app, &["UPDATE audit_log SET entity_id = 'x' WHERE seq = 1400"]);
    assert_eq!(verified(&app), Err(BrokenLink { seq: 1400, tampering: Tampering::Altered }));
}

#[actix_web::test]
async fn the_first_entry_that_was_tampered_with_is_named() {
    let again = "INSERT INTO audit_log SELECT seq + 90, at, user_id, username, action, entity, entity_id, before, \
                 after, ip, request_id, previous_hash, hash FROM audit_log WHERE seq = 3";
    let cases: [(&[&str], i64, Tampering); 8] = [
        (&["UPDATE audit_log SET username = 'somebody' WHERE seq = 4"], 4, Tampering::Altered),
        (&["UPDATE audit_log SET before = '{}' WHERE seq IN (2, 5)"], 2, Tampering::Altered),
        (&["UPDATE audit_log SET previous_hash = hash WHERE seq = 1"], 1, Tampering::Altered),
        (&["UPDATE audit_log SET hash = previous_hash WHERE seq = 3"], 3, Tampering::Altered),
        (&["DELETE FROM audit_log WHERE seq = 1"], 1, Tampering::Removed),
        (&["DELETE FROM audit_log WHERE seq IN (3, 4)"], 3, Tampering::Removed),
        // Renumbering the entry after the gap alters that entry.
        (&["DELETE FROM audit_log WHERE seq = 3", "UPDATE audit_log SET seq = 3 WHERE seq = 4"], 3, Tampering::Altered),
        (&[again, "UPDATE audit_log SET seq = 0 WHERE seq = 93"], 0, Tampering::Inserted),
    ];
    for (statements, seq, tampering) in cases {
        let app = busy_app().await;
        tamper(&app, statements);
        assert_eq!(verified(&app), Err(BrokenLink { seq, tampering }), "{statements:?}");
    }
}
