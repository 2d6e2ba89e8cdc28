//! Picking a record by typing part of its name: the combobox pattern of the ARIA Authoring Practices.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use songjiao_types::{
    OrganizationId, Page, Parameters, TeacherId, WireEnum,
    organizations::{OrganizationQuery, OrganizationView},
    teachers::{TeacherQuery, TeacherView},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Field, FilterProps, IconName, field::described_by};
use crate::{
    api::{Get, organizations, teachers},
    hooks::{Bind, Filter, use_debounce, use_query, use_query_keep_previous},
};

/// How many matches are offered at once.
pub const MATCHES: i64 = 12;

/// A record that can be picked.
pub trait Pickable: DeserializeOwned + PartialEq + 'static {
    /// The id that the form or the URL holds.
    type Id: Copy + PartialEq + ToString + FromStr + 'static;

    /// The query of the list of these records.
    type Query: Parameters;

    /// Lists up to [`MATCHES`] records that match a text within a query.
    fn search(within: Self::Query, q: Option<String>) -> Get<Page<Self>>;
    /// Reads a record that was picked before.
    fn find(id: Self::Id) -> Get<Self>;
    fn id(&self) -> Self::Id;
    /// The name of the record.
    fn name(&self) -> String;
    /// What distinguishes it from records of the same name.
    fn detail(&self) -> String;
}

impl Pickable for OrganizationView {
    type Id = OrganizationId;
    type Query = OrganizationQuery;

    fn search(within: OrganizationQuery, q: Option<String>) -> Get<Page<Self>> {
        organizations::list_organizations(&OrganizationQuery { q, limit: Some(MATCHES), ..within })
    }

    fn find(id: OrganizationId) -> Get<Self> {
        organizations::find_organization(id)
    }

    fn id(&self) -> OrganizationId {
        self.id
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn detail(&self) -> String {
        match &self.parent_name {
            Some(parent) => format!("{} · {} · {parent}", self.code, t!(self.kind.label())),
            None => format!("{} · {}", self.code, t!(self.kind.label())),
        }
    }
}

impl Pickable for TeacherView {
    type Id = TeacherId;
    type Query = TeacherQuery;

    fn search(within: TeacherQuery, q: Option<String>) -> Get<Page<Self>> {
        teachers::list_teachers(&TeacherQuery { q, limit: Some(MATCHES), ..within })
    }

    fn find(id: TeacherId) -> Get<Self> {
        teachers::find_teacher(id)
    }

