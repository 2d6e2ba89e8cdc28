//! Measures the product on the demonstration county. Prints figures and no verdict: the aims are in docs/benchmarks.md.
#![allow(clippy::print_stdout, reason = "the figures on the terminal are what this program is for")]

mod api;
mod county;
mod doors;
mod import;
mod lighthouse;
mod peers;
mod scripts;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench", about, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    subject: Option<Subject>,
    #[command(flatten)]
    api: api::ApiBench,
}

#[derive(Subcommand)]
enum Subject {
    /// How soon the API is ready, how much memory it takes, how long its lists take (this is the default)
    Api(api::ApiBench),
    /// Hour records by curl, beside the databases' own import of the same rows, and exported again
    Import(import::ImportBench),
    /// What the list of teachers weighs and how soon it is usable, beside the same in React and Ant Design
    Web(web::WebBench),
    /// Guesses at a password, slow connections, and accounts opened and activated in bulk
    Doors(doors::DoorsBench),
    /// Lighthouse's scores of four pages, on a desktop and on a phone
    Lighthouse,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let project = Project::locate()?;
    match cli.subject {
        None => api::run(&project, &cli.api),
        Some(Subject::Api(options)) => api::run(&project, &options),
        Some(Subject::Import(options)) => import::run(&project, &options),
        Some(Subject::Web(options)) => web::run(&project, &options),
        Some(Subject::Doors(options)) => doors::run(&project, &options),
        Some(Subject::Lighthouse) => lighthouse::run(&project),
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
