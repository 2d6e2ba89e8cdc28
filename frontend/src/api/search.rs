//! Search 搜索 for teachers, organizations and projects by text.

use songjiao_types::search::{SearchQuery, SearchView};

use super::Get;

/// Searches for a text.
pub fn search(text: &str) -> Get<SearchView> {
    Get::list("/search", &SearchQuery { q: Some(text.to_owned()), ..Default::default() })
}
