//! Splits the compiled SPA where its sources say so (`frontend/src/route_table.rs`): into the main module, which every page
//! needs, and a chunk for each bundle and for what several bundles share.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::pack::{Bundles, Chunk};

/// The script that fetches the bundles. It and the glue that wasm-bindgen writes import each other by these names.
pub const LOADER: &str = "loader.js";

pub struct Split {
    /// The input of wasm-bindgen.
    pub main: PathBuf,
    /// The loader, as the splitter writes it.
    pub loader: String,
    pub chunks: Vec<Chunk>,
    pub bundles: Bundles,
}

/// `app` is the script that wasm-bindgen is going to write for the main module.
pub fn split(wasm: &Path, app: &str, folder: &Path) -> Result<Split> {
    let input = fs::read(wasm)?;
    let main = folder.join("main.wasm");
    let (link, app) = (format!("./{LOADER}"), format!("./{app}"));
    let mut options = Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = &app;
    let split = transform(options).map_err(|error| anyhow!("{error:#}")).context("splitting the module")?;
    // Sorted: the order of the splitter's hash map differs from run to run, and the files' names would with it.
    let bundles: BTreeMap<_, _> = split.prefetch_map.into_iter().collect();
    let used: BTreeSet<&String> = bundles.values().flatten().collect();
    let chunk = |name: &String| -> Result<Chunk> {
        let bytes = compact(&folder.join(format!("{name}.wasm")))?;
        Ok(Chunk { name: name.clone(), bytes })
    };
    let chunks = used.into_iter().map(chunk).collect::<Result<_>>()?;
    Ok(Split { loader: fs::read_to_string(folder.join(LOADER))?, chunks, bundles, main })
}

/// Drops the names, and the padding that the linker leaves in every number.
fn compact(chunk: &Path) -> Result<Vec<u8>> {
    let mut config = walrus::ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse_file(chunk).with_context(|| format!("reading {}", chunk.display()))?;
    Ok(module.emit_wasm())
}
