use std::collections::HashMap;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use reqwest::Method;
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{Answer, NO_ID, PASSWORD, Session, TestApp, id};
use songjiao_types::{Permission, Role, WireEnum};

/// Creates a key of an organization; returns the answer, which contains the secret.
async fn issued(admin: &Session, organization: &str, scopes: &[&str]) -> Value {
    let new = json!({ "name": "省平台", "organization_id": organization, "scopes": scopes });
    admin.post("/api-keys", new).await.expect(201)
}

/// Returns a client that calls with the secret.
fn machine(app: &TestApp, issued: &Value) -> Session {
    app.anonymous().with_token(issued["secret"].as_str().unwrap())
}

/// Waits until a key's use has been recorded, which happens in the background.
async fn last_use(admin: &Session, key: &Value) -> Value {
    for _ in 0..100 {
        let found = admin.get(&format!("/api-keys/{}", id(key))).await.expect(200)["last_used_at"].clone();
        if !found.is_null() {
            return found;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the use was not recorded");
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    kept: String,
}

/// Returns the values of a query for one text column.
fn kept(app: &TestApp, query: &str) -> Vec<String> {
    let rows: Vec<Kept> = app.db.read_now(|conn| Ok(sql_query(query).load(conn)?)).unwrap();
    rows.into_iter().map(|row| row.kept).collect()
}

#[actix_web::test]
async fn a_secret_is_shown_once_and_stored_only_as_its_hash() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let key = issued(&admin, &root, &["hours.read"]).await;
    let secret = key["secret"].as_str().unwrap();
    assert!(secret.starts_with("sjk_") && secret.len() == 4 + 12 + 1 + 43, "{secret}");
    assert!(secret.starts_with(key["secrets"][0]["prefix"].as_str().unwrap()));
    let path = format!("/api-keys/{}", id(&key));
    for again in [admin.get(&path).await, admin.get("/api-keys").await, admin.get("/audit-log").await] {
        assert_eq!(again.status, 200);
        assert!(!again.text.contains(&secret[17..]), "{}", again.text);
    }
    let hash = "SELECT secret_hash AS kept FROM api_key_secrets";
    assert!(kept(&app, hash).iter().all(|hash| hash.len() == 64 && !hash.contains(&secret[17..])));
}

#[actix_web::test]
async fn a_repeated_request_returns_the_key_without_its_secret() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({ "name": "省平台", "organization_id": admin.me("/organization/id"), "scopes": ["hours.read"] });
    let post = async || {
        let request = admin.request(Method::POST, "/api-keys").header("idempotency-key", "once");
        Answer::of(request.json(&new)).await
    };
    let (first, again) = (post().await, post().await);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let (first, mut again) = (first.expect(201), again.expect(201));
    let secret = first["secret"].clone();
    assert_eq!((&again["secret"], &again["id"]), (&Value::Null, &first["id"]));
    again["secret"] = secret.clone();
    assert_eq!(again, first);
    let bodies = kept(&app, "SELECT body AS kept FROM idempotency_keys WHERE body IS NOT NULL");
    assert!(bodies.len() == 1 && !bodies[0].contains(secret.as_str().unwrap()));
    assert_eq!(admin.all("/api-keys").await.len(), 1);
}

#[actix_web::test]
async fn a_key_is_accepted_as_bearer_and_in_its_own_header() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    machine(&app, &key).get("/hour-records").await.expect(200);
    let own = |secret: &str| app.anonymous().request(Method::GET, "/hour-records").header("x-api-key", secret);
    let secret = key["secret"].as_str().unwrap();
    Answer::of(own(secret)).await.expect(200);
    // A user's token takes precedence.
    let token = admin.tokens.as_ref().unwrap()["access_token"].as_str().unwrap();
    let both = admin.request(Method::GET, "/me").header("x-api-key", secret);
    Answer::of(both).await.expect(200);
    Answer::of(own(token)).await.problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_wrong_secret_is_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    let secret = key["secret"].as_str().unwrap();
    let other = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('A') { 'E' } else { 'A' });
    for wrong in
        ["sjk_", "sjk_x_y", &secret[..secret.len() - 1], &format!("{secret}A"), &other, &secret.replace('_', "-")]
    {
        let answer = app.anonymous().with_token(wrong).get("/hour-records").await;
        assert_eq!(answer.status, 401, "{wrong}");
        assert!(["api_key_unknown", "unauthenticated"].contains(&answer.json["code"].as_str().unwrap()), "{wrong}");
    }
    assert_eq!(
        app.anonymous().with_token(&other).get("/hour-records").await.problem(401, "api_key_unknown")["status"],
        401
    );
}

