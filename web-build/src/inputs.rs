//! What the bundle is made from.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::files;

pub struct Inputs {
    pub wasm: PathBuf,
    pub index: PathBuf,
    pub early: PathBuf,
    pub boot: PathBuf,
    pub english: PathBuf,
    pub echarts: PathBuf,
    pub styles: Vec<PathBuf>,
    pub statics: PathBuf,
}

impl Inputs {
    /// `charming` is the folder of the crate of that name, whose package carries ECharts.
    pub fn collect(frontend: &Path, wasm: &Path, charming: &Path) -> Result<Self> {
        let [index, early, boot, english] =
            ["index.html", "early.js", "boot.js", "i18n/en.json"].map(|name| frontend.join(name));
        for file in [&index, &early, &boot, &english] {
            ensure!(file.is_file(), "{} is missing", file.display());
        }
        let mut styles = files::list(&frontend.join("style"))?;
        styles.retain(|file| file.extension().is_some_and(|it| it == "css"));
        let statics = frontend.join("static");
        let (wasm, echarts) = (wasm.to_owned(), echarts(charming)?);
        Ok(Self { wasm, index, early, boot, english, echarts, styles, statics })
    }

    /// A hash of all inputs and of the program, since another version of it may write something else. Its time of
    /// modification stands for its content, which would take longer to read.
    pub fn key(&self, more: &str) -> Result<String> {
        let program = std::env::current_exe()?.metadata()?.modified()?;
        let mut parts = vec![format!("{program:?} {more}").into_bytes()];
        let single = [&self.wasm, &self.index, &self.early, &self.boot, &self.english, &self.echarts];
        for file in single.into_iter().chain(&self.styles).chain(&files::list(&self.statics)?) {
            parts.push(file.as_os_str().as_encoded_bytes().to_vec());
            parts.push(fs::read(file)?);
        }
        Ok(files::hash(parts))
    }
}

/// The one script beside charming's themes.
fn echarts(charming: &Path) -> Result<PathBuf> {
    let is_it = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("echarts-") && name.ends_with(".min.js")
    };
    let found = files::list(&charming.join("src/asset"))?.into_iter().find(is_it);
    found.with_context(|| format!("{} carries no ECharts", charming.display()))
}
