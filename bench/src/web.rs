//! The SPA beside a build of React and Ant Design that shows the same list, from the same API and the same server, so
//! that compression, headers and HTTP are equal.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::web::{self, WebProfile};
use xtask::{api, cleanup, cmd, npm};

use crate::county::County;
use crate::scripts::Scripts;

#[derive(clap::Args)]
pub struct WebBench {
    /// Loads of each of the two, alternating, over each network
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

pub fn run(project: &Project, options: &WebBench) -> Result<()> {
    let mut steps = Steps::new(web::STEPS + 5);
    let scripts = steps.step("Browser and scripts", || Scripts::provide(project))?;
    let spa = project.dist();
    web::build(project, WebProfile::Web, &spa, &mut steps)?;
    let baseline = steps.step("React and Ant Design", || build_baseline(project))?;
    let songjiao = steps.step("API", || api::build_with_demo(project, api::SERVER))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    let (spa, baseline) = (county.serve(Some(&spa))?, county.serve(Some(&baseline))?);
    steps.step("Loads", || {
        let mut script = scripts.command("web.mjs");
        cleanup::run(script.args([&spa.url, &baseline.url, &options.runs.to_string()]))
    })
}

/// Built by Vite for production, then compressed as the SPA is.
fn build_baseline(project: &Project) -> Result<PathBuf> {
    let folder = npm::package(project, "bench/react-baseline", "react-baseline")?;
    let vite = Path::new("node_modules/vite/bin/vite.js");
    cmd::run(Command::new("node").arg(vite).args(["build", "--logLevel", "warn"]).current_dir(&folder))?;
    let dist = folder.join("dist");
    web::compress(project, &dist)?;
    Ok(dist)
}
