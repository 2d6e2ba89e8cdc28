//! The SPA beside a build of React and Ant Design that shows the same list, from the same API and the same server, so
//! that compression, headers and HTTP are equal.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Scripts;
use super::county::County;
use crate::project::Project;
use crate::steps::Steps;
use crate::web::{self, WebProfile};
use crate::{api, cmd, compress, guard, npm};

#[derive(clap::Args)]
pub struct WebBench {
    /// Loads of each of the two, in turn, over each network
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

pub fn run(project: &Project, options: &WebBench) -> Result<()> {
    let mut steps = Steps::new(web::STEPS + 5);
    let scripts = steps.step("Browser and scripts", || Scripts::provide(project))?;
    let ours = web::build(project, WebProfile::Web, &mut steps)?;
    let rival = steps.step("React and Ant Design", || build_rival(project))?;
    let songjiao = steps.step("API", || api::build_release(project))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    let (ours, rival) = (county.serve(Some(&ours))?, county.serve(Some(&rival))?);
    steps.step("Loads", || {
        let mut script = scripts.command("web.mjs");
        guard::run(script.args([&ours.url, &rival.url, &options.runs.to_string()]))
    })
}

/// Built by Vite for production, then compressed as our own bundle is.
fn build_rival(project: &Project) -> Result<PathBuf> {
    let folder = npm::package(project, "tests/rival", "rival")?;
    let vite = Path::new("node_modules/vite/bin/vite.js");
    cmd::run(Command::new("node").arg(vite).args(["build", "--logLevel", "warn"]).current_dir(&folder))?;
    let dist = folder.join("dist");
    compress::all(&dist)?;
    Ok(dist)
}
