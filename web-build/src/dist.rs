//! The folder that a web server serves.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

#[cfg(feature = "release")]
use crate::compress;
use crate::files;
use crate::glue;
use crate::inputs::Inputs;
use crate::minify;
use crate::page::{self, Page};
use crate::routes::Table;

/// Writes `dist` from the table of bundles, the compiled module `wasm`, the sources in `frontend` and the ECharts in the package of the crate
/// `charming`, unless nothing has changed since the last time. Only an `optimised` folder has been through wasm-opt and
/// is compressed; with the feature `release` scripts and styles are minified.
///
/// # Errors
/// When an input is missing or not understood, or `dist` cannot be written.
pub fn write(table: &Table, frontend: &Path, wasm: &Path, charming: &Path, dist: &Path, optimised: bool) -> Result<()> {
    let inputs = Inputs::collect(frontend, wasm, charming)?;
    let parent = dist.parent().context("the folder to write has no parent")?;
    let stamp = dist.with_extension("key");
    let key = inputs.key(&format!("{table:?} {optimised} {:?}", glue::wasm_opt_version()))?;
    if dist.join("index.html").is_file() && fs::read_to_string(&stamp).is_ok_and(|it| it == key) {
        println!("      the bundle is up to date");
        return Ok(());
    }

    // Written beside its place and then swapped in, so that a server never sees half a bundle.
    let new = tempfile::Builder::new().prefix("dist-new-").tempdir_in(parent)?;
    let catalog: serde_json::Value = serde_json::from_str(&fs::read_to_string(&inputs.english)?)?;
    let english = files::add(new.path(), "en", ".json", catalog.to_string().as_bytes())?;
    let early = page::fill(&fs::read_to_string(&inputs.early)?, &[("{{english}}", &english)])?;
    let page = Page {
        css: files::add(new.path(), "style", ".css", css(&inputs)?.as_bytes())?,
        early: files::add(new.path(), "early", ".js", minify::script(&early)?.as_bytes())?,
        english,
        echarts: files::add(new.path(), "echarts", ".js", &fs::read(&inputs.echarts)?)?,
        ..glue::write(wasm, &fs::read_to_string(&inputs.boot)?, table, new.path(), optimised)?
    };
    fs::write(new.path().join("index.html"), page.fill(&fs::read_to_string(&inputs.index)?)?)?;
    files::copy(&inputs.statics, new.path())?;
    #[cfg(feature = "release")]
    if optimised {
        compress::all(new.path())?;
    }

    let _ = fs::remove_file(&stamp);
    let old = tempfile::Builder::new().prefix("dist-old-").tempdir_in(parent)?;
    if dist.exists() {
        fs::rename(dist, old.path().join("dist"))?;
    }
    fs::rename(new.keep(), dist)?;
    make_readable(dist)?;
    fs::write(stamp, key)?;
    Ok(())
}

fn css(inputs: &Inputs) -> Result<String> {
    let sheets = inputs.styles.iter().map(fs::read_to_string).collect::<Result<String, _>>()?;
    minify::css(&sheets)
}

/// A temporary folder is readable by its owner alone, but a web server may run as another user.
fn make_readable(dist: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(dist, fs::Permissions::from_mode(0o755))?)
}
