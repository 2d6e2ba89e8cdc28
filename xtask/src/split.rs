//! Cuts the compiled SPA apart where its sources say so (`frontend/src/areas`): what the first page needs, and a file
//! for each area and for what several areas share.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::pack::Chunk;

/// The script that fetches the areas, and the one that wasm-bindgen writes; they import each other by these names.
pub const LOADER: &str = "areas.js";

pub struct Split {
    /// For wasm-bindgen.
    pub main: PathBuf,
    /// The script, as the splitter writes it.
    pub loader: String,
    pub chunks: Vec<Chunk>,
    /// By area, the names of the chunks that it needs.
    pub areas: BTreeMap<String, Vec<String>>,
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
    let split = transform(options).map_err(|error| anyhow!("{error:#}")).context("cutting the areas apart")?;
    // The order of a hash map is another each time, and the files' names would be, too.
    let areas: BTreeMap<_, _> = split.prefetch_map.into_iter().collect();
    let used: BTreeSet<&String> = areas.values().flatten().collect();
    let chunk = |name: &String| -> Result<Chunk> {
        let bytes = compact(&folder.join(format!("{name}.wasm")))?;
        Ok(Chunk { name: name.clone(), bytes })
    };
    let chunks = used.into_iter().map(chunk).collect::<Result<_>>()?;
    Ok(Split { loader: fs::read_to_string(folder.join(LOADER))?, chunks, areas, main })
}

/// Without names, and with its numbers in as few bytes as they need: the linker leaves room in each for another.
fn compact(chunk: &Path) -> Result<Vec<u8>> {
    let mut config = walrus::ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse_file(chunk).with_context(|| format!("reading {}", chunk.display()))?;
    Ok(module.emit_wasm())
}
