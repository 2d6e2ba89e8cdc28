//! The compiler for wasm32-unknown-unknown: the active toolchain's if it has the target, else one that is fetched.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cmd;
use crate::project::{Project, WASM};
use crate::wasm_fallback;

/// Enough to download 20 MB over a slow line, without holding up a build that has no network for ever.
const RUSTUP_LIMIT: Duration = Duration::from_mins(2);

pub enum WasmToolchain {
    /// The active toolchain has the target.
    Active,
    /// A second rustc, see [`wasm_fallback`].
    Separate { root: PathBuf, linker: PathBuf },
}

impl WasmToolchain {
    pub fn provide(project: &Project) -> Result<Self> {
        let sysroot = sysroot()?;
        if has_wasm(&sysroot) {
            return Ok(Self::Active);
        }
        let linker = linker(&sysroot)?;
        if let Some(root) = wasm_fallback::cached(project) {
            return Ok(Self::Separate { root, linker });
        }
        let Err(no_rustup) = rustup_target_add() else { return Ok(Self::Active) };
        println!("      rustup could not provide {WASM}, so Debian's rustc is fetched and its std built for it, once");
        let root = wasm_fallback::build(project, &linker).with_context(|| {
            format!(
                "the target {WASM} is missing and could not be added; try `rustup target add {WASM}` ({no_rustup:#})"
            )
        })?;
        Ok(Self::Separate { root, linker })
    }

    pub fn apply(&self, cargo: &mut Command) {
        if let Self::Separate { root, linker } = self {
            cargo
                .env("RUSTC", root.join("usr/bin/rustc"))
                .env("LD_LIBRARY_PATH", root.join("usr/lib"))
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }
}

fn sysroot() -> Result<PathBuf> {
    Ok(PathBuf::from(cmd::read(Command::new("rustc").args(["--print", "sysroot"]))?.trim()))
}

fn has_wasm(sysroot: &Path) -> bool {
    let Ok(entries) = sysroot.join("lib/rustlib").join(WASM).join("lib").read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn linker(sysroot: &Path) -> Result<PathBuf> {
    let version = cmd::read(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    Ok(sysroot.join("lib/rustlib").join(host).join("bin/rust-lld"))
}

fn rustup_target_add() -> Result<()> {
    if cmd::find("rustup").is_none() {
        bail!("rustup is not installed");
    }
    cmd::run_within(Command::new("rustup").args(["target", "add", WASM]).stdin(Stdio::null()), RUSTUP_LIMIT)?;
    // rustup may manage another toolchain than the one in use.
    if has_wasm(&sysroot()?) { Ok(()) } else { bail!("rustup added the target, but not to the active toolchain") }
}
