//! The table of the SPA's bundles and of the routes whose pages they hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// The bundle that everyone needs first, right after the sign-in.
    pub first: String,
    /// The bundles that hold a part of a page, with that page's bundle.
    pub parts: BTreeMap<String, String>,
    /// The bundles that `boot.js` fetches before the program runs.
    pub preload: Vec<String>,
    /// The preloaded bundles by their routes' paths: `/projects/:id`.
    pub paths: BTreeMap<String, String>,
}

impl Table {
    /// Reads `bundles.in` and the paths of the routes in `src/route.rs`.
    ///
    /// # Errors
    /// When a line is not understood, or a route has no path.
    pub fn read(frontend: &Path) -> Result<Self> {
        let text = |name: &str| fs::read_to_string(frontend.join(name)).with_context(|| format!("reading {name}"));
        Self::parse(&text("bundles.in")?, &text("src/route.rs")?)
    }

    fn parse(table: &str, routes: &str) -> Result<Self> {
        let code: String = table.lines().filter(|line| !line.starts_with("//")).collect();
        let body = code.split_once("bundles! {").and_then(|(_, body)| body.trim().strip_suffix('}'));
        let paths = paths(routes)?;
        let mut parsed = Self::default();
        let mut rest = body.context("bundles.in has no `bundles! {…}`")?;
        while let Some((names, after)) = rest.split_once('{') {
            let not_understood = || format!("bundles.in, not understood: {names}");
            let (fields, after) = after.split_once('}').with_context(not_understood)?;
            let (flags, after) = after.split_once(',').with_context(not_understood)?;
            let (_, bundle) = names.split_once(':').with_context(not_understood)?;
            let bundle = bundle.trim().to_owned();
            for flag in flags.split_whitespace() {
                match flag {
                    "first" => parsed.first.clone_from(&bundle),
                    "preload" => parsed.preload.push(bundle.clone()),
                    _ => bail!("bundles.in, not understood: {flag}"),
                }
            }
            if let Some((_, page)) = fields.split_once("part_of:") {
                parsed.parts.insert(bundle, page.trim_matches([' ', ',']).to_owned());
            } else if parsed.preload.contains(&bundle) {
                let routes = fields.split_once("routes: [").and_then(|(_, routes)| routes.split_once(']'));
                let (routes, _) = routes.with_context(not_understood)?;
                for route in routes.split(',').map(str::trim).filter(|route| !route.is_empty()) {
                    let path = paths.get(route).with_context(|| format!("route.rs gives {route} no path"))?;
                    parsed.paths.insert((*path).to_owned(), bundle.clone());
                }
            }
            rest = after;
        }
        ensure!(!parsed.first.is_empty(), "bundles.in marks no bundle as the first");
        Ok(parsed)
    }
}

/// The path of each route: `#[at("/teachers")]` stands on the line before the route's name.
fn paths(source: &str) -> Result<BTreeMap<&str, &str>> {
    let mut lines = source.lines().map(str::trim);
    let mut paths = BTreeMap::new();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("#[at(\"").and_then(|rest| rest.strip_suffix("\")]")) {
            let name = lines.find(|line| !line.starts_with('#')).context("route.rs ends within a route")?;
            paths.insert(name.split([',', ' ', '(']).next().unwrap_or_default(), path);
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &str = "enum Route {\n    #[at(\"/\")]\n    Home,\n    #[at(\"/projects/:id\")]\n    Project { id: ProjectId },\n    \
                          #[not_found]\n    #[at(\"/404\")]\n    NotFound,\n}\n";

    #[test]
    fn the_table_tells_routes_parts_and_what_comes_first() -> Result<()> {
        let table = "// a { comment }\nbundles! {\n    Home: home { draw: desk, routes: [Home] } preload first,\n    \
                     Project: project {\n        draw: page,\n        routes: [Project]\n    } preload,\n    \
                     Tabs: tabs { draw: tab, part_of: project },\n    Rest: rest { draw: rest, routes: [NotFound] },\n}\n";
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let expected = Table {
            first: "home".to_owned(),
            parts: map(&[("tabs", "project")]),
            preload: vec!["home".to_owned(), "project".to_owned()],
            paths: map(&[("/", "home"), ("/projects/:id", "project")]),
        };
        assert_eq!(Table::parse(table, ROUTES)?, expected);
        Ok(())
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let parse = |entry: &str| Table::parse(&format!("bundles! {{\n    {entry}\n}}\n"), ROUTES);
        assert!(parse("Home: home { draw: desk, routes: [Home] } first,").is_ok());
        assert!(parse("Home: home { draw: desk, routes: [Home] } frist,").is_err());
        assert!(parse("Home: home { draw: desk, routes: [Gone] } preload first,").is_err());
        assert!(parse("Home: home { draw: desk, routes: [Home] },").is_err());
    }

    #[test]
    fn the_frontend_has_a_table() -> Result<()> {
        let table = Table::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend"))?;
        assert_eq!(table.paths["/"], table.first);
        Ok(())
    }
}
