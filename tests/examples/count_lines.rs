//! Counts the lines of Rust code below the given folders:
//! `cargo run --package songjiao-tests --example count_lines -- api frontend xtask`.
//!
//! A line counts unless it is blank or a comment, doc comments included: its first characters are `//`. Every `*.rs`
//! file below a folder counts, apart from `target`. The column `tests` says how many of these lines belong to unit
//! tests (`#[cfg(test)] mod`) and to files in folders named `tests`; they are part of the total.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a command that prints its result or fails")]

use std::{env, fs, path::Path};

fn main() {
    println!("{:>9}{:>9}  folder", "lines", "tests");
    let (mut lines, mut tests) = (0, 0);
    for folder in env::args().skip(1) {
        let of_folder = count_below(Path::new(&folder), false);
        println!("{:>9}{:>9}  {folder}", of_folder.0, of_folder.1);
        lines += of_folder.0;
        tests += of_folder.1;
    }
    println!("{lines:>9}{tests:>9}  total");
}

/// Returns the lines of code below a folder, and those of them that are tests.
fn count_below(folder: &Path, in_tests: bool) -> (usize, usize) {
    let (mut lines, mut tests) = (0, 0);
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let (all, of_tests) = if path.is_dir() && name != "target" && name != "node_modules" {
            count_below(&path, in_tests || name == "tests")
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let (all, of_tests) = count(&fs::read_to_string(&path).unwrap());
            (all, if in_tests { all } else { of_tests })
        } else {
            (0, 0)
        };
        lines += all;
        tests += of_tests;
    }
    (lines, tests)
}

/// Counts a file that rustfmt has formatted: a module's closing brace has the indentation of its `#[cfg(test)]`.
fn count(text: &str) -> (usize, usize) {
    let (mut lines, mut tests) = (0, 0);
    let mut after_attribute = None;
    let mut end_of_tests: Option<String> = None;
    for line in text.lines() {
        let content = line.trim_start();
        let indentation = &line[..line.len() - content.len()];
        if content.is_empty() || content.starts_with("//") {
            continue;
        }
        lines += 1;
        if let Some(end) = &end_of_tests {
            tests += 1;
            if line == end {
                end_of_tests = None;
            }
        } else if content == "#[cfg(test)]" {
            after_attribute = Some(1);
        } else if let Some(attributes) = after_attribute {
            if content.starts_with("#[") {
                after_attribute = Some(attributes + 1);
                continue;
            }
            after_attribute = None;
            if content.trim_start_matches("pub ").trim_start_matches("pub(crate) ").starts_with("mod ") {
                tests += attributes + 1;
                end_of_tests = content.ends_with('{').then(|| format!("{indentation}}}"));
            }
        }
    }
    (lines, tests)
}
