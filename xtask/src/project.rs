//! Where the checkout lies and where cargo puts what it builds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cmd;
use crate::toolchain::WASM;

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

    /// The sources of a dependency as the registry gave them.
    pub fn sources_of(&self, package: &str) -> Result<PathBuf> {
        let mut metadata = self.cargo("metadata");
        // Without the platform cargo would fetch what only others need.
        metadata.args(["--format-version", "1", "--filter-platform", WASM]);
        let json: Value = serde_json::from_str(&cmd::read(&mut metadata)?)?;
        let found = json["packages"].as_array().into_iter().flatten().find(|it| it["name"] == package);
        let manifest = found.and_then(|it| it["manifest_path"].as_str()).map(Path::new).and_then(Path::parent);
        Ok(manifest.with_context(|| format!("{package} is not among the dependencies"))?.to_owned())
    }

    pub fn dist(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// `cargo <subcommand>` in the root of the checkout.
    pub fn cargo(&self, subcommand: &str) -> std::process::Command {
        let mut command = cmd::cargo();
        command.current_dir(&self.root).arg(subcommand);
        command
    }

    /// The same for all that makes up the product. Cargo chooses features for all selected packages together, so each
    /// step has to select alike, or it would compile actix and tokio once more with others.
    pub fn cargo_product(&self, subcommand: &str) -> std::process::Command {
        let mut command = self.cargo(subcommand);
        command.args(["--workspace", "--exclude", "xtask"]);
        command
    }
}
