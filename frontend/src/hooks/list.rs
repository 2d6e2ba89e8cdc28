//! A list whose filters, order and page are in the URL, so that a link shows what its sender saw, and reload, back and
//! forward lose nothing.

use songjiao_types::WireEnum;
use yew::prelude::*;
use yew_router::{AnyRoute, prelude::*, query::Raw};

use super::cursor_trail::CursorTrail;
use crate::query::Query;

/// The page sizes on offer. The first, the default, fills a screen and loads fast on a phone.
pub const LIMITS: [i64; 4] = [20, 50, 100, 200];

/// A list's filters, order and page, and how to change them.
#[derive(Clone, PartialEq)]
pub struct ListQuery {
    path: String,
    query: Query,
    filters: &'static [&'static str],
    order: &'static str,
    navigator: Navigator,
}

/// The list query of the current URL. `filters` are those that the API takes, `order` is the default order.
#[hook]
pub fn use_list(filters: &'static [&'static str], order: &'static str) -> ListQuery {
    let location = use_location().expect("below the router");
    let navigator = use_navigator().expect("below the router");
    let query = Query::parse(location.query_str());
    ListQuery { path: location.path().to_owned(), query, filters, order, navigator }
}

impl ListQuery {
    /// The path of the page.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query for the API.
    pub fn request(&self) -> Query {
        let mut request = self.query.only(self.filters);
        request.set("sort", self.sort());
        request.set("limit", self.limit().to_string());
        request.set("cursor", self.query.get("cursor").unwrap_or_default());
        request.with("with_total", "true")
    }

    /// Filters and order alone, for an export of the whole list.
    pub fn selection(&self) -> Query {
        self.query.only(self.filters).with("sort", self.sort())
    }

    /// The value of a filter; empty if it is not set.
    pub fn filter(&self, name: &str) -> &str {
        self.query.get(name).unwrap_or_default()
    }

    /// The value of a filter over a closed set.
    pub fn choice<E: WireEnum>(&self, name: &str) -> Option<E> {
        E::from_identifier(self.filter(name))
    }

    /// How many filters are set.
    pub fn filtered(&self) -> usize {
        self.filters.iter().filter(|name| self.query.has(name)).count()
    }

    /// Sets filters, and goes to the first page.
    pub fn set_filters(&self, filters: &[(&str, &str)]) {
        self.navigate(self.on_first_page(filters), false);
    }

    /// Sets a filter while it is being typed: half-typed values do not become history entries.
    pub fn set_typed_filter(&self, name: &str, value: &str) {
        if self.filter(name) != value {
            self.navigate(self.on_first_page(&[(name, value)]), self.query.has(name));
        }
    }

    /// Clears all filters and keeps the order.
    pub fn clear(&self) {
        let none: Vec<(&str, &str)> = self.filters.iter().map(|name| (*name, "")).collect();
        self.set_filters(&none);
    }

    /// The order: a field's name, prefixed with `-` if descending.
    pub fn sort(&self) -> &str {
        self.query.get("sort").unwrap_or(self.order)
    }

    /// Orders by a column, or reverses the order if it is by that column already.
    pub fn sort_by(&self, column: &str) {
        let sort = if self.sort() == column { format!("-{column}") } else { column.to_owned() };
        self.set_filters(&[("sort", &sort)]);
    }

    /// Rows per page.
    pub fn limit(&self) -> i64 {
        let limit = self.query.get("limit").and_then(|limit| limit.parse().ok());
        limit.filter(|limit| LIMITS.contains(limit)).unwrap_or(LIMITS[0])
    }

    /// Sets the rows per page.
    pub fn set_limit(&self, limit: &str) {
        self.set_filters(&[("limit", limit)]);
    }

    /// The number of the page, from 1.
    pub fn page(&self) -> usize {
        let page = self.query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        if self.query.has("cursor") { page.max(2) } else { 1 }
    }

    /// Goes to the next page, which begins at `cursor`.
    pub fn next(&self, cursor: &str) {
        let page = self.page() + 1;
        let mut trail = self.trail();
        trail.record(page, cursor);
        if let Some(storage) = session_storage() {
            let _ = storage.set_item(&self.trail_key(), &trail.write());
        }
        self.navigate(self.query.clone().with("page", page.to_string()).with("cursor", cursor), false);
    }

    /// Goes to the previous page.
    pub fn previous(&self) {
        let trail = self.trail();
        let (page, cursor) = trail.previous(self.page());
        let mut query = self.on_first_page(&[]);
        if let Some(cursor) = cursor {
            query.set("page", page.to_string());
            query.set("cursor", cursor);
        }
        self.navigate(query, false);
    }

    /// Goes to the first page.
    pub fn first(&self) {
        self.navigate(self.on_first_page(&[]), false);
    }

    fn on_first_page(&self, changes: &[(&str, &str)]) -> Query {
        let mut query = self.query.clone();
        query.remove("page");
        query.remove("cursor");
        for (name, value) in changes {
            query.set(name, *value);
        }
        query
    }

    fn navigate(&self, query: Query, replace: bool) {
        let route = AnyRoute::new(self.path.as_str());
        let encoded = query.encode();
        // `Raw` is encoded already and cannot fail.
        let _ = match (encoded.is_empty(), replace) {
            (true, true) => {
                self.navigator.replace(&route);
                Ok(())
            }
            (true, false) => {
                self.navigator.push(&route);
                Ok(())
            }
            (false, true) => self.navigator.replace_with_query(&route, Raw(encoded)),
            (false, false) => self.navigator.push_with_query(&route, Raw(encoded)),
        };
    }

    fn trail(&self) -> CursorTrail {
        let text = session_storage().and_then(|storage| storage.get_item(&self.trail_key()).ok().flatten());
        text.map(|text| CursorTrail::read(&text)).unwrap_or_default()
    }

    /// A list with other filters is another list with its own pages.
    fn trail_key(&self) -> String {
        format!("songjiao.trail:{}", self.on_first_page(&[]).on(&self.path))
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}
