//! The whole product at one address.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::steps::Steps;
use crate::web::{self, WebProfile};
use crate::{api, cmd};

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
    let mut steps = Steps::new(web::STEPS + if options.no_demo { 2 } else { 3 });
    let dist = web::build(project, WebProfile::Web, &mut steps)?;
    let songjiao = steps.step("API", || api::build_release(project))?;
    if !options.no_demo {
        steps
            .step("Demonstration data", || cmd::run(Command::new(&songjiao).arg("demo").current_dir(&project.root)))?;
    }
    steps.headline("Server (Ctrl-C ends it)");
    let mut serve = Command::new(&songjiao);
    serve.arg("serve").arg("--web-dir").arg(dist).current_dir(&project.root);
    if let Some(address) = &options.listen {
        serve.args(["--listen", address]);
    }
    // Takes this process's place, so that whoever stops xtask stops the server.
    Err(serve.exec()).with_context(|| format!("{} could not be started", songjiao.display()))
}
