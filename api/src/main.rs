//! The command line of Songjiao.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use songjiao_api::{
    app::Application,
    backup::backup,
    config::{BackupConfig, DataConfig, DemoConfig, ServeConfig},
    db::{Database, verify_chain},
    demo,
    hour_records::ledger::verify_totals,
    openapi::{Documents, document},
};
use songjiao_types::Hours;

/// Songjiao 送教下乡培训管理平台
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate the database and serve the API
    Serve(ServeConfig),
    /// Migrate the database
    Migrate(DataConfig),
    /// Load a county to look around in, and print its accounts
    Demo(DemoConfig),
    /// Compare the totals with the hour ledger, and walk the audit log's chain of hashes
    Verify(DataConfig),
    /// Copy the database and the keys into a new folder, also while the server runs
    Backup(BackupConfig),
    /// Print the OpenAPI document
    Openapi,
}

#[actix_web::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SONGJIAO_LOG")
                .unwrap_or_else(|_| "warn,songjiao_api=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(config) => {
            let application = Application::build(&config)?;
            println!("Songjiao listens at http://{}", application.address());
            application.run().await.map_err(|error| error.to_string())
        }
        Command::Migrate(config) => Database::connect(&config.url()?, 1)?.migrate(),
        Command::Demo(config) => {
            let db = Database::connect(&config.data.url()?, 1)?;
            db.migrate()?;
            print!("{}", demo::load(&db, &config.first_start)?);
            Ok(())
        }
        Command::Verify(config) => verify(&config),
        Command::Backup(config) => {
            let made = backup(&config)?;
            println!("The database is in {}", made.database.display());
            for key in &made.keys {
                println!("A key is in {}: keep it where the database is not", key.display());
            }
            Ok(())
        }
        Command::Openapi => {
            print!("{}", Documents::render(&document())?.yaml());
            Ok(())
        }
    }
}

/// Says which totals are not the sum of their records, and where the audit log's chain breaks.
fn verify(config: &DataConfig) -> Result<(), String> {
    let db = Database::connect(&config.url()?, 1)?;
    // The second is done whatever the first finds.
    match (verify_ledger(&db), verify_audit_log(&db)) {
        (Ok(()), Ok(())) => Ok(()),
        (Err(error), Ok(())) | (Ok(()), Err(error)) => Err(error),
        (Err(totals), Err(chain)) => Err(format!("{totals}; {chain}")),
    }
}

#[allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
fn verify_ledger(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_totals).map_err(|error| error.to_string())?;
    for total in &found {
        println!(
            "teacher {} in {}: recognised {} kept, {} in the ledger; pending {} kept, {} in the ledger",
            total.teacher_id,
            total.training_year,
            Hours::from_tenths(total.kept_recognized),
            Hours::from_tenths(total.recognized),
            Hours::from_tenths(total.kept_pending),
            Hours::from_tenths(total.pending),
        );
    }
    if found.is_empty() {
        println!("The totals agree with the ledger");
        Ok(())
    } else {
        Err(format!("{} totals differ from the ledger", found.len()))
    }
}

#[allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
fn verify_audit_log(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_chain).map_err(|error| error.to_string())?;
    let head = found.map_err(|broken| broken.to_string())?;
    println!("The audit log is whole: {} entries, the last one's hash {}", head.seq, head.hash);
    Ok(())
}
