//! A whole list with its filters and order, as a file or on sheet.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use songjiao_types::Page;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Button, IconName, ListDownload, PrintSheet, print_after_render, print_sheet::PrintSheetProps, use_toasts};
use crate::{
    api::{ApiResult, Client, Get},
    format,
    hooks::use_action,
    query::Query,
};

/// The most pages that are read for printing: 20,000 rows.
const MAX_PAGES: usize = 40;

/// A record whose lists can be printed as tables.
pub trait Exported: DeserializeOwned + Clone + PartialEq + 'static {
    /// Lists the records that match.
    fn list(query: &Query) -> Get<Page<Self>>;
    /// The headings, which may depend on the rows.
    fn headings(rows: &[Self]) -> Vec<String>;
    /// The cells of a row.
    fn cells(&self) -> Vec<String>;
}

/// Reads all pages of a list.
async fn read_all<T: Exported>(client: Client, mut query: Query) -> ApiResult<AllRows<T>> {
    let mut rows: Vec<T> = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = client.fetch(&T::list(&query)).await?;
        rows.extend(page.value.items.iter().cloned());
        match &page.value.next_cursor {
            Some(cursor) => query.set("cursor", cursor.as_str()),
            None => return Ok(AllRows { rows, truncated: false }),
        }
    }
    Ok(AllRows { rows, truncated: true })
}

struct AllRows<T> {
    rows: Vec<T>,
    /// Whether rows are missing.
    truncated: bool,
}

/// Properties of [`ListOutput`].
#[derive(Properties, PartialEq)]
pub struct ListOutputProps {
    /// The title of the sheet, and the name of the file without its extension.
    pub name: AttrValue,
    /// Filters and order.
    pub query: Query,
}

/// Buttons that download or print the whole list.
#[component]
pub fn ListOutput<T: Exported>(props: &ListOutputProps) -> Html {
    let ListOutputProps { name, query } = props;
    let toasts = use_toasts();
    let path = T::list(query).path().to_owned();
    let query = query.clone().with("limit", Page::<()>::MAX_LIMIT.to_string());
    let sheet = use_state(|| None::<Rc<PrintSheetProps>>);
    {
        // Another selection is another list.
        let sheet = sheet.clone();
        use_effect_with(query.encode(), move |_| sheet.set(None));
    }
    let print = {
        let (sheet, name) = (sheet.clone(), name.clone());
        use_action(
            move |client, _: MouseEvent| read_all::<T>(client, query.clone()),
            move |outcome| match outcome {
                Ok(AllRows { rows, truncated }) => {
                    let headings = T::headings(&rows).into_iter().map(AttrValue::from).collect();
                    let cells = |row: &T| row.cells().into_iter().map(AttrValue::from).collect();
                    sheet.set(Some(Rc::new(list_sheet(&name, headings, rows.iter().map(cells).collect()))));
                    print_after_render();
                    if truncated {
                        let count = format::count(i64::try_from(rows.len()).unwrap_or(i64::MAX));
                        toasts.success(t!("只列出前 {count} 行，其余请缩小筛选范围后再打印", count));
                    }
                }
                Err(error) => toasts.failure(&error),
            },
        )
    };
    html! {
        <>
            <ListDownload {path} {name} />
            <Button icon={IconName::Print} busy={print.busy} onclick={print.run}>{ t!("打印") }</Button>
            if let Some(sheet) = &*sheet { <PrintSheet ..(**sheet).clone() /> }
        </>
    }
}

fn list_sheet(name: &AttrValue, headings: Vec<AttrValue>, rows: Vec<Vec<AttrValue>>) -> PrintSheetProps {
    let mut facts = vec![
        t!("共 {count} 行", count = rows.len()),
        t!("打印日期：{date}", date = format::long_date(format::today())),
    ];
    facts.extend(filter_texts().map(|filters| t!("筛选条件：{filters}", filters)));
    let signed = vec![t!("制表人：　　　　　").to_owned(), t!("审核人：　　　　　").to_owned()];
    PrintSheetProps { title: name.clone(), facts, headings, rows, blank_columns: Vec::new(), sums: Vec::new(), signed }
}

/// The filters as shown on the page: label and value of each.
fn filter_texts() -> Option<String> {
    let filters = web_sys::window()?.document()?.query_selector_all(".filters .filter").ok()?;
    let mut words = Vec::new();
    for at in 0..filters.length() {
        let Some(filter) = filters.item(at).and_then(|filter| filter.dyn_into::<Element>().ok()) else { continue };
        let label = filter.query_selector("label").ok().flatten().and_then(|label| label.text_content());
        if let (Some(label), Some(value)) = (label, shown_value(&filter)) {
            words.push(t!("{label}：{value}", label, value));
        }
    }
    (!words.is_empty()).then(|| words.join(t!("；")))
}

fn shown_value(filter: &Element) -> Option<String> {
    let text = match filter.query_selector("select").ok().flatten() {
        Some(select) => {
            let select: HtmlSelectElement = select.dyn_into().ok()?;
            let chosen = select.selected_options().item(0)?;
            if select.value().is_empty() { None } else { chosen.text_content() }
        }
        None => filter.query_selector("input").ok().flatten()?.dyn_into::<HtmlInputElement>().ok().map(|it| it.value()),
    };
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