#[actix_web::test]
async fn a_key_may_do_what_its_scopes_say_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read", "teachers.read"]).await;
    let machine = machine(&app, &key);
    machine.get("/hour-records").await.expect(200);
    machine.get("/teachers").await.expect(200);
    machine.get("/organizations").await.problem(403, "forbidden");
    machine.get("/me").await.problem(403, "forbidden");
    machine.post("/hour-records", json!({})).await.problem(403, "forbidden");
    machine.get("/users").await.problem(403, "forbidden");
}

/// A key of the root organization with these scopes, made for the source to which the operations are called to push.
async fn machine_with(app: &TestApp, admin: &Session, scopes: &[Permission]) -> Session {
    let source = scopes.contains(&Permission::HoursSubmit).then_some("2026");
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let root = admin.me("/organization/id");
    let new = json!({ "name": "省平台", "organization_id": root, "scopes": scopes, "source": source });
    machine(app, &admin.post("/api-keys", new).await.expect(201))
}

#[actix_web::test]
async fn a_key_gets_in_with_the_scopes_that_the_document_names_and_not_with_any_of_them_missing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let all: Vec<_> = Permission::ALL.iter().copied().filter(|permission| permission.fits_a_key()).collect();
    let mut all_but = HashMap::new();
    for missing in &all {
        let others: Vec<_> = all.iter().copied().filter(|permission| permission != missing).collect();
        all_but.insert(*missing, machine_with(&app, &admin, &others).await);
    }
    let mut machines: HashMap<Vec<Permission>, Session> = HashMap::new();
    let all = machine_with(&app, &admin, &all).await;
    let (mut open, mut of_several) = (0, 0);
    for operation in admin.operations().await.iter().filter(|operation| !operation.is_public()) {
        let scopes = &operation.key_scopes;
        if scopes.is_empty() {
            operation.call_with_empty_body(&all).await.problem(403, "forbidden");
            continue;
        }
        if !machines.contains_key(scopes) {
            machines.insert(scopes.clone(), machine_with(&app, &admin, scopes).await);
        }
        let answer = operation.call_with_empty_body(&machines[scopes]).await;
        let place = format!("{}: {}", operation.name(), answer.text);
        assert!(answer.status < 500 && answer.status != 401 && answer.status != 403, "{place}");
        for missing in scopes {
            operation.call_with_empty_body(&all_but[missing]).await.problem(403, "forbidden");
        }
        open += 1;
        of_several += usize::from(scopes.len() > 1);
    }
    assert!(open > 80 && of_several >= 6, "{open} operations are open to keys, {of_several} ask for several scopes");
}

#[actix_web::test]
async fn a_key_can_create_neither_keys_nor_users() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for scope in ["users.write", "api_keys.manage", "account"] {
        let new = json!({ "name": "x", "organization_id": root, "scopes": ["hours.read", scope] });
        let faults = admin.post("/api-keys", new).await.faults();
        assert_eq!(faults, [("/scopes/1".to_owned(), "not_for_keys".to_owned())], "{scope}");
    }
    // Not even one that holds all that a key may hold.
    let all: Vec<_> = Permission::ALL.iter().copied().filter(|permission| permission.fits_a_key()).collect();
    let machine = machine_with(&app, &admin, &all).await;
    machine.get("/users").await.expect(200);
    let key = json!({ "name": "x", "organization_id": root, "scopes": ["hours.read"] });
    machine.post("/api-keys", key).await.problem(403, "forbidden");
    let user = json!({
        "username": "x", "name": "x", "password": PASSWORD, "role": "auditor", "organization_id": root,
    });
    machine.post("/users", user).await.problem(403, "forbidden");
    let change = json!({ "current_password": PASSWORD, "new_password": "a-new-and-long-password" });
    machine.post("/auth/password", change).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_key_sees_its_organization_and_what_is_below() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let (teacher, other) = (admin.teacher(&ours).await, admin.teacher(&theirs).await);
    let machine = machine(&app, &issued(&admin, &ours, &["teachers.read", "hours.submit", "hours.read"]).await);
    machine.get(&format!("/teachers/{teacher}")).await.expect(200);
    machine.get(&format!("/teachers/{other}")).await.problem(404, "not_found");
    assert_eq!(machine.all("/teachers").await.len(), 1);
    machine.hours_with(&teacher, 2025, 1.0, json!({ "status": "pending" })).await;
}

