//! Packages from npm: axe-core for the tests, and those that `bench` needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cmd;
use crate::project::Project;

/// The variable that names the file of axe-core for the tests.
pub const AXE: &str = "SONGJIAO_AXE";

/// Debian's package of npm, if npm is missing.
pub fn missing_package() -> Option<&'static str> {
    cmd::find("npm").is_none().then_some("npm")
}

/// Installs axe-core, which finds barriers for people who cannot see a page or use no mouse. Returns its script.
pub fn axe(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("node");
    install(&project.root.join("tests"), &folder)?;
    Ok(folder.join("node_modules/axe-core/axe.min.js"))
}

/// Copies a package of this repository and installs its dependencies there, not among the sources. Files that an earlier
/// build has left in the copy stay.
pub fn package(project: &Project, sources: &str, name: &str) -> Result<PathBuf> {
    let (from, to) = (project.root.join(sources), project.target.join(name));
    copy(&from, &to)?;
    install(&from, &to)?;
    Ok(to)
}

/// Installs the versions of the lock file, unless that has been done and the file has not changed.
fn install(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name)).with_context(|| format!("{name} of {}", from.display()))?;
    }
    // Written last, so that an interrupted installation is repeated.
    let stamp = to.join("node_modules/.installed");
    let key = [fs::read(to.join("package.json"))?, fs::read(to.join("package-lock.json"))?].concat();
    if fs::read(&stamp).ok().as_ref() == Some(&key) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(to);
    cmd::run(&mut npm).with_context(|| format!("npm could not install what {} asks for", from.display()))?;
    Ok(fs::write(stamp, key)?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            // A deleted source must not be built any more.
            let _ = fs::remove_dir_all(&target);
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_forgets_what_its_source_has_lost() -> Result<()> {
        let (from, to) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let (old, new) = (from.path().join("src/old.js"), from.path().join("src/new.js"));
        fs::create_dir_all(from.path().join("src"))?;
        fs::create_dir_all(to.path().join("node_modules"))?;
        fs::write(&old, "")?;
        copy(from.path(), to.path())?;
        fs::rename(&old, &new)?;
        copy(from.path(), to.path())?;
        assert!(!to.path().join("src/old.js").exists());
        assert!(to.path().join("src/new.js").is_file());
        assert!(to.path().join("node_modules").is_dir(), "what npm installed stays");
        Ok(())
    }
}
