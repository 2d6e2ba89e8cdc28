//! Everything after the compiler: wasm-bindgen's glue, the styles, hashed names, `index.html`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::cmd;
use crate::compress;
use crate::lean;
use crate::pack::{self, Packs};
use crate::project::Project;
use crate::split;

const NAME: &str = "app";

/// Unless it is `small`, the bundle is written as fast as can be and not compressed.
pub fn write(project: &Project, wasm: &Path, small: bool) -> Result<PathBuf> {
    let dist = project.dist();
    let source = project.root.join("frontend");
    let inputs = Inputs::collect(&source, wasm, echarts(&project.sources_of("charming")?)?)?;
    let stamp = project.target.join("web/bundled");
    let key = inputs.key()?;
    if dist.join("index.html").is_file() && fs::read_to_string(&stamp).is_ok_and(|it| it == key) {
        println!("      nothing has changed since the last bundle");
        return Ok(dist);
    }

    // Beside its place and then swapped, so that a server in front of it never sees half a bundle.
    let new = tempfile::Builder::new().prefix("dist-new-").tempdir_in(&project.target)?;
    let english = inputs.english(new.path())?;
    let early = fill(&fs::read_to_string(&inputs.early)?, &[("{{english}}", &english)])?;
    let pages = Pages {
        css: inputs.css(new.path())?,
        early: add(new.path(), "early", ".js", early.as_bytes())?,
        english,
        echarts: add(new.path(), "echarts", ".js", &fs::read(&inputs.echarts)?)?,
        ..glue(wasm, &fs::read_to_string(&inputs.boot)?, new.path(), small)?
    };
    fs::write(new.path().join("index.html"), pages.fill(&fs::read_to_string(&inputs.index)?)?)?;
    copy_static(&source.join("static"), new.path())?;
    if small {
        compress::all(new.path())?;
    }

    let _ = fs::remove_file(&stamp);
    let old = tempfile::Builder::new().prefix("dist-old-").tempdir_in(&project.target)?;
    if dist.exists() {
        fs::rename(&dist, old.path().join("dist"))?;
    }
    let new = new.keep();
    fs::rename(&new, &dist)?;
    make_readable(&dist)?;
    fs::write(stamp, key)?;
    Ok(dist)
}

/// What the bundle depends on.
struct Inputs {
    wasm: PathBuf,
    index: PathBuf,
    early: PathBuf,
    boot: PathBuf,
    english: PathBuf,
    echarts: PathBuf,
    styles: Vec<PathBuf>,
    statics: Vec<PathBuf>,
}

impl Inputs {
    fn collect(source: &Path, wasm: &Path, echarts: PathBuf) -> Result<Self> {
        let [index, early, boot, english] =
            ["index.html", "early.js", "boot.js", "i18n/en.json"].map(|name| source.join(name));
        for file in [&index, &early, &boot, &english] {
            if !file.is_file() {
                bail!("{} is missing", file.display());
            }
        }
        let mut styles = files(&source.join("style"))?;
        styles.retain(|file| file.extension().is_some_and(|it| it == "css"));
        let statics = files(&source.join("static"))?;
        Ok(Self { wasm: wasm.to_owned(), index, early, boot, english, echarts, styles, statics })
    }

    fn key(&self) -> Result<String> {
        let mut hasher = Sha256::new();
        // This program writes the bundle, so a newer one may write another; its age is cheaper to ask than its content.
        let program = std::env::current_exe()?.metadata()?.modified()?;
        hasher.update(format!("{program:?} {:?}", wasm_opt_version()));
        let single = [&self.wasm, &self.index, &self.early, &self.boot, &self.english, &self.echarts];
        for file in single.into_iter().chain(&self.styles).chain(&self.statics) {
            hasher.update(file.as_os_str().as_encoded_bytes());
            hasher.update(Sha256::digest(fs::read(file)?));
        }
        Ok(hex(&hasher.finalize()))
    }

    /// The English catalog, without the blanks that make it readable.
    fn english(&self, dist: &Path) -> Result<String> {
        let catalog: serde_json::Value = serde_json::from_str(&fs::read_to_string(&self.english)?)?;
        add(dist, "en", ".json", catalog.to_string().as_bytes())
    }

