//! Loads the demonstration county and prints its accounts.

use std::process::ExitCode;

use clap::Parser;
use songjiao_api::{
    config::{DataConfig, FirstStart},
    db::{Database, clock::Clock},
};

/// Load a county to look around in, and print its accounts
#[derive(Parser)]
#[command(version)]
struct DemoConfig {
    #[command(flatten)]
    data: DataConfig,
    #[command(flatten)]
    first_start: FirstStart,
}

fn main() -> ExitCode {
    match run(&DemoConfig::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the accounts go to standard output")]
fn run(config: &DemoConfig) -> Result<(), String> {
    let db = Database::connect(&config.data.url()?, 1, Clock::system())?;
    db.migrate()?;
    print!("{}", songjiao_demo::load(&db, &config.first_start)?);
    Ok(())
}
