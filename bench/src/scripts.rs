//! Node and a browser, with the scripts of `bench/measure`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use xtask::browser::{self, Browser};
use xtask::project::Project;
use xtask::{apt, npm};

use crate::county;

pub struct Scripts {
    folder: PathBuf,
    browser: Browser,
}

impl Scripts {
    pub fn provide(project: &Project) -> Result<Self> {
        let mut missing = Browser::missing_packages();
        missing.extend(npm::missing_package());
        if !missing.is_empty() {
            apt::install(&missing)?;
        }
        let browser = Browser::find().context("chromium is still missing")?;
        Ok(Self { folder: npm::package(project, "bench/measure", "measure")?, browser })
    }

    pub fn command(&self, script: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(self.folder.join(script)).env(browser::CHROMIUM, &self.browser.chromium);
        node.env(county::ADMIN_PASSWORD, county::PASSWORD);
        node
    }
}
