//! Query strings: the filters, the order and the page that a list keeps in its URL and sends to the API.

use form_urlencoded::Serializer;

/// The parameters of a query string, in the order in which they are written.
#[derive(Clone, Default, PartialEq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a query string, with or without the question mark. Parameters without a value are dropped: an empty filter
    /// is no filter.
    pub fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.trim_start_matches('?').as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is set.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a parameter in its place; an empty value removes it.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(key, _)| key == name) {
            _ if value.is_empty() => self.remove(name),
            Some((_, present)) => *present = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// The same query with a parameter set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Removes a parameter.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Only the named parameters, so that nothing else in the URL reaches the API.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| names.contains(&key.as_str())).cloned().collect())
    }

    /// The encoded query, without the question mark.
    pub fn encode(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// The path with this query.
    pub fn on(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{}", self.encode()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_reserved_characters_survive_the_url() {
        let query = Query::new().with("q", "三中 & 100%+").with("sort", "-name");
        assert_eq!(query.encode(), "q=%E4%B8%89%E4%B8%AD+%26+100%25%2B&sort=-name");
        assert!(Query::parse(&format!("?{}", query.encode())) == query);
        assert_eq!(Query::parse("q=%E4%B8%AD%20x").get("q"), Some("中 x"));
    }

    #[test]
    fn an_empty_value_removes_the_parameter() {
        let mut query = Query::parse("q=&kind=school&flag");
        assert_eq!(query.encode(), "kind=school");
        query.set("kind", "");
        assert_eq!(query.on("/organizations"), "/organizations");
    }

    #[test]
    fn setting_a_parameter_keeps_its_position() {
        let query = Query::parse("a=1&b=2&c=3").with("b", "9").with("d", "4");
        assert_eq!(query.on("/x"), "/x?a=1&b=9&c=3&d=4");
        assert_eq!(query.only(&["b", "d", "z"]).encode(), "b=9&d=4");
    }
}
