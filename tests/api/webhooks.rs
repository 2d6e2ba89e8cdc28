use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types::Text};
use serde_json::{Value, json};
use songjiao_api::db::Actor;
use songjiao_tests::{
    NO_ID, PASSWORD, Session, TestApp, clock, hours_file, id,
    receiver::{Receiver, Reply},
};
use songjiao_types::Role;

/// Starts an application that may send to this machine and retries three times without delay.
async fn start() -> TestApp {
    TestApp::start_with(|config| {
        config.webhooks.webhook_private = true;
        config.webhooks.webhook_retries = "0,0,0".parse().unwrap();
    })
    .await
}

/// Creates a webhook for all changes; returns the answer, which contains the secret.
async fn webhook(admin: &Session, to: &Receiver, more: Value) -> Value {
    let mut new = json!({ "name": "省平台", "url": to.url, "organization_id": admin.me("/organization/id") });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post("/webhooks", new).await.expect(201)
}

fn secret(issued: &Value) -> &str {
    issued["secret"].as_str().unwrap()
}

/// Waits until an answer meets the condition.
async fn until(admin: &Session, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..500 {
        last = admin.get(path).await.expect(200);
        if holds(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{path} stayed {last:#}");
}

/// Waits until no message of a webhook is pending and returns them.
async fn settled(admin: &Session, webhook: &Value) -> Vec<Value> {
    let path = format!("/webhooks/{}/deliveries", id(webhook));
    let done = |page: &Value| {
        let items = page["items"].as_array().unwrap();
        !items.is_empty() && items.iter().all(|item| item["status"] == "delivered" || item["status"] == "failed")
    };
    until(admin, &path, done).await["items"].as_array().unwrap().clone()
}

fn sql(app: &TestApp, sql: &str) {
    app.db.write_now(Actor::system(), |tx| Ok(tx.conn.batch_execute(sql)?)).unwrap();
}

#[actix_web::test]
async fn a_change_is_posted_as_the_feed_shows_it_and_signed() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    let begin = admin.get("/changes?limit=1").await.expect(200)["head"].as_i64().unwrap();
    let teacher = admin.teacher(&admin.me("/organization/id")).await;
    let message = receiver.wait_for(1).await.remove(0);
    let feed = admin.get(&format!("/changes?after={begin}")).await.expect(200);
    let body = message.json();
    assert_eq!(body["data"], feed["items"][0]);
    assert_eq!((&body["type"], &body["timestamp"]), (&json!("teacher.created"), &feed["items"][0]["at"]));
    assert_eq!(message.headers["content-type"], "application/json");
    assert!(secret(&hook).starts_with("whsec_"));
    assert_eq!(message.signatures_of(secret(&hook)), 1);
    assert_eq!(message.headers["webhook-signature"].split(' ').count(), 1);
    let sent: i64 = message.headers["webhook-timestamp"].parse().unwrap();
    assert!((DateTime::<Utc>::from(clock().now()).timestamp() - sent).abs() < 60);
    let log = settled(&admin, &hook).await;
    assert_eq!((log.len(), &log[0]["id"], &log[0]["entity_id"]), (1, &json!(message.id()), &json!(teacher)));
    assert_eq!((&log[0]["attempts"], &log[0]["response_status"]), (&json!(1), &json!(204)));
    let path = format!("/webhooks/{}/deliveries/{}", id(&hook), message.id());
    assert_eq!(admin.get(&path).await.expect(200)["body"], body);
    assert_eq!(receiver.messages().len(), 1, "changes before the webhook are not sent");
}

#[actix_web::test]
async fn a_failed_message_is_sent_again_under_the_same_id_until_accepted() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    receiver.reply_with_statuses(&[500, 429]);
    admin.teacher(&admin.me("/organization/id")).await;
    let messages = receiver.wait_for(3).await;
    assert!(messages.iter().all(|message| message.id() == messages[0].id() && message.body == messages[0].body));
    assert!(messages.iter().all(|message| message.signatures_of(secret(&hook)) == 1));
    let log = settled(&admin, &hook).await;
    assert_eq!(
        (&log[0]["status"], &log[0]["attempts"], &log[0]["error"]),
        (&json!("delivered"), &json!(3), &Value::Null)
    );
    let view = admin.get(&format!("/webhooks/{}", id(&hook))).await.expect(200);
    assert_eq!((&view["failing_since"], view["last_delivered_at"].is_string()), (&Value::Null, true));
}

#[actix_web::test]
async fn a_message_out_of_retries_waits_for_a_person() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    receiver.reply_with_statuses(&[500; 4]);
    admin.teacher(&admin.me("/organization/id")).await;
    let log = settled(&admin, &hook).await;
    assert_eq!((&log[0]["status"], &log[0]["attempts"]), (&json!("failed"), &json!(4)));
    assert_eq!((&log[0]["response_status"], &log[0]["error"]), (&json!(500), &json!("接收方答复 500")));
    let path = format!("/webhooks/{}", id(&hook));
    let view = admin.get(&path).await.expect(200);
    assert_eq!((&view["failed"], &view["pending"], &view["status"]), (&json!(1), &json!(0), &json!("active")));
    assert!(view["failing_since"].is_string());
    let again = admin.act(&format!("{path}/redeliver-failed")).await.expect(202);
    assert_eq!(again, json!({ "redelivered": 1 }));
    let messages = receiver.wait_for(5).await;
    assert_eq!(messages[4].id(), messages[0].id());
    assert_eq!(settled(&admin, &hook).await[0]["status"], "delivered");
    let one = format!("{path}/deliveries/{}", messages[0].id());
    admin.act(&format!("{one}/redeliver")).await.expect(202);
    receiver.wait_for(6).await;
    settled(&admin, &hook).await;
    admin.act(&format!("{path}/deliveries/{NO_ID}/redeliver")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_gone_receiver_gets_what_it_missed_once_enabled_again() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let hook = webhook(&admin, &receiver, json!({})).await;
    let path = format!("/webhooks/{}", id(&hook));
    receiver.reply_with_statuses(&[410]);
    let first = admin.teacher(&root).await;
    let view = until(&admin, &path, |view| view["status"] == "disabled").await;
    assert!(view["disabled_reason"].as_str().unwrap().contains("410"));
    let log = admin.all("/audit-log?entity=webhook&action=disable").await;
    assert_eq!((log.len(), &log[0]["username"]), (1, &json!("system")));
    let missed = [admin.teacher(&root).await, admin.teacher(&root).await];
    admin.act(&format!("{path}/test")).await.problem(409, "wrong_state");
    assert_eq!(receiver.messages().len(), 1);
    let on = admin.patch(&path, json!({ "active": true })).await.expect(200);
    assert_eq!((&on["status"], &on["disabled_reason"]), (&json!("active"), &Value::Null));
    let told: Vec<_> =
        receiver.wait_for(3).await[1..].iter().map(|message| message.json()["data"]["id"].clone()).collect();
    assert!(missed.iter().all(|id| told.contains(&json!(id))), "{told:?}");
    // The message that got 410 is sent again only by hand.
    admin.act(&format!("{path}/redeliver-failed")).await.expect(202);
    assert_eq!(receiver.wait_for(4).await[3].json()["data"]["id"], json!(first));
}

#[actix_web::test]
async fn five_days_of_failures_disable_a_webhook() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    let path = format!("/webhooks/{}", id(&hook));
    receiver.reply_with_statuses(&[500; 4]);
    admin.teacher(&admin.me("/organization/id")).await;
    until(&admin, &path, |view| view["failed"] == 1).await;
    let long_ago = (DateTime::<Utc>::from(clock().now()) - TimeDelta::days(6)).format("%Y-%m-%d %H:%M:%S");
    sql(&app, &format!("UPDATE webhooks SET failing_since = '{long_ago}'"));
    receiver.reply_with_statuses(&[500]);
    admin.act(&format!("{path}/test")).await.expect(202);
    let view = until(&admin, &path, |view| view["status"] == "disabled").await;
    assert!(view["disabled_reason"].as_str().unwrap().contains("5 天"));
}

