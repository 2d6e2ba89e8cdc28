//! Shared by the parts of the desk.

use yew::prelude::*;

use crate::{
    route::{Route, page_at},
    session::Session,
};

/// The page behind a figure, if it exists and the user may open it.
pub fn linked_page(session: &Session, path: &str, query: impl Into<AttrValue>) -> Option<(Route, AttrValue)> {
    let route = page_at(path)?;
    let allowed = route.permission().is_none_or(|permission| session.can(permission));
    allowed.then(|| (route, query.into()))
}
