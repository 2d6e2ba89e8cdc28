//! The choice of the changes that a webhook is notified of: all, or some types by entity.

use songjiao_types::{
    WireEnum,
    changes::{ChangeEntity, ChangeType},
    webhooks::WebhookView,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::labels::types_of;
use crate::{
    components::{IconName, Segment, Tone, segments},
    hooks::Bind,
    i18n::heading,
};

/// Properties of [`TypesField`].
#[derive(Properties, PartialEq)]
pub struct TypesFieldProps {
    pub everything: Bind<bool>,
    /// The chosen types, unless all are chosen.
    pub types: Bind<Vec<ChangeType>>,
}

/// All types, with a checkbox for all types of an entity.
#[component]
pub fn TypesField(props: &TypesFieldProps) -> Html {
    let TypesFieldProps { everything, types } = props;
    let Bind { id, error, .. } = types;
    let segment = |value: &'static str, label: &'static str, all: bool| Segment {
        value,
        label,
        chosen: everything.value == all,
        tone: Tone::Info,
        onchoose: everything.onchange.reform(move |_: Event| all),
    };
    let reach = vec![segment("all", t!("全部变更"), true), segment("some", t!("只选部分"), false)];
    html! {
        <fieldset class={classes!("field", "field--wide", "types", error.is_some().then_some("field--bad"))} id={id.clone()}
            aria-describedby={error.is_some().then(|| format!("{id}-error"))}>
            <legend>{ heading::<WebhookView>("types") }<span class="field__required" aria-hidden="true">{ "*" }</span></legend>
            { segments(&everything.id, &heading::<WebhookView>("types"), false, reach) }
            if everything.value {
                <p class="field__hint">{ t!("该单位及其下属单位的全部变更，以后新增的种类也包括在内。") }</p>
            } else {
                <div class="types__groups">{ for ChangeEntity::ALL.iter().map(|entity| group(types, *entity)) }</div>
                <p class="field__hint">{ t!("勾选对象名称，即选中它的全部变更。") }</p>
            }
            if let Some(error) = error {
                <p class="field__error" id={format!("{id}-error")}>{ IconName::Alert.draw() }{ error }</p>
            }
        </fieldset>
    }
}

/// The types of one entity below the checkbox for all of them.
fn group(types: &Bind<Vec<ChangeType>>, entity: ChangeEntity) -> Html {
    let Bind { value, error, onchange, .. } = types;
    let toggle = |kinds: Vec<ChangeType>| {
        let (chosen, onchange) = (value.clone(), onchange.clone());
        Callback::from(move |event: Event| {
            let checked = event.target_unchecked_into::<HtmlInputElement>().checked();
            onchange.emit(toggled(&chosen, &kinds, checked));
        })
    };
    let kinds: Vec<ChangeType> = types_of(entity).collect();
    let chosen = kinds.iter().filter(|kind| value.contains(kind)).count();
    let all = chosen == kinds.len();
    html! {
        <fieldset class="types__group">
            <legend>
                <label class="types__one">
                    <input type="checkbox" class="check" checked={all} ~indeterminate={chosen > 0 && !all}
                        aria-invalid={error.is_some().then_some("true")} onchange={toggle(kinds.clone())} />
                    <span>{ t!(entity.label()) }</span>
                </label>
            </legend>
            { for kinds.iter().map(|kind| html! {
                <label class="types__one">
                    <input type="checkbox" class="check" checked={value.contains(kind)} onchange={toggle(vec![*kind])} />
                    <span>{ t!(kind.label()) }</span>
                </label>
            }) }
        </fieldset>
    }
}

/// The chosen types with `kinds` added or removed, each once and in the order in which they are listed.
fn toggled(chosen: &[ChangeType], kinds: &[ChangeType], checked: bool) -> Vec<ChangeType> {
    let holds = |kind: &ChangeType| if kinds.contains(kind) { checked } else { chosen.contains(kind) };
    ChangeType::ALL.iter().copied().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_selected_and_cleared_as_a_whole() {
        let teachers: Vec<ChangeType> = types_of(ChangeEntity::Teacher).collect();
        let voided = [ChangeType::HourRecordVoided, ChangeType::TeacherUpdated];
        let all = toggled(&voided, &teachers, true);
        assert_eq!(all, [ChangeType::TeacherCreated, ChangeType::TeacherUpdated, ChangeType::HourRecordVoided]);
        assert_eq!(toggled(&all, &teachers, false), [ChangeType::HourRecordVoided]);
    }
}
