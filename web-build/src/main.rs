//! The program that `cargo xtask build-web` runs after the compiler.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use web_build::{compress, dist};

const USAGE: &str = "usage: web-build dist FRONTEND WASM ECHARTS DIST [--fast]\n       web-build compress FOLDER";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let words: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [command, folder] if *command == "compress" => compress::all(Path::new(folder)),
        [command, frontend, wasm, echarts, dist, fast @ ..] if *command == "dist" => {
            let fast = match fast {
                [] => false,
                [flag] if *flag == "--fast" => true,
                _ => bail!(USAGE),
            };
            let [frontend, wasm, echarts, dist] = [frontend, wasm, echarts, dist].map(Path::new);
            dist::write(frontend, wasm, echarts, dist, fast)
        }
        _ => bail!(USAGE),
    }
}
