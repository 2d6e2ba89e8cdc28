//! A receiver that fails three deliveries in ten and a server that is killed repeatedly: every event arrives, correctly
//! signed.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::{Value, json};
use songjiao_tests::{hours_file, id, receiver::Receiver};

use crate::server::{Server, random, rounds, teachers, until};

/// Returns the numbers of the events that the receiver accepted.
fn taken(receiver: &Receiver) -> HashSet<i64> {
    let taken = receiver.messages().into_iter().filter(|message| message.status < 300);
    taken.filter_map(|message| message.json()["data"]["seq"].as_i64()).collect()
}

#[ignore = "cargo xtask torture runs it"]
#[actix_web::test]
async fn a_failing_receiver_gets_every_event_across_restarts() {
    let (kills, events) = (rounds("TORTURE_RESTARTS"), rounds("TORTURE_EVENTS"));
    // A hundred retries without delay, which a failure rate of 3 in 10 does not exhaust.
    let retries: &'static str = Box::leak(vec!["0"; 100].join(",").into_boxed_str());
    let mut server = Server::start(&[
        ("SONGJIAO_WEBHOOK_PRIVATE", "true"),
        ("SONGJIAO_WEBHOOK_TIMEOUT", "5"),
        ("SONGJIAO_WEBHOOK_RETRIES", retries),
    ]);
    let (machine, _) = server.machine().await;
    let admin = server.admin().await;
    let teachers = teachers(&machine, "220283", 20).await;
    let receiver = Receiver::start().await;
    receiver.reply_otherwise(|| if random(10) < 3 { 503 } else { 204 });
    let new = json!({
        "name": "省平台", "url": receiver.url, "organization_id": admin.me("/organization/id"), "types": ["hour_record.recorded"],
    });
    let hook = admin.post("/webhooks", new).await.expect(201);
    machine.post_csv("/imports/hour-records", hours_file(&teachers, "events", events)).await.expect(201);
    for kill in 1..=kills {
        // Spread over all deliveries.
        let reached = events * kill / (kills + 1);
        until("deliveries continue", Duration::from_mins(2), || async { taken(&receiver).len() >= reached }).await;
        server.kill();
        server.start_again();
    }
    until("everything is delivered", Duration::from_mins(5), || async { taken(&receiver).len() == events }).await;
    let messages = receiver.messages();
    let secret = hook["secret"].as_str().unwrap();
    let mut bodies: HashMap<&str, &str> = HashMap::new();
    for message in &messages {
        assert_eq!(message.signatures_of(secret), 1, "{message:?}");
        let body = bodies.entry(message.id()).or_insert(&message.body);
        assert_eq!(*body, message.body, "one id, one body");
    }
    assert_eq!(bodies.len(), events, "one message for each event");
    let refused = messages.iter().filter(|message| message.status >= 300).count();
    println!("{events} events through {kills} kills: {} attempts, {refused} refused", messages.len());
    let path = format!("/webhooks/{}", id(&hook));
    let admin = server.admin().await;
    let settled = || async {
        let view = admin.get(&path).await.expect(200);
        assert_eq!(view["failed"], 0);
        view["pending"] == 0
    };
    until("the log is settled", Duration::from_secs(30), settled).await;
    assert_eq!(admin.get(&path).await.expect(200)["failing_since"], Value::Null);
}
