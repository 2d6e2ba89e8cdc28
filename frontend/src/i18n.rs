//! The language of the pages. The texts in the code are Chinese and serve as their own keys: `t!` returns them
//! unchanged unless a catalog of another language was loaded at the start. A catalog is one JSON file beside the
//! program, fetched only when its language is chosen.
//!
//! User content (names, titles, reasons) and the API's messages about a single request stay in the language in which
//! they came.

use std::{borrow::Cow, collections::HashMap, fmt::Display, sync::OnceLock};

use gloo_storage::{LocalStorage, Storage};
use songjiao_types::{Tabular, WireEnum};
use yew::AttrValue;

/// A text of the pages: `t!("教师")`, or `t!("共 {count} 名", count = 3)` with values.
#[macro_export]
macro_rules! t {
    ($words:expr) => {
        $crate::i18n::translate($words)
    };
    ($words:literal $(, $name:ident $(= $value:expr)?)+ $(,)?) => {
        $crate::i18n::translate_with($words, &[$((stringify!($name), $crate::value!($name $(, $value)?))),+])
    };
}

/// A value of [`t!`]: a variable of its name, or an expression.
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

/// Marks the text of a constant for the catalog. [`t!`] translates it where it is shown.
#[macro_export]
macro_rules! msgid {
    ($words:literal) => {
        $words
    };
}

/// A text that is Chinese in every language, such as that of a document.
#[macro_export]
macro_rules! chinese {
    ($words:literal) => {
        $words
    };
}

/// The storage key of the choice.
const STORAGE_KEY: &str = "songjiao.language";

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The language chosen in this browser; Chinese by default.
    pub fn chosen() -> Self {
        let tag = LocalStorage::raw().get_item(STORAGE_KEY).ok().flatten();
        Self::ALL.into_iter().find(|language| tag.as_deref() == Some(language.tag())).unwrap_or(Self::Chinese)
    }

    /// Stores the choice and reloads the page in it.
    pub fn choose(self) {
        let _ = LocalStorage::raw().set_item(STORAGE_KEY, self.tag());
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    }

    /// The language tag of HTML and HTTP.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chinese => chinese!("中文"),
            Self::English => "English",
        }
    }
}

type Catalog = HashMap<String, String>;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

/// Sets the catalog. The pages stay Chinese if it cannot be read.
pub fn set_catalog(json: &str) {
    if let Ok(catalog) = serde_json::from_str(json) {
        let _ = CATALOG.set(catalog);
    }
}

/// Translates a text. Called through `t!`, by which the catalog's test finds the texts.
pub fn translate(words: &'static str) -> &'static str {
    CATALOG.get().and_then(|catalog| catalog.get(words)).map_or(words, String::as_str)
}

/// Translates a text and replaces each `{name}` by its value. The order of the values may differ between languages.
pub fn translate_with(words: &'static str, values: &[(&str, &dyn Display)]) -> String {
    interpolate(translate(words), values)
}

fn interpolate(template: &str, values: &[(&str, &dyn Display)]) -> String {
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

/// Translates a Chinese message of the API or of a check; unchanged if the catalog does not have it.
pub fn translate_message(text: &str) -> String {
    let Some(catalog) = CATALOG.get() else { return text.to_owned() };
    if let Some(translation) = catalog.get(text) {
        return translation.clone();
    }
    let mut templates = catalog.iter().filter(|(template, _)| template.contains('{'));
    let translated = templates.find_map(|(template, translation)| {
        let values = extract_values(template, text)?;
        let values: Vec<(&str, &dyn Display)> = values.iter().map(|(name, value)| (*name, value as _)).collect();
        Some(interpolate(translation, &values))
    });
    translated.unwrap_or_else(|| text.to_owned())
}

/// The values of a template in a text that was made from it. Numbers only, since a name could be anything.
fn extract_values<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
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

/// The translated label of an enum's value.
pub fn label<E: WireEnum>(value: E) -> &'static str {
    translate(value.label())
}

/// The translated heading of a column, the same on screen, on paper and in the API's files.
pub fn heading<T: Tabular>(key: &'static str) -> AttrValue {
    match T::heading(key) {
        Cow::Borrowed(words) => translate(words).into(),
        Cow::Owned(words) => translate_message(&words).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_their_places() {
        assert_eq!(interpolate("第 {page} 页，共 {all} 页", &[("page", &2), ("all", &"三")]), "第 2 页，共 三 页");
        assert_eq!(interpolate("{all} in all, {page}", &[("page", &2), ("all", &7)]), "7 in all, 2");
        assert_eq!(interpolate("无", &[]), "无");
        assert_eq!(interpolate("{", &[]), "{");
        let count = 3;
        assert_eq!(t!("共 {count} 名", count), "共 3 名");
        assert_eq!(t!("共 {count} 名", count = 2 + 2), "共 4 名");
    }

    #[test]
    fn formatted_numbers_are_parsed_back() {
        let found = extract_values("长度须为 {min} 到 {max} 个字符", "长度须为 1 到 200 个字符");
        assert_eq!(found, Some(vec![("min", "1"), ("max", "200")]));
        assert_eq!(extract_values("最多 {max} 个字符", "最多几个字符"), None);
        assert_eq!(extract_values("{name}老师", "王芳老师"), None);
        assert_eq!(extract_values("第 {page} 页", "第 3 页，共 4 页"), None);
    }

    #[test]
    fn texts_without_a_translation_stay_as_they_are() {
        assert_eq!(t!("教师"), "教师");
        assert_eq!(msgid!("教师"), "教师");
    }
}
