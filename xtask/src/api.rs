//! The API's binary, and the document it prints.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cmd;
use crate::project::Project;

const BINARY: &str = "songjiao";

pub fn build_release(project: &Project) -> Result<PathBuf> {
    executable(project.cargo("build").args(["--release", "--package", "songjiao-api", "--bin", BINARY]), BINARY)
}

pub fn build_debug(project: &Project) -> Result<PathBuf> {
    executable(project.cargo_product("build").args(["--bin", BINARY]), BINARY)
}

/// The example client of the change feed.
pub fn build_client(project: &Project) -> Result<PathBuf> {
    const CLIENT: &str = "pull_changes";
    executable(project.cargo_product("build").args(["--example", CLIENT]), CLIENT)
}

fn executable(cargo: &mut Command, target: &str) -> Result<PathBuf> {
    let built = cmd::cargo_build(cargo)?;
    let found = built.into_iter().filter(|it| it.target == target).find_map(|it| it.executable);
    found.with_context(|| format!("cargo built no {target}"))
}

fn document(project: &Project) -> Result<String> {
    let songjiao = build_debug(project)?;
    cmd::read(Command::new(songjiao).arg("openapi").current_dir(&project.root))
}

pub fn write_openapi(project: &Project) -> Result<()> {
    let path = project.root.join("openapi.yaml");
    fs::write(&path, document(project)?)?;
    println!("{} is written", path.display());
    Ok(())
}

pub fn check_openapi(project: &Project) -> Result<()> {
    let current = document(project)?;
    let committed = fs::read_to_string(project.root.join("openapi.yaml")).context("openapi.yaml cannot be read")?;
    if current == committed {
        return Ok(());
    }
    let same = current.lines().zip(committed.lines()).take_while(|(new, old)| new == old).count();
    bail!(
        "openapi.yaml is not what the code says, from line {} on; run `cargo xtask openapi` and commit the file",
        same + 1
    )
}
