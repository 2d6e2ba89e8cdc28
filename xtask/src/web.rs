//! The SPA, from its sources to a folder that any web server can serve.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cmd;
use crate::project::{Project, WASM};
use crate::steps::Steps;
use crate::toolchain::WasmToolchain;

const CRATE: &str = "songjiao-frontend";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WebProfile {
    /// The workspace's profile `web`: small and compressed.
    Web,
    /// The workspace's profile `quick`: quick to build.
    Quick,
}

/// How many steps [`build`] counts.
pub const STEPS: usize = 3;

/// Writes the SPA to `dist`.
///
/// # Errors
/// When there is no compiler for wasm32, or a step fails.
pub fn build(project: &Project, profile: WebProfile, dist: &Path, steps: &mut Steps) -> Result<()> {
    let toolchain = steps.step("Compiler for wasm32", || WasmToolchain::provide(project))?;
    let wasm = steps.step("SPA to wasm", || compile(project, profile, &toolchain))?;
    steps.step("SPA bundle", || {
        let charming = project.sources_of("charming")?;
        let frontend = project.root.join("frontend");
        let mut web_build = web_build(project, profile);
        cmd::run(web_build.arg("dist").args([&frontend, &wasm, &charming]).arg(dist))
    })
}

/// Compresses a folder's files as those of the SPA are.
///
/// # Errors
/// When a file cannot be read or written.
pub fn compress(project: &Project, folder: &Path) -> Result<()> {
    cmd::run(web_build(project, WebProfile::Web).args([OsStr::new("compress"), folder.as_os_str()]))
}

fn web_build(project: &Project, profile: WebProfile) -> Command {
    let mut command = project.cargo("run");
    command.args(["--profile", "tools", "--package", "web-build"]);
    if profile == WebProfile::Quick {
        // Neither the minifier nor the compressors have to be compiled.
        command.arg("--no-default-features");
    }
    command.arg("--");
    command
}

fn compile(project: &Project, profile: WebProfile, toolchain: &WasmToolchain) -> Result<PathBuf> {
    let mut cargo = project.cargo("build");
    cargo.args(["--package", CRATE, "--target", WASM, "--profile"]);
    cargo.arg(match profile {
        WebProfile::Web => "web",
        WebProfile::Quick => "quick",
    });
    // Its own folder: the rustc for wasm may differ from the one that owns `target/debug`.
    cargo.arg("--target-dir").arg(project.target.join("web"));
    toolchain.apply(&mut cargo);
    let built = cmd::cargo_build(&mut cargo)?;
    let mut files = built.into_iter().filter(|it| it.target == CRATE).flat_map(|it| it.files);
    files.find(|file| file.extension().is_some_and(|it| it == "wasm")).with_context(|| format!("{CRATE} built no wasm"))
}
