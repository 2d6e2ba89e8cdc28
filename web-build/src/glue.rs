//! The modules and the scripts that load them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::files;
use crate::loader;
use crate::minify;
use crate::pack::Packs;
use crate::page::{self, Page};
use crate::routes::Table;
use crate::split::{self, LOADER};

const NAME: &str = "app";

/// Splits the module, runs wasm-bindgen on its main part, and wasm-opt where it is installed.
pub fn write(wasm: &Path, boot: &str, table: &Table, dist: &Path, optimised: bool) -> Result<Page> {
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
    if optimised {
        optimise(&module);
    }
    let wasm = files::add(dist, NAME, "_bg.wasm", &fs::read(module)?)?;

    let plan = Packs::plan(&parts.chunks, &parts.bundles, table);
    let mut packs = BTreeMap::new();
    for pack in plan.packs.keys() {
        packs.insert(pack.clone(), format!(".{}", files::add(dist, pack, ".bin", &plan.bytes(pack, &parts.chunks))?));
    }
    let loader = loader::rewrite(&parts.loader, &plan, &parts.chunks, &packs, &parts.bundles)?;

    let mut js = fs::read_to_string(out.path().join(&app))?;
    let snippets = out.path().join("snippets");
    if snippets.is_dir() {
        // The glue imports these by a path that does not change with their content.
        let contents = files::list(&snippets)?.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
        let folder = format!("snippets-{}", files::hash(contents));
        files::copy(&snippets, &dist.join(&folder))?;
        // Only in the import statement: elsewhere the path is the name of an import in the module.
        js = js.replace("from \"./snippets/", &format!("from \"./{folder}/"));
    }
    let (js, loader) = add_pair(dist, (&app, &js), (LOADER, &loader))?;

    let preloads: BTreeMap<&String, Vec<&str>> = table
        .preload
        .iter()
        .map(|bundle| {
            let needed = plan.bundles.get(bundle).into_iter().flatten();
            (bundle, needed.map(|pack| packs[pack].trim_start_matches('.')).collect())
        })
        .collect();
    let (preloads, paths) = (serde_json::to_string(&preloads)?, serde_json::to_string(&table.paths)?);
    let places = [("{{js}}", &js), ("{{wasm}}", &wasm), ("{{packs}}", &preloads), ("{{paths}}", &paths)];
    let boot = minify::module(&page::fill(boot, &places)?)?;
    let boot = files::add(dist, "boot", ".js", boot.as_bytes())?;
    Ok(Page { js, loader, wasm, boot, ..Page::default() })
}

/// Writes two scripts that import each other. Neither can carry its own hash, so both carry that of the two together.
fn add_pair(dist: &Path, one: (&str, &str), two: (&str, &str)) -> Result<(String, String)> {
    let hash = files::hash([one.1, two.1]);
    let hashed = |name: &str| format!("{}-{hash}.js", name.trim_end_matches(".js"));
    for ((name, script), (other, _)) in [(one, two), (two, one)] {
        let before = format!("from \"./{other}\"");
        let quoted = script.replace(&format!("from './{other}'"), &before);
        ensure!(quoted.contains(&before), "{name} does not import {other}");
        let script = quoted.replace(&before, &format!("from \"./{}\"", hashed(other)));
        fs::write(dist.join(hashed(name)), minify::module(&script)?)?;
    }
    Ok((format!("/{}", hashed(one.0)), format!("/{}", hashed(two.0))))
}

/// Older ones drop a table that wasm-bindgen's glue needs (seen with 108), and the page stays empty.
const WASM_OPT_VERSION: u32 = 116;

/// The version of the wasm-opt on the PATH.
pub fn wasm_opt_version() -> Option<u32> {
    let answer = Command::new("wasm-opt").arg("--version").output().ok()?;
    String::from_utf8(answer.stdout).ok()?.split_whitespace().nth(2)?.parse().ok()
}

fn optimise(module: &Path) {
    match wasm_opt_version() {
        None => return,
        Some(old) if old < WASM_OPT_VERSION => {
            println!("      going on without wasm-opt: {old} is older than {WASM_OPT_VERSION}");
            return;
        }
        Some(_) => {}
    }
    let smaller = module.with_extension("opt");
    // What rustc emits by default; wasm-opt refuses such a module unless it is told.
    let features =
        ["bulk-memory", "mutable-globals", "multivalue", "nontrapping-float-to-int", "reference-types", "sign-ext"];
    let mut command = Command::new("wasm-opt");
    command.arg("-Oz").args(features.map(|it| format!("--enable-{it}"))).arg(module).arg("-o").arg(&smaller);
    let done = command.status().is_ok_and(|status| status.success()) && fs::rename(&smaller, module).is_ok();
    if !done {
        println!("      going on without wasm-opt, which failed");
    }
}