#[actix_web::test]
async fn keys_are_managed_by_bureau_administrators_in_their_scope() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (ours, theirs) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let key = issued(&admin, &ours, &["hours.read"]).await;
    let path = format!("/api-keys/{}", id(&key));
    let trainer = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    trainer.get("/api-keys").await.problem(403, "forbidden");
    let stranger = app.user(&admin, Role::BureauAdmin, &theirs).await;
    assert!(stranger.all("/api-keys").await.is_empty());
    stranger.get(&path).await.problem(404, "not_found");
    stranger.patch(&path, json!({ "name": "x" })).await.problem(404, "not_found");
    stranger.act(&format!("{path}/revoke")).await.problem(404, "not_found");
    stranger.post_to(&path, "rotate", json!({})).await.problem(404, "not_found");
    let new = json!({ "name": "x", "organization_id": ours, "scopes": ["hours.read"] });
    let faults = stranger.post("/api-keys", new).await.faults();
    assert_eq!(faults, [("/organization_id".to_owned(), "unknown_organization".to_owned())]);
    admin.get(&format!("/api-keys/{NO_ID}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn keys_are_listed_by_an_organization_and_all_below_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (district, other) = (admin.organization("district", &root).await, admin.organization("district", &root).await);
    let school = admin.organization("school", &district).await;
    for organization in [&root, &district, &school] {
        issued(&admin, organization, &["hours.read"]).await;
    }
    let count = async |organization: &str| {
        let page = admin.get(&format!("/api-keys?organization_id={organization}&with_total=true")).await.expect(200);
        assert_eq!(page["items"].as_array().map(|rows| rows.len() as u64), page["total"].as_u64());
        page["total"].clone()
    };
    assert_eq!(count(&root).await, 3);
    assert_eq!(count(&district).await, 2);
    assert_eq!(count(&school).await, 1);
    assert_eq!(count(&other).await, 0);
    let clerk = app.user(&admin, Role::BureauAdmin, &other).await;
    for (session, organization) in [(&admin, NO_ID), (&clerk, district.as_str())] {
        let faults = session.get(&format!("/api-keys?organization_id={organization}")).await.faults();
        assert_eq!(faults, [("organization_id".to_owned(), "unknown_organization".to_owned())]);
    }
}

#[actix_web::test]
async fn a_key_that_expires_is_refused_from_then_on() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let past =
        json!({ "name": "x", "organization_id": root, "scopes": ["hours.read"], "expires_at": "2020-01-01T00:00:00Z" });
    assert_eq!(admin.post("/api-keys", past).await.faults(), [("/expires_at".to_owned(), "in_past".to_owned())]);
    let key = issued(&admin, &root, &["hours.read"]).await;
    let (machine, path) = (machine(&app, &key), format!("/api-keys/{}", id(&key)));
    admin.patch(&path, json!({ "expires_at": "2099-01-01T00:00:00Z" })).await.expect(200);
    machine.get("/hour-records").await.expect(200);
    let over = "UPDATE api_keys SET expires_at = '2020-01-01 00:00:00.000000'";
    app.db.write_now(Actor::system(), |tx| Ok(sql_query(over).execute(tx.conn)?)).unwrap();
    machine.get("/hour-records").await.problem(401, "api_key_expired");
    assert_eq!(admin.get(&path).await.expect(200)["status"], "expired");
    admin.post_to(&path, "rotate", json!({})).await.problem(409, "wrong_state");
    let renewed = admin.patch(&path, json!({ "expires_at": null })).await.expect(200);
    assert_eq!((&renewed["status"], &renewed["expires_at"]), (&json!("active"), &Value::Null));
    machine.get("/hour-records").await.expect(200);
}

