use crate::{
    api,
    graph::{Import, Tree, mutual},
    none, spa,
};

const ADVICE: &str = "Move what both need into a file that imports neither, or pass it as an argument.";

/// Returns a sentence for each pair of files that import each other.
fn faults(tree: &Tree) -> Vec<String> {
    let names =
        |imports: &[&Import]| imports.iter().map(|import| format!("`{}`", import.name)).collect::<Vec<_>>().join(", ");
    mutual(&tree.imports())
        .into_iter()
        .map(|((one, other), [there, back])| {
            format!(
                "{one} and {other} import each other: {one} uses {} of {other}, which uses {} of {one}.",
                names(&there),
                names(&back)
            )
        })
        .collect()
}

#[test]
fn no_two_files_of_the_api_import_each_other() {
    none(&faults(&api()), ADVICE);
}

#[test]
fn no_two_files_of_the_spa_import_each_other() {
    none(&faults(&spa()), ADVICE);
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::of(files.iter().copied(), "house")
}

/// Returns the imports of a tree, each as `from → to: name`.
fn imports(files: &[(&str, &str)]) -> Vec<String> {
    tree(files)
        .imports()
        .into_iter()
        .map(|Import { from, to, name }| {
            format!("{} → {}: {name}", from.trim_end_matches(".rs"), to.trim_end_matches(".rs"))
        })
        .collect()
}

const LIB: (&str, &str) = ("lib.rs", "pub mod a; pub mod b; pub mod c;");

#[test]
fn an_import_resolves_to_the_file_that_defines_the_item() {
    let b = ("b/mod.rs", "mod rules; mod store; pub use store::Row; pub use self::rules::*; pub struct Here;");
    let rules = ("b/rules.rs", "pub const LIMIT: i32 = 1; use super::Here;");
    let store = ("b/store.rs", "pub struct Row; pub fn find() {}");
    let a = ("a.rs", "use crate::b::{self, Here, LIMIT, Row as BRow};");
    let expected = [
        "a → b/mod: b::Here",
        "a → b/rules: b::LIMIT",
        "a → b/store: b::Row",
        "b/mod → b/rules: self::rules::*",
        "b/mod → b/store: store::Row",
        "b/rules → b/mod: b::Here",
    ];
    assert_eq!(imports(&[LIB, a, b, rules, store, ("c.rs", "")]), expected);
}

#[test]
fn importing_a_module_counts_once_an_item_of_it_is_used() {
    let b = (
        "b.rs",
        "pub fn find() {} pub mod inner { pub struct Deep; } #[macro_export] macro_rules! keyset { () => {} }",
    );
    for (text, found) in [
        ("use crate::b;", &[][..]),
        ("use crate::b; fn f() { b::find() }", &["a → b: b::find"]),
        ("use crate::b as other; fn f() { assert!(other::find()) }", &["a → b: b::find"]),
        ("fn f(x: super::b::inner::Deep) {}", &["a → b: inner::Deep"]),
        ("use crate::b::inner::*; fn f(_: Deep) {}", &["a → b: inner::Deep"]),
        ("use crate::b::inner::*; fn f(_: Other) {}", &[]),
        ("fn f() { crate::keyset!() }", &["a → b: keyset"]),
        ("fn f() { keyset!() }", &["a → b: keyset!"]),
        ("macro_rules! m { () => { $crate::b::find() } }", &["a → b: b::find"]),
        ("#[serde(default = \"crate::b::find\")] struct S;", &["a → b: b::find"]),
        ("#[validate(custom(function = crate::b::find))] struct S;", &["a → b: b::find"]),
        ("fn f() { let b = g(); b.find(); self::h() } fn h() {}", &[]),
        ("use house::b::find;", &["a → b: b::find"]),
        ("mod m { use super::super::b::find; }", &["a → b: b::find"]),
    ] {
        assert_eq!(imports(&[LIB, ("a.rs", text), b, ("c.rs", "")]), found, "{text}");
    }
}

#[test]
fn test_code_imports_nothing() {
    let a = ("a.rs", "#[cfg(test)] mod tests { use crate::b::find; } #[cfg(all(test, unix))] use crate::b::find;");
    let c = ("c/mod.rs", "#[cfg(test)] mod samples; #[cfg(not(test))] use crate::b::find;");
    let samples = ("c/samples.rs", "use crate::b::find;");
    assert_eq!(imports(&[LIB, a, ("b.rs", "pub fn find() {}"), c, samples]), ["c/mod → b: b::find"]);
}

#[test]
fn a_fault_names_what_each_file_uses_of_the_other() {
    let a = ("a.rs", "use crate::b::find; pub struct Query;");
    let b = ("b.rs", "pub fn find(_: crate::a::Query) {}");
    let found = faults(&tree(&[LIB, a, b, ("c.rs", "use crate::a::Query;")]));
    let expected = "a.rs and b.rs import each other: a.rs uses `b::find` of b.rs, which uses `a::Query` of a.rs.";
    assert_eq!(found, [expected]);
}

#[test]
fn a_parent_that_re_exports_a_child_must_not_define_what_the_child_uses() {
    let apart = [("lib.rs", "mod a;"), ("a/mod.rs", "mod b; mod c; pub use b::B;")];
    let c = ("a/c.rs", "pub struct C;");
    assert!(faults(&tree(&[apart[0], apart[1], ("a/b.rs", "use super::c::C; pub struct B;"), c])).is_empty());
    let defining = ("a/mod.rs", "mod b; pub use b::B; pub struct C;");
    assert_eq!(faults(&tree(&[apart[0], defining, ("a/b.rs", "use super::C; pub struct B;")])).len(), 1);
}
