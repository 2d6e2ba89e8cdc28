//! Puts the chunks that the splitter makes into few files. What three areas share is a chunk of its own for every three
//! that share something: a hundred chunks, most of them tiny, that would be as many requests. A pack is chunks laid end
//! to end; the loader fetches the packs of an area and hands each chunk of them to the browser's compiler.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

/// Everybody sees this area first, right after the sign-in: it waits for nothing that it does not need.
pub const FIRST: &str = "home";
/// The areas that `boot.js` has fetched before the program runs.
pub const AHEAD: [&str; 6] = [FIRST, "login", "project", "project_list", "teacher_desk", "teacher_list"];
/// Parts of a page, each with the page's area: what that has brought along is there already.
const PARTS: [(&str, &str); 4] =
    [("desk_work", FIRST), ("desk_charts", FIRST), ("project_phases", "project"), ("project_tabs", "project")];
/// Shared by the first area with at least so many others: worth a pack that all of them fetch.
const SHARED_WITH_FIRST: usize = 3;
/// Shared by so many without it: the same. What fewer share lies in the pack of each.
const SHARED: usize = 4;

pub struct Chunk {
    /// What the splitter calls its file, without the ending.
    pub name: String,
    pub bytes: Vec<u8>,
}

#[derive(Default)]
pub struct Packs {
    /// By name, the chunks inside, as indices.
    pub packs: BTreeMap<String, Vec<usize>>,
    /// By area, the packs that it needs.
    pub areas: BTreeMap<String, Vec<String>>,
}