#[actix_web::test]
async fn both_secrets_sign_during_a_rotation() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    let path = format!("/webhooks/{}", id(&hook));
    let rotated = admin.post_to(&path, "rotate", json!({ "overlap_hours": 1 })).await.expect(200);
    assert_ne!(secret(&rotated), secret(&hook));
    assert!(rotated["previous_secret_until"].is_string());
    admin.act(&format!("{path}/test")).await.expect(202);
    let both = receiver.wait_for(1).await.remove(0);
    assert_eq!((both.signatures_of(secret(&hook)), both.signatures_of(secret(&rotated))), (1, 1));
    assert_eq!(both.json()["type"], "webhook.test");
    let last = admin.post_to(&path, "rotate", json!({ "overlap_hours": 0 })).await.expect(200);
    admin.act(&format!("{path}/test")).await.expect(202);
    let one = receiver.wait_for(2).await.remove(1);
    assert_eq!((one.signatures_of(secret(&rotated)), one.signatures_of(secret(&last))), (0, 1));
    assert_eq!(one.headers["webhook-signature"].split(' ').count(), 1);
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    kept: String,
}

#[actix_web::test]
async fn a_secret_is_shown_once_and_stored_nowhere() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let new = json!({ "name": "省平台", "url": receiver.url, "organization_id": admin.me("/organization/id") });
    let post = || admin.request(reqwest::Method::POST, "/webhooks").header("idempotency-key", "one").json(&new);
    let first = songjiao_tests::Answer::of(post()).await.expect(201);
    let again = songjiao_tests::Answer::of(post()).await.expect(201);
    assert_eq!((&again["id"], &again["secret"]), (&first["id"], &Value::Null));
    let bare = secret(&first).strip_prefix("whsec_").unwrap();
    for path in [format!("/webhooks/{}", id(&first)), "/webhooks".to_owned(), "/audit-log".to_owned()] {
        assert!(!admin.get(&path).await.text.contains(bare), "{path}");
    }
    let rows: Vec<Kept> =
        app.db.read_now(|conn| Ok(sql_query("SELECT url || name || types AS kept FROM webhooks").load(conn)?)).unwrap();
    assert!(rows.iter().all(|row| !row.kept.contains(bare)));
}

