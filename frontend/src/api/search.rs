//! Search 搜索 for teachers, organizations and projects by text.

use songjiao_types::search::SearchView;

use super::Get;
use crate::query::Query;

/// Searches for a text.
pub fn search(text: &str) -> Get<SearchView> {
    Get::list("/search", &Query::new().with("q", text))
}
