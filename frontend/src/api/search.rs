//! Search 搜索: teachers, organizations and projects by one text.

use songjiao_types::search::SearchView;

use super::Get;
use crate::query::Query;

/// What a text finds.
pub fn search(text: &str) -> Get<SearchView> {
    Get::list("/search", &Query::new().with("q", text))
}