    fn css(&self, dist: &Path) -> Result<String> {
        let mut css = String::new();
        for file in &self.styles {
            css.push_str(&lean::style(&fs::read_to_string(file)?));
        }
        add(dist, "style", ".css", css.as_bytes())
    }
}

/// The addresses that `index.html` refers to.
#[derive(Default)]
struct Pages {
    css: String,
    early: String,
    english: String,
    js: String,
    loader: String,
    wasm: String,
    boot: String,
    echarts: String,
}

impl Pages {
    fn fill(&self, template: &str) -> Result<String> {
        let places = [
            ("{{css}}", &self.css),
            ("{{early}}", &self.early),
            ("{{english}}", &self.english),
            ("{{js}}", &self.js),
            ("{{areas}}", &self.loader),
            ("{{wasm}}", &self.wasm),
            ("{{boot}}", &self.boot),
            ("{{echarts}}", &self.echarts),
        ];
        for required in ["{{css}}", "{{boot}}"] {
            if !template.contains(required) {
                bail!("frontend/index.html has no {required}");
            }
        }
        fill(template, &places)
    }
}

fn fill(template: &str, places: &[(&str, &String)]) -> Result<String> {
    let filled = places.iter().fold(template.to_owned(), |page, (place, address)| page.replace(place, address));
    if let Some(at) = filled.find("{{") {
        bail!("a placeholder that nobody fills: {}", filled[at..].lines().next().unwrap_or_default());
    }
    Ok(filled)
}

/// The ECharts that a version of charming carries: the one script beside its themes.
fn echarts(charming: &Path) -> Result<PathBuf> {
    let is_it = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("echarts-") && name.ends_with(".min.js")
    };
    let found = files(&charming.join("src/asset"))?.into_iter().find(is_it);
    found.with_context(|| format!("{} carries no ECharts", charming.display()))
}

/// Cuts the module apart, runs wasm-bindgen on the first part, and wasm-opt where it is at hand.
fn glue(wasm: &Path, boot: &str, dist: &Path, small: bool) -> Result<Pages> {
    let out = tempfile::tempdir()?;
    let app = format!("{NAME}.js");
    let parts = split::split(wasm, &app, out.path())?;
    Bindgen::new()
        .input_path(&parts.main)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The chunks refer to functions by the table.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out.path())
        .context("wasm-bindgen")?;
    let module = out.path().join(format!("{NAME}_bg.wasm"));
    if small {
        optimise(&module);
    }
    let wasm = add(dist, NAME, "_bg.wasm", &fs::read(module)?)?;

    let plan = Packs::plan(&parts.chunks, &parts.areas);
    let mut packs = BTreeMap::new();
    for pack in plan.packs.keys() {
        packs.insert(pack.clone(), format!(".{}", add(dist, pack, ".bin", &plan.bytes(pack, &parts.chunks))?));
    }
    let loader = plan.loader(&parts.loader, &parts.chunks, &packs, &parts.areas)?;

    let mut js = fs::read_to_string(out.path().join(&app))?;
    let snippets = out.path().join("snippets");
    if snippets.is_dir() {
        // The glue imports these by a path that does not change with their content.
        let mut hasher = Sha256::new();
        for file in files(&snippets)? {
            hasher.update(fs::read(file)?);
        }
        let folder = format!("snippets-{}", &hex(&hasher.finalize())[..HASH_LENGTH]);
        copy_static(&snippets, &dist.join(&folder))?;
        // Only where the file is fetched: elsewhere the path is a name that the wasm knows the import by.
        js = js.replace("from \"./snippets/", &format!("from \"./{folder}/"));
    }
    let (js, loader) = (lean::script(&js), lean::script(&loader));
    let (js, loader) = add_pair(dist, (&app, &js), (split::LOADER, &loader))?;

    let ahead: BTreeMap<&str, Vec<&str>> = pack::AHEAD
        .into_iter()
        .map(|area| {
            let needed = plan.areas.get(area).into_iter().flatten();
            (area, needed.map(|pack| packs[pack].trim_start_matches('.')).collect())
        })
        .collect();
    let places = [("{{js}}", &js), ("{{wasm}}", &wasm), ("{{packs}}", &serde_json::to_string(&ahead)?)];
    let boot = fill(boot, &places)?;
    let boot = add(dist, "boot", ".js", boot.as_bytes())?;
    Ok(Pages { js, loader, wasm, boot, ..Pages::default() })
}

