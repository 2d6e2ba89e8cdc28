//! Lighthouse on the SPA as it is released.

use anyhow::Result;
use xtask::project::Project;
use xtask::steps::Steps;
use xtask::web::{self, WebProfile};
use xtask::{api, cleanup};

use crate::county::County;
use crate::scripts::Scripts;

pub fn run(project: &Project) -> Result<()> {
    let mut steps = Steps::new(web::STEPS + 4);
    let scripts = steps.step("Browser and scripts", || Scripts::provide(project))?;
    let dist = project.dist();
    web::build(project, WebProfile::Web, &dist, &mut steps)?;
    let songjiao = steps.step("API", || api::build_with_demo(project, api::SERVER))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    let server = county.serve(Some(&dist))?;
    let reports = project.target.join("lighthouse");
    steps.step("Pages", || cleanup::run(scripts.command("lighthouse.mjs").arg(&server.url).arg(&reports)))
}
