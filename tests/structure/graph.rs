//! Resolves the paths in a crate's files to the files that define the items.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt, fs,
};

use crate::{
    extension,
    scan::{Module, Path, scan},
};

/// The file `from` uses `name`, which the file `to` defines. Paths are relative to the tree's root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: String,
    pub to: String,
    pub name: String,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} uses `{}` of {}", self.from, self.name, self.to)
    }
}

/// The files of one crate.
pub struct Tree {
    files: Vec<String>,
    modules: Vec<Module>,
    by_path: HashMap<Path, usize>,
    exported_macros: HashMap<String, usize>,
    /// The name by which the crate's binary imports its library.
    crate_name: String,
}

/// Limits how many re-exports a path is followed through, since they may form a cycle.
const DEEPEST: usize = 8;

impl Tree {
    /// Reads the `*.rs` files below `root`.
    pub fn read(root: &std::path::Path, crate_name: &str) -> Self {
        let mut files = Vec::new();
        read_below(root, "", &mut files);
        assert!(!files.is_empty(), "no sources below {}", root.display());
        Self::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())), crate_name)
    }

    /// Builds the tree of the given files, each a path and its text.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, crate_name: &str) -> Self {
        let mut tree = Self {
            files: Vec::new(),
            modules: Vec::new(),
            by_path: HashMap::new(),
            exported_macros: HashMap::new(),
            crate_name: crate_name.to_owned(),
        };
        let mut test_modules = BTreeSet::new();
        for (index, (name, text)) in files.into_iter().enumerate() {
            let source = syn::parse_file(text).unwrap_or_else(|error| panic!("{name} does not parse: {error}"));
            let scan = scan(&source, module_path(name), index);
            tree.files.push(name.to_owned());
            tree.modules.extend(scan.modules);
            test_modules.extend(scan.test_modules);
            tree.exported_macros.extend(scan.exported_macros.into_iter().map(|name| (name, index)));
        }
        tree.modules.retain(|module| !test_modules.iter().any(|path| module.path.starts_with(path)));
        let library = tree.files.iter().any(|name| name == "lib.rs");
        for (index, module) in tree.modules.iter().enumerate() {
            // If there are both a library and a binary, `crate` means the library.
            if !(library && tree.files[module.file] == "main.rs") {
                tree.by_path.insert(module.path.clone(), index);
            }
        }
        tree
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// Returns the first segments of all paths in a file: crates, modules and names.
    pub fn first_segments<'a>(&'a self, file: &str) -> BTreeSet<&'a str> {
        let modules = self.modules.iter().filter(|module| self.files[module.file] == file);
        let paths = modules.flat_map(|module| {
            module.uses.iter().chain(&module.mentions).chain(module.globs.iter().map(|(path, _)| path))
        });
        paths.filter_map(|path| path.first().map(String::as_str)).collect()
    }

    /// Returns every import between files, one for each name.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut found = BTreeSet::new();
        for module in &self.modules {
            let mut add = |to: usize, name: String| {
                if to != module.file {
                    let (from, to) = (self.files[module.file].clone(), self.files[to].clone());
                    found.insert(Import { from, to, name });
                }
            };
            // `Row::new` adds nothing to the `use` that imports `Row`.
            let mentions = module.mentions.iter().filter(|path| !self.brought_in(module, path));
            for path in module.uses.iter().chain(mentions) {
                let Some(path) = self.absolute(module, path, DEEPEST) else { continue };
                // Importing a module does not count; using an item of it does.
                if !self.by_path.contains_key(&path)
                    && let Some(file) = self.locate(&path)
                {
                    add(file, path[path.len().saturating_sub(2)..].join("::"));
                }
            }
            for (path, public) in &module.globs {
                let Some(target) = self.absolute(module, path, DEEPEST) else { continue };
                let whole = self.by_path.get(&target).map(|index| &self.modules[*index]);
                // A private glob counts only through the names used, if they can be seen.
                if (*public || whole.is_none_or(|module| module.opaque))
                    && let Some(file) = self.locate(&target)
                {
                    add(file, format!("{}::*", path.join("::")));
                }
            }
            for name in &module.macros {
                let known = module.names.contains_key(name) || module.defines.contains(name);
                if !known && let Some(file) = self.textual_macro(name) {
                    add(file, format!("{name}!"));
                }
            }
        }
        found
    }

    /// Whether a path begins with an item, not a module, that the module imports.
    fn brought_in(&self, module: &Module, path: &[String]) -> bool {
        let named = module.names.get(&path[0]).and_then(|named| self.absolute(module, named, DEEPEST));
        named.is_some_and(|named| !self.by_path.contains_key(&named))
    }

    /// Resolves `path`, as written in `module`, from the crate's root. Returns `None` for other crates' paths.
    fn absolute(&self, module: &Module, path: &[String], depth: usize) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let below = |base: &[String]| Some([base, rest].concat());
        if first == "crate" || *first == self.crate_name {
            return below(&[]);
        }
        if first == "self" {
            return below(&module.path);
        }
        if first == "super" {
            let mut base = module.path.as_slice();
            let mut path = path;
            while path.first().is_some_and(|segment| segment == "super") {
                base = base.split_last()?.1;
                path = &path[1..];
            }
            return Some([base, path].concat());
        }
        let own = [module.path.as_slice(), path].concat();
        if module.defines.contains(first) || self.by_path.contains_key(&own[..=module.path.len()]) {
            return Some(own);
        }
        if let Some(named) = module.names.get(first).filter(|named| named.first() != Some(first)) {
            return below(&self.absolute(module, named, depth)?);
        }
        module.globs.iter().find_map(|(glob, _)| {
            // A glob's own path does not begin with a name that the glob imports.
            if glob.first() == Some(first) {
                return None;
            }
            let path = [self.absolute(module, glob, depth)?.as_slice(), path].concat();
            self.strict(&path, depth).map(|_| path)
        })
    }

    /// Returns the file that defines the item, or else the file of the innermost module in the path.
    fn locate(&self, path: &[String]) -> Option<usize> {
        self.strict(path, DEEPEST).or_else(|| {
            let (module, rest) = self.innermost(path)?;
            match rest {
                [name] if module.path.is_empty() => self.exported_macros.get(name).copied().or(Some(module.file)),
                _ => Some(module.file),
            }
        })
    }

    /// Returns the file that defines the item, following re-exports.
    fn strict(&self, path: &[String], depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let (module, rest) = self.innermost(path)?;
        let Some((name, rest)) = rest.split_first() else { return Some(module.file) };
        if module.defines.contains(name) {
            return Some(module.file);
        }
        if let Some(named) = module.names.get(name) {
            let Some(base) = self.absolute(module, named, depth) else {
                // A re-export of another crate's item.
                return Some(module.file);
            };
            let path = [base.as_slice(), rest].concat();
            return self.strict(&path, depth).or_else(|| self.locate_below(&path, depth));
        }
        module.globs.iter().find_map(|(glob, _)| {
            let path = [self.absolute(module, glob, depth)?.as_slice(), std::slice::from_ref(name), rest].concat();
            self.strict(&path, depth)
        })
    }

    fn locate_below(&self, path: &[String], depth: usize) -> Option<usize> {
        depth.checked_sub(1)?;
        self.innermost(path).map(|(module, _)| module.file)
    }

    /// Returns the innermost module in a path and the rest of the path.
    fn innermost<'a>(&self, path: &'a [String]) -> Option<(&Module, &'a [String])> {
        (0..=path.len()).rev().find_map(|length| {
            let index = self.by_path.get(&path[..length])?;
            Some((&self.modules[*index], &path[length..]))
        })
    }

    /// Returns the file of a `macro_rules!` in textual scope, if exactly one file defines that name.
    fn textual_macro(&self, name: &str) -> Option<usize> {
        let mut files = self.modules.iter().filter(|module| module.defines.contains(name)).map(|module| module.file);
        let file = files.next()?;
        files.all(|other| other == file).then_some(file)
    }
}

/// Returns the pairs of files that import each other, in alphabetical order, with the imports in both directions.
pub fn mutual(imports: &BTreeSet<Import>) -> BTreeMap<(&str, &str), [Vec<&Import>; 2]> {
    let mut pairs = BTreeMap::<_, [Vec<&Import>; 2]>::new();
    for import in imports {
        let (from, to) = (import.from.as_str(), import.to.as_str());
        pairs.entry((from.min(to), from.max(to))).or_default()[usize::from(from > to)].push(import);
    }
    pairs.retain(|_, [one, other]| !one.is_empty() && !other.is_empty());
    pairs
}

/// Returns a file's module path: `people::teachers` for `people/teachers/mod.rs`.
fn module_path(file: &str) -> Path {
    let mut path: Path = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(path.last().map(String::as_str), Some("mod")) || path == ["lib"] || path == ["main"] {
        path.pop();
    }
    path
}

fn read_below(folder: &std::path::Path, below: &str, files: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            read_below(&path, &format!("{below}{name}/"), files);
        } else if extension(&name) == "rs" {
            files.push((format!("{below}{name}"), fs::read_to_string(&path).unwrap()));
        }
    }
}