#[actix_web::test]
async fn private_addresses_are_refused_at_creation_and_at_delivery() {
    let receiver = Receiver::start().await;
    let mut app = start().await;
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    let by_name = receiver.url.replace("127.0.0.1", "localhost");
    let named = webhook(&admin, &receiver, json!({ "url": by_name })).await;
    app.stop().await;
    app.change(|config| config.webhooks.webhook_private = false);
    app.start_again().await;
    let admin = app.sign_in("admin", PASSWORD).await;
    let root = admin.me("/organization/id");
    for (url, code) in [
        (receiver.url.clone(), "not_https"),
        ("https://127.0.0.1/hook".to_owned(), "private_address"),
        ("https://[::1]/hook".to_owned(), "private_address"),
        ("https://10.0.0.8/hook".to_owned(), "private_address"),
        ("https://localhost/hook".to_owned(), "private_address"),
        ("https://a:b@example.com/".to_owned(), "bad_url"),
        ("hook".to_owned(), "bad_url"),
    ] {
        let new = json!({ "name": "省平台", "url": url, "organization_id": root });
        let faults = admin.post("/webhooks", new).await.faults();
        assert_eq!(faults, [("/url".to_owned(), code.to_owned())], "{url}");
    }
    for hook in [&hook, &named] {
        admin.act(&format!("/webhooks/{}/test", id(hook))).await.expect(202);
        let log = settled(&admin, hook).await;
        assert_eq!((&log[0]["status"], &log[0]["response_status"]), (&json!("failed"), &Value::Null));
    }
    assert_eq!(receiver.messages().len(), 0);
}

#[actix_web::test]
async fn a_redirect_is_not_followed() {
    let (app, receiver, elsewhere) = (start().await, Receiver::start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    receiver.reply_with((0..4).map(|_| Reply::Redirect(elsewhere.url.clone())));
    admin.act(&format!("/webhooks/{}/test", id(&hook))).await.expect(202);
    let log = settled(&admin, &hook).await;
    assert_eq!((&log[0]["status"], &log[0]["response_status"]), (&json!("failed"), &json!(302)));
    assert_eq!(elsewhere.messages().len(), 0);
}

#[actix_web::test]
async fn a_hanging_receiver_does_not_delay_others() {
    let (app, stuck, receiver) = (start().await, Receiver::start().await, Receiver::start().await);
    let admin = app.admin().await;
    stuck.reply_with([Reply::Hang]);
    webhook(&admin, &stuck, json!({})).await;
    webhook(&admin, &receiver, json!({})).await;
    for count in 1..=3 {
        admin.teacher(&admin.me("/organization/id")).await;
        receiver.wait_for(count).await;
    }
    stuck.stop().await;
}

#[actix_web::test]
async fn a_webhook_gets_only_its_types_and_its_organization() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let (own, other) = (admin.organization("school", &root).await, admin.organization("school", &root).await);
    let more = json!({ "organization_id": own, "types": ["hour_record.voided", "hour_record.recorded"] });
    let hook = webhook(&admin, &receiver, more).await;
    assert_eq!(hook["types"], json!(["hour_record.recorded", "hour_record.voided"]));
    let (mine, theirs) = (admin.teacher(&own).await, admin.teacher(&other).await);
    admin.hours(&theirs, 2025, 8.0).await;
    let record = admin.hours(&mine, 2025, 8.0).await;
    let bodies = receiver.wait_for(1).await;
    assert_eq!(bodies[0].json()["data"]["id"], record["id"]);
    assert_eq!(settled(&admin, &hook).await.len(), 1);
}

