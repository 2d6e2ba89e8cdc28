//! Paging through a list.

use songjiao_types::Page;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{Button, IconName};
use crate::{
    format,
    hooks::{ErasedList, LIMITS, Load},
};

/// Properties of [`Pager`].
#[derive(Properties, PartialEq)]
pub struct PagerProps<T: PartialEq + 'static> {
    pub list: ErasedList,
    pub load: Load<Page<T>>,
    /// What is counted: 个单位, 名教师.
    #[prop_or_else(|| t!("条").into())]
    pub unit: AttrValue,
}

/// The total, the page number, and the buttons to other pages.
#[component]
pub fn Pager<T: PartialEq + 'static>(props: &PagerProps<T>) -> Html {
    let PagerProps { list, load, unit } = props;
    let Some(page) = load.value() else { return Html::default() };
    let (number, limit) = (list.page(), list.limit());
    let turn = |turn: fn(&ErasedList)| {
        let list = list.clone();
        Callback::from(move |_: MouseEvent| turn(&list))
    };
    let next = {
        let (list, cursor) = (list.clone(), page.next_cursor.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(cursor) = &cursor {
                list.next(cursor);
            }
        })
    };
    let onlimit = {
        let list = list.clone();
        Callback::from(move |event: Event| {
            list.set_limit(&event.target_unchecked_into::<HtmlSelectElement>().value());
        })
    };
    let pages = page.total.map(|total| pages(total, limit));
    html! {
        <nav class="pager" aria-label={t!("翻页")}>
            <p class="pager__total" aria-live="polite">
                if let Some(total) = page.total { { t!("共 {count} {unit}", count = format::count(total), unit) } }
            </p>
            <label class="pager__limit">
                <span>{ t!("每页") }</span>
                <select onchange={onlimit} aria-label={t!("每页条数")}>
                    { for LIMITS.iter().map(|choice| html! {
                        <option value={choice.to_string()} selected={*choice == limit}>{ choice }</option>
                    }) }
                </select>
            </label>
            <div class="pager__turn">
                if number > 2 {
                    <Button icon={IconName::First} onclick={turn(ErasedList::first)}>{ t!("首页") }</Button>
                }
                <Button icon={IconName::Back} disabled={number == 1} onclick={turn(ErasedList::previous)}>
                    { t!("上一页") }
                </Button>
                <span class="pager__page">
                    { match pages {
                        Some(pages) => t!("第 {number} / {pages} 页", number, pages = pages.max(number)),
                        None => t!("第 {number} 页", number),
                    } }
                </span>
                <Button icon={IconName::Next} disabled={page.next_cursor.is_none()} onclick={next}>{ t!("下一页") }</Button>
            </div>
        </nav>
    }
}

/// The number of pages; at least one.
fn pages(total: i64, limit: i64) -> usize {
    let pages = total.max(1).saturating_add(limit - 1) / limit.max(1);
    usize::try_from(pages).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_one_page() {
        assert_eq!([0, 1, 50, 51, 101].map(|total| pages(total, 50)), [1, 1, 1, 2, 3]);
    }
}
