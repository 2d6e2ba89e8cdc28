//! Numbers and codes without regard to case: of two that differ in case alone there is one.

use std::{borrow::Cow, collections::HashMap};

/// Returns a number in small letters, as SQL's `lower` gives it: columns of numbers hold ASCII.
pub fn folded(number: &str) -> Cow<'_, str> {
    if number.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(number.to_ascii_lowercase())
    } else {
        Cow::Borrowed(number)
    }
}

/// Values by number, without regard to case.
#[derive(Clone, Debug)]
pub struct FoldedMap<T> {
    values: HashMap<String, T>,
    /// Further values whose numbers differ in case alone, by the number itself: rows that are older than the rule.
    others: HashMap<String, T>,
}

impl<T> Default for FoldedMap<T> {
    fn default() -> Self {
        Self { values: HashMap::new(), others: HashMap::new() }
    }
}

impl<T> FoldedMap<T> {
    /// Adds the value of a number.
    pub fn insert(&mut self, number: &str, value: T) {
        let key = folded(number);
        if self.values.contains_key(&*key) {
            self.others.insert(number.to_owned(), value);
        } else {
            self.values.insert(key.into_owned(), value);
        }
    }

    /// Returns the value of a number.
    pub fn get(&self, number: &str) -> Option<&T> {
        self.others.get(number).or_else(|| self.values.get(&*folded(number)))
    }

    /// Returns all values.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.values.values().chain(self.others.values())
    }
}

impl<T> FromIterator<(String, T)> for FoldedMap<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(pairs: I) -> Self {
        let mut map = Self::default();
        map.extend(pairs);
        map
    }
}

impl<T> Extend<(String, T)> for FoldedMap<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, pairs: I) {
        for (number, value) in pairs {
            self.insert(&number, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_without_regard_to_case_and_a_pair_by_its_own_case() {
        let map: FoldedMap<i32> =
            [("K1".to_owned(), 1), ("k1".to_owned(), 2), ("A1".to_owned(), 3)].into_iter().collect();
        assert_eq!((map.get("K1"), map.get("k1"), map.get("a1"), map.get("b1")), (Some(&1), Some(&2), Some(&3), None));
        assert_eq!(map.values().count(), 3);
    }
}
