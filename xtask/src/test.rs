//! Everything that has to pass before a change is merged.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;
use std::{env, fmt};

use anyhow::{Context, Result};
use clap::ValueEnum;
use xtask::background::Background;
use xtask::browser::{self, Browser};
use xtask::postgres::{self, Cluster};
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::web::{self, WebProfile};
use xtask::{api, apt, cleanup, cmd, npm};

use crate::{model, torture};

#[derive(clap::Args)]
pub struct Options {
    /// Only this step; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// In the order in which their output appears.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    Fmt,
    Clippy,
    Unit,
    Openapi,
    SetUp,
    Web,
    Tools,
    Sqlite,
    Postgres,
    /// Only if it is named: it takes a minute.
    FirstLoad,
    Browser,
}

/// Steps that run beside others, one after another, from the beginning of a step on. Installing packages waits for the
/// network, the compiler's last pass over the SPA uses one processor, and the tests on PostgreSQL wait for the disk.
const BESIDE: [(Step, &[Step]); 2] =
    [(Step::Fmt, &[Step::SetUp, Step::Web, Step::Tools]), (Step::Sqlite, &[Step::Postgres])];

const TEST_DATABASE_URL: &str = "TEST_DATABASE_URL";
/// libtest's variable.
const TEST_THREADS: &str = "RUST_TEST_THREADS";

pub fn run(project: &Project, options: &Options) -> Result<()> {
    let chosen: Vec<Step> =
        Step::value_variants().iter().copied().filter(|step| step.is_chosen(&options.only)).collect();
    // Asked for now: a step may replace the file, and then it has no name.
    let program = env::current_exe()?;
    let lanes: &[(Step, &[Step])] = if options.only.is_empty() { &BESIDE } else { &[] };
    let mut steps = Steps::new(chosen.len() + lanes.len() - lanes.iter().map(|(_, lane)| lane.len()).sum::<usize>());
    let mut running: Vec<(&[Step], Option<Background>)> = Vec::new();
    for step in &chosen {
        for (_, lane) in lanes.iter().filter(|(first, _)| first == step) {
            running.push((lane, Some(Background::start(only(project, &program, lane))?)));
        }
        let (name, result) = match running.iter_mut().find(|(lane, _)| lane.contains(step)) {
            Some((lane, work)) => {
                let Some(work) = work.take() else { continue };
                let name = lane.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                (name.clone(), steps.join(&name, work))
            }
            None => (step.to_string(), steps.step(&step.to_string(), || step.run(project))),
        };
        result.with_context(|| {
            format!("tests FAILED at {name} after {}; `cargo xtask test --only STEP` repeats a step", steps.elapsed())
        })?;
    }
    println!("All steps passed in {}: {}", steps.elapsed(), steps.summary());
    Ok(())
}

/// `cargo xtask test` with these steps alone.
fn only(project: &Project, program: &Path, steps: &[Step]) -> Command {
    let mut command = Command::new(program);
    command.arg("test").current_dir(&project.root);
    for step in steps {
        command.args(["--only", &step.to_string()]);
    }
    command
}

impl Step {
    fn is_chosen(self, only: &[Self]) -> bool {
        // The browser needs the bundle of today's sources; if it is there already, that takes a second.
        let by_default = only.is_empty() && self != Self::FirstLoad;
        by_default || only.contains(&self) || (self == Self::Web && only.contains(&Self::Browser))
    }

