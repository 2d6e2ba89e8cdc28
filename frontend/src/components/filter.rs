//! Filters above a list. They change the URL, and the list follows the URL.

use chrono::NaiveDate;
use songjiao_types::WireEnum;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Button, ButtonKind, IconName};
use crate::hooks::{ErasedFilter, ErasedList, Filter, set_to, use_debounce};

/// Delay after the last keystroke before a search starts, in milliseconds.
const SEARCH_DELAY_MS: u32 = 300;

/// Properties of [`FilterBar`].
#[derive(Properties, PartialEq)]
pub struct FilterBarProps {
    pub list: ErasedList,
    pub children: Html,
}

/// The filters of a list, and a button that clears them.
#[component]
pub fn FilterBar(props: &FilterBarProps) -> Html {
    let clear = {
        let list = props.list.clone();
        Callback::from(move |_: MouseEvent| list.clear())
    };
    let open = use_state(|| false);
    let toggle = set_to(&open, !*open);
    html! {
        <search class={classes!("filters", open.then_some("filters--open"))} aria-label={t!("筛选")}>
            { props.children.clone() }
            // On a phone the list comes first: all filters but the first are behind this button.
            <button type="button" class="filters__more" aria-expanded={open.to_string()} onclick={toggle}>
                { if *open { t!("收起筛选") } else { t!("更多筛选") } }{ IconName::ChevronDown.draw() }
            </button>
            if props.list.filtered() > 0 {
                <div class="filters__clear">
                    <Button kind={ButtonKind::Quiet} icon={IconName::Close} onclick={clear}>{ t!("清除筛选") }</Button>
                </div>
            }
        </search>
    }
}

/// Properties of the filters.
#[derive(Properties, PartialEq)]
pub struct FilterProps<V: PartialEq + 'static> {
    pub filter: Filter<V>,
    pub label: AttrValue,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
}

/// Searches while the user types.
#[component]
pub fn SearchFilter(props: &FilterProps<String>) -> Html {
    let FilterProps { filter: Filter { erased: filter, .. }, label, placeholder } = props;
    let id = filter.id();
    let present = filter.text().to_owned();
    let typed = use_state(|| present.clone());
    {
        // Back, forward and clearing change the URL, and the field has to follow.
        let typed = typed.clone();
        use_effect_with(present, move |present| typed.set(present.clone()));
    }
    let search = {
        let filter = filter.clone();
        use_debounce(SEARCH_DELAY_MS, Callback::from(move |text: String| filter.set_typed(text.trim())))
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            typed.set(text.clone());
            search.emit(text);
        })
    };
    html! {
        <div class="filter filter--search">
            <label for={id.clone()}>{ label }</label>
            <div class="control control--search">
                { IconName::Search.draw() }
                <input {id} type="search" value={(*typed).clone()} {oninput} autocomplete="off"
                    placeholder={placeholder.clone()} />
            </div>
        </div>
    }
}

/// Filters by one value of an enum.
#[component]
pub fn ChoiceFilter<E: WireEnum>(props: &FilterProps<E>) -> Html {
    let options = E::ALL.iter().map(|value| (value.as_str().into(), t!(value.label()).into())).collect();
    option_filter(&props.filter.erased, &props.label, options)
}

/// Filters by yes or no.
#[component]
pub fn FlagFilter(props: &FilterProps<bool>) -> Html {
    let options = vec![("true".into(), t!("是").into()), ("false".into(), t!("否").into())];
    option_filter(&props.filter.erased, &props.label, options)
}

/// Properties of [`OptionFilter`].
#[derive(Properties, PartialEq)]
pub struct OptionFilterProps {
    pub filter: ErasedFilter,
    pub label: AttrValue,
    /// Values with their labels.
    pub options: Vec<(AttrValue, AttrValue)>,
}

/// Filters by one value of a list that the page provides: years, cycles.
#[component]
pub fn OptionFilter(props: &OptionFilterProps) -> Html {
    option_filter(&props.filter, &props.label, props.options.clone())
}

/// A filter with a default has no 全部.
fn option_filter(filter: &ErasedFilter, label: &AttrValue, options: Vec<(AttrValue, AttrValue)>) -> Html {
    let id = filter.id();
    let present = match (filter.text(), filter.default()) {
        ("", Some(default)) => default,
        (present, _) => present,
    };
    let onchange = {
        let filter = filter.clone();
        Callback::from(move |event: Event| filter.set(&event.target_unchecked_into::<HtmlSelectElement>().value()))
    };
    html! {
        <div class="filter">
            <label for={id.clone()}>{ label }</label>
            <select {id} {onchange}>
                if filter.default().is_none() { <option value="" selected={present.is_empty()}>{ t!("全部") }</option> }
                { for options.into_iter().map(|(value, label)| {
                    let selected = value.as_str() == present;
                    html! { <option {value} {selected}>{ label }</option> }
                }) }
            </select>
        </div>
    }
}

/// Filters by a date.
#[component]
pub fn DateFilter(props: &FilterProps<NaiveDate>) -> Html {
    let FilterProps { filter: Filter { erased: filter, .. }, label, .. } = props;
    let id = filter.id();
    let onchange = {
        let filter = filter.clone();
        Callback::from(move |event: Event| filter.set(&event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    html! {
        <div class="filter">
            <label for={id.clone()}>{ label }</label>
            <input {id} type="date" value={filter.text().to_owned()} {onchange} />
        </div>
    }
}
