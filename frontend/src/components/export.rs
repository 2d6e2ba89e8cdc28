//! Saving a whole list, as it is filtered and ordered, for a spreadsheet.

use serde::de::DeserializeOwned;
use songjiao_types::Page;
use yew::prelude::*;

use super::{Button, IconName, use_toasts};
use crate::{
    api::Get,
    download::{csv, save_csv},
    format,
    hooks::use_action,
    query::Query,
};

/// Pages that are read at most: 20,000 rows, beyond which a spreadsheet serves nobody.
const MOST_PAGES: usize = 40;

/// Something that is listed and can be saved as a table.
pub trait Exported: DeserializeOwned + Clone + PartialEq + 'static {
    /// Those that match.
    fn list(query: &Query) -> Get<Page<Self>>;
    /// The columns, which may depend on what is in the rows.
    fn headings(rows: &[Self]) -> Vec<String>;
    /// A row, cell by cell.
    fn cells(&self) -> Vec<String>;
}

/// What [`ExportButton`] is given.
#[derive(Properties, PartialEq)]
pub struct ExportButtonProps {
    /// The file's name, without its ending.
    pub name: AttrValue,
    /// Filters and order.
    pub query: Query,
}

/// Reads all pages of a list and saves them.
#[component]
pub fn ExportButton<T: Exported>(props: &ExportButtonProps) -> Html {
    let ExportButtonProps { name, query } = props;
    let toasts = use_toasts();
    let save = {
        let (query, name) = (query.clone().with("limit", Page::<()>::MAX_LIMIT.to_string()), name.clone());
        use_action(
            move |client, _: MouseEvent| {
                let mut query = query.clone();
                async move {
                    let mut rows: Vec<T> = Vec::new();
                    for _ in 0..MOST_PAGES {
                        let page = client.fetch(&T::list(&query)).await?;
                        rows.extend(page.value.items.iter().cloned());
                        match &page.value.next_cursor {
                            Some(cursor) => query.set("cursor", cursor.as_str()),
                            None => return Ok((rows, false)),
                        }
                    }
                    Ok((rows, true))
                }
            },
            move |outcome| match outcome {
                Ok((rows, cut)) => {
                    let mut lines = vec![T::headings(&rows)];
                    lines.extend(rows.iter().map(T::cells));
                    let _ = save_csv(&csv(&lines), &format!("{name}.csv"));
                    let count = format::count(i64::try_from(rows.len()).unwrap_or(i64::MAX));
                    toasts.success(if cut {
                        format!("已导出前 {count} 行，其余请缩小筛选范围后再导出")
                    } else {
                        format!("已导出 {count} 行")
                    });
                }
                Err(error) => toasts.failure(&error),
            },
        )
    };
    html! { <Button icon={IconName::Download} busy={save.busy} onclick={save.run}>{ "导出 CSV" }</Button> }
}
