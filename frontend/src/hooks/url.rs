use yew::prelude::*;
use yew_router::prelude::*;

use crate::query::Query;

/// What stands behind the `?` of the present URL.
#[hook]
pub fn use_url_query() -> Query {
    use_location().map(|location| Query::parse(location.query_str())).unwrap_or_default()
}
