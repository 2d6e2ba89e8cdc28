//! The choice of the columns of a list, stored in this browser for each list.

use std::collections::BTreeSet;

use gloo_storage::{LocalStorage, Storage};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Button, ButtonKind, Dialog, IconName};
use crate::hooks::set_to;

/// The headings of the hidden columns.
pub type Hidden = BTreeSet<String>;

/// The storage key. Lists of a kind share it: the participants of one project are shown like those of another.
fn storage_key(list: &str) -> String {
    let steps = list.split('/').map(|step| if step.len() == ID_LENGTH { "*" } else { step });
    format!("songjiao.columns:{}", steps.collect::<Vec<_>>().join("/"))
}

/// The length of an id in a path.
const ID_LENGTH: usize = 36;

/// The hidden columns of the list at this path.
#[hook]
pub fn use_hidden(list: &str) -> UseStateHandle<Hidden> {
    let key = storage_key(list);
    use_state(|| LocalStorage::get(key).unwrap_or_default())
}

/// Properties of [`ColumnChooser`].
#[derive(Properties, PartialEq)]
pub struct ColumnChooserProps {
    /// The path of the list.
    pub list: AttrValue,
    /// The headings of the columns that may be hidden.
    pub offered: Vec<AttrValue>,
    pub hidden: UseStateHandle<Hidden>,
}

/// The button and its dialog.
#[component]
pub fn ColumnChooser(props: &ColumnChooserProps) -> Html {
    let ColumnChooserProps { list, offered, hidden } = props;
    let open = use_state(|| false);
    let set = {
        let (hidden, key) = (hidden.clone(), storage_key(list));
        Callback::from(move |next: Hidden| {
            if next.is_empty() {
                LocalStorage::delete(&key);
            } else {
                // If storage is blocked, the choice lasts as long as the page.
                let _ = LocalStorage::set(&key, &next);
            }
            hidden.set(next);
        })
    };
    let all = set.reform(|_: MouseEvent| Hidden::new());
    let footer = html! {
        <>
            <Button onclick={all} disabled={hidden.is_empty()}>{ t!("显示全部列") }</Button>
            <Button kind={ButtonKind::Primary} onclick={set_to(&open, false)}>{ t!("完成") }</Button>
        </>
    };
    html! {
        <div class="column-choice">
            <Button kind={ButtonKind::Quiet} icon={IconName::Sliders} onclick={set_to(&open, true)}>
                { if hidden.is_empty() { t!("选择列").to_owned() } else { t!("选择列（已隐藏 {count}）", count = hidden.len()) } }
            </Button>
            <Dialog open={*open} title={t!("选择要显示的列")} onclose={set_to(&open, false)} {footer}>
                <div class="column-choice__all">
                    { for offered.iter().map(|title| choice(title, hidden, &set)) }
                </div>
            </Dialog>
        </div>
    }
}

fn choice(title: &AttrValue, hidden: &Hidden, set: &Callback<Hidden>) -> Html {
    let onchange = {
        let (title, hidden) = (title.to_string(), hidden.clone());
        set.reform(move |event: Event| {
            let mut next = hidden.clone();
            if event.target_unchecked_into::<HtmlInputElement>().checked() {
                next.remove(&title);
            } else {
                next.insert(title.clone());
            }
            next
        })
    };
    html! {
        <label class="column-choice__one">
            <input type="checkbox" checked={!hidden.contains(title.as_str())} {onchange} /><span>{ title }</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_a_kind_share_their_columns() {
        assert_eq!(storage_key("/projects/019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"), "songjiao.columns:/projects/*");
        assert_eq!(storage_key("/teachers"), "songjiao.columns:/teachers");
    }
}
