//! The checkout and cargo's target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cmd;

pub const WASM: &str = "wasm32-unknown-unknown";

/// The developer's tools, which are no part of the product.
const TOOLS: [&str; 3] = ["bench", "web-build", "xtask"];

pub struct Project {
    pub root: PathBuf,
    pub target: PathBuf,
}

impl Project {
    /// Asks cargo rather than assuming `target`: a developer may have set CARGO_TARGET_DIR or `build.target-dir`.
    pub fn locate() -> Result<Self> {
        let mut metadata = cmd::cargo();
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let json: Value = serde_json::from_str(&cmd::read(&mut metadata)?)?;
        let path =
            |key: &str| json[key].as_str().map(PathBuf::from).with_context(|| format!("cargo metadata: no {key}"));
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// The sources of a dependency, as they came from the registry.
    pub fn sources_of(&self, package: &str) -> Result<PathBuf> {
        let mut metadata = self.cargo("metadata");
        // Without the platform cargo would fetch what only other platforms need.
        metadata.args(["--format-version", "1", "--filter-platform", WASM]);
        let json: Value = serde_json::from_str(&cmd::read(&mut metadata)?)?;
        let found = json["packages"].as_array().into_iter().flatten().find(|it| it["name"] == package);
        let manifest = found.and_then(|it| it["manifest_path"].as_str()).map(Path::new).and_then(Path::parent);
        Ok(manifest.with_context(|| format!("{package} is not among the dependencies"))?.to_owned())
    }

    /// The SPA, optimised and compressed.
    pub fn dist(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// `cargo <subcommand>` in the root of the checkout.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = cmd::cargo();
        command.current_dir(&self.root).arg(subcommand);
        command
    }

    /// `cargo <subcommand>` for the whole product. Cargo unifies the features of all selected packages, so each step has
    /// to select the same ones, or it would compile actix and tokio again with other features.
    pub fn cargo_product(&self, subcommand: &str) -> Command {
        let mut command = self.cargo(subcommand);
        command.arg("--workspace").args(TOOLS.iter().flat_map(|tool| ["--exclude", *tool]));
        command
    }

    /// `cargo <subcommand>` for the tools, in a profile of their own: cargo locks a profile's folder, and the product may
    /// be compiling in that of `dev`.
    pub fn cargo_tools(&self, subcommand: &str) -> Command {
        let mut command = self.cargo(subcommand);
        command.args(["--profile", "tools"]).args(TOOLS.iter().flat_map(|tool| ["--package", *tool]));
        command
    }
}