#[actix_web::test]
async fn a_revoked_key_is_refused_immediately_and_for_good() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    let (machine, path) = (machine(&app, &key), format!("/api-keys/{}", id(&key)));
    machine.get("/hour-records").await.expect(200);
    let revoked = admin.act(&format!("{path}/revoke")).await.expect(200);
    assert_eq!((&revoked["status"], &revoked["secrets"]), (&json!("revoked"), &json!([])));
    machine.get("/hour-records").await.problem(401, "api_key_revoked");
    admin.act(&format!("{path}/revoke")).await.problem(409, "wrong_state");
    admin.patch(&path, json!({ "name": "x" })).await.problem(409, "wrong_state");
    admin.post_to(&path, "rotate", json!({})).await.problem(409, "wrong_state");
    assert_eq!(admin.all("/api-keys?status=revoked").await.len(), 1);
    assert!(admin.all("/api-keys?status=active").await.is_empty());
}

#[actix_web::test]
async fn both_secrets_are_valid_during_a_rotation() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    let path = format!("/api-keys/{}", id(&key));
    for bad in [json!(-1), json!(169), json!(1.5), json!("24")] {
        assert_eq!(
            admin.post_to(&path, "rotate", json!({ "overlap_hours": bad })).await.faults()[0].0,
            "/overlap_hours"
        );
    }
    // Without the version a second administrator could end a secret that the first has just handed out.
    admin.post(&format!("{path}/rotate"), json!({})).await.problem(428, "precondition_required");
    let next = admin.post_to(&path, "rotate", json!({})).await.expect(200);
    assert_eq!(next["secrets"].as_array().unwrap().len(), 2);
    assert!(next["secrets"][0]["ends_at"].is_null() && next["secrets"][1]["ends_at"].is_string());
    let (old, new) = (machine(&app, &key), machine(&app, &next));
    old.get("/hour-records").await.expect(200);
    new.get("/hour-records").await.expect(200);
    new.get("/teachers").await.problem(403, "forbidden");
    let last = admin.post_to(&path, "rotate", json!({ "overlap_hours": 0 })).await.expect(200);
    assert_eq!(last["secrets"].as_array().unwrap().len(), 1);
    old.get("/hour-records").await.problem(401, "api_key_expired");
    new.get("/hour-records").await.problem(401, "api_key_expired");
    machine(&app, &last).get("/hour-records").await.expect(200);
}

#[actix_web::test]
async fn the_service_account_is_no_user_and_cannot_sign_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    assert_eq!(admin.all("/users").await.len(), 1);
    let account = kept(&app, "SELECT username AS kept FROM users WHERE username <> 'admin'");
    let [name] = account.as_slice() else { panic!("{account:?}") };
    for password in ["!", "", PASSWORD] {
        let credentials = json!({ "username": name, "password": password });
        let refused = app.anonymous().post("/auth/login", credentials).await;
        assert!([401, 422].contains(&refused.status), "{}", refused.text);
    }
    let ids = kept(&app, "SELECT CAST(id AS TEXT) AS kept FROM users WHERE username <> 'admin'");
    admin.get(&format!("/users/{}", ids[0])).await.problem(404, "not_found");
    let path = format!("/users/{}", ids[0]);
    let change = admin.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({ "password": PASSWORD }));
    Answer::of(change).await.problem(404, "not_found");
    let cli = songjiao_api::people::users::accounts::set_password(
        &app.db,
        songjiao_api::config::PasswordProfile::Asvs,
        name,
        PASSWORD.to_owned(),
    );
    assert_eq!(cli.expect_err("no user").code.to_string(), "not_found");
}

