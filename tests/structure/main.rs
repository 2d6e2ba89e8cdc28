//! Checks the sources against the structure described in docs/ARCHITECTURE.md and the English described in
//! docs/CONTRIBUTING.md. It reads them as text and needs no database.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod areas;
mod english;
mod graph;
mod layers;
mod mutual;
mod phrases;
mod scan;

use std::path::PathBuf;

use graph::Tree;

/// Returns the repository's root.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns the part of a file's name after its last dot.
fn extension(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn api() -> Tree {
    Tree::read(&root().join("api/src"), "songjiao_api")
}

fn spa() -> Tree {
    Tree::read(&root().join("frontend/src"), "songjiao_frontend")
}

/// Panics if there are faults, with one line for each and the advice below them.
#[track_caller]
fn none(faults: &[String], advice: &str) {
    assert!(faults.is_empty(), "{} faults:\n  {}\n{advice}\n", faults.len(), faults.join("\n  "));
}
