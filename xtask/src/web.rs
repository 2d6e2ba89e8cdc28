//! The SPA, from its sources to a folder that any web server can serve.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::bundle;
use crate::cmd;
use crate::project::Project;
use crate::steps::Steps;
use crate::toolchain::{WASM, WasmToolchain};

const CRATE: &str = "songjiao-frontend";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WebProfile {
    /// The workspace's profile `web`.
    Web,
    Dev,
}

/// How many steps [`build`] counts.
pub const STEPS: usize = 3;

pub fn build_command(project: &Project, profile: WebProfile) -> Result<()> {
    let mut steps = Steps::new(STEPS);
    let dist = build(project, profile, &mut steps)?;
    println!("{} is ready ({})", dist.display(), steps.elapsed());
    Ok(())
}

pub fn build(project: &Project, profile: WebProfile, steps: &mut Steps) -> Result<PathBuf> {
    let toolchain = steps.step("Compiler for wasm32", || WasmToolchain::provide(project))?;
    let wasm = steps.step("SPA to wasm", || compile(project, profile, &toolchain))?;
    steps.step("SPA bundle", || bundle::write(project, &wasm, profile == WebProfile::Web))
}

fn compile(project: &Project, profile: WebProfile, toolchain: &WasmToolchain) -> Result<PathBuf> {
    let mut cargo = project.cargo("build");
    cargo.args(["--package", CRATE, "--target", WASM, "--profile"]);
    cargo.arg(match profile {
        WebProfile::Web => "web",
        WebProfile::Dev => "dev",
    });
    // Its own folder: the rustc for wasm may be another than the one that owns `target/debug`.
    cargo.arg("--target-dir").arg(project.target.join("web"));
    toolchain.apply(&mut cargo);
    let built = cmd::cargo_build(&mut cargo)?;
    let mut files = built.into_iter().filter(|it| it.target == CRATE).flat_map(|it| it.files);
    files.find(|file| file.extension().is_some_and(|it| it == "wasm")).with_context(|| format!("{CRATE} built no wasm"))
}
