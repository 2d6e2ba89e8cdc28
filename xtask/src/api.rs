//! The API's programs, and the document that they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cmd;
use crate::project::Project;

const BINARY: &str = "songjiao";

/// The profile of the released program.
pub const SERVER: &str = "server";
/// The profile of the program that `run` starts: quick to build.
pub const QUICK: &str = "quick";

/// Builds the server with one of the workspace's profiles.
///
/// # Errors
/// When it does not compile.
pub fn build(project: &Project, profile: &str) -> Result<PathBuf> {
    let mut cargo = project.cargo("build");
    executable(cargo.args(["--profile", profile, "--package", "songjiao-api", "--bin", BINARY]), BINARY)
}

/// Builds the server and, beside it, the program that loads the demonstration county.
///
/// # Errors
/// When they do not compile.
pub fn build_with_demo(project: &Project, profile: &str) -> Result<PathBuf> {
    let packages = ["--package", "songjiao-api", "--package", "songjiao-demo", "--bins"];
    executable(project.cargo("build").args(["--profile", profile]).args(packages), BINARY)
}

/// Builds the server as the tests do.
///
/// # Errors
/// When it does not compile.
pub fn build_debug(project: &Project) -> Result<PathBuf> {
    executable(project.cargo_product("build").args(["--bin", BINARY]), BINARY)
}

/// Builds the example client of the change feed.
///
/// # Errors
/// When it does not compile.
pub fn build_client(project: &Project) -> Result<PathBuf> {
    const CLIENT: &str = "pull_changes";
    executable(project.cargo_product("build").args(["--example", CLIENT]), CLIENT)
}

/// The command that loads the demonstration county into an empty database, built by [`build_with_demo`].
pub fn demo(songjiao: &Path) -> Command {
    Command::new(songjiao.with_file_name("songjiao-demo"))
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

/// Writes openapi.yaml from the code.
///
/// # Errors
/// When the API does not compile or the file cannot be written.
pub fn write_openapi(project: &Project) -> Result<()> {
    let path = project.root.join("openapi.yaml");
    fs::write(&path, document(project)?)?;
    println!("{} is written", path.display());
    Ok(())
}

/// Compares openapi.yaml with the code.
///
/// # Errors
/// When they differ.
pub fn check_openapi(project: &Project) -> Result<()> {
    let current = document(project)?;
    let committed = fs::read_to_string(project.root.join("openapi.yaml")).context("openapi.yaml cannot be read")?;
    if current == committed {
        return Ok(());
    }
    let same = current.lines().zip(committed.lines()).take_while(|(new, old)| new == old).count();
    bail!(
        "openapi.yaml differs from the code, from line {} on; run `cargo xtask openapi` and commit the file",
        same + 1
    )
}
