//! A compiler for wasm32-unknown-unknown from Debian's packages, for machines that reach Debian's archive and the crate
//! registry but not rustup's server. Debian ships rustc and the sources of std, but not std for this target: it is built
//! once.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::apt::{apt_cache, apt_get};
use crate::cmd;
use crate::project::{Project, WASM};

/// Returns the finished toolchain of an earlier run.
pub fn cached(project: &Project) -> Option<PathBuf> {
    let entries = home(project).read_dir().ok()?;
    entries.flatten().map(|entry| entry.path()).find(|root| {
        let rustc = root.join("usr/bin/rustc");
        !is_unfinished(root)
            && cmd::read(Command::new(rustc).env("LD_LIBRARY_PATH", root.join("usr/lib")).arg("-V")).is_ok()
    })
}

pub fn build(project: &Project, linker: &Path) -> Result<PathBuf> {
    for program in ["apt-get", "apt-cache", "dpkg-deb"] {
        if cmd::find(program).is_none() {
            bail!("the other way needs Debian's packages, and {program} is not on the PATH");
        }
    }
    if !linker.is_file() {
        bail!("no {} to link with", linker.display());
    }
    let home = home(project);
    discard_unfinished(&home)?;
    let packages = packages()?;
    // Has another name until it is complete, so that an interrupted run leaves nothing that looks finished.
    let work = home.join(format!("{UNFINISHED}{}", std::process::id()));
    fs::DirBuilder::new().recursive(true).mode(0o755).create(work.join("debs"))?;
    unpack(&packages, &work)?;
    build_std(&work, linker)?;

    // The other packages have the same version as rustc.
    let named = packages.iter().filter(|it| it.name == "rustc-web" || it.name.starts_with("libllvm"));
    let root = home.join(named.map(Package::label).collect::<Vec<_>>().join("+"));
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    fs::rename(&work, &root)?;
    // cargo does not notice that the standard library has been replaced.
    let stale = project.target.join("web");
    if stale.exists() {
        fs::remove_dir_all(stale)?;
    }
    Ok(root)
}

const UNFINISHED: &str = "unfinished-";

fn home(project: &Project) -> PathBuf {
    project.target.join("wasm-toolchain")
}

fn is_unfinished(root: &Path) -> bool {
    root.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED))
}

fn discard_unfinished(home: &Path) -> Result<()> {
    let Ok(entries) = home.read_dir() else { return Ok(()) };
    for entry in entries.flatten().filter(|entry| is_unfinished(&entry.path())) {
        fs::remove_dir_all(entry.path())?;
    }
    Ok(())
}

struct Package {
    name: String,
    version: String,
}

impl Package {
    /// Name and version, with the characters that suit a folder's name.
    fn label(&self) -> String {
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' };
        format!("{}_{}", self.name, self.version).chars().map(allowed).collect()
    }
}

/// rustc, its standard library for the host and that library's sources, and LLVM. The names of two of them change with
/// security updates, so they are read from the dependencies of the others.
fn packages() -> Result<Vec<Package>> {
    if candidate("rustc-web").is_none() || candidate("rust-web-src").is_none() {
        if !cmd::is_root() {
            bail!("apt knows no package rustc-web: run `sudo apt-get update` first (Debian only)");
        }
        cmd::run(apt_get().arg("update"))?;
    }
    let mut found: Vec<Package> = Vec::new();
    let mut wanted = vec!["rustc-web".to_owned(), "rust-web-src".to_owned()];
    while let Some(name) = wanted.pop() {
        if found.iter().any(|package| package.name == name) {
            continue;
        }
        let version = candidate(&name).with_context(|| format!("apt knows no package {name}"))?;
        let record = cmd::read(apt_cache().args(["show", &format!("{name}={version}")]))?;
        let depends = record.lines().find_map(|line| line.strip_prefix("Depends: ")).unwrap_or_default();
        wanted.extend(
            depends
                .split([',', '|'])
                .filter_map(|dependency| dependency.split_whitespace().next())
                .filter(|dependency| dependency.starts_with("libstd-rust-web") || dependency.starts_with("libllvm"))
                .map(str::to_owned),
        );
        found.push(Package { name, version });
    }
    Ok(found)
}

fn candidate(package: &str) -> Option<String> {
    let policy = cmd::read(apt_cache().args(["policy", package])).ok()?;
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

fn unpack(packages: &[Package], work: &Path) -> Result<()> {
    let debs = work.join("debs");
    let fetch = || {
        let versions = packages.iter().map(|it| format!("{}={}", it.name, it.version));
        let mut download = apt_get();
        if cmd::is_root() {
            // apt would otherwise warn that its own user may not write here.
            download.args(["-o", "APT::Sandbox::User=root"]);
        }
        cmd::run(download.arg("download").args(versions).current_dir(&debs))
    };
    if let Err(error) = fetch() {
        // An old index names files that are gone, but only root may renew it.
        if !cmd::is_root() {
            return Err(error.context("`sudo apt-get update` may help"));
        }
        cmd::run(apt_get().arg("update"))?;
        fetch()?;
    }
    for deb in fs::read_dir(&debs)? {
        cmd::run(Command::new("dpkg-deb").arg("-x").arg(deb?.path()).arg(work))?;
    }
    fs::remove_dir_all(debs)?;
    // rustc takes the folder of librustc_driver for its sysroot's `lib`.
    let lib = work.join("usr/lib");
    for folder in fs::read_dir(&lib)?.flatten().filter(|it| it.file_name().to_string_lossy().ends_with("-linux-gnu")) {
        for library in fs::read_dir(folder.path())? {
            let library = library?;
            if library.file_name().to_string_lossy().contains(".so") {
                fs::rename(library.path(), lib.join(library.file_name()))?;
            }
        }
    }
    Ok(())
}

fn build_std(work: &Path, linker: &Path) -> Result<()> {
    let empty = work.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\n\n[workspace]\n",
    )?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let mut cargo = cmd::cargo();
    cargo
        .args(["build", "-Zbuild-std=std,panic_abort", "--release", "--target", WASM])
        .arg("--target-dir")
        .arg(empty.join("target"))
        .current_dir(&empty)
        .env("RUSTC", work.join("usr/bin/rustc"))
        .env("LD_LIBRARY_PATH", work.join("usr/lib"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode, a later `lto = true` cannot read these libraries.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    let built = cmd::cargo_build(&mut cargo)?;

    let lib = work.join("usr/lib/rustlib").join(WASM).join("lib");
    fs::create_dir_all(&lib)?;
    let for_wasm = built.iter().filter(|it| it.target != "empty").flat_map(|it| &it.files);
    for rlib in for_wasm.filter(|file| file.extension().is_some_and(|it| it == "rlib")) {
        fs::copy(rlib, lib.join(rlib.file_name().context("a library without a name")?))?;
    }
    // The sources take more than half of the space and are not needed any more.
    fs::remove_dir_all(empty)?;
    fs::remove_dir_all(work.join("usr/src"))?;
    fs::remove_dir_all(work.join("usr/lib/rustlib/src"))?;
    Ok(())
}
