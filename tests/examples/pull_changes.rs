//! An example client of the change feed, which keeps a copy of teachers and hour records in a database of its own.
//!
//! One rule makes it exact: a page's changes and the position after it are written in one transaction. Killed at any
//! moment, the client continues from the position in its database, misses nothing and applies nothing twice.
//!
//! `SONGJIAO=https://…/api/v1 SONGJIAO_KEY=sjk_… pull_changes copy.sqlite [--once]`

use std::{env, error::Error, time::Duration};

use diesel::{
    Connection, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Double, Integer, Nullable, Text},
};
use reqwest::{Client, StatusCode};
use serde_json::Value;

type Failure = Box<dyn Error>;

/// The entities copied. The key needs `changes.read`, `teachers.read` and `hours.read`.
const TYPES: &str = "teacher,hour_record";
const PAGE: u32 = 200;
const LONGEST_WAIT: Duration = Duration::from_secs(30);

const SCHEMA: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS position (only INTEGER PRIMARY KEY CHECK (only = 1), after INTEGER NOT NULL);
    INSERT INTO position VALUES (1, 0) ON CONFLICT DO NOTHING;
    -- The changes applied. A change applied twice violates the primary key.
    CREATE TABLE IF NOT EXISTS applied (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS teachers (id TEXT PRIMARY KEY, teacher_no TEXT NOT NULL, name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS hour_records (
        id TEXT PRIMARY KEY, teacher_id TEXT NOT NULL, training_year INTEGER NOT NULL, hours REAL NOT NULL,
        status TEXT NOT NULL, external_id TEXT
    );
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let file = env::args().nth(1).ok_or("name the database to keep the copy in")?;
    let once = env::args().any(|argument| argument == "--once");
    let (api, key) = (env::var("SONGJIAO")?, env::var("SONGJIAO_KEY")?);
    // Installs the TLS provider.
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "TLS is set up already")?;
    let client = Client::builder().timeout(Duration::from_mins(1)).build()?;
    let mut copy = SqliteConnection::establish(&file)?;
    copy.batch_execute(SCHEMA)?;
    let mut wait = Duration::from_millis(200);
    loop {
        match pull(&client, &api, &key, &mut copy).await {
            Ok(Pulled::More) => wait = Duration::from_millis(200),
            Ok(Pulled::All) if once => return Ok(()),
            Ok(Pulled::All) => tokio::time::sleep(Duration::from_secs(1)).await,
            // The server or the network is down; retry.
            Err(error) => {
                eprintln!("{error}; again in {wait:?}");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

enum Pulled {
    More,
    All,
}

/// Pulls one page.
async fn pull(client: &Client, api: &str, key: &str, copy: &mut SqliteConnection) -> Result<Pulled, Failure> {
    let after = position(copy)?;
    let url = format!("{api}/changes?after={after}&types={TYPES}&limit={PAGE}");
    let answer = client.get(url).bearer_auth(key).send().await?;
    if answer.status() == StatusCode::CONFLICT {
        // The server was restored from a backup, which undid the changes since: start over.
        eprintln!("the feed is shorter than the copy: starting over");
        copy.batch_execute(
            "DELETE FROM applied; DELETE FROM hour_records; DELETE FROM teachers; UPDATE position SET after = 0",
        )?;
        return Ok(Pulled::More);
    }
    let page: Value = answer.error_for_status()?.json().await?;
    let next = page["next_after"].as_i64().ok_or("no next_after")?;
    copy.immediate_transaction::<_, Failure, _>(|copy| {
        for change in page["items"].as_array().ok_or("no items")? {
            apply(copy, change)?;
        }
        sql_query("UPDATE position SET after = ?").bind::<BigInt, _>(next).execute(copy)?;
        Ok(())
    })?;
    Ok(if page["head"] == next { Pulled::All } else { Pulled::More })
}

#[derive(diesel::QueryableByName)]
struct Position {
    #[diesel(sql_type = BigInt)]
    after: i64,
}

fn position(copy: &mut SqliteConnection) -> Result<i64, Failure> {
    Ok(sql_query("SELECT after FROM position").get_result::<Position>(copy)?.after)
}

/// Writes the row's current state. Later changes of the same row overwrite it.
fn apply(copy: &mut SqliteConnection, change: &Value) -> Result<(), Failure> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    sql_query("INSERT INTO applied (seq, type, id) VALUES (?, ?, ?)")
        .bind::<BigInt, _>(change["seq"].as_i64().ok_or("no seq")?)
        .bind::<Text, _>(text(&change["type"]))
        .bind::<Text, _>(text(&change["id"]))
        .execute(copy)?;
    let data = &change["data"];
    let kind = change["type"].as_str().and_then(|kind| kind.split('.').next());
    match kind {
        Some("teacher") => {
            sql_query("INSERT OR REPLACE INTO teachers (id, teacher_no, name) VALUES (?, ?, ?)")
                .bind::<Text, _>(text(&change["id"]))
                .bind::<Text, _>(text(&data["teacher_no"]))
                .bind::<Text, _>(text(&data["name"]))
                .execute(copy)?;
        }
        Some("hour_record") => {
            sql_query(
                "INSERT OR REPLACE INTO hour_records (id, teacher_id, training_year, hours, status, external_id) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind::<Text, _>(text(&change["id"]))
            .bind::<Text, _>(text(&data["teacher_id"]))
            .bind::<Integer, _>(i32::try_from(data["training_year"].as_i64().ok_or("no training_year")?)?)
            .bind::<Double, _>(data["hours"].as_f64().ok_or("no hours")?)
            .bind::<Text, _>(text(&data["status"]))
            .bind::<Nullable<Text>, _>(data["external_id"].as_str())
            .execute(copy)?;
        }
        // Unknown types are ignored.
        _ => {}
    }
    Ok(())
}
