//! How soon the API is ready, how much memory it takes, how long the lists that people wait for take.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use xtask::api;
use xtask::project::Project;
use xtask::steps::Steps;

use crate::county::{County, Server};

#[derive(clap::Args)]
pub struct ApiBench {
    /// Requests per path, after a tenth as many that do not count
    #[arg(long, default_value_t = 200)]
    requests: usize,
}

/// The lists and figures that are requested.
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

pub fn run(project: &Project, options: &ApiBench) -> Result<()> {
    let mut steps = Steps::new(4);
    let songjiao = steps.step("API", || api::build_with_demo(project, api::SERVER))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    // The first start reads the file from the disk; people wait for later ones.
    drop(county.serve(None)?);
    let server = steps.step("Start", || county.serve(None))?;
    println!("start to ready                         {:>8.1} ms", millis(server.ready_after));
    println!("resident memory, idle after the start  {:>8.1} MB", server.resident_megabytes()?);
    steps.step("Requests", || measure(&server, options.requests))?;
    println!("resident memory, after the requests    {:>8.1} MB", server.resident_megabytes()?);
    println!("database                               {:>8.1} MB", size_megabytes(county.folder())?);
    Ok(())
}

fn measure(server: &Server, requests: usize) -> Result<()> {
    let Server { url, agent, .. } = server;
    let bearer = format!("Bearer {}", server.token()?);
    println!("{:<48} {:>9} {:>9} {:>9}", "one request after another, ms", "median", "p99", "bytes");
    for path in PATHS {
        let mut times = Vec::with_capacity(requests);
        let mut bytes = 0;
        for request in 0..requests + requests / 10 {
            let started = Instant::now();
            let mut answer = agent.get(format!("{url}/api/v1{path}")).header("Authorization", &bearer).call()?;
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