#[actix_web::test]
async fn the_audit_log_names_the_key_and_never_the_secret() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let teacher = admin.teacher(&root).await;
    let key = issued(&admin, &root, &["hours.submit", "hours.read"]).await;
    let record = machine(&app, &key).hours_with(&teacher, 2025, 2.0, json!({ "status": "pending" })).await;
    let entries = admin.all(&format!("/audit-log?entity_id={}", id(&record))).await;
    let named = format!("省平台（{}）", key["secrets"][0]["prefix"].as_str().unwrap());
    assert_eq!(entries[0]["username"], named);
    assert_eq!(entries[0]["user_id"], record["created_by"]);
    admin.post_to(&format!("/api-keys/{}", id(&key)), "rotate", json!({})).await.expect(200);
    admin.act(&format!("/api-keys/{}/revoke", id(&key))).await.expect(200);
    let of_key = admin.all(&format!("/audit-log?entity_id={}", id(&key))).await;
    let actions: Vec<_> = of_key.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["revoke", "rotate", "create"]);
}

#[actix_web::test]
async fn a_use_is_recorded_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    let machine = machine(&app, &key);
    assert!(key["last_used_at"].is_null());
    machine.get("/hour-records").await.expect(200);
    let first = last_use(&admin, &key).await;
    for _ in 0..5 {
        machine.get("/hour-records").await.expect(200);
    }
    actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(last_use(&admin, &key).await, first);
    assert_eq!(admin.get(&format!("/api-keys/{}", id(&key))).await.expect(200)["version"], 1, "a use is no change");
}

#[actix_web::test]
async fn a_key_has_the_rate_limit_of_a_user() {
    let app = TestApp::start_with(|config| config.rate_limit = "1/20,1/6,100/1000".parse().unwrap()).await;
    let admin = app.admin().await;
    let key = issued(&admin, &admin.me("/organization/id"), &["hours.read"]).await;
    let machine = machine(&app, &key);
    let mut answer = machine.get("/hour-records").await;
    for _ in 0..50 {
        if answer.status == 429 {
            break;
        }
        answer = machine.get("/hour-records").await;
    }
    assert!(answer.headers.contains_key("retry-after"));
    answer.problem(429, "rate_limited");
}

#[actix_web::test]
async fn a_key_outlives_the_rights_of_its_creator() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let maker = app.user(&admin, Role::BureauAdmin, &root).await;
    let key = issued(&maker, &root, &["hours.read"]).await;
    admin.patch(&format!("/users/{}", maker.me("/id")), json!({ "role": "auditor" })).await.expect(200);
    machine(&app, &key).get("/hour-records").await.expect(200);
    admin.act(&format!("/api-keys/{}/revoke", id(&key))).await.expect(200);
    machine(&app, &key).get("/hour-records").await.problem(401, "api_key_revoked");
}

#[actix_web::test]
async fn keys_are_listed_in_pages_and_changed_with_their_version() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    for name in ["丙", "甲", "乙"] {
        let new = json!({ "name": name, "organization_id": root, "scopes": ["hours.read"] });
        admin.post("/api-keys", new).await.expect(201);
    }
    let names = async |query: &str| {
        let rows = admin.all(&format!("/api-keys?limit=1&{query}")).await;
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("sort=created").await, ["丙", "甲", "乙"]);
    assert_eq!(names("sort=-created").await, ["乙", "甲", "丙"]);
    assert_eq!(names("sort=name").await, ["丙", "乙", "甲"]);
    assert_eq!(names("q=甲").await, ["甲"]);
    let key = &admin.all("/api-keys?q=甲").await[0];
    let path = format!("/api-keys/{}", id(key));
    let changed = admin.patch(&path, json!({ "name": " 丁 " })).await.expect(200);
    assert_eq!((&changed["name"], &changed["version"]), (&json!("丁"), &json!(2)));
    let stale = admin.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({ "name": "戊" }));
    Answer::of(stale).await.problem(412, "precondition_failed");
    let blind = admin.request(Method::PATCH, &path).json(&json!({ "name": "戊" }));
    Answer::of(blind).await.problem(428, "precondition_required");
}
