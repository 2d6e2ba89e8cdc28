use yew::prelude::*;
use yew_router::prelude::*;

use crate::query::Query;

/// The query of the current URL.
#[hook]
pub fn use_url_query() -> Query {
    use_location().map(|location| Query::parse(location.query_str())).unwrap_or_default()
}
