//! Compresses files once, so that a web server need not do it for every visitor.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;

use crate::files;

/// Sizes in bytes: as they are, in gzip and in Brotli.
type Sizes = [usize; 3];

/// Writes `.gz` and `.br` beside each file of a folder that is worth it, and prints the sizes.
///
/// # Errors
/// When a file cannot be read or written.
pub fn all(folder: &Path) -> Result<()> {
    let mut paths = files::list(folder)?;
    paths.retain(|path| is_worthwhile(path));
    let sizes: Vec<Sizes> = paths.par_iter().map(|file| compress(file)).collect::<Result<_>>()?;
    println!("      {:<36} {:>9} {:>9} {:>9}", "file", "bytes", "gzip", "brotli");
    for (file, [raw, gzip, brotli]) in paths.iter().zip(&sizes) {
        println!("      {:<36} {raw:>9} {gzip:>9} {brotli:>9}", file.strip_prefix(folder)?.display());
    }
    let [raw, gzip, brotli] = [0, 1, 2].map(|at| sizes.iter().map(|it| it[at]).sum::<usize>());
    println!("      {:<36} {raw:>9} {gzip:>9} {brotli:>9}", "together");
    Ok(())
}

fn compress(file: &Path) -> Result<Sizes> {
    let raw = fs::read(file)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&raw)?;
    let gzip = encoder.finish()?;
    let mut brotli = Vec::new();
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: raw.len(), ..Default::default() };
    brotli::BrotliCompress(&mut raw.as_slice(), &mut brotli, &parameters)?;
    fs::write(with_suffix(file, ".gz"), &gzip)?;
    fs::write(with_suffix(file, ".br"), &brotli)?;
    Ok([raw.len(), gzip.len(), brotli.len()])
}

fn is_worthwhile(file: &Path) -> bool {
    file.extension().is_some_and(|it| ["js", "wasm", "bin", "css", "svg"].iter().any(|known| it == *known))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}
