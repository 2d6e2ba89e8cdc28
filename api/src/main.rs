//! The command line of Songjiao.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use songjiao_api::{
    app::Application,
    config::{DataConfig, DemoConfig, ServeConfig},
    db::Database,
    demo,
    openapi::{Documents, document},
};

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
        Command::Openapi => {
            print!("{}", Documents::render(&document())?.yaml());
            Ok(())
        }
    }
}
