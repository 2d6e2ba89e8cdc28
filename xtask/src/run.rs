//! The whole product at one address.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use xtask::background::Background;
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::{api, cmd};

#[derive(clap::Args)]
pub struct Options {
    /// Start with an empty installation, without the demonstration county
    #[arg(long)]
    no_demo: bool,
    /// The address to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

pub fn run(project: &Project, options: &Options) -> Result<()> {
    let mut steps = Steps::new(if options.no_demo { 3 } else { 4 });
    let dist = project.target.join("run-web");
    // Cargo cannot use both processors all the time for one of the two alone.
    let mut web = Command::new(std::env::current_exe()?);
    web.args(["build-web", "--dev", "--out"]).arg(&dist).current_dir(&project.root);
    let web = Background::start(web)?;
    let songjiao = steps.step("API", || api::build_with_demo(project, api::QUICK))?;
    if !options.no_demo {
        steps.step("Demonstration data", || cmd::run(api::demo(&songjiao).current_dir(&project.root)))?;
    }
    steps.join("SPA", web)?;
    steps.headline("Server (Ctrl-C ends it)");
    let mut serve = Command::new(&songjiao);
    serve.arg("serve").arg("--web-dir").arg(dist).current_dir(&project.root);
    if let Some(address) = &options.listen {
        serve.args(["--listen", address]);
    }
    // Replaces this process, so that stopping xtask stops the server.
    Err(serve.exec()).with_context(|| format!("{} could not be started", songjiao.display()))
}
