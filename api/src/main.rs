//! The command line of Songjiao.

use std::{io::IsTerminal, process::ExitCode};

use clap::{Parser, Subcommand};
use songjiao_api::{
    app::{Application, backup::backup, heap, routes::document},
    config::{AccountConfig, BackupConfig, DataConfig, ServeConfig},
    db::{Database, clock::Clock, verify_chain},
    hours::hour_records::ledger::verify_totals,
    http::openapi::Documents,
    people::users::accounts,
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
    Serve(Box<ServeConfig>),
    /// Migrate the database
    Migrate(DataConfig),
    /// Compare the totals with the hour ledger, and walk the audit log's chain of hashes
    Verify(DataConfig),
    /// Copy the database and the keys into a new folder, also while the server runs
    Backup(BackupConfig),
    /// Put an account right when nobody can sign in who may
    #[command(subcommand)]
    User(UserCommand),
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Give a user a first password, read from SONGJIAO_NEW_PASSWORD or standard input
    SetPassword(AccountConfig),
    /// Make an administrator of the whole installation; the first password as above
    CreateAdmin(AccountConfig),
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
    let command = Cli::parse().command;
    if matches!(command, Command::Serve(_)) {
        heap::share();
    }
    match run(command).await {
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
            let application = Application::build(&config, Clock::system())?;
            println!("Songjiao listens at http://{}", application.address());
            application.run().await.map_err(|error| error.to_string())
        }
        Command::Migrate(config) => Database::connect(&config.url()?, 1, Clock::system())?.migrate(),
        Command::Verify(config) => verify(&config),
        Command::Backup(config) => {
            let made = backup(&config)?;
            println!("The database is in {}", made.database.display());
            for key in &made.keys {
                println!("A key is in {}: keep it where the database is not", key.display());
            }
            Ok(())
        }
        Command::User(command) => put_right(&command),
        Command::Openapi => {
            print!("{}", Documents::render(&document())?.yaml());
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
fn put_right(command: &UserCommand) -> Result<(), String> {
    let (UserCommand::SetPassword(config) | UserCommand::CreateAdmin(config)) = command;
    let db = Database::connect(&config.data.url()?, 1, Clock::system())?;
    let (profile, username, password) = (config.password_profile, &config.username, new_password()?);
    let (done, what) = match command {
        UserCommand::SetPassword(_) => (accounts::set_password(&db, profile, username, password), "has a new password"),
        UserCommand::CreateAdmin(_) => {
            (accounts::create_admin(&db, profile, username, password), "is an administrator")
        }
    };
    done.map_err(|error| error.to_string())?;
    println!("{username} {what}, to be changed at the next sign-in");
    Ok(())
}

/// Never an argument: whoever lists the processes would read it.
fn new_password() -> Result<String, String> {
    if let Ok(password) = std::env::var("SONGJIAO_NEW_PASSWORD") {
        return Ok(password);
    }
    if std::io::stdin().is_terminal() {
        eprintln!("The new password, which shows while it is typed:");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("no password could be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says which totals are not the sum of their records, and where the audit log's chain breaks.
fn verify(config: &DataConfig) -> Result<(), String> {
    let db = Database::connect(&config.url()?, 1, Clock::system())?;
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