    fn run(self, project: &Project) -> Result<()> {
        let tools = Tools::provide(self)?;
        let clippy = ["--all-targets", "--", "-D", "warnings"];
        match self {
            Self::Fmt => cleanup::run(project.cargo("fmt").args(["--all", "--check"])),
            Self::Clippy => cleanup::run(project.cargo_product("clippy").args(clippy)),
            Self::Unit => {
                // Compiles the tests of the later steps, too, and the API's program for the torture.
                cleanup::run(project.cargo_product("test").args(["--all-targets", "--no-run"]))?;
                cleanup::run(project.cargo_product("test").args([
                    "--lib",
                    "--bins",
                    "--test",
                    "structure",
                    // The model by itself.
                    "--test",
                    "cases",
                    "--test",
                    "plays",
                    "--test",
                    "explanations",
                ]))?;
                cleanup::run(project.cargo_product("test").arg("--doc"))
            }
            Self::Tools => {
                cleanup::run(project.cargo_tools("clippy").args(clippy))?;
                cleanup::run(&mut project.cargo_tools("test"))
            }
            Self::Sqlite => {
                cleanup::run(project.cargo_product("test").args(["--test", "api"]).env_remove(TEST_DATABASE_URL))?;
                model::run_short(project, None)?;
                torture::run_short(project, None)
            }
            Self::Postgres => {
                let cluster = tools.postgres.as_deref().map(Cluster::start).transpose()?;
                let mut tests = project.cargo_product("test");
                if let Some(cluster) = &cluster {
                    tests.env(TEST_DATABASE_URL, cluster.url());
                }
                cleanup::run(tests.args(["--test", "api"]))?;
                let url = cluster.as_ref().map(Cluster::url).or_else(|| env::var(TEST_DATABASE_URL).ok());
                model::run_short(project, url.as_deref())?;
                torture::run_short(project, url.as_deref())
            }
            Self::FirstLoad => {
                let mut tests = project.cargo_product("test");
                tests.args(["--test", "api", "--", "--ignored", "--nocapture", "first_load::"]);
                cleanup::run(tests.env_remove(TEST_DATABASE_URL))
            }
            Self::Openapi => api::check_openapi(project),
            Self::SetUp => Ok(()),
            Self::Web => web::build(project, WebProfile::Web, &project.dist(), &mut Steps::within(web::STEPS)),
            Self::Browser => {
                let browser = tools.browser.context("no browser")?;
                // A test waits for its browser, and the browser for the test.
                let threads = available_parallelism()?.get() * 3 / 2;
                let mut tests = project.cargo_product("test");
                tests
                    .args(["--test", "browser"])
                    .env("SONGJIAO_WEB_DIR", project.dist())
                    .env(browser::CHROMIUM, &browser.chromium)
                    .env(browser::DRIVER, &browser.driver)
                    .env(npm::AXE, npm::axe(project)?)
                    .env_remove(TEST_DATABASE_URL);
                if env::var_os(TEST_THREADS).is_none() {
                    tests.env(TEST_THREADS, threads.to_string());
                }
                cleanup::run(&mut tests)
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |it| it.get_name()))
    }
}

/// The programs that a step needs besides cargo.
#[derive(Default)]
struct Tools {
    /// `None` if `TEST_DATABASE_URL` names a server, or the step needs none.
    postgres: Option<PathBuf>,
    browser: Option<Browser>,
}

impl Tools {
    /// Finds or installs them. A missing one ends the run here: no step is left out in silence.
    fn provide(step: Step) -> Result<Self> {
        let needed_by = |user: Step| step == user || step == Step::SetUp;
        let wants_postgres = needed_by(Step::Postgres) && env::var_os(TEST_DATABASE_URL).is_none();
        let wants_browser = needed_by(Step::Browser);
        let mut missing = Vec::new();
        if wants_browser {
            missing.extend(Browser::missing_packages());
            missing.extend(npm::missing_package());
        }
        if wants_postgres && postgres::binaries().is_none() {
            missing.push("postgresql");
        }
        // The tests execute the commands in docs/curl.md.
        if (needed_by(Step::Sqlite) || needed_by(Step::Postgres)) && cmd::find("curl").is_none() {
            missing.push("curl");
        }
        if !missing.is_empty() {
            apt::install(&missing)?;
        }

        let mut tools = Self::default();
        if wants_postgres {
            let binaries = postgres::binaries().context("initdb and postgres are still missing")?;
            println!("      PostgreSQL: {}", binaries.display());
            tools.postgres = Some(binaries);
        }
        if wants_browser {
            let browser = Browser::find().context("chromium and chromedriver are still missing")?;
            println!("      browser: {}, {}", browser.chromium.display(), browser.driver.display());
            tools.browser = Some(browser);
        }
        Ok(tools)
    }
}
