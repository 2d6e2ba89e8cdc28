//! Exchange with other systems: imports, sources, the change feed, webhooks, API keys.

/// Loads a page of a list in descending order of creation: ids are UUIDv7.
macro_rules! latest_first {
    (
        $conn:ident, $page:ident, rows: $filtered:expr, $row:ty, id: $id:expr, $id_type:ty, views: $views:expr
    ) => {{
        const SORT: &str = "-created";
        let mut query = $filtered.order($id.desc());
        if let Some(after) = $page.after::<$id_type>(SORT)? {
            query = query.filter($id.lt(after));
        }
        let rows: Vec<$row> = query.limit($page.fetch()).select(<$row>::as_select()).load($conn)?;
        let total = match $page.with_total {
            true => Some($filtered.select(diesel::dsl::count_star()).first($conn)?),
            false => None,
        };
        let views: $crate::error::Result<Vec<_>> = ($views)($conn, rows);
        $page.page(SORT, views?, |view| view.id, total)
    }};
}

pub mod api_keys;
pub mod changes;
pub mod imports;
pub mod sources;
pub mod webhooks;
