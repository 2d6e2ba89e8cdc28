//! Kills the server and the example client over and over, on each database, and checks that nothing is lost,
//! half-applied or done twice.

use std::path::PathBuf;

use anyhow::{Context, Result};
use xtask::postgres::{self, Cluster};
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::{api, apt, cleanup};

#[derive(clap::Args)]
pub struct Options {
    /// Kills of the server during imports
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// Rows of each import
    #[arg(long, default_value_t = 10_000)]
    rows: usize,
    /// Kills of the client of the change feed
    #[arg(long, default_value_t = 50)]
    client_kills: usize,
    /// Kills of the server while it delivers webhooks
    #[arg(long, default_value_t = 20)]
    restarts: usize,
    /// Events that are delivered
    #[arg(long, default_value_t = 10_000)]
    events: usize,
    /// Only these, such as `imports`, `consumers` or `webhooks`
    #[arg(long, default_value = "")]
    only: String,
}

/// A few rounds, for every run of the tests.
const SHORT: Options = Options { kills: 4, rows: 2000, client_kills: 5, restarts: 3, events: 400, only: String::new() };

pub fn run(project: &Project, options: &Options) -> Result<()> {
    if postgres::binaries().is_none() {
        apt::install(&["postgresql"])?;
    }
    let mut steps = Steps::new(3);
    let programs = steps.step("Programs", || {
        Ok(Programs { server: api::build(project, api::SERVER)?, client: api::build_client(project)? })
    })?;
    steps.step("SQLite", || programs.torture(project, options, None))?;
    steps.step("PostgreSQL", || {
        let binaries = postgres::binaries().context("PostgreSQL is still missing")?;
        let cluster = Cluster::start(&binaries)?;
        programs.torture(project, options, Some(&cluster.url()))
    })
}

/// A short run, on the database that the tests use.
pub fn run_short(project: &Project, database: Option<&str>) -> Result<()> {
    let programs = Programs { server: api::build_debug(project)?, client: api::build_client(project)? };
    programs.torture(project, &SHORT, database)
}

struct Programs {
    server: PathBuf,
    client: PathBuf,
}

impl Programs {
    fn torture(&self, project: &Project, options: &Options, database: Option<&str>) -> Result<()> {
        let mut tests = project.cargo_product("test");
        tests
            .args(["--test", "torture", "--", "--ignored", "--test-threads=1", "--nocapture", &options.only])
            .env("SONGJIAO_BIN", &self.server)
            .env("SONGJIAO_CLIENT", &self.client)
            .env_remove("TEST_DATABASE_URL");
        for (name, count) in [
            ("TORTURE_KILLS", options.kills),
            ("TORTURE_ROWS", options.rows),
            ("TORTURE_CLIENT_KILLS", options.client_kills),
            ("TORTURE_RESTARTS", options.restarts),
            ("TORTURE_EVENTS", options.events),
        ] {
            tests.env(name, count.to_string());
        }
        if let Some(url) = database {
            tests.env("TEST_DATABASE_URL", url);
        }
        cleanup::run(&mut tests)
    }
}