impl Packs {
    /// `areas` says which chunks each area needs.
    pub fn plan(chunks: &[Chunk], areas: &BTreeMap<String, Vec<String>>) -> Self {
        let needs = |area: &str, chunk: &Chunk| areas.get(area).is_some_and(|names| names.contains(&chunk.name));
        let users = |chunk: &Chunk| areas.values().filter(|names| names.contains(&chunk.name)).count();
        let (mut first, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for (index, chunk) in chunks.iter().enumerate() {
            if needs(FIRST, chunk) && users(chunk) >= SHARED_WITH_FIRST {
                first.insert(index);
            } else if users(chunk) >= SHARED {
                shared.insert(index);
            }
        }
        let size = |indices: &BTreeSet<usize>| indices.iter().map(|index| chunks[*index].bytes.len()).sum::<usize>();
        let mut plan = Self::default();
        let host = |area: &str| PARTS.iter().find(|(part, _)| *part == area).map(|(_, host)| (*host).to_owned());
        // The parts come last: then what their pages have is known.
        let (parts, pages): (Vec<_>, Vec<_>) = areas.keys().partition(|area| host(area).is_some());
        for area in pages.into_iter().chain(parts) {
            let there: BTreeSet<usize> = host(area)
                .and_then(|host| plan.areas.get(&host))
                .into_iter()
                .flatten()
                .flat_map(|pack| plan.packs[pack].iter().copied())
                .collect();
            let all: BTreeSet<usize> =
                (0..chunks.len()).filter(|index| needs(area, &chunks[*index]) && !there.contains(index)).collect();
            let mut own = all.clone();
            let mut packs = Vec::new();
            for (name, pack) in [("first", &first), ("shared", &shared)] {
                // A small area that would use little of a pack brings that little along.
                let used: BTreeSet<usize> = all.intersection(pack).copied().collect();
                if size(&used) * 2 > size(pack) {
                    own.retain(|index| !pack.contains(index));
                    packs.push(name.to_owned());
                    plan.packs.entry(name.to_owned()).or_insert_with(|| pack.iter().copied().collect());
                }
            }
            if !own.is_empty() {
                packs.push(area.clone());
                plan.packs.insert(area.clone(), own.into_iter().collect());
            }
            plan.areas.insert(area.clone(), packs);
        }
        plan
    }

    pub fn bytes(&self, pack: &str, chunks: &[Chunk]) -> Vec<u8> {
        self.packs[pack].iter().flat_map(|index| chunks[*index].bytes.iter().copied()).collect()
    }

    /// Has the splitter's loader fetch packs instead of chunks. `files` are the packs' addresses, by name, `needs` the
    /// chunks of each area. This script is on everybody's way: what the splitter writes out for each chunk and each
    /// area is said in numbers here, a chunk by its place among all, an area by a bit.
    pub fn loader(
        &self,
        generated: &str,
        chunks: &[Chunk],
        files: &BTreeMap<String, String>,
        needs: &BTreeMap<String, Vec<String>>,
    ) -> Result<String> {
        if needs.len() > MOST_AREAS {
            bail!("more than {MOST_AREAS} areas do not fit into the bits of a number");
        }
        let mut script: String = generated
            .lines()
            .filter(|line| !line.starts_with("/* "))
            .fold(String::new(), |all, line| all + line + "\n");
        let mut masks = vec![0_u32; chunks.len()];
        for (index, chunk) in chunks.iter().enumerate() {
            let name = &chunk.name;
            script = replaced(&script, &fetching(name), &format!("part({index})"))?;
            let shared = format!("const __{name} = makeLoad(part({index}), []);\n");
            if script.contains(&shared) {
                script = script.replace(&shared, "");
                for (bit, _) in needs.values().enumerate().filter(|(_, needed)| needed.contains(name)) {
                    masks[index] |= 1 << bit;
                }
            }
        }
        let numbers: BTreeMap<&String, usize> = files.keys().enumerate().map(|(number, pack)| (pack, number)).collect();
        for (bit, (area, needed)) in needs.iter().enumerate() {
            let packs = self.areas[area].iter().map(|pack| numbers[pack].to_string()).collect::<Vec<_>>().join(", ");
            let start = format!("export const __wasm_split_load_{area} = wrapAsyncCb(makeLoad(part(");
            let Some(line) = script.lines().find(|line| line.starts_with(&start)).map(str::to_owned) else {
                bail!("the loader has no `{start}`")
            };
            let Some((own, shared)) = line[start.len()..].split_once("), [") else { bail!("not understood: {line}") };
            let shared = shared.trim_end_matches("]));").split(", ").filter(|name| !name.is_empty()).count();
            // All that the area needs but its own chunk: else the bits would say something else.
            if shared + 1 != needed.len() {
                bail!("{area} needs {} chunks, the loader fetches {}", needed.len(), shared + 1);
            }
            let load = format!("export const __wasm_split_load_{area} = area([{packs}], {own}, {});", 1_u32 << bit);
            script = script.replace(&line, &load);
        }
        let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.bytes.len()).collect();
        let inside: Vec<&Vec<usize>> = files.keys().map(|pack| &self.packs[pack]).collect();
        let files: Vec<&String> = files.values().collect();
        let table = format!(
            "const files = {files:?};\nconst sizes = {sizes:?};\nconst inside = {inside:?};\nconst masks = {masks:?};\n"
        );
        // After the imports, which the splitter's script begins with.
        let Some((import, rest)) = script.split_once('\n') else { bail!("the loader is empty") };
        Ok(format!("{import}\n{table}{RUNTIME}{rest}"))
    }
}

/// The bits of a number in JavaScript, without its sign.
const MOST_AREAS: usize = 31;

/// What the splitter writes to fetch a chunk.
fn fetching(chunk: &str) -> [String; 2] {
    ["(", "debugWrap("].map(|wrap| {
        format!(
            "() => {{\n    const src = fetch(new URL(\"./{chunk}.wasm\", import.meta.url));\n    src.catch(() => {{}});\n    \
             return async (imports) => {wrap}WebAssembly.instantiateStreaming(src, imports));\n}}\n"
        )
    })
}

/// Refuses to go on where another version of the splitter writes something else.
fn replaced(script: &str, from: &[String], to: &str) -> Result<String> {
    match from.iter().find(|from| script.contains(*from)) {
        Some(from) => Ok(script.replace(from, to)),
        None => bail!("the loader has no `{}`", from.join("` or `")),
    }
}

