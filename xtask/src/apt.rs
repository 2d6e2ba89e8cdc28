//! Debian's package tools.

use std::path::PathBuf;
use std::process::Command;
use std::{fs, io};

use anyhow::{Result, bail};

use crate::cmd;

pub fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("LC_ALL", "C").env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    command
}

pub fn apt_cache() -> Command {
    let mut command = Command::new("apt-cache");
    command.env("LC_ALL", "C");
    command
}

/// Installs the packages.
///
/// # Errors
/// Without root's rights or apt-get: the message says what to install.
pub fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if cmd::find("apt-get").is_none() {
        bail!("missing programs, in Debian's packages {list}; please install them and start again");
    }
    if !cmd::is_root() {
        bail!("missing packages; please run `sudo apt-get install --no-install-recommends {list}` and start again");
    }
    cmd::run(apt_get().arg("update"))?;
    let _no_server = packages.contains(&"postgresql").then(NoServer::configure).transpose()?;
    cmd::run(
        apt_get().args(["-o", "DPkg::Lock::Timeout=120", "install", "--yes", "--no-install-recommends"]).args(packages),
    )
}

/// While it exists, installing Debian's PostgreSQL creates no cluster and starts no server: the tests start their own.
struct NoServer {
    file: PathBuf,
}

impl NoServer {
    fn configure() -> io::Result<Self> {
        let folder = PathBuf::from("/etc/postgresql-common/createcluster.d");
        fs::create_dir_all(&folder)?;
        let file = folder.join("songjiao-tests.conf");
        fs::write(&file, "create_main_cluster = false\n")?;
        Ok(Self { file })
    }
}

impl Drop for NoServer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}
