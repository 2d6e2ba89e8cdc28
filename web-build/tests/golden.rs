//! What web-build makes of a tiny program and a tiny frontend, compared with the files in `golden`.
//! `UPDATE_GOLDEN=1 cargo test --package web-build` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use tempfile::TempDir;
use web_build::{compress, dist, routes::Table};

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");

/// The tiny program's bundles.
fn table() -> Table {
    let text = str::to_owned;
    Table {
        first: text("home"),
        parts: [(text("desk_charts"), text("home"))].into(),
        preload: vec![text("login"), text("home")],
        paths: [("/login", "login"), ("/", "home"), ("/projects/:id", "home")]
            .map(|(path, file)| (text(path), text(file)))
            .into(),
    }
}

/// Builds into a new folder, without wasm-opt, which not every machine has.
fn build() -> TempDir {
    let folder = TempDir::new().unwrap();
    let tests = Path::new(TESTS);
    let inputs = ["frontend", "tiny.wasm", "charming"].map(|name| tests.join(name));
    dist::write(&table(), &inputs[0], &inputs[1], &inputs[2], &folder.path().join("dist"), false).unwrap();
    folder
}

fn names(folder: &Path) -> BTreeSet<String> {
    folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_tiny_program_becomes_the_golden_files() {
    let built = build();
    let (dist, golden) = (built.path().join("dist"), Path::new(TESTS).join("golden"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::remove_dir_all(&golden).unwrap();
        fs::create_dir(&golden).unwrap();
        for name in names(&dist) {
            fs::copy(dist.join(&name), golden.join(&name)).unwrap();
        }
    }
    assert_eq!(names(&dist), names(&golden));
    for name in names(&dist) {
        let [found, expected] = [&dist, &golden].map(|folder| fs::read(folder.join(&name)).unwrap());
        assert!(found == expected, "{name}: {}", String::from_utf8_lossy(&found));
    }
}

#[test]
fn every_file_but_the_page_is_named_by_its_content() {
    let built = build();
    for name in names(&built.path().join("dist")) {
        let hashed =
            name.split(['-', '.', '_']).any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(hashed, !["index.html", "favicon.svg"].contains(&name.as_str()), "{name}");
    }
}

#[test]
fn the_same_inputs_are_not_built_again() {
    let built = build();
    let page = built.path().join("dist/index.html");
    fs::write(&page, "left alone").unwrap();
    let inputs = ["frontend", "tiny.wasm", "charming"].map(|name| Path::new(TESTS).join(name));
    dist::write(&table(), &inputs[0], &inputs[1], &inputs[2], &built.path().join("dist"), false).unwrap();
    assert_eq!(fs::read_to_string(page).unwrap(), "left alone");
}

#[test]
fn a_compressed_file_stands_beside_each_large_one() {
    let built = build();
    let dist = built.path().join("dist");
    let before = names(&dist);
    compress::all(&dist).unwrap();
    for name in before {
        let compressed = dist.join(format!("{name}.gz"));
        let worthwhile = [".js", ".css", ".wasm", ".bin", ".svg"].iter().any(|ending| name.ends_with(ending));
        assert_eq!((compressed.exists(), dist.join(format!("{name}.br")).exists()), (worthwhile, worthwhile), "{name}");
        if worthwhile {
            let mut unpacked = Vec::new();
            GzDecoder::new(fs::File::open(compressed).unwrap()).read_to_end(&mut unpacked).unwrap();
            assert!(unpacked == fs::read(dist.join(&name)).unwrap(), "{name}");
        }
    }
}
