//! The release: one folder to copy to a server.

use std::fs;
use std::process::Command;

use anyhow::Result;
use xtask::background::Background;
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::{api, cmd};

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
        fs::create_dir(&folder)?;
        cmd::run(Command::new("cp").arg("-R").arg(project.dist()).arg(folder.join("web")))?;
        fs::copy(&songjiao, folder.join("songjiao"))?;
        Ok(fs::write(folder.join("START.md"), START)?)
    })?;
    println!("{} is ready ({})", folder.display(), steps.elapsed());
    Ok(())
}

const START: &str = include_str!("dist.md");
