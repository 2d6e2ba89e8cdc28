//! Loads the demonstration county and prints its accounts.

use std::process::ExitCode;

use clap::Parser;
use songjiao_api::{
    app,
    config::{DataConfig, FirstStart},
    db::clock::Clock,
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
    let db = app::open_for_command(&config.data, Clock::system())?;
    db.migrate()?;
    print!("{}", songjiao_demo::load(&db, &config.first_start)?);
    Ok(())
}