#[actix_web::test]
async fn a_paused_webhook_waits_and_misses_nothing() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    let path = format!("/webhooks/{}", id(&hook));
    admin.patch(&path, json!({ "active": false })).await.expect(200);
    let mut teachers = Vec::new();
    for _ in 0..3 {
        teachers.push(admin.teacher(&admin.me("/organization/id")).await);
    }
    assert_eq!(receiver.messages().len(), 0);
    admin.patch(&path, json!({ "active": true })).await.expect(200);
    let told: Vec<_> = receiver.wait_for(3).await.iter().map(|message| message.json()["data"]["id"].clone()).collect();
    assert!(teachers.iter().all(|id| told.contains(&json!(id))));
}

#[actix_web::test]
async fn every_row_of_a_large_import_is_delivered_once() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    admin.teacher_with(&admin.me("/organization/id"), json!({ "teacher_no": "T1" })).await;
    webhook(&admin, &receiver, json!({ "types": ["hour_record.recorded"] })).await;
    receiver.reply_with_statuses(&[500; 300]);
    admin.post_csv("/imports/hour-records", hours_file(&["T1"], "file", 1200)).await.expect(201);
    let messages = receiver.wait_for(1500).await;
    let titles: std::collections::HashSet<_> =
        messages.iter().map(|message| message.json()["data"]["data"]["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles.len(), 1200);
    assert_eq!(receiver.messages().len(), 1500, "300 refused, each accepted once");
}

#[actix_web::test]
async fn webhooks_are_for_the_administrator_of_their_organization() {
    let (app, receiver) = (start().await, Receiver::start().await);
    let admin = app.admin().await;
    let root = admin.me("/organization/id");
    let hook = webhook(&admin, &receiver, json!({})).await;
    let school = admin.organization("school", &root).await;
    let local = app.user(&admin, Role::BureauAdmin, &school).await;
    local.get(&format!("/webhooks/{}", id(&hook))).await.problem(404, "not_found");
    assert_eq!(local.all("/webhooks").await, Vec::<Value>::new());
    let new = json!({ "name": "省平台", "url": receiver.url, "organization_id": root });
    assert_eq!(local.post("/webhooks", new.clone()).await.faults()[0].0, "/organization_id");
    let training = app.user(&admin, Role::TrainingSchoolAdmin, &root).await;
    training.post("/webhooks", new).await.problem(403, "forbidden");
    let key = json!({ "name": "省平台", "organization_id": root, "scopes": ["webhooks.manage"] });
    assert_eq!(admin.post("/api-keys", key).await.faults(), [("/scopes/0".to_owned(), "not_for_keys".to_owned())]);
    let path = format!("/webhooks/{}", id(&hook));
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_message_in_flight_at_a_crash_is_sent_again_under_its_id() {
    let receiver = Receiver::start().await;
    let mut app = start().await;
    let admin = app.admin().await;
    let hook = webhook(&admin, &receiver, json!({})).await;
    admin.teacher(&admin.me("/organization/id")).await;
    settled(&admin, &hook).await;
    app.stop().await;
    // The state of the database after a kill between sending and recording the result.
    sql(&app, "UPDATE webhook_deliveries SET status = 'sending', next_attempt_at = '2200-01-01 00:00:00'");
    app.start_again().await;
    let messages = receiver.wait_for(2).await;
    assert_eq!(messages[0].id(), messages[1].id());
    let admin = app.sign_in("admin", PASSWORD).await;
    assert_eq!(settled(&admin, &hook).await[0]["status"], "delivered");
}
