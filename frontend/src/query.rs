//! Query strings: the filters, the order and the page that a list keeps in its URL, and what it
//! sends on to the API. One type for both, because they carry the same names.

/// The parameters of a query string, in the order in which they are written.
#[derive(Clone, Default, PartialEq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `?a=1&b=%E4%B8%AD`, with or without the question mark. Empty values are dropped:
    /// an empty filter is no filter.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('?').unwrap_or(text);
        let pairs = text.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let (name, value) = (decode(name), decode(value));
            (!name.is_empty() && !value.is_empty()).then_some((name, value))
        });
        Self(pairs.collect())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a parameter in its place; an empty value takes it away.
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

    /// Takes a parameter away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Only the named parameters, so that nothing foreign in the URL reaches the API.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| names.contains(&key.as_str())).cloned().collect())
    }

    /// The query without its question mark, percent-encoded.
    pub fn encode(&self) -> String {
        let pairs: Vec<String> =
            self.0.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
        pairs.join("&")
    }

    /// The path with this query, if there is any.
    pub fn on(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{}", self.encode()) }
    }
}

/// Percent-encodes everything that is not unreserved (RFC 3986).
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

/// Undoes [`encode`], and takes `+` for a space. What is no valid encoding stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(value)) => {
                decoded.push(value);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_reserved_characters_survive_the_url() {
        let query = Query::new().with("q", "三中 & 100%+").with("sort", "-name");
        assert_eq!(query.encode(), "q=%E4%B8%89%E4%B8%AD%20%26%20100%25%2B&sort=-name");
        assert!(Query::parse(&format!("?{}", query.encode())) == query);
    }

    #[test]
    fn an_empty_value_is_no_parameter() {
        let mut query = Query::parse("q=&kind=school&flag");
        assert_eq!(query.encode(), "kind=school");
        query.set("kind", "");
        assert_eq!(query.on("/organizations"), "/organizations");
    }

    #[test]
    fn setting_keeps_the_place_of_a_parameter() {
        let query = Query::parse("a=1&b=2&c=3").with("b", "9").with("d", "4");
        assert_eq!(query.on("/x"), "/x?a=1&b=9&c=3&d=4");
        assert_eq!(query.only(&["b", "d", "z"]).encode(), "b=9&d=4");
    }

    #[test]
    fn broken_escapes_are_left_alone() {
        assert_eq!(decode("50%"), "50%");
        assert_eq!(decode("%zz+a"), "%zz a");
    }
}
