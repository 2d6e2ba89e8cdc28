//! Plays the model's random county-years through the API and compares every figure.

use std::env;

use anyhow::{Context, Result};
use clap::ValueEnum;
use xtask::postgres::{self, Cluster};
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::{apt, cleanup};

#[derive(clap::Args)]
pub struct Options {
    /// County-years on each database [default: 1000 on SQLite, 200 on PostgreSQL]
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// Only this database
    #[arg(long)]
    database: Option<Database>,
    /// Instead, switch on each deliberate fault of the rules until a county-year finds it, on SQLite
    #[arg(long, conflicts_with_all = ["seeds", "database"])]
    mutations: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// County-years on each database in every run of the tests.
const SHORT: u64 = 40;

const TEST_DATABASE_URL: &str = "TEST_DATABASE_URL";

pub fn run(project: &Project, options: &Options) -> Result<()> {
    if options.mutations {
        return cleanup::run(project.cargo_product("test").env_remove(TEST_DATABASE_URL).args([
            "--test",
            "model",
            "--",
            "--ignored",
            "--nocapture",
        ]));
    }
    let chosen = |database| options.database.is_none_or(|only| only == database);
    let mut steps = Steps::new(usize::from(chosen(Database::Sqlite)) + usize::from(chosen(Database::Postgres)));
    if chosen(Database::Sqlite) {
        steps.step("SQLite", || play(project, None, options.seeds.unwrap_or(1000)))?;
    }
    if chosen(Database::Postgres) {
        steps.step("PostgreSQL", || {
            let seeds = options.seeds.unwrap_or(200);
            if let Ok(given) = env::var(TEST_DATABASE_URL) {
                return play(project, Some(&given), seeds);
            }
            if postgres::binaries().is_none() {
                apt::install(&["postgresql"])?;
            }
            let cluster = Cluster::start(&postgres::binaries().context("PostgreSQL is still missing")?)?;
            play(project, Some(&cluster.url()), seeds)
        })?;
    }
    Ok(())
}

/// A few county-years, on the database that the tests use.
pub fn run_short(project: &Project, database: Option<&str>) -> Result<()> {
    play(project, database, SHORT)
}

fn play(project: &Project, database: Option<&str>, seeds: u64) -> Result<()> {
    let mut tests = project.cargo_product("test");
    tests.args(["--test", "model", "--", "--nocapture"]).env("SONGJIAO_MODEL_SEEDS", format!("0..{seeds}"));
    match database {
        Some(url) => tests.env(TEST_DATABASE_URL, url),
        None => tests.env_remove(TEST_DATABASE_URL),
    };
    cleanup::run(&mut tests)
}
