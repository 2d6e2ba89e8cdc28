//! The command line of Songjiao.

use std::{io::IsTerminal, process::ExitCode};

use clap::{Parser, Subcommand};
use songjiao_api::{
    app::{self, Application, backup::backup, heap, log, routes::document},
    config::{AccountConfig, BackupConfig, DataConfig, ServeConfig},
    db::{Database, clock::Clock, verify_chain},
    hours::{
        hour_records::ledger::verify_totals,
        years::{verify_closings, verify_standings},
    },
    people::users::accounts,
};
use songjiao_types::Hours;

/// Fewer open files than these are too few for a county's connections.
const FEW_FILES: u64 = 4096;

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
    /// Verify the totals against the hour ledger, the standings, the snapshots of closed years and the hash chain of the
    /// audit log
    Verify(DataConfig),
    /// Back up the database and the keys to a new folder, even while the server runs
    Backup(BackupConfig),
    /// Repair accounts if no administrator can sign in
    #[command(subcommand)]
    User(UserCommand),
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Set a first password, read from SONGJIAO_NEW_PASSWORD or standard input
    SetPassword(AccountConfig),
    /// Create an administrator of the whole installation, with a first password as above
    CreateAdmin(AccountConfig),
}

#[actix_web::main]
async fn main() -> ExitCode {
    log::start();
    let command = Cli::parse().command;
    if matches!(command, Command::Serve(_)) {
        heap::limit_arenas();
        raise_open_files();
    }
    match run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Raises the number of open files to what the system allows: each connection is one, and the usual 1024 are soon used up.
fn raise_open_files() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) if files < FEW_FILES => tracing::warn!(files, "few open files are allowed; raise the hard limit"),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the number of open files cannot be raised"),
    }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(config) => {
            let application = Application::build(&config, Clock::system())?;
            println!("Songjiao listens at http://{}", application.address());
            application.run().await.map_err(|error| error.to_string())
        }
        Command::Migrate(config) => app::open_for_command(&config, Clock::system())?.migrate(),
        Command::Verify(config) => verify(&config),
        Command::Backup(config) => {
            let backup = backup(&config)?;
            println!("The database is in {}", backup.database.display());
            for key in &backup.keys {
                println!("A key is in {}: keep it apart from the database", key.display());
            }
            Ok(())
        }
        Command::User(command) => repair_account(&command),
        Command::Openapi => {
            print!("{}", document().to_yaml().map_err(|error| error.to_string())?);
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn repair_account(command: &UserCommand) -> Result<(), String> {
    let (UserCommand::SetPassword(config) | UserCommand::CreateAdmin(config)) = command;
    let db = app::open_for_command(&config.data, Clock::system())?;
    let (profile, username, password) = (config.password_profile, &config.username, new_password()?);
    let (result, what) = match command {
        UserCommand::SetPassword(_) => (accounts::set_password(&db, profile, username, password), "has a new password"),
        UserCommand::CreateAdmin(_) => {
            (accounts::create_admin(&db, profile, username, password), "is an administrator")
        }
    };
    result.map_err(|error| error.to_string())?;
    println!("{username} {what}, to be changed at the next sign-in");
    Ok(())
}

/// Reads the password from the environment or standard input: an argument would show in the process list.
fn new_password() -> Result<String, String> {
    if let Ok(password) = std::env::var("SONGJIAO_NEW_PASSWORD") {
        return Ok(password);
    }
    if std::io::stdin().is_terminal() {
        eprintln!("New password (shown while you type):");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| format!("no password could be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Reports totals that are not the sum of their records, standings that do not follow from service and policies, snapshots
/// of closed years that do not agree with the ledger and the audit log, and where the audit log's chain is broken.
fn verify(config: &DataConfig) -> Result<(), String> {
    let db = app::open_for_command(config, Clock::system())?;
    // All run, whatever the first finds.
    let checks = [verify_ledger(&db), verify_years(&db), verify_snapshots(&db), verify_audit_log(&db)];
    let errors: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("; ")) }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn verify_years(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_standings).map_err(|error| error.to_string())?;
    for difference in &found {
        let stored = difference.stored.unwrap_or_default();
        println!(
            "teacher {} in {}: required {} stored, {} by service and policies; at {} stored, {} by service",
            difference.teacher_id,
            difference.training_year,
            stored.required_hours,
            difference.assessed.required_hours,
            stored.organization_id.map_or_else(|| "none".to_owned(), |id| id.to_string()),
            difference.assessed.organization_id.map_or_else(|| "none".to_owned(), |id| id.to_string()),
        );
    }
    if found.is_empty() {
        println!("The standings of open years follow from service and policies");
        Ok(())
    } else {
        Err(format!("{} standings differ from service and policies", found.len()))
    }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn verify_snapshots(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_closings).map_err(|error| error.to_string())?;
    for fault in &found {
        println!("{fault}");
    }
    if found.is_empty() {
        println!("The snapshots of closed years agree with the ledger and the audit log");
        Ok(())
    } else {
        Err(format!("{} faults in closed years", found.len()))
    }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn verify_ledger(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_totals).map_err(|error| error.to_string())?;
    for total in &found {
        println!(
            "teacher {} in {}: recognised {} stored, {} in the ledger; pending {} stored, {} in the ledger",
            total.teacher_id,
            total.training_year,
            Hours::from_hundredths(total.kept_recognized),
            Hours::from_hundredths(total.recognized),
            Hours::from_hundredths(total.kept_pending),
            Hours::from_hundredths(total.pending),
        );
    }
    if found.is_empty() {
        println!("The totals agree with the ledger");
        Ok(())
    } else {
        Err(format!("{} totals differ from the ledger", found.len()))
    }
}

#[allow(clippy::print_stdout, reason = "the output of a command")]
fn verify_audit_log(db: &Database) -> Result<(), String> {
    let found = db.read_now(verify_chain).map_err(|error| error.to_string())?;
    let head = found.map_err(|broken| broken.to_string())?;
    println!("The audit log is intact: {} entries, the hash of the last is {}", head.seq, head.hash);
    Ok(())
}
