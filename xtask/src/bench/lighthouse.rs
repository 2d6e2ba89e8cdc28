//! Lighthouse on the SPA as it is served to everyone.

use anyhow::Result;

use super::Scripts;
use super::county::County;
use crate::project::Project;
use crate::steps::Steps;
use crate::web::{self, WebProfile};
use crate::{api, guard};

pub fn run(project: &Project) -> Result<()> {
    let mut steps = Steps::new(web::STEPS + 4);
    let scripts = steps.step("Browser and scripts", || Scripts::provide(project))?;
    let dist = web::build(project, WebProfile::Web, &mut steps)?;
    let songjiao = steps.step("API", || api::build_release(project))?;
    let county = steps.step("Demonstration data", || County::load(project, songjiao))?;
    let server = county.serve(Some(&dist))?;
    let reports = project.target.join("lighthouse");
    steps.step("Pages", || guard::run(scripts.command("lighthouse.mjs").arg(&server.url).arg(&reports)))
}
