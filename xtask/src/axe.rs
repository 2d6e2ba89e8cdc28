//! axe-core, which finds what a page keeps from people who cannot see it or use no mouse.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cmd;
use crate::project::Project;

/// Where the tests look for it.
pub const AXE: &str = "SONGJIAO_AXE";

/// Debian's package that is missing to install it.
pub fn missing_package() -> Option<&'static str> {
    cmd::find("npm").is_none().then_some("npm")
}

/// The script, in the version of `tests/package-lock.json`; installed at the first need.
pub fn provide(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("node");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    fs::create_dir_all(&folder)?;
    let mut changed = !script.is_file();
    for name in ["package.json", "package-lock.json"] {
        let wanted = fs::read(project.root.join("tests").join(name))?;
        if fs::read(folder.join(name)).ok().as_ref() != Some(&wanted) {
            fs::write(folder.join(name), wanted)?;
            changed = true;
        }
    }
    if changed {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
        cmd::run(&mut npm).context("axe-core could not be installed from npm")?;
    }
    Ok(script)
}
