//! Developer commands, behind the alias `cargo xtask`.
#![allow(clippy::print_stdout, reason = "progress on the terminal is what these commands are for")]

mod api;
mod apt;
mod bench;
mod browser;
mod bundle;
mod cmd;
mod compress;
mod guard;
mod lean;
mod npm;
mod pack;
mod postgres;
mod project;
mod run;
mod split;
mod steps;
mod test;
mod toolchain;
mod torture;
mod wasm_fallback;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use project::Project;
use web::WebProfile;

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
    /// Measure the product on the demonstration county: the API, or its pages in a browser
    Bench(bench::Bench),
    /// Kill the server and its clients over and over, and see that nothing is lost or done twice
    Torture(torture::Options),
    /// Write openapi.yaml from the code
    Openapi {
        /// Change nothing, but fail where the file differs
        #[arg(long)]
        check: bool,
    },
    /// Build the SPA into target/dist, ready to be served
    BuildWeb {
        /// Optimise for size, as `run`, `test` and the container image do (this is the default)
        #[arg(long, conflicts_with = "dev")]
        release: bool,
        /// Compile faster, into a bundle that is many times as large and not compressed
        #[arg(long)]
        dev: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = Project::locate().and_then(|project| match cli.command {
        Command::Run(options) => run::run(&project, &options),
        Command::Test(options) => test::run(&project, &options),
        Command::Torture(options) => torture::run(&project, &options),
        Command::Bench(options) => bench::run(&project, &options),
        Command::Openapi { check: true } => api::check_openapi(&project),
        Command::Openapi { check: false } => api::write_openapi(&project),
        Command::BuildWeb { dev, release: _ } => {
            web::build_command(&project, if dev { WebProfile::Dev } else { WebProfile::Web })
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
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
