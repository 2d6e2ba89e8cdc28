//! Shared by the parts of the desk.

use serde::Serialize;
use yew::prelude::*;

use crate::{
    query::encode,
    route::{Route, page_at},
    session::Session,
};

/// The page behind a figure, if it exists and the user may open it.
pub fn linked_page(session: &Session, path: &str, query: &impl Serialize) -> Option<(Route, AttrValue)> {
    let route = page_at(path)?;
    let allowed = route.permission().is_none_or(|permission| session.can(permission));
    allowed.then(|| (route, encode(query).into()))
}
