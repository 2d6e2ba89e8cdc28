//! The order of the areas. When an earlier area must trigger something in a later one, it declares a trait, which the
//! later area implements and the composition root registers.

use crate::{api, graph::Tree, none};

/// Each area may import only from those before it.
const AREAS: [&str; 6] = ["people", "hours", "training", "lessons", "exchange", "insight"];

/// The modules below the areas, which import none of them.
const FOUNDATIONS: [&str; 5] = ["db", "auth", "http", "visibility", "error"];

/// The composition root, and the files that may import it.
const ROOT: &str = "app";
const ENTRIES: [&str; 2] = ["main", "lib"];

/// The first part of a file's path: `people` of `people/teachers/store.rs`, `error` of `error.rs`.
fn top(file: &str) -> &str {
    file.split_once('/').map_or(file.trim_end_matches(".rs"), |(top, _)| top)
}

fn area(file: &str) -> Option<usize> {
    AREAS.iter().position(|area| *area == top(file))
}

/// Returns a sentence for each import that goes against the order.
fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for import in tree.imports() {
        let (from, to) = (top(&import.from), top(&import.to));
        match (area(&import.from), area(&import.to)) {
            (Some(earlier), Some(later)) if earlier < later => {
                faults.push(format!("{import}, but {from} comes before {to}."));
            }
            (None, Some(_)) if FOUNDATIONS.contains(&from) => {
                faults.push(format!("{import}, but {from} stands below all areas."));
            }
            _ if to == ROOT && from != ROOT && !ENTRIES.contains(&from) => {
                faults.push(format!("{import}, but only main.rs and lib.rs may import {ROOT}."));
            }
            _ => {}
        }
    }
    faults
}

#[test]
fn no_area_of_the_api_imports_a_later_one() {
    let api = api();
    for area in AREAS {
        assert!(api.files().any(|file| top(file) == area), "api/src has no area {area}");
    }
    let order = AREAS.join(" → ");
    none(
        &faults(&api),
        &format!(
            "The order is {order}. Move the item to the earlier area, or declare a trait there that the later area \
             implements and app registers."
        ),
    );
}

#[test]
fn an_import_against_the_order_is_found_through_re_exports() {
    let files = [
        ("lib.rs", "pub mod app; mod people; mod hours; mod error; pub use app::App;"),
        ("app.rs", "use crate::{hours::issue, people::Teacher}; pub struct App;"),
        ("error.rs", "use crate::people::Teacher;"),
        ("people/mod.rs", "mod teachers; pub use teachers::Teacher;"),
        ("people/teachers.rs", "use crate::hours; pub struct Teacher; fn f() { hours::issue() }"),
        ("hours/mod.rs", "mod ledger; pub use ledger::issue;"),
        ("hours/ledger.rs", "use crate::{app::App, people::Teacher}; pub fn issue() {}"),
    ];
    let tree = Tree::of(files, "house");
    let expected = [
        "error.rs uses `people::Teacher` of people/teachers.rs, but error stands below all areas.",
        "hours/ledger.rs uses `app::App` of app.rs, but only main.rs and lib.rs may import app.",
        "people/teachers.rs uses `hours::issue` of hours/ledger.rs, but people comes before hours.",
    ];
    assert_eq!(faults(&tree), expected);
}
