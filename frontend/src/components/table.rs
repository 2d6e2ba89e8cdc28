//! Tables. A column defines its heading, its cells and its sort field once. On a phone each row becomes a card with the
//! same headings.

use std::rc::Rc;

use songjiao_types::{Page, Tabular};
use yew::prelude::*;

use super::{
    EmptyState, ErrorPanel, IconName, Pager,
    column_chooser::{ColumnChooser, use_hidden},
};
use crate::{
    api::ApiError,
    hooks::{ErasedList, Load},
    i18n::heading,
};

/// A column of a table over rows `T`.
pub struct Column<T> {
    frame: Frame,
    cell: Rc<dyn Fn(&T) -> Html>,
}

/// The part of a column that does not depend on the row type. Code that renders frames and finished cells is compiled
/// once and not once for each type.
#[derive(Clone, PartialEq)]
struct Frame {
    title: AttrValue,
    sort: Option<&'static str>,
    class: &'static str,
    fixed: bool,
    total: Option<Html>,
}

impl Frame {
    /// The columns with the row's name, its checkbox and its actions cannot be hidden.
    fn may_hide(&self) -> bool {
        !self.fixed && !matches!(self.class, "table__head" | "table__actions")
    }
}

impl<T> Column<T> {
    /// A column with its heading and its cells.
    pub fn new(title: impl Into<AttrValue>, cell: impl Fn(&T) -> Html + 'static) -> Self {
        Self {
            frame: Frame { title: title.into(), sort: None, class: "", fixed: false, total: None },
            cell: Rc::new(cell),
        }
    }

    /// Sorts by this field of the API.
    #[must_use]
    pub fn sorted_by(mut self, field: &'static str) -> Self {
        self.frame.sort = Some(field);
        self
    }

    /// Numbers, aligned to the right.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.frame.class = "table__number";
        self
    }

    /// Names the row: the title of its card on a phone.
    #[must_use]
    pub fn head(mut self) -> Self {
        self.frame.class = "table__head";
        self
    }

    /// Codes and dates, which do not wrap.
    #[must_use]
    pub fn unbroken(mut self) -> Self {
        self.frame.class = "table__unbroken";
        self
    }

    /// Buttons, without a heading on a phone.
    #[must_use]
    pub fn actions(mut self) -> Self {
        self.frame.class = "table__actions";
        self
    }

    /// Cannot be hidden by the user.
    #[must_use]
    pub fn fixed(mut self) -> Self {
        self.frame.fixed = true;
        self
    }

    /// A cell in the footer: a sum.
    #[must_use]
    pub fn total(mut self, total: Html) -> Self {
        self.frame.total = Some(total);
        self
    }
}

impl<T: Tabular> Column<T> {
    /// A column with the heading that it has in the API's files.
    pub fn field(key: &'static str, cell: impl Fn(&T) -> Html + 'static) -> Self {
        Self::new(heading::<T>(key), cell)
    }
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        Self { frame: self.frame.clone(), cell: self.cell.clone() }
    }
}

impl<T> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.cell, &other.cell)
            && self.frame.title == other.frame.title
            && self.frame.total == other.frame.total
    }
}

fn frames<T>(columns: &[Column<T>]) -> Vec<&Frame> {
    columns.iter().map(|column| &column.frame).collect()
}

fn cells<T>(columns: &[Column<T>], rows: &[T]) -> Vec<Vec<Html>> {
    rows.iter().map(|row| columns.iter().map(|column| (column.cell)(row)).collect()).collect()
}

/// The position of a column in the sort order.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Unsorted,
    Ascending,
    Descending,
}

fn order(sort: &str, field: &str) -> Order {
    match sort.strip_prefix('-') {
        Some(descending) if descending == field => Order::Descending,
        None if sort == field => Order::Ascending,
        _ => Order::Unsorted,
    }
}

/// Properties of [`DataTable`].
#[derive(Properties, PartialEq)]
pub struct DataTableProps<T: PartialEq + 'static> {
    /// The accessible name of the table.
    pub caption: AttrValue,
    pub columns: Vec<Column<T>>,
    /// A list that is read. For rows from elsewhere see [`RowTable`].
    pub load: Load<Page<T>>,
    /// The list, if the columns sort.
    #[prop_or_default]
    pub list: Option<ErasedList>,
    /// The unit of the total. With a unit the table has a pager: 名教师.
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    /// Shown if the list is empty without a filter.
    pub empty: Html,
}

/// A page of a list: rows, or the placeholders for loading, failed and empty.
#[component]
pub fn DataTable<T: PartialEq + 'static>(props: &DataTableProps<T>) -> Html {
    let DataTableProps { load, list, columns, caption, unit, empty } = props;
    let path = list.as_ref().map(ErasedList::path).unwrap_or_default();
    let hidden = use_hidden(path);
    let offered: Vec<AttrValue> = columns
        .iter()
        .map(|column| &column.frame)
        .filter(|frame| frame.may_hide())
        .map(|frame| frame.title.clone())
        .collect();
    let chooser =
        list.is_some().then(|| html! { <ColumnChooser list={path.to_owned()} {offered} hidden={hidden.clone()} /> });
    let shown = |column: &&Column<T>| !(column.frame.may_hide() && hidden.contains(column.frame.title.as_str()));
    let columns: Vec<Column<T>> = columns.iter().filter(shown).cloned().collect();
    let state = State {
        chooser: chooser.unwrap_or_default(),
        rows: load.value().map(|page| cells(&columns, &page.items)),
        error: load.error.clone(),
        reload: &load.reload,
        loading: load.loading,
    };
    let table = state.draw(caption, &frames(&columns), list.as_ref(), empty);
    match (list, unit) {
        (Some(list), Some(unit)) => html! { <>{ table }<Pager<T> list={list.clone()} load={load.clone()} {unit} /></> },
        _ => table,
    }
}

