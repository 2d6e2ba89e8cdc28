//! A request's way: routes (HTTP only) → store (queries) → rules (pure).

use std::{collections::BTreeSet, fs};

use crate::{api, graph::Tree, none, root};

/// The limit on entries at the top of `api/src`.
const MOST_ENTRIES: usize = 15;

/// The parts of `http` that a store may use: paging, and the version that a change expects.
const FOR_STORES: [&str; 2] = ["http/listing.rs", "etag::IfMatch"];

fn named<'a>(tree: &'a Tree, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    tree.files().filter(|file| names.contains(&file.rsplit('/').next().unwrap_or(file)))
}

/// Returns those of `crates` that a file mentions, including their relatives such as `diesel_migrations` of `diesel`.
fn mentioned<'a>(tree: &'a Tree, file: &str, crates: &[&str]) -> BTreeSet<&'a str> {
    let belongs = |name: &str| {
        crates.iter().any(|of| name.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('_')))
    };
    tree.first_segments(file).into_iter().filter(|name| belongs(name)).collect()
}

/// Returns a sentence for each `rules.rs` and `routes.rs` that uses diesel.
fn diesel_outside_stores(tree: &Tree) -> Vec<String> {
    named(tree, &["rules.rs", "routes.rs"])
        .filter(|file| !mentioned(tree, file, &["diesel"]).is_empty())
        .map(|file| format!("{file} uses diesel."))
        .collect()
}

/// Returns a sentence for each use of HTTP in a `store.rs`.
fn http_in_stores(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in named(tree, &["store.rs"]) {
        for name in mentioned(tree, file, &["actix", "http", "reqwest"]) {
            if name != "http" {
                faults.push(format!("{file} uses {name}."));
            }
        }
    }
    for import in tree.imports() {
        let of_http = import.from.ends_with("/store.rs") && import.to.starts_with("http/");
        if of_http && !FOR_STORES.contains(&import.to.as_str()) && !FOR_STORES.contains(&import.name.as_str()) {
            faults.push(format!("{import}."));
        }
    }
    faults
}

#[test]
fn rules_and_routes_do_not_use_diesel() {
    let advice = "Rules take plain values; routes call the store. Move the query, or the row's struct, to store.rs.";
    none(&diesel_outside_stores(&api()), advice);
}

#[test]
fn stores_do_not_use_http() {
    let advice =
        "A store takes a connection and plain values and returns wire types. Move what is about HTTP to routes.rs.";
    none(&http_in_stores(&api()), advice);
}

#[test]
fn the_top_of_the_api_has_few_entries() {
    let mut entries = Vec::new();
    for entry in fs::read_dir(root().join("api/src")).unwrap() {
        entries.push(entry.unwrap().file_name().into_string().unwrap());
    }
    entries.sort();
    assert!(
        entries.len() <= MOST_ENTRIES,
        "api/src has {} entries, at most {MOST_ENTRIES} are allowed: {}.\nPut a slice into the folder of its area, and \
         what is shared into db, auth or http.",
        entries.len(),
        entries.join(", ")
    );
}

#[test]
fn uses_in_paths_attributes_and_macros_are_all_found() {
    let files = [
        ("lib.rs", "mod http; mod a;"),
        ("http/mod.rs", "pub mod etag; pub mod listing; pub mod problems;"),
        ("http/etag.rs", "pub struct IfMatch; pub struct Tagged;"),
        ("http/listing.rs", "pub struct PageRequest;"),
        ("http/problems.rs", "pub fn problem() {}"),
        ("a/mod.rs", "mod plain; mod rows; mod query;"),
        ("a/plain/mod.rs", "mod rules; mod routes; mod store;"),
        ("a/plain/rules.rs", "/// Not diesel.\nfn rule() {} #[cfg(test)] mod tests { use diesel::prelude::*; }"),
        ("a/plain/routes.rs", "use actix_web::get;"),
        ("a/plain/store.rs", "use diesel::prelude::*; use crate::http::{etag::IfMatch, listing::PageRequest};"),
        ("a/rows/rules.rs", "#[diesel(table_name = x)] struct Row;"),
        ("a/rows/routes.rs", "fn f() { m!(diesel::insert_into(x)) }"),
        ("a/rows/store.rs", "use crate::http::etag::{IfMatch, Tagged}; fn f() -> actix_web::HttpResponse {}"),
        ("a/query/store.rs", "fn f() { crate::http::problems::problem() }"),
    ];
    let tree = Tree::of(files, "house");
    assert_eq!(diesel_outside_stores(&tree), ["a/rows/rules.rs uses diesel.", "a/rows/routes.rs uses diesel."]);
    let expected = [
        "a/rows/store.rs uses actix_web.",
        "a/query/store.rs uses `problems::problem` of http/problems.rs.",
        "a/rows/store.rs uses `etag::Tagged` of http/etag.rs.",
    ];
    assert_eq!(http_in_stores(&tree), expected);
}
