//! Puts the splitter's chunks into few files. The splitter makes a chunk for every set of bundles that share something:
//! a hundred chunks, most of them tiny, which would be as many requests. A pack is chunks laid end to end; the loader
//! fetches the packs of a bundle and hands each chunk in them to the browser's compiler.

use std::collections::{BTreeMap, BTreeSet};

use crate::routes::Table;

/// A chunk that the first bundle shares with at least so many others goes into a pack that all of them fetch.
const SHARED_WITH_FIRST: usize = 3;
/// The same for a chunk that the first bundle does not need. What fewer bundles share is copied into the pack of each.
const SHARED: usize = 4;

/// The names of the chunks that each bundle needs, by the bundle's name.
pub type Bundles = BTreeMap<String, Vec<String>>;

pub struct Chunk {
    /// The splitter's name for its file, without the ending.
    pub name: String,
    pub bytes: Vec<u8>,
}

#[derive(Default)]
pub struct Packs {
    /// The chunks in each pack, as indices, by the pack's name.
    pub packs: BTreeMap<String, Vec<usize>>,
    /// The packs that each bundle needs, by the bundle's name.
    pub bundles: BTreeMap<String, Vec<String>>,
}

impl Packs {
    pub fn plan(chunks: &[Chunk], bundles: &Bundles, table: &Table) -> Self {
        let needs = |bundle: &str, chunk: &Chunk| bundles.get(bundle).is_some_and(|names| names.contains(&chunk.name));
        let users = |chunk: &Chunk| bundles.values().filter(|names| names.contains(&chunk.name)).count();
        let (mut first, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for (index, chunk) in chunks.iter().enumerate() {
            if needs(&table.first, chunk) && users(chunk) >= SHARED_WITH_FIRST {
                first.insert(index);
            } else if users(chunk) >= SHARED {
                shared.insert(index);
            }
        }
        let size = |indices: &BTreeSet<usize>| indices.iter().map(|index| chunks[*index].bytes.len()).sum::<usize>();
        let mut plan = Self::default();
        // Parts come last: by then the packs of their pages are known.
        let (parts, pages): (Vec<_>, Vec<_>) = bundles.keys().partition(|bundle| table.parts.contains_key(*bundle));
        for bundle in pages.into_iter().chain(parts) {
            let fetched: BTreeSet<usize> = table
                .parts
                .get(bundle)
                .and_then(|page| plan.bundles.get(page))
                .into_iter()
                .flatten()
                .flat_map(|pack| plan.packs[pack].iter().copied())
                .collect();
            let all: BTreeSet<usize> =
                (0..chunks.len()).filter(|index| needs(bundle, &chunks[*index]) && !fetched.contains(index)).collect();
            let mut own = all.clone();
            let mut packs = Vec::new();
            for (name, pack) in [("first", &first), ("shared", &shared)] {
                // A small bundle that would use little of a shared pack takes copies of that little instead.
                let used: BTreeSet<usize> = all.intersection(pack).copied().collect();
                if size(&used) * 2 > size(pack) {
                    own.retain(|index| !pack.contains(index));
                    packs.push(name.to_owned());
                    plan.packs.entry(name.to_owned()).or_insert_with(|| pack.iter().copied().collect());
                }
            }
            if !own.is_empty() {
                packs.push(bundle.clone());
                plan.packs.insert(bundle.clone(), own.into_iter().collect());
            }
            plan.bundles.insert(bundle.clone(), packs);
        }
        plan
    }

    pub fn bytes(&self, pack: &str, chunks: &[Chunk]) -> Vec<u8> {
        self.packs[pack].iter().flat_map(|index| chunks[*index].bytes.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundles(needs: &[(&str, &[&str])]) -> Bundles {
        needs
            .iter()
            .map(|(bundle, chunks)| ((*bundle).to_owned(), chunks.iter().map(ToString::to_string).collect()))
            .collect()
    }

    fn chunk(name: &str, bytes: &[u8]) -> Chunk {
        Chunk { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    fn table() -> Table {
        let parts = BTreeMap::from([("desk_charts".to_owned(), "home".to_owned())]);
        Table { first: "home".to_owned(), parts, ..Table::default() }
    }

    fn example() -> (Vec<Chunk>, Bundles) {
        let chunks = vec![
            chunk("everywhere", &[1; 40]),
            chunk("four", &[2; 30]),
            chunk("home", &[3; 10]),
            chunk("pair", &[4; 5]),
            chunk("projects", &[5; 20]),
        ];
        let bundles = bundles(&[
            ("credits", &["everywhere", "four"]),
            ("home", &["everywhere", "home"]),
            ("lessons", &["everywhere", "four", "pair"]),
            ("projects", &["everywhere", "four", "pair", "projects"]),
            ("teams", &["everywhere", "four"]),
            ("verify", &["pair"]),
        ]);
        (chunks, bundles)
    }

    #[test]
    fn every_bundle_finds_all_it_needs_in_its_packs() {
        let (chunks, bundles) = example();
        let plan = Packs::plan(&chunks, &bundles, &table());
        for (bundle, needed) in &bundles {
            let inside: BTreeSet<&str> = plan.bundles[bundle]
                .iter()
                .flat_map(|pack| &plan.packs[pack])
                .map(|index| chunks[*index].name.as_str())
                .collect();
            assert!(needed.iter().all(|chunk| inside.contains(chunk.as_str())), "{bundle}: {inside:?}");
        }
    }

    #[test]
    fn the_first_bundle_does_without_what_others_share() {
        let (chunks, bundles) = example();
        let plan = Packs::plan(&chunks, &bundles, &table());
        assert_eq!(plan.bundles["home"], ["first", "home"]);
        assert_eq!(plan.bundles["projects"], ["first", "shared", "projects"]);
        assert_eq!(plan.bundles["teams"], ["first", "shared"]);
        assert_eq!(plan.bundles["verify"], ["verify"]);
    }

    #[test]
    fn a_part_brings_what_its_page_has_not() {
        let chunks = vec![chunk("both", &[1; 3]), chunk("charts", &[2; 4]), chunk("home", &[3; 5])];
        let bundles = bundles(&[("desk_charts", &["both", "charts"]), ("home", &["both", "home"])]);
        let plan = Packs::plan(&chunks, &bundles, &table());
        assert_eq!(plan.bundles["desk_charts"], ["desk_charts"]);
        assert_eq!(plan.packs["desk_charts"], [1]);
        assert_eq!(plan.packs["home"], [0, 2]);
    }
}