struct State<'a> {
    chooser: Html,
    rows: Option<Vec<Vec<Html>>>,
    error: Option<ApiError>,
    reload: &'a Callback<()>,
    loading: bool,
}

impl State<'_> {
    fn draw(self, caption: &AttrValue, columns: &[&Frame], list: Option<&ErasedList>, otherwise: &Html) -> Html {
        let failed = self.error.is_some();
        let failure = self.error.map(|error| html! { <ErrorPanel {error} onretry={self.reload.clone()} /> });
        let body = match self.rows {
            Some(rows) if rows.is_empty() => empty(list, otherwise),
            Some(rows) => html! { <>{ self.chooser }{ table(caption, columns, rows, list, self.loading) }</> },
            None if failed => Html::default(),
            None => skeleton(caption, columns),
        };
        html! { <>{ failure.unwrap_or_default() }{ body }</> }
    }
}

/// Properties of [`RowTable`].
#[derive(Properties, PartialEq)]
pub struct RowTableProps<T: PartialEq + 'static> {
    pub caption: AttrValue,
    pub columns: Vec<Column<T>>,
    pub rows: Vec<T>,
}

/// A table of given rows: part of something larger, such as the years of a credit.
#[component]
pub fn RowTable<T: PartialEq + 'static>(props: &RowTableProps<T>) -> Html {
    table(&props.caption, &frames(&props.columns), cells(&props.columns, &props.rows), None, false)
}

fn empty(list: Option<&ErasedList>, otherwise: &Html) -> Html {
    match list {
        Some(list) if list.filtered() > 0 => {
            let clear = {
                let list = list.clone();
                Callback::from(move |_: MouseEvent| list.clear())
            };
            html! {
                <EmptyState icon={IconName::Search} title={t!("没有符合条件的记录")}>
                    <p>{ t!("请放宽筛选条件，或者：") }</p>
                    <button type="button" class="button" onclick={clear}>{ t!("清除全部筛选") }</button>
                </EmptyState>
            }
        }
        _ => otherwise.clone(),
    }
}

fn table(caption: &AttrValue, columns: &[&Frame], rows: Vec<Vec<Html>>, list: Option<&ErasedList>, busy: bool) -> Html {
    let totals = columns.iter().any(|column| column.total.is_some());
    html! {
        <div class="table-scroll" role="region" aria-label={caption.clone()} tabindex="0">
            <table class={classes!("table", busy.then_some("table--busy"))} aria-busy={busy.then_some("true")}>
                <caption class="visually-hidden">{ caption }</caption>
                <thead><tr>{ for columns.iter().map(|column| header_cell(column, list)) }</tr></thead>
                <tbody>
                    { for rows.into_iter().map(|row| html! {
                        <tr>
                            { for columns.iter().zip(row).map(|(column, cell)| html! {
                                <td class={column.class} data-label={column.title.clone()}>{ cell }</td>
                            }) }
                        </tr>
                    }) }
                </tbody>
                if totals {
                    <tfoot>
                        <tr>
                            { for columns.iter().map(|column| html! {
                                <td class={column.class} data-label={column.title.clone()}>
                                    { column.total.clone().unwrap_or_default() }
                                </td>
                            }) }
                        </tr>
                    </tfoot>
                }
            </table>
        </div>
    }
}

fn header_cell(column: &Frame, list: Option<&ErasedList>) -> Html {
    let (Some(field), Some(list)) = (column.sort, list) else {
        return html! { <th scope="col" class={column.class}>{ &column.title }</th> };
    };
    let (sorted, next) = match order(list.sort(), field) {
        Order::Unsorted => (None, t!("升序")),
        Order::Ascending => (Some("ascending"), t!("降序")),
        Order::Descending => (Some("descending"), t!("升序")),
    };
    let onclick = {
        let list = list.clone();
        Callback::from(move |_: MouseEvent| list.sort_by(field))
    };
    html! {
        <th scope="col" class={column.class} aria-sort={sorted}>
            <button type="button" class="table__sort" {onclick} title={t!("按{title}{next}排列", title = column.title, next)}>
                { &column.title }{ IconName::ChevronDown.draw() }
            </button>
        </th>
    }
}

fn skeleton(caption: &AttrValue, columns: &[&Frame]) -> Html {
    html! {
        <div class="table-scroll" role="status" aria-label={t!("正在加载{caption}", caption)}>
            <table class="table table--skeleton" aria-hidden="true">
                <thead><tr>{ for columns.iter().map(|column| html! { <th class={column.class}>{ &column.title }</th> }) }</tr></thead>
                <tbody>
                    { for (0..8).map(|_| html! {
                        <tr>{ for columns.iter().map(|_| html! { <td><span class="skeleton__line" /></td> }) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_names_its_column() {
        assert!(order("name", "name") == Order::Ascending);
        assert!(order("-name", "name") == Order::Descending);
        assert!(order("-name", "code") == Order::Unsorted);
        assert!(order("username", "name") == Order::Unsorted);
    }
}
