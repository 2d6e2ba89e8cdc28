//! What a web server would otherwise compress anew for every visitor.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bundle;

struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Compresses a bundle, and says how large its files are then.
pub fn all(dist: &Path) -> Result<()> {
    println!("      {:<36} {:>9} {:>9} {:>9}", "file", "bytes", "gzip", "brotli");
    let mut total = (0, 0, 0);
    for file in bundle::files(dist)?.iter().filter(|file| is_worthwhile(file)) {
        let sizes = beside(file)?;
        let name = file.strip_prefix(dist)?.display().to_string();
        println!("      {name:<36} {:>9} {:>9} {:>9}", sizes.raw, sizes.gzip, sizes.brotli);
        total = (total.0 + sizes.raw, total.1 + sizes.gzip, total.2 + sizes.brotli);
    }
    println!("      {:<36} {:>9} {:>9} {:>9}", "together", total.0, total.1, total.2);
    Ok(())
}

/// Writes `.gz` and `.br` beside the file.
fn beside(file: &Path) -> Result<Sizes> {
    let raw = fs::read(file)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&raw)?;
    let gzip = encoder.finish()?;
    let mut brotli = Vec::new();
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: raw.len(), ..Default::default() };
    brotli::BrotliCompress(&mut raw.as_slice(), &mut brotli, &parameters)?;
    fs::write(with_suffix(file, ".gz"), &gzip)?;
    fs::write(with_suffix(file, ".br"), &brotli)?;
    Ok(Sizes { raw: raw.len(), gzip: gzip.len(), brotli: brotli.len() })
}

fn is_worthwhile(file: &Path) -> bool {
    file.extension().is_some_and(|it| ["js", "wasm", "bin", "css", "svg"].iter().any(|known| it == *known))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}
