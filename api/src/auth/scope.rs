//! The subtree of organizations whose rows a caller sees.

/// A subtree of organizations, by the path of its root.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The path of the subtree's root.
    pub root: String,
    /// The prefix of all paths below the root …
    pub below: String,
    /// … and the upper bound of these paths, exclusive: `0` follows `/`.
    pub beyond: String,
}

impl Scope {
    /// Returns the subtree below the path of its root.
    pub fn new(root: impl Into<String>) -> Self {
        let root = root.into();
        Self { below: format!("{root}/"), beyond: format!("{root}0"), root }
    }

    /// Returns the scope without any organization: no organization has an empty path, so none lies in or below it.
    pub fn empty() -> Self {
        Self::new("")
    }

    /// Returns whether the scope is the whole installation: the path of its root is a single code. Queries then
    /// need no condition, so that the index of their order is used.
    pub fn is_everything(&self) -> bool {
        !self.root.is_empty() && !self.root.contains('/')
    }

    /// Returns whether a path lies in the subtree.
    pub fn contains(&self, path: &str) -> bool {
        path == self.root || path.starts_with(&self.below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_is_a_subtree_and_not_a_prefix() {
        let scope = Scope::new("220283/XQ01");
        assert!(scope.contains("220283/XQ01"));
        assert!(scope.contains("220283/XQ01/SL-ZX-003"));
        assert!(!scope.contains("220283/XQ010"));
        assert!(!scope.contains("220283/XQ01-B"));
        assert!(!scope.contains("220283"));
        assert!(!scope.is_everything() && Scope::new("220283").is_everything());
    }

    #[test]
    fn the_empty_scope_contains_no_organization() {
        let scope = Scope::empty();
        assert!(!scope.is_everything());
        assert!(!scope.contains("220283") && !scope.contains("220283/XQ01"));
    }
}
