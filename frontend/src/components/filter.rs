//! Filters above a list. They write to the URL, and the list follows the URL.

use songjiao_types::WireEnum;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{Button, ButtonKind, IconName};
use crate::hooks::{ListQuery, set_to, use_debounce};

/// How long after the last key a search begins, in milliseconds.
const SEARCH_AFTER: u32 = 300;

/// What [`FilterBar`] is given.
#[derive(Properties, PartialEq)]
pub struct FilterBarProps {
    pub list: ListQuery,
    pub children: Html,
}

/// The filters of a list, and the way to be rid of them.
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
            // On a phone the list is what one came for: all filters but the first wait behind this.
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

/// What the filters are given.
#[derive(Properties, PartialEq)]
pub struct FilterProps {
    pub list: ListQuery,
    /// The query parameter.
    pub name: AttrValue,
    pub label: AttrValue,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
}

/// Searches as it is typed.
#[component]
pub fn SearchFilter(props: &FilterProps) -> Html {
    let FilterProps { list, name, label, placeholder } = props;
    let id = format!("filter-{name}");
    let present = list.filter(name).to_owned();
    let typed = use_state(|| present.clone());
    {
        // Back, forward and clearing change the URL, and the field with it.
        let typed = typed.clone();
        use_effect_with(present, move |present| typed.set(present.clone()));
    }
    let search = {
        let (list, name) = (list.clone(), name.clone());
        use_debounce(SEARCH_AFTER, Callback::from(move |text: String| list.type_filter(&name, text.trim())))
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

/// Filters by one of a closed set.
#[component]
pub fn ChoiceFilter<E: WireEnum>(props: &FilterProps) -> Html {
    let options = E::ALL.iter().map(|value| (value.as_str().into(), t!(value.label()).into())).collect();
    option_filter(props, options, None)
}

/// Filters by yes or no.
#[component]
pub fn FlagFilter(props: &FilterProps) -> Html {
    option_filter(props, vec![("true".into(), t!("是").into()), ("false".into(), t!("否").into())], None)
}

/// What [`OptionFilter`] is given.
#[derive(Properties, PartialEq)]
pub struct OptionFilterProps {
    pub list: ListQuery,
    pub name: AttrValue,
    pub label: AttrValue,
    /// Values with their labels.
    pub options: Vec<(AttrValue, AttrValue)>,
    /// What holds while the URL names none: a list that is always of one year has no 全部.
    #[prop_or_default]
    pub default: Option<AttrValue>,
}

/// Filters by one of a list made by the page: years, cycles.
#[component]
pub fn OptionFilter(props: &OptionFilterProps) -> Html {
    let OptionFilterProps { list, name, label, options, default } = props;
    let filter = FilterProps { list: list.clone(), name: name.clone(), label: label.clone(), placeholder: None };
    option_filter(&filter, options.clone(), default.as_ref())
}

fn option_filter(props: &FilterProps, options: Vec<(AttrValue, AttrValue)>, default: Option<&AttrValue>) -> Html {
    let FilterProps { list, name, label, .. } = props;
    let id = format!("filter-{name}");
    let present = match (list.filter(name), default) {
        ("", Some(default)) => default,
        (present, _) => present,
    };
    let onchange = {
        let (list, name) = (list.clone(), name.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            list.set_filters(&[(&name, &value)]);
        })
    };
    html! {
        <div class="filter">
            <label for={id.clone()}>{ label }</label>
            <select {id} {onchange}>
                if default.is_none() { <option value="" selected={present.is_empty()}>{ t!("全部") }</option> }
                { for options.into_iter().map(|(value, label)| {
                    let selected = value.as_str() == present;
                    html! { <option {value} {selected}>{ label }</option> }
                }) }
            </select>
        </div>
    }
}

/// Filters by a day.
#[component]
pub fn DateFilter(props: &FilterProps) -> Html {
    let FilterProps { list, name, label, .. } = props;
    let id = format!("filter-{name}");
    let onchange = {
        let (list, name) = (list.clone(), name.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            list.set_filters(&[(&name, &value)]);
        })
    };
    html! {
        <div class="filter">
            <label for={id.clone()}>{ label }</label>
            <input {id} type="date" value={list.filter(name).to_owned()} {onchange} />
        </div>
    }
}
