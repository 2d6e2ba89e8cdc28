//! A whole list with its filters and order, as a file or on sheet.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use songjiao_types::{Cell, Page, Tabular};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Button, IconName, ListDownload, PrintSheet, print_after_render, print_sheet::PrintSheetProps, use_toasts};
use crate::{
    api::{ApiResult, Client, Get},
    format,
    hooks::use_action,
    i18n::translate_message,
};

/// The most pages that are read for printing: 20,000 rows.
const MAX_PAGES: usize = 40;

/// Reads all pages of a list.
async fn read_all<T: DeserializeOwned + Clone + 'static>(client: Client, get: Get<Page<T>>) -> ApiResult<AllRows<T>> {
    let mut rows: Vec<T> = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let page = client.fetch(&get.page(Page::<()>::MAX_LIMIT, cursor.as_deref())).await?;
        rows.extend(page.value.items.iter().cloned());
        cursor.clone_from(&page.value.next_cursor);
        if cursor.is_none() {
            return Ok(AllRows { rows, truncated: false });
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
pub struct ListOutputProps<T: PartialEq + 'static> {
    /// The title of the sheet, and the name of the file without its extension.
    pub name: AttrValue,
    /// The list with its filters and its order.
    pub get: Get<Page<T>>,
    /// The keys of the columns that fit on a sheet. The file has all columns.
    pub printed: &'static [&'static str],
}

/// Buttons that download or print the whole list.
#[component]
pub fn ListOutput<T: Tabular + DeserializeOwned + Clone + PartialEq>(props: &ListOutputProps<T>) -> Html {
    let ListOutputProps { name, get, printed } = props;
    let toasts = use_toasts();
    let path = get.path().to_owned();
    let sheet = use_state(|| None::<Rc<PrintSheetProps>>);
    {
        // Another selection is another list.
        let sheet = sheet.clone();
        use_effect_with(path.clone(), move |_| sheet.set(None));
    }
    let print = {
        let (sheet, name, get, printed) = (sheet.clone(), name.clone(), get.clone(), *printed);
        use_action(
            move |client, _: MouseEvent| read_all(client, get.clone()),
            move |outcome| match outcome {
                Ok(AllRows { rows, truncated }) => {
                    let (headings, cells) = table(printed, &rows);
                    sheet.set(Some(Rc::new(list_sheet(&name, headings, cells))));
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

/// The headings and the cells of the columns with these keys, in the order of the keys.
pub fn table<T: Tabular>(keys: &[&str], rows: &[T]) -> (Vec<AttrValue>, Vec<Vec<AttrValue>>) {
    let all = T::columns(rows.first());
    let columns: Vec<_> = keys.iter().flat_map(|key| all.iter().filter(move |column| column.key == *key)).collect();
    let headings = columns.iter().map(|column| translate_message(&column.name).into()).collect();
    let cells = |row: &T| columns.iter().map(|column| cell_text(column.cell(row))).collect();
    (headings, rows.iter().map(cells).collect())
}

fn cell_text(cell: Cell<'_>) -> AttrValue {
    match cell {
        Cell::Empty => AttrValue::Static(""),
        Cell::Text(text) => text.into_owned().into(),
        Cell::Label(label) => t!(label).into(),
        Cell::Whole(number) => number.to_string().into(),
        Cell::Hours(hours) => hours.to_string().into(),
        Cell::Percent(percent) => format!("{percent:.1}").into(),
        Cell::Date(date) => format::date(date).into(),
        Cell::Time(time) => time.format("%Y-%m-%d %H:%M").to_string().into(),
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
