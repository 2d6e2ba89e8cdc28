//! Measures the product on the demonstration county: how soon it is ready, what memory it takes,
//! how long the lists that people wait for take. Figures, and no verdict: the bars are design 10's.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{api, cmd, project::Project, steps::Steps};

#[derive(clap::Args)]
pub struct Options {
    /// Requests per path, after a tenth as many that are not counted
    #[arg(long, default_value_t = 200)]
    requests: usize,
}

const PASSWORD: &str = "a password for this run";

/// What is asked for, over and over.
const PATHS: &[&str] = &[
    "/me",
    "/organizations",
    "/teachers",
    "/quotas?training_year=2025",
    "/quotas?training_year=2025&status=short",
    "/quotas/summary?training_year=2025",
    "/credits?cycle_first_year=2021",
    "/credits?cycle_first_year=2021&status=behind",
    "/hour-records",
    "/projects",
    "/lessons",
    "/certifications",
    "/dashboard",
];

pub fn run(project: &Project, options: &Options) -> Result<()> {
    let mut steps = Steps::new(4);
    let songjiao = steps.step("API", || api::build_release(project))?;
    let data = tempfile::tempdir()?;
    let command = |name: &str| {
        let mut command = Command::new(&songjiao);
        command.arg(name).arg("--data-dir").arg(data.path()).env_remove("DATABASE_URL").current_dir(&project.root);
        command.env("SONGJIAO_ADMIN_PASSWORD", PASSWORD).env("SONGJIAO_LOG", "error");
        // One caller asks as fast as it can.
        command.env("SONGJIAO_RATE_LIMIT", "off");
        command
    };
    steps.step("Demonstration data", || cmd::run(command("demo").stdout(Stdio::null())))?;
    // The first start reads the file from the disk; what people wait for is the next.
    drop(Server::start(command("serve"))?);
    let server = steps.step("Start", || Server::start(command("serve")))?;
    println!("start to ready                         {:>8.1} ms", millis(server.ready_after));
    println!("resident memory, idle after the start  {:>8.1} MB", server.resident_megabytes()?);
    steps.step("Requests", || server.measure(options.requests))?;
    println!("resident memory, after the requests    {:>8.1} MB", server.resident_megabytes()?);
    println!("database                               {:>8.1} MB", size_megabytes(data.path())?);
    Ok(())
}

struct Server {
    child: Child,
    url: String,
    ready_after: Duration,
    agent: ureq::Agent,
}

impl Server {
    fn start(mut command: Command) -> Result<Self> {
        let started = Instant::now();
        let mut child = command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().context("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(true).build().into();
        agent.get(format!("{url}/health/ready")).call().context("the server is not ready")?;
        Ok(Self { child, url, ready_after: started.elapsed(), agent })
    }

    fn resident_megabytes(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1024.0)
    }

    fn measure(&self, requests: usize) -> Result<()> {
        let credentials = json!({ "username": "admin", "password": PASSWORD });
        let login = format!("{}/api/v1/auth/login", self.url);
        let tokens: Value = self.agent.post(login).send_json(credentials)?.body_mut().read_json()?;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().context("no token")?);
        println!("{:<48} {:>9} {:>9} {:>9}", "one request after another, ms", "median", "p99", "bytes");
        for path in PATHS {
            let mut times = Vec::with_capacity(requests);
            let mut bytes = 0;
            for request in 0..requests + requests / 10 {
                let started = Instant::now();
                let mut answer =
                    self.agent.get(format!("{}/api/v1{path}", self.url)).header("Authorization", &bearer).call()?;
                let mut body = Vec::new();
                answer.body_mut().as_reader().read_to_end(&mut body)?;
                if request >= requests / 10 {
                    times.push(started.elapsed());
                    bytes = body.len();
                }
            }
            times.sort();
            let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
            println!("{path:<48} {:>9.2} {:>9.2} {bytes:>9}", millis(at(50)), millis(at(99)));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[allow(clippy::cast_precision_loss, reason = "a file of that size does not exist")]
fn size_megabytes(dir: &Path) -> Result<f64> {
    let mut bytes = 0;
    for entry in fs::read_dir(dir)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes as f64 / 1_048_576.0)
}
