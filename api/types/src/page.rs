use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Where the next page begins: send it as `cursor`; `null` on the last page.
    pub next_cursor: Option<String>,
    /// How many rows there are in all; only with `with_total=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Rows in a given page when the caller names no `limit`.
    pub const DEFAULT_LIMIT: i64 = 50;
    /// The most rows a page may have.
    pub const MAX_LIMIT: i64 = 500;

    /// All rows of a list, on its only page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None, total: None }
    }

    /// The same page with each row turned into another type.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next_cursor: self.next_cursor, total: self.total }
    }
}
