//! The program that `cargo xtask build-web` runs after the compiler.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Result, bail};
use web_build::{dist, routes::Table};

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let words: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [command, frontend, wasm, charming, dist] if *command == "dist" => {
            let [frontend, wasm, charming, dist] = [frontend, wasm, charming, dist].map(Path::new);
            dist::write(&Table::of_frontend(), frontend, wasm, charming, dist, cfg!(feature = "release"))
        }
        #[cfg(feature = "release")]
        [command, folder] if *command == "compress" => web_build::compress::all(Path::new(folder)),
        _ => bail!("usage: web-build dist FRONTEND WASM CHARMING DIST, or web-build compress FOLDER"),
    }
}
