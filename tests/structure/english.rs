use std::{fs, path::Path};

use regex::Regex;

use crate::{
    extension, none,
    phrases::{FAULTY, GOOD, PHRASES},
    root,
};

/// Folders that hold no sources of this repository.
const FOREIGN: [&str; 2] = ["target", "node_modules"];

/// The list of phrases, which is not searched.
const LIST: &str = "tests/structure/phrases.rs";

/// A compiled phrase.
struct Search {
    pattern: Regex,
    unless: Option<Regex>,
    prose_only: bool,
    instead: &'static str,
}

impl Search {
    fn all() -> Vec<Self> {
        // A phrase may continue on the next line, but not in the next paragraph.
        let compile = |pattern: &str| Regex::new(&pattern.replace(' ', r"(?:[ \t]+|[ \t]*\n[ \t]*)")).unwrap();
        let searches = PHRASES.iter().map(|phrase| Self {
            pattern: compile(phrase.pattern),
            unless: phrase.unless.map(compile),
            prose_only: phrase.prose_only,
            instead: phrase.instead,
        });
        searches.collect()
    }
}

/// Returns a sentence for each phrase in a file.
fn faults(searches: &[Search], file: &str, text: &str) -> Vec<String> {
    let [text, prose] = readable(file, text);
    let mut faults = Vec::new();
    for search in searches {
        let text = if search.prose_only { &prose } else { &text };
        for found in search.pattern.find_iter(text) {
            if search.unless.as_ref().is_none_or(|unless| !unless.is_match(found.as_str())) {
                let line = text[..found.start()].matches('\n').count() + 1;
                let words = found.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
                faults.push(format!("{file}:{line}: “{words}”: {}.", search.instead));
            }
        }
    }
    faults
}

/// Returns a file's text, then its prose alone, line for line. Comment markers are gone, and underscores are spaces.
fn readable(file: &str, text: &str) -> [String; 2] {
    let rust = extension(file) == "rs";
    let (mut all, mut prose) = (String::new(), String::new());
    for line in text.lines() {
        let content = line.trim_start();
        let comment = ["///", "//!", "//"].iter().find_map(|mark| content.strip_prefix(mark));
        let is_prose = !rust || comment.is_some();
        let line = comment.filter(|_| rust).unwrap_or(line).replace('_', " ");
        all.push_str(&line);
        all.push('\n');
        if is_prose {
            prose.push_str(&line);
        }
        prose.push('\n');
    }
    [all, prose]
}

/// Searches the files below a folder of the repository.
fn read_below(folder: &Path, below: &str, searches: &[Search], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        let file = format!("{below}{name}");
        if path.is_dir() {
            if !name.starts_with('.') && !FOREIGN.contains(&name.as_str()) {
                read_below(&path, &format!("{file}/"), searches, found);
            }
        } else if (matches!(extension(&name), "rs" | "md") || name == "openapi.yaml") && file != LIST {
            found.extend(faults(searches, &file, &fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn no_file_contains_a_phrase_that_the_list_forbids() {
    let mut found = Vec::new();
    read_below(&root(), "", &Search::all(), &mut found);
    none(&found, &format!("docs/CONTRIBUTING.md describes the style; {LIST} lists the phrases."));
}

#[test]
fn a_phrase_is_found_in_comments_names_and_across_lines() {
    let searches = Search::all();
    for (file, text) in FAULTY {
        assert!(!faults(&searches, file, text).is_empty(), "{text}");
    }
    for (file, text) in GOOD {
        assert_eq!(faults(&searches, file, text), [""; 0], "{text}");
    }
}