/// Writes two scripts that import each other. Neither can carry a hash of itself, so both carry one of the two.
fn add_pair(dist: &Path, one: (&str, &str), two: (&str, &str)) -> Result<(String, String)> {
    let hash = Sha256::new().chain_update(one.1).chain_update(two.1).finalize();
    let hashed = |name: &str| format!("{}-{}.js", name.trim_end_matches(".js"), &hex(&hash)[..HASH_LENGTH]);
    for ((name, script), (other, _)) in [(one, two), (two, one)] {
        let before = format!("from \"./{other}\"");
        let quoted = script.replace(&format!("from './{other}'"), &before);
        if !quoted.contains(&before) {
            bail!("{name} does not import {other}");
        }
        let script = quoted.replace(&before, &format!("from \"./{}\"", hashed(other)));
        fs::write(dist.join(hashed(name)), script)?;
    }
    Ok((format!("/{}", hashed(one.0)), format!("/{}", hashed(two.0))))
}

/// Older ones drop a table that wasm-bindgen's glue needs (seen with 108), and the page stays empty.
const WASM_OPT_VERSION: u32 = 116;

/// The version of the wasm-opt on the PATH.
fn wasm_opt_version() -> Option<u32> {
    let answer = cmd::read(Command::new("wasm-opt").arg("--version")).ok()?;
    answer.split_whitespace().nth(2)?.parse().ok()
}

fn optimise(module: &Path) {
    match wasm_opt_version() {
        None => return,
        Some(old) if old < WASM_OPT_VERSION => {
            println!("      going on without wasm-opt: {old} is too old, it takes {WASM_OPT_VERSION}");
            return;
        }
        Some(_) => {}
    }
    let smaller = module.with_extension("opt");
    // What rustc emits by default; wasm-opt refuses such a module unless told.
    let features =
        ["bulk-memory", "mutable-globals", "multivalue", "nontrapping-float-to-int", "reference-types", "sign-ext"];
    let mut command = Command::new("wasm-opt");
    command.arg("-Oz").args(features.map(|it| format!("--enable-{it}"))).arg(module).arg("-o").arg(&smaller);
    if let Err(error) = cmd::run(&mut command).and_then(|()| Ok(fs::rename(&smaller, module)?)) {
        println!("      going on without wasm-opt: {error:#}");
    }
}

const HASH_LENGTH: usize = 16;

/// Writes `<stem>-<hash of the content><ending>` and returns its address. The name changes with the content, so a
/// browser may keep the file for ever.
fn add(dist: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let name = format!("{stem}-{}{ending}", &hex(&Sha256::digest(content))[..HASH_LENGTH]);
    fs::write(dist.join(&name), content)?;
    Ok(format!("/{name}"))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// All files under a folder, in the order of their names; none if there is no such folder.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn copy_static(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, target)?;
    }
    Ok(())
}

/// A temporary folder is its owner's alone, but a web server may run as someone else.
fn make_readable(dist: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(dist, fs::Permissions::from_mode(0o755))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        Pages {
            css: "/style-1.css".into(),
            early: "/early-7.js".into(),
            english: "/en-8.json".into(),
            js: "/app-2.js".into(),
            loader: "/areas-5.js".into(),
            wasm: "/app-3_bg.wasm".into(),
            boot: "/boot-4.js".into(),
            echarts: "/echarts-6.js".into(),
        }
    }

    #[test]
    fn every_placeholder_is_filled() -> Result<()> {
        assert_eq!(
            pages().fill("{{css}} {{js}} {{wasm}} {{boot}}")?,
            "/style-1.css /app-2.js /app-3_bg.wasm /boot-4.js"
        );
        Ok(())
    }

    #[test]
    fn a_page_that_would_not_start_the_app_is_refused() {
        assert!(pages().fill("{{css}}").is_err());
        assert!(pages().fill("{{css}} {{boot}} {{fonts}}").is_err());
    }

    #[test]
    fn styles_come_in_the_order_of_their_names() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["10-base.css", "00-tokens.css", "20-table.css"] {
            fs::write(folder.path().join(name), "")?;
        }
        let names = files(folder.path())?
            .iter()
            .filter_map(|it| it.file_name()?.to_str().map(str::to_owned))
            .collect::<Vec<_>>();
        assert_eq!(names, ["00-tokens.css", "10-base.css", "20-table.css"]);
        Ok(())
    }
}
