//! The server, killed at random moments of an import. An acknowledged import is complete, an unacknowledged one
//! complete or absent. Repeating the request leaves the rows there once and is answered as if nothing had been
//! interrupted.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use reqwest::{Method, header};
use serde_json::Value;
use songjiao_tests::{Session, hours_file};
use songjiao_types::Hours;

use crate::server::{Server, feed, random, rounds, teachers};

/// Records for each teacher in a file, as few as teachers have in a year.
const RECORDS_EACH: usize = 5;

/// Sends an import under the source of the key; returns its status and report, or `None` if the connection broke.
async fn send(machine: &Session, name: &str, file: String) -> Option<(u16, Value)> {
    let answer = machine
        .request(Method::POST, &format!("/imports/hour-records?source={name}"))
        .header(header::CONTENT_TYPE, "text/csv")
        .header("idempotency-key", name)
        .body(file)
        .send()
        .await
        .ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

async fn records(machine: &Session, name: &str) -> u64 {
    let page = machine.get(&format!("/hour-records?source={name}&limit=1&with_total=true")).await.expect(200);
    page["total"].as_u64().unwrap()
}

/// Sends an import until the answer is not `request_in_progress`: right after a kill, the former request may still
/// count as running.
async fn send_again(machine: &Session, name: &str, file: &str) -> Value {
    let begun = Instant::now();
    loop {
        match send(machine, name, file.to_owned()).await {
            Some((201, report)) => return report,
            Some((409, problem)) if begun.elapsed() < Duration::from_mins(1) => {
                assert_eq!(problem["code"], "request_in_progress", "{problem}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            other => panic!("{name} was answered {other:?}"),
        }
    }
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    (work.await, begun.elapsed())
}

#[ignore = "cargo xtask torture runs it"]
#[actix_web::test]
async fn an_import_killed_at_any_moment_is_complete_or_absent_and_counts_once() {
    let (kills, rows) = (rounds("TORTURE_KILLS"), rounds("TORTURE_ROWS"));
    let mut server = Server::start(&[]);
    let (machine, _) = server.machine().await;
    let teachers = teachers(&machine, "220283", rows / RECORDS_EACH).await;
    // Measures how long an import takes on this machine.
    let (calm, _) = server.machine_for(Some("calm")).await;
    let mut took = timed(send_again(&calm, "calm", &hours_file(&teachers, "calm", rows))).await.1;
    let (mut acknowledged, mut there, mut absent) = (0, 0, 0);
    for round in 0..kills {
        let name = format!("round-{round}");
        let (machine, _) = server.machine_for(Some(&name)).await;
        let file = hours_file(&teachers, &name, rows);
        let sending = actix_web::rt::spawn({
            let (machine, name, file) = (machine.clone(), name.clone(), file.clone());
            async move { send(&machine, &name, file).await }
        });
        // At any moment of the import or shortly after it.
        let moment = random(u64::try_from(took.as_micros()).unwrap() * 5 / 4);
        tokio::time::sleep(Duration::from_micros(moment)).await;
        server.kill();
        let answer = sending.await.unwrap();
        server.start_again();
        let found = records(&machine, &name).await;
        match (answer, found) {
            (Some((201, _)), found) => {
                assert_eq!(found, rows as u64, "{name} was acknowledged");
                acknowledged += 1;
            }
            (_, 0) => absent += 1,
            (_, found) => {
                assert_eq!(found, rows as u64, "{name} is incomplete");
                there += 1;
            }
        }
        let (report, again) = timed(send_again(&machine, &name, &file)).await;
        if found == 0 {
            took = again;
        }
        // If the import was complete, so was its stored answer: rows never count as unchanged.
        assert_eq!(report["rows_imported"], rows, "{name} is answered as the first time: {report}");
        assert_eq!(records(&machine, &name).await, rows as u64, "{name} is there once");
    }
    println!("{kills} kills: {acknowledged} after the answer, {there} after the commit, {absent} before it");
    server.verify();
    let expected = (kills + 1) * rows;
    let quotas = server.admin().await.all("/quotas?training_year=2025&limit=500").await;
    let hours = |quota: &Value| quota["recognized_hours"].to_string().parse::<Hours>().unwrap();
    let total: i64 = quotas.iter().map(|quota| hours(quota).hundredths()).sum();
    assert_eq!(total, i64::try_from(150 * expected).unwrap(), "hundredths of hours of {expected} records");
    let read = |change: &Value| (change["seq"].as_i64(), change["data"]["external_id"].as_str().map(str::to_owned));
    let changes = feed(&machine, "hour_record", read).await;
    assert!(changes.is_sorted_by(|(one, _), (next, _)| one < next));
    let announced: HashSet<_> = changes.iter().map(|(_, external_id)| external_id.as_ref().unwrap()).collect();
    assert_eq!((changes.len(), announced.len()), (expected, expected), "each record is announced once");
}
