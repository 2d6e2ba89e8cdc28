//! The language of the pages. The words in the code are Chinese, and are their own keys: `t!` gives
//! them as they are until a catalog of another language was read at the start. A catalog is one
//! JSON file beside the program, fetched only by whoever chose its language, so that nobody pays
//! for a language that is not shown.
//!
//! What people wrote (names, titles, reasons) and what the API says of a single request stays in
//! the language in which it came.

use std::{collections::HashMap, fmt::Display, sync::OnceLock};

use gloo_storage::{LocalStorage, Storage};
use songjiao_types::WireEnum;

/// Words for people: `t!("教师")`, or `t!("共 {count} 名", count = 3)` with values in their places.
#[macro_export]
macro_rules! t {
    ($words:expr) => {
        $crate::i18n::translated($words)
    };
    ($words:literal $(, $name:ident $(= $value:expr)?)+ $(,)?) => {
        $crate::i18n::filled($words, &[$((stringify!($name), $crate::value!($name $(, $value)?))),+])
    };
}

/// A value of [`t!`], by its own name or by an expression.
#[doc(hidden)]
#[macro_export]
macro_rules! value {
    ($name:ident) => {
        &$name
    };
    ($name:ident, $value:expr) => {
        &$value
    };
}

/// Words of a constant: they go through [`t!`] where they are shown.
#[macro_export]
macro_rules! noted {
    ($words:literal) => {
        $words
    };
}

/// Words that are Chinese in every language: those of a document.
#[macro_export]
macro_rules! chinese {
    ($words:literal) => {
        $words
    };
}

/// Where the browser keeps the choice.
const STORED: &str = "songjiao.language";

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The one that this browser's user chose; Chinese until then.
    pub fn chosen() -> Self {
        let tag = LocalStorage::raw().get_item(STORED).ok().flatten();
        Self::ALL.into_iter().find(|language| tag.as_deref() == Some(language.tag())).unwrap_or(Self::Chinese)
    }

    /// Keeps the choice, and shows everything anew in it.
    pub fn choose(self) {
        let _ = LocalStorage::raw().set_item(STORED, self.tag());
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    }

    /// As HTML and HTTP name it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chinese => chinese!("中文"),
            Self::English => "English",
        }
    }
}

type Catalog = HashMap<String, String>;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

/// Takes up a catalog; what is no catalog leaves the pages Chinese.
pub fn set_catalog(json: &str) {
    if let Ok(catalog) = serde_json::from_str(json) {
        let _ = CATALOG.set(catalog);
    }
}

/// The words in the language of the pages. `t!` reads better, and is what the catalog's test
/// looks for.
pub fn translated(words: &'static str) -> &'static str {
    CATALOG.get().and_then(|catalog| catalog.get(words)).map_or(words, String::as_str)
}

/// The words in the language of the pages, with each `{name}` replaced by its value. Another
/// language may want the values in another order.
pub fn filled(words: &'static str, values: &[(&str, &dyn Display)]) -> String {
    fill(translated(words), values)
}

fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut written = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let Some((name, following)) = after.split_once('}') else {
            written.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            written.push_str(&value.to_string());
        }
        rest = following;
    }
    written.push_str(rest);
    written
}

/// What the API or a check said in Chinese, in the language of the pages; as it came, where the catalog does not know
/// it.
pub fn received(text: &str) -> String {
    let Some(catalog) = CATALOG.get() else { return text.to_owned() };
    if let Some(known) = catalog.get(text) {
        return known.clone();
    }
    let mut templates = catalog.iter().filter(|(template, _)| template.contains('{'));
    let known = templates.find_map(|(template, translation)| {
        let values = read_back(template, text)?;
        let values: Vec<(&str, &dyn Display)> = values.iter().map(|(name, value)| (*name, value as _)).collect();
        Some(fill(translation, &values))
    });
    known.unwrap_or_else(|| text.to_owned())
}

/// The values that filled a template, if the text came of it: numbers alone, since a name could be anything.
fn read_back<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut values = Vec::new();
    let (mut template, mut text) = (template, text);
    while let Some((before, after)) = template.split_once('{') {
        let (name, following) = after.split_once('}')?;
        text = text.strip_prefix(before)?;
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        if value.is_empty() {
            return None;
        }
        values.push((name, value));
        (template, text) = (following, rest);
    }
    (template == text).then_some(values)
}

/// What a value of a closed set is called.
pub fn label<E: WireEnum>(value: E) -> &'static str {
    translated(value.label())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_their_places() {
        assert_eq!(fill("第 {page} 页，共 {all} 页", &[("page", &2), ("all", &"三")]), "第 2 页，共 三 页");
        assert_eq!(fill("{all} in all, {page}", &[("page", &2), ("all", &7)]), "7 in all, 2");
        assert_eq!(fill("无", &[]), "无");
        assert_eq!(fill("{", &[]), "{");
        let count = 3;
        assert_eq!(t!("共 {count} 名", count), "共 3 名");
        assert_eq!(t!("共 {count} 名", count = 2 + 2), "共 4 名");
    }

    #[test]
    fn what_was_said_with_numbers_is_read_back() {
        let found = read_back("长度须为 {min} 到 {max} 个字符", "长度须为 1 到 200 个字符");
        assert_eq!(found, Some(vec![("min", "1"), ("max", "200")]));
        assert_eq!(read_back("最多 {max} 个字符", "最多几个字符"), None);
        assert_eq!(read_back("{name}老师", "王芳老师"), None);
        assert_eq!(read_back("第 {page} 页", "第 3 页，共 4 页"), None);
    }

    #[test]
    fn words_without_a_catalog_are_their_own() {
        assert_eq!(t!("教师"), "教师");
        assert_eq!(noted!("教师"), "教师");
    }
}
