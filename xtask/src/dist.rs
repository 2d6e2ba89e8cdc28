//! The release: one folder to copy to a server.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use xtask::api;
use xtask::background::Background;
use xtask::project::Project;
use xtask::steps::Steps;

pub fn run(project: &Project) -> Result<()> {
    let mut steps = Steps::new(3);
    let mut web = Command::new(std::env::current_exe()?);
    web.arg("build-web").current_dir(&project.root);
    let web = Background::start(web)?;
    let songjiao = steps.step("API", || api::build(project, api::SERVER))?;
    steps.join("SPA", web)?;
    let folder = project.target.join("songjiao-dist");
    steps.step("Folder", || {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        copy(&project.dist(), &folder.join("web"))?;
        fs::copy(&songjiao, folder.join("songjiao"))?;
        Ok(fs::write(folder.join("START.md"), START)?)
    })?;
    println!("{} is ready ({})", folder.display(), steps.elapsed());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let (from, to) = (entry?.path(), to);
        let to = to.join(from.file_name().context("a file without a name")?);
        if from.is_dir() { copy(&from, &to)? } else { fs::copy(&from, &to).map(drop)? }
    }
    Ok(())
}

const START: &str = include_str!("dist.md");
