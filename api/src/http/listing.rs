//! Keyset pagination: a page begins after the last row of the page before, whatever was added or removed
//! meanwhile, and no page costs more than the first.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use songjiao_types::{ListQuery, Page};

use crate::error::{ApiError, Result};

/// Rows per page of an export: few queries, little memory.
const EXPORT_ROWS: i64 = 1000;

/// The page of a list that a request asks for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    limit: i64,
    cursor: Option<String>,
    /// Whether to count all rows.
    pub with_total: bool,
}

impl PageRequest {
    /// Reads the parameters that all lists share.
    ///
    /// # Errors
    /// 422 at `limit` if it is out of range.
    pub fn of(query: &impl ListQuery) -> Result<Self> {
        let page = Self::limited(query.limit().unwrap_or(Page::<()>::DEFAULT_LIMIT))?;
        Ok(Self { cursor: query.cursor().map(str::to_owned), with_total: query.with_total(), ..page })
    }

    /// Returns the first page, of at most `limit` rows.
    ///
    /// # Errors
    /// 422 at `limit` if it is out of range.
    pub fn limited(limit: i64) -> Result<Self> {
        if !(1..=Page::<()>::MAX_LIMIT).contains(&limit) {
            return Err(ApiError::invalid("limit", "range", format!("须在 1 到 {} 之间", Page::<()>::MAX_LIMIT)));
        }
        Ok(Self { limit, cursor: None, with_total: false })
    }

    /// Returns a page of an export after a cursor, larger than clients may request.
    pub fn of_export(cursor: Option<String>) -> Self {
        Self { limit: EXPORT_ROWS, cursor, with_total: false }
    }

    /// Returns the key of the row after which the page begins; `None` for the first page.
    ///
    /// # Errors
    /// 422 at `cursor` if the cursor is malformed or was made under another `sort`.
    pub fn after<K: DeserializeOwned>(&self, sort: &str) -> Result<Option<K>> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let invalid = || ApiError::invalid("cursor", "bad_cursor", "翻页标记无效，请从第一页重新开始");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let key: Value = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        if !is_storable(&key) {
            return Err(invalid());
        }
        let (made_under, key): (String, K) = serde_json::from_value(key).map_err(|_| invalid())?;
        if made_under == sort { Ok(Some(key)) } else { Err(invalid()) }
    }

    /// Returns how many rows the page has at most.
    pub fn limit(&self) -> i64 {
        self.limit
    }

    /// Returns how many rows to fetch: one more than the page has tells whether another page follows.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// Makes the page of the fetched rows.
    ///
    /// # Errors
    /// 500 if a key cannot be serialized.
    pub fn page<T, K: Serialize>(
        &self,
        sort: &str,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> K,
        total: Option<i64>,
    ) -> Result<Page<T>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut next_cursor = None;
        if rows.len() > limit {
            rows.truncate(limit);
            if let Some(last) = rows.last() {
                let json = serde_json::to_vec(&(sort, key(last))).map_err(ApiError::internal)?;
                next_cursor = Some(BASE64_URL_SAFE_NO_PAD.encode(json));
            }
        }
        Ok(Page { items: rows, next_cursor, total })
    }
}

/// Returns whether a forged key could be the key of a row: PostgreSQL refuses text with U+0000, and dates whose year has
/// more than four digits.
fn is_storable(key: &Value) -> bool {
    match key {
        Value::String(text) => {
            let year = text.strip_prefix(['+', '-']).and_then(|rest| rest.split('-').next());
            !text.contains('\0') && year.is_none_or(|year| year.len() < 5 || !year.bytes().all(|b| b.is_ascii_digit()))
        }
        Value::Array(keys) => keys.iter().all(is_storable),
        _ => true,
    }
}

/// Orders a boxed query by a column and then by id, beginning after a key `(column, id)`. The plain bound
/// on the column comes first so that the index is entered at the right place.
macro_rules! keyset {
    ($query:expr, $after:expr, $column:expr, $id:expr, asc) => {{
        let query = $query.order(($column.asc(), $id.asc()));
        match $after {
            Some((key, id)) => query.filter($column.ge(key.clone()).and($column.gt(key).or($id.gt(id)))),
            None => query,
        }
    }};
    ($query:expr, $after:expr, $column:expr, $id:expr, desc) => {{
        let query = $query.order(($column.desc(), $id.desc()));
        match $after {
            Some((key, id)) => query.filter($column.le(key.clone()).and($column.lt(key).or($id.lt(id)))),
            None => query,
        }
    }};
}

/// Loads a page of a list: the filtered rows, in the requested order, from the cursor on, with the total
/// if requested. Each order names its column, the column's Rust type and the view's field.
macro_rules! listing {
    (
        $conn:ident, $page:ident, $sort:expr, rows: $filtered:expr, $row:ty, id: $id:expr, $id_type:ty, views: $views:expr,
        { $($variant:path => $direction:ident $column:expr, $key_type:ty, $key:expr;)+ }
    ) => {{
        let sort = $sort;
        let name = songjiao_types::WireEnum::as_str(sort);
        let query = match sort {
            $($variant => {
                let after = $page.after::<($key_type, $id_type)>(name)?;
                keyset!($filtered, after, $column, $id, $direction)
            })+
        };
        let rows: Vec<$row> = query.limit($page.fetch()).select(<$row>::as_select()).load($conn)?;
        let total = match $page.with_total {
            true => Some($filtered.select(diesel::dsl::count_star()).first($conn)?),
            false => None,
        };
        let views = ($views)($conn, rows)?;
        match sort {
            $($variant => $page.page(name, views, |view| ($key(view), view.id), total),)+
        }
    }};
    // A list of one order, whose name only its cursors carry.
    (
        $conn:ident, $page:ident, $name:literal, rows: $filtered:expr, $row:ty, id: $id:expr, $id_type:ty, views: $views:expr,
        $direction:ident $column:expr, $key_type:ty, $key:expr
    ) => {{
        let after = $page.after::<($key_type, $id_type)>($name)?;
        let query = keyset!($filtered, after, $column, $id, $direction);
        let rows: Vec<$row> = query.limit($page.fetch()).select(<$row>::as_select()).load($conn)?;
        let total = match $page.with_total {
            true => Some($filtered.select(diesel::dsl::count_star()).first($conn)?),
            false => None,
        };
        $page.page($name, ($views)($conn, rows)?, |view| ($key(view), view.id), total)
    }};
}
