//! Query strings: the parameters that a page keeps in its URL and sends to the API.

use serde::Serialize;
use songjiao_types::Parameters;

/// The parameters of a query string, in the order in which they are written.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Parses a query string, with or without the question mark. Drops parameters without a value, since an empty
    /// filter is no filter, and all but the first of the same name.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.trim_start_matches('?').as_bytes()) {
            if !query.has(&name) {
                query.set(&name, value);
            }
        }
        query
    }

    /// Returns the parameters of a struct that are set.
    pub fn of(parameters: &impl Serialize) -> Self {
        Self::parse(&encode(parameters))
    }

    /// Reads the parameters of a struct. Drops names that it does not have and values that it cannot hold.
    pub fn read<Q: Parameters>(&self) -> Q {
        let mut read = Q::default();
        for (name, value) in &self.0 {
            read.set(name, value);
        }
        read
    }

    /// Returns the value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether a parameter is set.
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

    /// Removes a parameter.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Keeps the parameters for which `keep` holds. It gets name and value.
    pub fn retain(&mut self, keep: impl Fn(&str, &str) -> bool) {
        self.0.retain(|(name, value)| keep(name, value));
    }
}

/// Returns whether a struct has this parameter and can hold its value.
pub fn fits<Q: Parameters>(name: &str, value: &str) -> bool {
    Q::default().set(name, value)
}

/// Encodes parameters, without the question mark.
pub fn encode(parameters: &impl Serialize) -> String {
    // Fails on nested values only, which no query has.
    serde_urlencoded::to_string(parameters).unwrap_or_default()
}

/// Returns the path with these parameters.
pub fn with_query(path: &str, parameters: &impl Serialize) -> String {
    let query = encode(parameters);
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use songjiao_types::teachers::{TeacherQuery, TeacherSort, TeacherStatus};

    use super::*;

    #[test]
    fn chinese_and_reserved_characters_survive_the_url() {
        let query =
            TeacherQuery { q: Some("三中 & 100%+".into()), sort: Some(TeacherSort::NameDesc), ..Default::default() };
        assert_eq!(encode(&query), "q=%E4%B8%89%E4%B8%AD+%26+100%25%2B&sort=-name");
        assert!(Query::parse(&format!("?{}", encode(&query))).read::<TeacherQuery>() == query);
        assert_eq!(Query::parse("q=%E4%B8%AD%20x").get("q"), Some("中 x"));
    }

    #[test]
    fn an_empty_value_removes_the_parameter() {
        let mut query = Query::parse("q=&kind=school&flag&kind=bureau");
        assert_eq!(encode(&query), "kind=school");
        query.set("kind", "");
        assert_eq!(with_query("/organizations", &query), "/organizations");
    }

    #[test]
    fn setting_a_parameter_keeps_its_position() {
        let mut query = Query::parse("a=1&b=2&c=3");
        query.set("b", "9");
        query.set("d", "4");
        assert_eq!(with_query("/x", &query), "/x?a=1&b=9&c=3&d=4");
    }

    #[test]
    fn what_a_struct_cannot_hold_is_dropped_and_the_rest_stays() {
        let query = Query::parse("backbone=maybe&tab=participants&status=active&organization_id=7&q=wf&limit=x");
        let read = TeacherQuery { q: Some("wf".into()), status: Some(TeacherStatus::Active), ..Default::default() };
        assert!(query.read::<TeacherQuery>() == read);
    }
}