    fn id(&self) -> TeacherId {
        self.id
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn detail(&self) -> String {
        format!("{} · {} · {}{}", self.teacher_no, self.organization.name, t!(self.stage.label()), self.subject)
    }
}

/// Properties of [`Picker`].
#[derive(Properties, PartialEq)]
pub struct PickerProps<T: Pickable> {
    /// The id of the input, to which its label refers.
    pub id: AttrValue,
    pub value: Option<T::Id>,
    pub onchange: Callback<Option<T::Id>>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub invalid: bool,
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Narrows the search, for instance to schools.
    #[prop_or_default]
    pub within: T::Query,
}

/// The input with its list of matches.
#[component]
pub fn Picker<T: Pickable>(props: &PickerProps<T>) -> Html {
    let PickerProps { id, value, onchange, .. } = props;
    // The text being typed; `None` while the picked record is shown.
    let typed = use_state(|| None::<String>);
    let search_text = use_state(String::new);
    let marked = use_state(|| 0_usize);
    let picked = use_query(value.map(T::find));
    let open = typed.is_some();
    let q = (!search_text.is_empty()).then(|| (*search_text).clone());
    let matches = use_query_keep_previous(open.then(|| T::search(props.within.clone(), q)));
    let search = {
        let (search_text, marked) = (search_text.clone(), marked.clone());
        use_debounce(
            200,
            Callback::from(move |text: String| {
                search_text.set(text.trim().to_owned());
                marked.set(0);
            }),
        )
    };
    let offered: &[T] = matches.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let close = {
        let (typed, search_text) = (typed.clone(), search_text.clone());
        Callback::from(move |()| {
            typed.set(None);
            search_text.set(String::new());
        })
    };
    let pick = {
        let (onchange, close) = (onchange.clone(), close.clone());
        Callback::from(move |picked: Option<T::Id>| {
            close.emit(());
            onchange.emit(picked);
        })
    };
    let begin = {
        let (typed, marked) = (typed.clone(), marked.clone());
        Callback::from(move |()| {
            if typed.is_none() {
                marked.set(0);
                typed.set(Some(String::new()));
            }
        })
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            typed.set(Some(text.clone()));
            search.emit(text);
        })
    };
    let onkeydown = {
        let ids: Vec<T::Id> = offered.iter().map(T::id).collect();
        let (marked, begin, close, pick) = (marked.clone(), begin.clone(), close.clone(), pick.clone());
        Callback::from(move |event: KeyboardEvent| {
            let count = ids.len();
            match event.key().as_str() {
                "ArrowDown" if !open => begin.emit(()),
                "ArrowDown" => marked.set(step(*marked, count, true)),
                "ArrowUp" => marked.set(step(*marked, count, false)),
                "Enter" if open => {
                    if let Some(id) = ids.get(*marked) {
                        pick.emit(Some(*id));
                    }
                }
                "Escape" if open => close.emit(()),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let shown = match (&*typed, value) {
        (Some(typed), _) => typed.clone(),
        (None, Some(_)) => picked.value().map_or_else(|| "…".to_owned(), T::name),
        (None, None) => String::new(),
    };
    let list_id = format!("{id}-list");
    let active = (open && !offered.is_empty()).then(|| format!("{id}-option-{}", *marked));
    html! {
        <div class="picker">
            <div class="control control--search">
                { IconName::Search.draw() }
                <input id={id.clone()} type="text" role="combobox" autocomplete="off" spellcheck="false"
                    value={shown} {oninput} {onkeydown} onclick={begin.reform(|_| ())} onblur={close.reform(|_| ())}
                    placeholder={props.placeholder.clone().unwrap_or(t!("输入名称或编号").into())}
                    aria-expanded={open.to_string()} aria-controls={list_id.clone()} aria-autocomplete="list"
                    aria-activedescendant={active} aria-required={props.required.then_some("true")}
                    aria-invalid={props.invalid.then_some("true")} aria-describedby={props.described_by.clone()} />
                if value.is_some() && !open && !props.required {
                    <button type="button" class="control__button" aria-label={t!("清除所选")} onclick={pick.reform(|_| None)}>
                        { IconName::Close.draw() }
                    </button>
                }
            </div>
            <ul id={list_id} class="picker__list" role="listbox" aria-label={t!("匹配结果")} hidden={!open}>
                { for offered.iter().enumerate().map(|(index, item)| {
                    let id_of = item.id();
                    // On mousedown, before the input loses the focus and the list closes.
                    let onmousedown = {
                        let pick = pick.clone();
                        Callback::from(move |event: MouseEvent| {
                            event.prevent_default();
                            pick.emit(Some(id_of));
                        })
                    };
                    html! {
                        <li id={format!("{id}-option-{index}")} class="picker__option" role="option" {onmousedown}
                            aria-selected={(index == *marked).to_string()}>
                            <span>{ item.name() }</span><span class="muted small">{ item.detail() }</span>
                        </li>
                    }
                }) }
                if open && offered.is_empty() {
                    <li class="picker__none" role="option" aria-disabled="true" aria-selected="false">
                        { if matches.loading { t!("正在查找…") } else if matches.error.is_some() { t!("查找失败，请重试") } else { t!("没有匹配的结果") } }
                    </li>
                }
            </ul>
        </div>
    }
}

/// The index of the next or previous option, wrapping around.
fn step(marked: usize, count: usize, down: bool) -> usize {
    match (count, down) {
        (0, _) => 0,
        (_, true) => (marked + 1) % count,
        (_, false) => marked.checked_sub(1).unwrap_or(count - 1),
    }
}

/// Properties of [`PickerField`].
#[derive(Properties, PartialEq)]
pub struct PickerFieldProps<T: Pickable> {
    pub label: AttrValue,
    pub bind: Bind<Option<T::Id>>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub within: T::Query,
}

/// A form field that picks a record.
#[component]
pub fn PickerField<T: Pickable>(props: &PickerFieldProps<T>) -> Html {
    let PickerFieldProps { bind, hint, .. } = props;
    let described_by = described_by(&bind.id, hint.is_some(), bind.error.is_some());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()}>
            <Picker<T> id={bind.id.clone()} value={bind.value} onchange={bind.onchange.clone()}
                placeholder={props.placeholder.clone()} required={props.required} invalid={bind.error.is_some()}
                within={props.within.clone()} described_by={described_by.map(AttrValue::from)} />
        </Field>
    }
}

/// A filter that picks a record: an organization, a teacher.
#[component]
pub fn PickerFilter<T: Pickable>(props: &FilterProps<T::Id>) -> Html {
    let FilterProps { filter: Filter { erased: filter, .. }, label, placeholder } = props;
    let onchange = {
        let filter = filter.clone();
        Callback::from(move |picked: Option<T::Id>| {
            filter.set(&picked.map(|id| id.to_string()).unwrap_or_default());
        })
    };
    html! {
        <div class="filter filter--picker">
            <label for={filter.id()}>{ label }</label>
            <Picker<T> id={filter.id()} value={filter.text().parse::<T::Id>().ok()} {onchange}
                placeholder={placeholder.clone()} />
        </div>
    }
}

/// Picks an organization.
pub type OrganizationField = PickerField<OrganizationView>;
/// Picks a teacher.
pub type TeacherField = PickerField<TeacherView>;
/// Filters by an organization.
pub type OrganizationFilter = PickerFilter<OrganizationView>;
/// Filters by a teacher.
pub type TeacherFilter = PickerFilter<TeacherView>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_round() {
        assert_eq!(step(0, 3, true), 1);
        assert_eq!(step(2, 3, true), 0);
        assert_eq!(step(0, 3, false), 2);
        assert_eq!(step(0, 0, false), 0);
    }
}
