//! The example client of the change feed, killed repeatedly while the county keeps changing: its copy ends equal to the
//! original, and no change was missed or applied twice.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types};
use serde_json::json;
use songjiao_tests::{hours_file, id};

use crate::server::{Server, feed, random, rounds, teachers};

const TYPES: &str = "teacher,hour_record";

fn client(server: &Server, key: &str, copy: &str, once: bool) -> Child {
    let program = std::env::var("SONGJIAO_CLIENT").expect("SONGJIAO_CLIENT is set by `cargo xtask torture`");
    let mut command = Command::new(PathBuf::from(program));
    command
        .arg(copy)
        .args(once.then_some("--once"))
        .env("SONGJIAO", format!("{}/api/v1", server.url()))
        .env("SONGJIAO_KEY", key)
        .env("NO_PROXY", "*")
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Total {
    #[diesel(sql_type = sql_types::Text)]
    teacher_no: String,
    #[diesel(sql_type = sql_types::Double)]
    hours: f64,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = sql_types::BigInt)]
    seq: i64,
}

#[ignore = "cargo xtask torture runs it"]
#[actix_web::test]
async fn a_client_killed_at_any_moment_ends_with_the_same_totals() {
    let (kills, rows) = (rounds("TORTURE_CLIENT_KILLS"), rounds("TORTURE_ROWS") / 10);
    let mut server = Server::start(&[]);
    let (machine, key) = server.machine().await;
    let teachers = teachers(&machine, "220283", 20).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite").display().to_string();
    for round in 0..kills {
        let mut running = client(&server, &key, &copy, false);
        let file = hours_file(&teachers, &format!("round-{round}"), rows);
        let report = machine.post_csv("/imports/hour-records", file).await.expect(201);
        assert_eq!(report["rows_imported"], rows);
        if round % 3 == 0 {
            let voided =
                &machine.get("/hour-records?status=recognized&limit=1&sort=created").await.expect(200)["items"][0];
            let reason = json!({ "reason": "有误" });
            machine.post(&format!("/hour-records/{}/void", id(voided)), reason).await.expect(200);
        }
        if round % 10 == 9 {
            // Kill the server as well; the client waits for it.
            server.kill();
            server.start_again();
        }
        tokio::time::sleep(Duration::from_millis(random(250))).await;
        running.kill().unwrap();
        running.wait().unwrap();
    }
    let ended = client(&server, &key, &copy, true).wait().unwrap();
    assert!(ended.success(), "the client ended with {ended}");

    let mut copy = SqliteConnection::establish(&copy).unwrap();
    let applied: Vec<Applied> = sql_query("SELECT seq FROM applied ORDER BY seq").load(&mut copy).unwrap();
    let applied: Vec<_> = applied.into_iter().map(|applied| applied.seq).collect();
    let original = feed(&machine, TYPES, |change| change["seq"].as_i64().unwrap()).await;
    assert!(original.len() > kills * rows);
    assert_eq!(applied, original, "every change exactly once");
    let totals: Vec<Total> = sql_query(
        "SELECT teacher_no, coalesce(sum(hours) FILTER (WHERE status = 'recognized'), 0.0) AS hours \
         FROM teachers JOIN hour_records ON teacher_id = teachers.id AND training_year = 2025 \
         GROUP BY teacher_no ORDER BY teacher_no",
    )
    .load(&mut copy)
    .unwrap();
    let quotas = server.admin().await.all("/quotas?training_year=2025&limit=500").await;
    let mut expected: Vec<_> = quotas
        .iter()
        .map(|quota| Total {
            teacher_no: quota["teacher_no"].as_str().unwrap().to_owned(),
            hours: quota["recognized_hours"].as_f64().unwrap(),
        })
        .collect();
    expected.sort_by(|one, other| one.teacher_no.cmp(&other.teacher_no));
    assert_eq!(totals, expected);
    server.verify();
    println!("{kills} kills of the client: {} changes, each applied once", applied.len());
}
