//! What a web server would otherwise compress anew for every visitor.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

pub struct Sizes {
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

/// Writes `.gz` and `.br` beside the file.
pub fn beside(file: &Path) -> Result<Sizes> {
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

pub fn is_worthwhile(file: &Path) -> bool {
    file.extension().is_some_and(|it| ["js", "wasm", "bin", "css", "svg"].iter().any(|known| it == *known))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}
