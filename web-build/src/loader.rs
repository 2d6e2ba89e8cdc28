//! The script that fetches packs where the splitter's script would fetch chunks.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::pack::{Bundles, Chunk, Packs};

/// The bits of a non-negative number in JavaScript.
const MAX_BUNDLES: usize = 31;

/// A chunk that lies in several packs is taken from one that is being fetched already.
const RUNTIME: &str = include_str!("loader.js");

/// Rewrites the splitter's script, `generated`. `files` are the packs' addresses, by name. Every visitor fetches this
/// script before anything else, so it is kept short: a chunk is a number, and a bundle is a bit in the masks of the
/// chunks that it shares with others.
pub fn rewrite(
    generated: &str,
    plan: &Packs,
    chunks: &[Chunk],
    files: &BTreeMap<String, String>,
    bundles: &Bundles,
) -> Result<String> {
    ensure!(bundles.len() <= MAX_BUNDLES, "{} bundles do not fit into the bits of a number", bundles.len());
    let lines = generated.lines().filter(|line| !line.starts_with("/* "));
    let mut script = lines.fold(String::new(), |all, line| all + line + "\n");
    let mut masks = vec![0_u32; chunks.len()];
    for (index, chunk) in chunks.iter().enumerate() {
        let name = &chunk.name;
        script = replaced(&script, &fetching(name), &format!("part({index})"))?;
        let shared = format!("const __{name} = makeLoad(part({index}), []);\n");
        if script.contains(&shared) {
            script = script.replace(&shared, "");
            for (bit, _) in bundles.values().enumerate().filter(|(_, needed)| needed.contains(name)) {
                masks[index] |= 1 << bit;
            }
        }
    }
    let numbers: BTreeMap<&String, usize> = files.keys().enumerate().map(|(number, pack)| (pack, number)).collect();
    for (bit, (bundle, needed)) in bundles.iter().enumerate() {
        let packs = plan.bundles[bundle].iter().map(|pack| numbers[pack].to_string()).collect::<Vec<_>>().join(", ");
        let start = format!("export const __wasm_split_load_{bundle} = wrapAsyncCb(makeLoad(part(");
        let line = script.lines().find(|line| line.starts_with(&start)).map(str::to_owned);
        let line = line.with_context(|| format!("the loader has no `{start}`"))?;
        let Some((own, shared)) = line[start.len()..].split_once("), [") else { bail!("not understood: {line}") };
        let shared = shared.trim_end_matches("]));").split(", ").filter(|name| !name.is_empty()).count();
        // The bits cover everything that the bundle needs except its own chunk.
        ensure!(
            shared + 1 == needed.len(),
            "{bundle} needs {} chunks, the loader fetches {}",
            needed.len(),
            shared + 1
        );
        let load = format!("export const __wasm_split_load_{bundle} = bundle([{packs}], {own}, {});", 1_u32 << bit);
        script = script.replace(&line, &load);
    }
    let sizes: Vec<usize> = chunks.iter().map(|chunk| chunk.bytes.len()).collect();
    let inside: Vec<&Vec<usize>> = files.keys().map(|pack| &plan.packs[pack]).collect();
    let files: Vec<&String> = files.values().collect();
    let table = format!(
        "const files = {files:?};\nconst sizes = {sizes:?};\nconst inside = {inside:?};\nconst masks = {masks:?};\n"
    );
    // After the import, the first line of the splitter's script.
    let (import, rest) = script.split_once('\n').context("the loader is empty")?;
    Ok(format!("{import}\n{table}{RUNTIME}{rest}"))
}

/// What the splitter writes to fetch a chunk.
fn fetching(chunk: &str) -> [String; 2] {
    ["(", "debugWrap("].map(|wrap| {
        format!(
            "() => {{\n    const src = fetch(new URL(\"./{chunk}.wasm\", import.meta.url));\n    src.catch(() => {{}});\n    \
             return async (imports) => {wrap}WebAssembly.instantiateStreaming(src, imports));\n}}\n"
        )
    })
}

/// Fails when another version of the splitter writes something else.
fn replaced(script: &str, from: &[String], to: &str) -> Result<String> {
    match from.iter().find(|from| script.contains(*from)) {
        Some(from) => Ok(script.replace(from, to)),
        None => bail!("the loader has no `{}`", from.join("` or `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Table;

    #[test]
    fn the_loader_knows_where_each_chunk_lies() -> Result<()> {
        let chunks = [("chunk_1", vec![1; 3]), ("split_home", vec![2; 4])];
        let chunks = chunks.map(|(name, bytes)| Chunk { name: name.to_owned(), bytes });
        let bundles = BTreeMap::from([("home".to_owned(), vec!["chunk_1".to_owned(), "split_home".to_owned()])]);
        let plan = Packs::plan(&chunks, &bundles, &Table::default());
        let written = |name: &str| fetching(name)[0].clone();
        let generated = format!(
            "import {{ initSync }} from \"./app.js\";\n/* home */\nconst __chunk_1 = makeLoad({}, []);\n\
             export const __wasm_split_load_home = wrapAsyncCb(makeLoad({}, [__chunk_1]));\n",
            written("chunk_1"),
            written("split_home")
        );
        let files = BTreeMap::from([("home".to_owned(), "./home-1.bin".to_owned())]);
        let loader = rewrite(&generated, &plan, &chunks, &files, &bundles)?;
        assert!(loader.starts_with(
            "import { initSync } from \"./app.js\";\nconst files = [\"./home-1.bin\"];\n\
             const sizes = [3, 4];\nconst inside = [[0, 1]];\nconst masks = [1, 0];\n"
        ));
        assert!(loader.ends_with("\nexport const __wasm_split_load_home = bundle([0], 1, 1);\n"), "{loader}");
        assert!(rewrite("import x\nsomething else\n", &plan, &chunks, &files, &bundles).is_err());
        Ok(())
    }
}