/// A chunk that lies in several packs is taken from the one that is being fetched already.
const RUNTIME: &str = include_str!("pack.js");

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(needs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        needs
            .iter()
            .map(|(area, chunks)| ((*area).to_owned(), chunks.iter().map(ToString::to_string).collect()))
            .collect()
    }

    fn chunk(name: &str, bytes: &[u8]) -> Chunk {
        Chunk { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    fn example() -> (Vec<Chunk>, BTreeMap<String, Vec<String>>) {
        let chunks = vec![
            chunk("everywhere", &[1; 40]),
            chunk("four", &[2; 30]),
            chunk("home", &[3; 10]),
            chunk("pair", &[4; 5]),
            chunk("projects", &[5; 20]),
        ];
        let areas = areas(&[
            ("credits", &["everywhere", "four"]),
            ("home", &["everywhere", "home"]),
            ("lessons", &["everywhere", "four", "pair"]),
            ("projects", &["everywhere", "four", "pair", "projects"]),
            ("teams", &["everywhere", "four"]),
            ("verify", &["pair"]),
        ]);
        (chunks, areas)
    }

    #[test]
    fn every_area_finds_all_it_needs_in_its_packs() {
        let (chunks, areas) = example();
        let plan = Packs::plan(&chunks, &areas);
        for (area, needed) in &areas {
            let inside: BTreeSet<&str> = plan.areas[area]
                .iter()
                .flat_map(|pack| &plan.packs[pack])
                .map(|index| chunks[*index].name.as_str())
                .collect();
            assert!(needed.iter().all(|chunk| inside.contains(chunk.as_str())), "{area}: {inside:?}");
        }
    }

    #[test]
    fn the_first_area_does_without_what_others_share() {
        let (chunks, areas) = example();
        let plan = Packs::plan(&chunks, &areas);
        assert_eq!(plan.areas["home"], ["first", "home"]);
        assert_eq!(plan.areas["projects"], ["first", "shared", "projects"]);
        assert_eq!(plan.areas["teams"], ["first", "shared"]);
        assert_eq!(plan.areas["verify"], ["verify"]);
    }

    #[test]
    fn a_part_brings_what_its_page_has_not() {
        let chunks = vec![chunk("both", &[1; 3]), chunk("charts", &[2; 4]), chunk("home", &[3; 5])];
        let plan = Packs::plan(&chunks, &areas(&[("desk_charts", &["both", "charts"]), ("home", &["both", "home"])]));
        assert_eq!(plan.areas["desk_charts"], ["desk_charts"]);
        assert_eq!(plan.packs["desk_charts"], [1]);
        assert_eq!(plan.packs["home"], [0, 2]);
    }

    #[test]
    fn the_loader_knows_where_each_chunk_lies() -> Result<()> {
        let chunks = vec![chunk("chunk_1", &[1; 3]), chunk("split_home", &[2; 4])];
        let plan = Packs::plan(&chunks, &areas(&[("home", &["chunk_1", "split_home"])]));
        let written = |name: &str| fetching(name)[0].clone();
        let generated = format!(
            "import {{ initSync }} from \"./app.js\";\n/* home */\nconst __chunk_1 = makeLoad({}, []);\n\
             export const __wasm_split_load_home = wrapAsyncCb(makeLoad({}, [__chunk_1]));\n",
            written("chunk_1"),
            written("split_home")
        );
        let files = BTreeMap::from([("home".to_owned(), "./home-1.bin".to_owned())]);
        let needs = areas(&[("home", &["chunk_1", "split_home"])]);
        let loader = plan.loader(&generated, &chunks, &files, &needs)?;
        assert!(loader.starts_with(
            "import { initSync } from \"./app.js\";\nconst files = [\"./home-1.bin\"];\n\
             const sizes = [3, 4];\nconst inside = [[0, 1]];\nconst masks = [1, 0];\n"
        ));
        assert!(loader.ends_with("\nexport const __wasm_split_load_home = area([0], 1, 1);\n"), "{loader}");
        assert!(plan.loader("import x\nsomething else\n", &chunks, &files, &needs).is_err());
        Ok(())
    }
}
