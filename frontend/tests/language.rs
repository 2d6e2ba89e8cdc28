//! Every Chinese text of the pages passes through `t!`, and the English catalog has it with the same values.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use support::{catalog, root, sources};
use syn::LitStr;

/// The texts in the sources.
#[derive(Default)]
struct Found {
    /// Whether these are the shared types, whose attributes are the API's documentation.
    types: bool,
    /// Texts in `t!` and `msgid!`, each with the first file that has it.
    said: BTreeMap<String, PathBuf>,
    /// Chinese texts outside the macros.
    past: Vec<(PathBuf, String)>,
    /// Texts in `t!` whose placeholders are not the values that follow.
    mismatched: Vec<(PathBuf, String)>,
}

/// The macro around a literal.
#[derive(Clone, Copy)]
enum Around {
    /// `t!` or `msgid!`.
    Words,
    /// `chinese!`: part of a document in one language.
    Document,
    Other,
}

/// The body of a module, or the end of its declaration.
fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
}

impl Found {
    fn read(&mut self, file: &Path) {
        let source: TokenStream = fs::read_to_string(file).unwrap().parse().unwrap();
        self.walk(source, file, Around::Other);
    }

    /// `around` is the macro whose first argument is the first literal.
    fn walk(&mut self, tokens: TokenStream, file: &Path, mut around: Around) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                // Comments and tests may say anything; any other attribute may carry text.
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if matches!(tokens.get(at + 1), Some(TokenTree::Punct(bang)) if bang.as_char() == '!') {
                        at += 1;
                    }
                    let attribute = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                    let inner = attribute.starts_with('[');
                    let silent = attribute.starts_with("[doc") || attribute.starts_with("[cfg");
                    at += if inner && (silent || self.types) { 2 } else { 1 };
                    if inner && attribute.replace(' ', "") == "[cfg(test)]" {
                        while !tokens.get(at).is_none_or(ends_item) {
                            at += 1;
                        }
                        at += 1;
                    }
                    continue;
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string())
                        && is_chinese(&text.value())
                    {
                        match around {
                            Around::Words => {
                                self.said.entry(text.value()).or_insert_with(|| file.to_owned());
                            }
                            Around::Document => {}
                            Around::Other => self.past.push((file.to_owned(), text.value())),
                        }
                    }
                    around = Around::Other;
                }
                TokenTree::Group(group) => {
                    let name = at.checked_sub(2).and_then(|name| tokens.get(name)).map(ToString::to_string);
                    let bang = at.checked_sub(1).and_then(|bang| tokens.get(bang)).map(ToString::to_string);
                    let around = match (bang.as_deref(), name.as_deref()) {
                        (Some("!"), Some("t" | "msgid")) => Around::Words,
                        (Some("!"), Some("chinese")) => Around::Document,
                        _ => Around::Other,
                    };
                    if let (Around::Words, Some("t")) = (around, name.as_deref()) {
                        self.compare_values(group.stream(), file);
                    }
                    self.walk(group.stream(), file, around);
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }

    /// Compares the placeholders of a text in `t!` with the names of the values after it.
    fn compare_values(&mut self, arguments: TokenStream, file: &Path) {
        let arguments: Vec<TokenTree> = arguments.into_iter().collect();
        let Some(Ok(text)) = arguments.first().map(|text| syn::parse_str::<LitStr>(&text.to_string())) else { return };
        let names: BTreeSet<String> = arguments
            .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
            .skip(1)
            .filter_map(|argument| argument.first().map(ToString::to_string))
            .collect();
        if names.iter().map(String::as_str).ne(values(&text.value())) {
            self.mismatched.push((file.to_owned(), text.value()));
        }
    }
}

/// The texts of the pages, and the labels of the types that they share with the API.
fn found() -> (Found, Found) {
    let mut pages = Found::default();
    // Samples are part of the tests.
    for file in sources(&root().join("src")).iter().filter(|file| !file.ends_with("samples.rs")) {
        pages.read(file);
    }
    let mut types = Found { types: true, ..Found::default() };
    for file in sources(&root().join("../api/types/src")) {
        types.read(&file);
    }
    (pages, types)
}

fn values(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn no_text_goes_past_the_languages() {
    let (pages, _) = found();
    assert!(pages.said.len() > 1000, "{}", pages.said.len());
    assert!(pages.past.is_empty(), "outside t! and msgid!: {:#?}", pages.past);
}

#[test]
fn every_placeholder_has_a_value() {
    let (pages, _) = found();
    assert!(pages.mismatched.is_empty(), "{:#?}", pages.mismatched);
}

#[test]
fn english_has_every_text_of_the_pages_and_of_the_types() {
    let (pages, types) = found();
    let catalog = catalog();
    let labels = types.past.iter().map(|(_, text)| text.as_str());
    let missing: Vec<&str> =
        pages.said.keys().map(String::as_str).chain(labels).filter(|text| !catalog.contains_key(*text)).collect();
    assert!(missing.is_empty(), "not in i18n/en.json:\n{}", missing.join("\n"));
}

#[test]
fn english_says_nothing_that_no_page_says() {
    let (pages, types) = found();
    let labels: BTreeSet<&str> = types.past.iter().map(|(_, text)| text.as_str()).collect();
    let catalog = catalog();
    let left: Vec<&String> =
        catalog.keys().filter(|text| !pages.said.contains_key(*text) && !labels.contains(text.as_str())).collect();
    assert!(left.is_empty(), "in i18n/en.json alone: {left:#?}");
}

#[test]
fn english_keeps_the_values_and_no_chinese() {
    for (chinese, english) in catalog() {
        assert_eq!(values(&chinese), values(&english), "{chinese}");
        assert!(!is_chinese(&english), "{english}");
    }
}
