//! A list whose filters, order and page are in the URL, so that a link shows what its sender saw, and reload, back and
//! forward lose nothing.

use std::marker::PhantomData;

use songjiao_types::Parameters;
use yew::{html::IntoPropValue, prelude::*};
use yew_router::{AnyRoute, prelude::*, query::Raw};

use super::cursor_trail::CursorTrail;
use crate::query::{Query, encode, fits, with_query};

/// The page sizes on offer. The first, the default, fills a screen and loads fast on a phone.
pub const LIMITS: [i64; 4] = [20, 50, 100, 200];

/// A list with its query.
#[derive(Clone, PartialEq)]
pub struct List<Q> {
    /// Filters and order, which select the whole list.
    pub query: Q,
    erased: ErasedList,
}

/// The list of the current URL. `default` holds the order and the filters that apply unless the URL sets others.
#[hook]
pub fn use_list<Q: Parameters>(default: Q) -> List<Q> {
    let erased = use_erased_list(Q::FILTERS, Query::of(&default), fits::<Q>);
    List { query: erased.selection().read(), erased }
}

#[hook]
fn use_erased_list(filters: &'static [&'static str], defaults: Query, fits: fn(&str, &str) -> bool) -> ErasedList {
    let location = use_location().expect("below the router");
    let navigator = use_navigator().expect("below the router");
    let mut query = Query::parse(location.query_str());
    query.retain(|name, value| !(name == "sort" || filters.contains(&name)) || fits(name, value));
    ErasedList { path: location.path().to_owned(), query, filters, defaults, navigator }
}

impl<Q: Parameters> List<Q> {
    /// Returns the query of the page.
    pub fn request(&self) -> Q {
        self.erased.request().read()
    }

    /// Returns the list without the type of its query.
    pub fn erase(&self) -> ErasedList {
        self.erased.clone()
    }

    /// Returns the filter by a field. Called by [`filter!`], which takes name and field from the same word.
    pub fn filter<V>(&self, name: &'static str, _field: fn(&Q) -> &Option<V>) -> Filter<V> {
        Filter { erased: ErasedFilter { list: self.erased.clone(), name }, value: PhantomData }
    }
}

/// The filter of a list by a field of its query: `filter!(list, status)`.
macro_rules! filter {
    ($list:expr, $field:ident) => {
        $list.filter(stringify!($field), |query| &query.$field)
    };
    ($list:expr, $outer:ident.$field:ident) => {
        $list.filter(stringify!($field), |query| &query.$outer.$field)
    };
}
pub(crate) use filter;

/// A filter of a list by values `V`.
#[derive(PartialEq)]
pub struct Filter<V> {
    pub erased: ErasedFilter,
    value: PhantomData<fn() -> V>,
}

/// A filter without the type of its values.
#[derive(Clone, PartialEq)]
pub struct ErasedFilter {
    list: ErasedList,
    name: &'static str,
}

impl<V> IntoPropValue<ErasedFilter> for Filter<V> {
    fn into_prop_value(self) -> ErasedFilter {
        self.erased
    }
}

impl ErasedFilter {
    /// Returns the id of the field.
    pub fn id(&self) -> String {
        format!("filter-{}", self.name)
    }

    /// Returns the value in the URL; empty if it has none.
    pub fn text(&self) -> &str {
        self.list.query.get(self.name).unwrap_or_default()
    }

    /// Returns the value that applies if the URL has none.
    pub fn default(&self) -> Option<&str> {
        self.list.defaults.get(self.name)
    }

    /// Sets the value, and goes to the first page.
    pub fn set(&self, text: &str) {
        self.list.set(&[(self.name, text)]);
    }

    /// Sets the value while it is being typed: half-typed values do not become history entries.
    pub fn set_typed(&self, text: &str) {
        if self.text() != text {
            self.list.navigate(self.list.on_first_page(&[(self.name, text)]), self.list.query.has(self.name));
        }
    }
}

/// A list without the type of its query, so that the code around it is compiled once and not once for each type.
#[derive(Clone, PartialEq)]
pub struct ErasedList {
    path: String,
    query: Query,
    filters: &'static [&'static str],
    defaults: Query,
    navigator: Navigator,
}

impl ErasedList {
    /// Returns the path of the page.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn selection(&self) -> Query {
        let mut selection = self.defaults.clone();
        for name in self.filters.iter().copied().chain(["sort"]) {
            if let Some(value) = self.query.get(name) {
                selection.set(name, value);
            }
        }
        selection
    }

    fn request(&self) -> Query {
        let mut request = self.selection();
        request.set("limit", self.limit().to_string());
        request.set("cursor", self.query.get("cursor").unwrap_or_default());
        request.set("with_total", "true");
        request
    }

    /// Returns how many filters are set.
    pub fn filtered(&self) -> usize {
        self.filters.iter().filter(|name| self.query.has(name)).count()
    }

    /// Clears all filters and keeps the order.
    pub fn clear(&self) {
        let none: Vec<(&str, &str)> = self.filters.iter().map(|name| (*name, "")).collect();
        self.set(&none);
    }

    /// Returns the order: a field's name, prefixed with `-` if descending.
    pub fn sort(&self) -> &str {
        self.query.get("sort").or(self.defaults.get("sort")).unwrap_or_default()
    }

    /// Orders by a column, or reverses the order if it is by that column already.
    pub fn sort_by(&self, column: &str) {
        let sort = if self.sort() == column { format!("-{column}") } else { column.to_owned() };
        self.set(&[("sort", &sort)]);
    }

    /// Returns the rows per page.
    pub fn limit(&self) -> i64 {
        let limit = self.query.get("limit").and_then(|limit| limit.parse().ok());
        limit.filter(|limit| LIMITS.contains(limit)).unwrap_or(LIMITS[0])
    }

    /// Sets the rows per page.
    pub fn set_limit(&self, limit: &str) {
        self.set(&[("limit", limit)]);
    }

    /// Returns the number of the page, from 1.
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
        self.go_to_page(self.query.clone(), page, cursor);
    }

    /// Goes to the previous page.
    pub fn previous(&self) {
        let trail = self.trail();
        match trail.previous(self.page()) {
            (page, Some(cursor)) => self.go_to_page(self.on_first_page(&[]), page, cursor),
            (_, None) => self.first(),
        }
    }

    /// Goes to the first page.
    pub fn first(&self) {
        self.set(&[]);
    }

    fn go_to_page(&self, mut query: Query, page: usize, cursor: &str) {
        query.set("page", page.to_string());
        query.set("cursor", cursor);
        self.navigate(query, false);
    }

    /// Sets parameters, and goes to the first page.
    fn set(&self, changes: &[(&str, &str)]) {
        self.navigate(self.on_first_page(changes), false);
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
        let encoded = encode(&query);
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
        format!("songjiao.trail:{}", with_query(&self.path, &self.on_first_page(&[])))
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}
