//! Developer commands, behind the alias `cargo xtask`.
#![allow(clippy::print_stdout, reason = "progress on the terminal is what these commands are for")]

mod dist;
mod model;
mod run;
mod test;
mod torture;

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use xtask::api;
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::web::{self, WebProfile};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve it at one address, with a demonstration county
    Run(run::Options),
    /// Check format and lints, run every test on both databases and in a browser
    Test(test::Options),
    /// Measure the product on the demonstration county: `bench --help` says what
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Kill the server and its clients over and over, and check that nothing is lost or done twice
    Torture(torture::Options),
    /// Play random county-years through the API and compare every figure with the model of the rules
    Model(model::Options),
    /// Write openapi.yaml from the code
    Openapi {
        /// Change nothing, but fail if the file differs
        #[arg(long)]
        check: bool,
    },
    /// Build the SPA into target/dist, ready to be served
    BuildWeb {
        /// Optimise for size, as for `test`, `dist` and the container image (this is the default)
        #[arg(long, conflicts_with = "dev")]
        release: bool,
        /// Compile faster, as for `run`, into a bundle that is many times as large and not compressed
        #[arg(long)]
        dev: bool,
        /// Another folder than target/dist
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Build the release into target/songjiao-dist: the server and the SPA, ready to be copied to a machine
    Dist,
}

fn main() -> Result<()> {
    let command = Cli::parse().command;
    let project = &Project::locate()?;
    match command {
        Command::Run(options) => run::run(project, &options),
        Command::Test(options) => test::run(project, &options),
        Command::Torture(options) => torture::run(project, &options),
        Command::Model(options) => model::run(project, &options),
        Command::Bench { arguments } => {
            let mut bench = project.cargo("run");
            bench.args(["--quiet", "--profile", "tools", "--package", "bench", "--"]).args(arguments);
            Err(bench.exec()).context("cargo could not be started")
        }
        Command::Openapi { check: true } => api::check_openapi(project),
        Command::Openapi { check: false } => api::write_openapi(project),
        Command::BuildWeb { dev, release: _, out } => {
            let dist = out.unwrap_or_else(|| project.dist());
            let mut steps = Steps::new(web::STEPS);
            web::build(project, if dev { WebProfile::Quick } else { WebProfile::Web }, &dist, &mut steps)?;
            println!("{} is ready ({})", dist.display(), steps.elapsed());
            Ok(())
        }
        Command::Dist => dist::run(project),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_do_not_contradict_each_other() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
