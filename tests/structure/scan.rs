//! Parses a source file into the items it declares and the paths it mentions. Test code is skipped.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, File, ImplItem, ImplItemFn, Item, ItemMod, ItemUse, LitStr, Macro, Meta, UseTree, Visibility,
    ext::IdentExt,
    visit::{self, Visit},
};

/// A path as its segments.
pub type Path = Vec<String>;

/// A module: a whole file, or an inline `mod`.
#[derive(Default)]
pub struct Module {
    pub path: Path,
    /// Index of the file.
    pub file: usize,
    /// Names of the items that it defines.
    pub defines: BTreeSet<String>,
    /// Names introduced by `use`, with the paths they stand for.
    pub names: BTreeMap<String, Path>,
    /// Glob imports, each with whether it is a re-export.
    pub globs: Vec<(Path, bool)>,
    /// Paths of its `use` items.
    pub uses: BTreeSet<Path>,
    /// All other paths in its code.
    pub mentions: BTreeSet<Path>,
    /// Macros that it invokes by a bare name.
    pub macros: BTreeSet<String>,
    /// Whether a macro such as diesel's `table!` may define items that cannot be seen here.
    pub opaque: bool,
}

/// The contents of a file.
pub struct Scan {
    pub modules: Vec<Module>,
    /// Child modules in files of their own that are compiled only for tests.
    pub test_modules: Vec<Path>,
    /// Macros that it exports at the crate's root.
    pub exported_macros: Vec<String>,
}

/// Parses the file at `index`, whose module path is `path`.
pub fn scan(source: &File, path: Path, index: usize) -> Scan {
    let own = Module { path, file: index, ..Module::default() };
    let mut scanner = Scanner {
        open: vec![own],
        done: Scan { modules: Vec::new(), test_modules: Vec::new(), exported_macros: Vec::new() },
    };
    scanner.visit_file(source);
    scanner.done.modules.append(&mut scanner.open);
    scanner.done
}

struct Scanner {
    /// The modules being visited, outermost first.
    open: Vec<Module>,
    done: Scan,
}

impl Scanner {
    fn module(&mut self) -> &mut Module {
        self.open.last_mut().unwrap()
    }

    fn collect(&mut self, tree: &UseTree, mut prefix: Path, public: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.unraw().to_string());
                self.collect(&path.tree, prefix, public);
            }
            UseTree::Name(name) => {
                if name.ident != "self" {
                    prefix.push(name.ident.unraw().to_string());
                }
                let name = prefix.last().unwrap().clone();
                self.bring_in(name, prefix);
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    prefix.push(rename.ident.unraw().to_string());
                }
                self.bring_in(rename.rename.unraw().to_string(), prefix);
            }
            UseTree::Glob(_) => self.module().globs.push((prefix, public)),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.collect(tree, prefix.clone(), public);
                }
            }
        }
    }

    fn bring_in(&mut self, name: String, path: Path) {
        self.module().uses.insert(path.clone());
        self.module().names.insert(name, path);
    }

    /// Records the paths in a macro's tokens. Of a macro's definition only `$crate` paths count: all others are
    /// resolved where the macro is invoked.
    fn tokens(&mut self, tokens: TokenStream, definition: bool) {
        let mut path = Path::new();
        let (mut colons, mut field, mut foreign) = (0, false, false);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons == 2 {
                        // `<T>::name` and `::name` cannot be resolved here.
                        foreign |= path.is_empty();
                    } else {
                        self.mention(&mut path, definition);
                        foreign = field;
                    }
                    if !foreign {
                        path.push(ident.unraw().to_string());
                    }
                    colons = 0;
                    field = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.mention(&mut path, definition);
                    self.tokens(group.stream(), definition);
                    (colons, field) = (0, false);
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == '!' && path.len() == 1 && !definition {
                        let name = path[0].clone();
                        self.module().macros.insert(name);
                    }
                    self.mention(&mut path, definition);
                    colons = 0;
                    field = punct.as_char() == '.';
                }
                TokenTree::Literal(_) => {
                    self.mention(&mut path, definition);
                    (colons, field) = (0, false);
                }
            }
        }
        self.mention(&mut path, definition);
    }

    fn mention(&mut self, path: &mut Path, definition: bool) {
        let path = std::mem::take(path);
        let absolute = path.first().is_some_and(|first| first == "crate");
        if !path.is_empty() && (absolute || !definition) {
            self.module().mentions.insert(path);
        }
    }
}

impl Visit<'_> for Scanner {
    fn visit_item(&mut self, item: &Item) {
        let Some((attributes, name)) = head(item) else { return visit::visit_item(self, item) };
        if is_test(attributes) {
            if let Item::Mod(ItemMod { content: None, ident, .. }) = item {
                let mut path = self.module().path.clone();
                path.push(ident.unraw().to_string());
                self.done.test_modules.push(path);
            }
            return;
        }
        if let Some(name) = name {
            self.module().defines.insert(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &ImplItem) {
        if !matches!(item, ImplItem::Fn(ImplItemFn { attrs, .. }) if is_test(attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        let Some((_, items)) = &item.content else { return };
        let (file, mut path) = (self.module().file, self.module().path.clone());
        path.push(item.ident.unraw().to_string());
        self.open.push(Module { path, file, ..Module::default() });
        for item in items {
            self.visit_item(item);
        }
        let module = self.open.pop().unwrap();
        self.done.modules.push(module);
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.collect(&item.tree, Path::new(), !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_item_macro(&mut self, item: &syn::ItemMacro) {
        let Some(name) = &item.ident else {
            self.module().opaque = true;
            return visit::visit_item_macro(self, item);
        };
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
            self.done.exported_macros.push(name.to_string());
        }
        self.tokens(item.mac.tokens.clone(), true);
    }

    fn visit_macro(&mut self, call: &Macro) {
        if let Some(name) = call.path.get_ident() {
            self.module().macros.insert(name.to_string());
        } else {
            self.visit_path(&call.path);
        }
        self.tokens(call.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        self.visit_path(attribute.path());
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone(), false);
            self.quoted(list.tokens.clone());
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() {
            let path = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
            self.module().mentions.insert(path);
        }
        visit::visit_path(self, path);
    }
}

impl Scanner {
    /// Records the paths in an attribute's string literals, as in `serde(with = "…")`.
    fn quoted(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.quoted(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = syn::parse_str::<LitStr>(&literal.to_string()).ok();
                    let path = text.and_then(|text| text.parse::<syn::Path>().ok());
                    if let Some(path) = path.filter(|path| path.segments.len() > 1) {
                        self.visit_path(&path);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns an item's attributes and the name that it defines.
fn head(item: &Item) -> Option<(&[Attribute], Option<String>)> {
    let (attributes, name) = match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        // A module is found by its path.
        Item::Mod(item) => (&item.attrs, None),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::TraitAlias(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        _ => return None,
    };
    Some((attributes, name.map(|name| name.unraw().to_string())))
}

/// Recognises `#[test]` and `#[cfg(test)]`, also where `test` is one condition of several.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && names_test(list.tokens.clone()),
        meta => meta.path().is_ident("test"),
    })
}

fn names_test(tokens: TokenStream) -> bool {
    let mut negated = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            negated = ident == "not";
            ident == "test"
        }
        TokenTree::Group(group) => !negated && names_test(group.stream()),
        _ => false,
    })
}
