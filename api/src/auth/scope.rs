//! The subtree of organizations that a caller sees.

/// A subtree of organizations, by the path of its root.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The path of the subtree's root.
    pub root: String,
    /// Every path below the root begins with this …
    pub below: String,
    /// … and lies before this: `0` follows `/`.
    pub beyond: String,
}

impl Scope {
    pub fn new(root: impl Into<String>) -> Self {
        let root = root.into();
        Self { below: format!("{root}/"), beyond: format!("{root}0"), root }
    }

    /// Whether it is the whole installation, whose root's path is its code alone. A query then does
    /// without a condition, and the index of its order serves.
    pub fn is_everything(&self) -> bool {
        !self.root.contains('/')
    }

    /// Whether a path lies in the subtree.
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
}
