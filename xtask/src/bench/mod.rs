//! Measures the product on the demonstration county. Figures, and no verdict: the bars are design 10's.

mod api;
mod county;
mod import;
mod lighthouse;
mod web;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Subcommand;

use crate::browser::{self, Browser};
use crate::project::Project;
use crate::{apt, npm};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    api: api::ApiBench,
}

#[derive(Subcommand)]
enum What {
    /// How soon the API is ready, what memory it takes, how long its lists take (this is the default)
    Api(api::ApiBench),
    /// Hour records by curl, beside the databases' own import of the same rows, and exported again
    Import(import::ImportBench),
    /// What the list of teachers weighs and how soon it is usable, beside the same in React and Ant Design
    Web(web::WebBench),
    /// Lighthouse's scores of four pages, on a desk and on a phone
    Lighthouse,
}

pub fn run(project: &Project, bench: &Bench) -> Result<()> {
    match &bench.what {
        None => api::run(project, &bench.api),
        Some(What::Api(options)) => api::run(project, options),
        Some(What::Import(options)) => import::run(project, options),
        Some(What::Web(options)) => web::run(project, options),
        Some(What::Lighthouse) => lighthouse::run(project),
    }
}

/// Node and a browser, with the scripts of `tests/measure`.
struct Scripts {
    folder: PathBuf,
    browser: Browser,
}

impl Scripts {
    fn provide(project: &Project) -> Result<Self> {
        let mut missing = Browser::missing_packages();
        missing.extend(npm::missing_package());
        if !missing.is_empty() {
            apt::install(&missing)?;
        }
        let browser = Browser::find().context("chromium is still not to be found")?;
        Ok(Self { folder: npm::package(project, "tests/measure", "measure")?, browser })
    }

    fn command(&self, script: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.folder.join(script)).env(browser::CHROMIUM, &self.browser.chromium);
        node.env(county::ADMIN_PASSWORD, county::PASSWORD);
        node
    }
}
