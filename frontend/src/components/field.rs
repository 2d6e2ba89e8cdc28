//! Form fields. Label, hint and error are tied to the control for screen readers.

use chrono::NaiveDate;
use songjiao_types::WireEnum;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::IconName;
use crate::hooks::{Bind, set_to};

/// Properties of [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The id of the control.
    pub id: AttrValue,
    pub label: AttrValue,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// The value of the record, where the field shows a restored one.
    #[prop_or_default]
    pub original: Option<AttrValue>,
    /// Spans the whole width of the form.
    #[prop_or_default]
    pub wide: bool,
    pub children: Html,
}

/// Label, control, hint and error.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let class = classes!("field", props.wide.then_some("field--wide"), props.error.is_some().then_some("field--bad"));
    html! {
        <div {class}>
            <label for={props.id.clone()}>
                { &props.label }
                if props.required { <span class="field__required" aria-hidden="true">{ "*" }</span> }
            </label>
            { props.children.clone() }
            if let Some(hint) = &props.hint {
                <p class="field__hint" id={format!("{}-hint", props.id)}>{ hint }</p>
            }
            if let Some(original) = &props.original {
                <p class="field__original">{ t!("未提交的修改；现有内容：{original}", original) }</p>
            }
            if let Some(error) = &props.error {
                <p class="field__error" id={format!("{}-error", props.id)}>{ IconName::Alert.draw() }{ error }</p>
            }
        </div>
    }
}

/// The ids of error and hint, for `aria-describedby`.
pub(super) fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-error {id}-hint")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// The record's own value as shown below the field, unless it is empty.
fn text(original: Option<&str>) -> Option<AttrValue> {
    original.filter(|original| !original.is_empty()).map(|original| original.to_owned().into())
}

fn label_of<'a>(options: &'a [(AttrValue, AttrValue)], value: &str) -> &'a str {
    options.iter().find(|(known, _)| known == value).map_or("", |(_, label)| label.as_str())
}

/// Properties of [`TextField`].
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    pub label: AttrValue,
    pub bind: Bind<String>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or(AttrValue::Static("text"))]
    pub r#type: AttrValue,
    /// The `autocomplete` attribute.
    #[prop_or(AttrValue::Static("off"))]
    pub autocomplete: AttrValue,
    /// The `inputmode` attribute: the keyboard of a phone.
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    #[prop_or_default]
    pub maxlength: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// The unit after the value.
    #[prop_or_default]
    pub suffix: Option<AttrValue>,
    /// Suggestions while typing; other values are allowed, too.
    #[prop_or_default]
    pub suggestions: &'static [&'static str],
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub autofocus: bool,
}

/// A line of text.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let TextFieldProps { bind, hint, .. } = props;
    let list = (!props.suggestions.is_empty()).then(|| format!("{}-suggestions", bind.id));
    let oninput = bind.onchange.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()} original={text(bind.original.as_deref())}>
            <div class="control">
                <input id={bind.id.clone()} type={props.r#type.clone()} value={bind.value.clone()} {oninput}
                    autocomplete={props.autocomplete.clone()} inputmode={props.inputmode.clone()}
                    maxlength={props.maxlength.clone()} placeholder={props.placeholder.clone()}
                    disabled={props.disabled} autofocus={props.autofocus} list={list.clone()}
                    aria-required={props.required.then_some("true")}
                    aria-invalid={bind.error.is_some().then_some("true")}
                    aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())} />
                if let Some(suffix) = &props.suffix { <span class="control__suffix">{ suffix }</span> }
                if let Some(id) = list {
                    <datalist {id}>{ for props.suggestions.iter().map(|text| html! { <option value={*text} /> }) }</datalist>
                }
            </div>
        </Field>
    }
}

/// Properties of [`HoursField`].
#[derive(Properties, PartialEq)]
pub struct HoursFieldProps {
    pub label: AttrValue,
    /// The text, parsed as [`songjiao_types::Hours`] when the form is sent.
    pub bind: Bind<String>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_else(|| Some(t!("最多两位小数，如 1.5").into()))]
    pub hint: Option<AttrValue>,
}

/// An amount of 学时.
#[component]
pub fn HoursField(props: &HoursFieldProps) -> Html {
    html! {
        <TextField label={props.label.clone()} bind={props.bind.clone()} required={props.required}
            hint={props.hint.clone()} inputmode="decimal" maxlength="7" suffix={t!("学时")} />
    }
}

/// Properties of [`PasswordField`].
#[derive(Properties, PartialEq)]
pub struct PasswordFieldProps {
    pub label: AttrValue,
    pub bind: Bind<String>,
    /// `current-password` or `new-password`.
    pub autocomplete: AttrValue,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// A password with a button that reveals it.
#[component]
pub fn PasswordField(props: &PasswordFieldProps) -> Html {
    let PasswordFieldProps { bind, hint, .. } = props;
    let shown = use_state(|| false);
    let toggle = set_to(&shown, !*shown);
    let oninput = bind.onchange.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required=true hint={hint.clone()}
            error={bind.error.clone()}>
            <div class="control">
                <input id={bind.id.clone()} type={if *shown { "text" } else { "password" }} {oninput}
                    value={bind.value.clone()} maxlength="128" autocomplete={props.autocomplete.clone()}
                    autocapitalize="off" spellcheck="false" aria-required="true"
                    aria-invalid={bind.error.is_some().then_some("true")}
                    aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())} />
                <button type="button" class="control__button" onclick={toggle} aria-pressed={shown.to_string()}
                    aria-controls={bind.id.clone()}
                    aria-label={t!("显示{label}", label = props.label)} title={if *shown { t!("隐藏密码") } else { t!("显示密码") }}>
                    { (if *shown { IconName::EyeOff } else { IconName::Eye }).draw() }
                </button>
            </div>
        </Field>
    }
}

/// Properties of [`TextAreaField`].
#[derive(Properties, PartialEq)]
pub struct TextAreaFieldProps {
    pub label: AttrValue,
    pub bind: Bind<String>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or(4)]
    pub rows: u32,
    #[prop_or_default]
    pub maxlength: Option<AttrValue>,
}

/// Several lines of text.
#[component]
pub fn TextAreaField(props: &TextAreaFieldProps) -> Html {
    let TextAreaFieldProps { bind, hint, .. } = props;
    let oninput =
        bind.onchange.reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()} original={text(bind.original.as_deref())} wide=true>
            <textarea id={bind.id.clone()} rows={props.rows.to_string()} maxlength={props.maxlength.clone()}
                value={bind.value.clone()} {oninput} aria-required={props.required.then_some("true")}
                aria-invalid={bind.error.is_some().then_some("true")}
                aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())} />
        </Field>
    }
}

/// Properties of [`SelectField`].
#[derive(Properties, PartialEq)]
pub struct SelectFieldProps<E: WireEnum> {
    pub label: AttrValue,
    pub bind: Bind<Option<E>>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// The label of an empty choice.
    #[prop_or_else(|| t!("请选择").into())]
    pub none: AttrValue,
    /// The values on offer, if not all.
    #[prop_or_default]
    pub offer: Option<Vec<E>>,
    #[prop_or_default]
    pub disabled: bool,
}

/// One value of an enum, by its label.
#[component]
pub fn SelectField<E: WireEnum>(props: &SelectFieldProps<E>) -> Html {
    let SelectFieldProps { bind, hint, .. } = props;
    let onchange = bind
        .onchange
        .reform(|event: Event| E::from_identifier(&event.target_unchecked_into::<HtmlSelectElement>().value()));
    let offered = props.offer.as_deref().unwrap_or(E::ALL);
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()} original={text(bind.original.map(|value| value.map_or("", |value| t!(value.label()))))}>
            <select id={bind.id.clone()} {onchange} disabled={props.disabled}
                aria-required={props.required.then_some("true")}
                aria-invalid={bind.error.is_some().then_some("true")}
                aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())}>
                if !props.required || bind.value.is_none() {
                    <option value="" selected={bind.value.is_none()}>{ &props.none }</option>
                }
                { for offered.iter().map(|value| html! {
                    <option value={value.as_str()} selected={bind.value == Some(*value)}>{ t!(value.label()) }</option>
                }) }
            </select>
        </Field>
    }
}

/// Properties of [`OptionField`].
#[derive(Properties, PartialEq)]
pub struct OptionFieldProps {
    pub label: AttrValue,
    /// The value; empty if nothing is chosen.
    pub bind: Bind<String>,
    /// Values with their labels.
    pub options: Vec<(AttrValue, AttrValue)>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// The label of an empty choice.
    #[prop_or_else(|| t!("请选择").into())]
    pub none: AttrValue,
}

/// One value of a list that the page provides, such as a training year.
#[component]
pub fn OptionField(props: &OptionFieldProps) -> Html {
    let OptionFieldProps { bind, hint, .. } = props;
    let onchange = bind.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()} original={text(bind.original.as_ref().map(|value| label_of(&props.options, value)))}>
            <select id={bind.id.clone()} {onchange} aria-required={props.required.then_some("true")}
                aria-invalid={bind.error.is_some().then_some("true")}
                aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())}>
                if !props.required || bind.value.is_empty() {
                    <option value="" selected={bind.value.is_empty()}>{ &props.none }</option>
                }
                { for props.options.iter().map(|(value, label)| html! {
                    <option value={value.clone()} selected={*value == bind.value}>{ label }</option>
                }) }
            </select>
        </Field>
    }
}

/// Properties of [`DateField`].
#[derive(Properties, PartialEq)]
pub struct DateFieldProps {
    pub label: AttrValue,
    pub bind: Bind<Option<NaiveDate>>,
    #[prop_or_default]
    pub required: bool,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub min: Option<NaiveDate>,
    #[prop_or_default]
    pub max: Option<NaiveDate>,
}

/// A date.
#[component]
pub fn DateField(props: &DateFieldProps) -> Html {
    let DateFieldProps { bind, hint, .. } = props;
    let iso = |day: Option<NaiveDate>| day.map(crate::format::date);
    let onchange =
        bind.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value().parse().ok());
    html! {
        <Field id={bind.id.clone()} label={props.label.clone()} required={props.required} hint={hint.clone()}
            error={bind.error.clone()} original={text(iso(bind.original.flatten()).as_deref().or(bind.original.map(|_| "")))}>
            <input id={bind.id.clone()} type="date" value={iso(bind.value).unwrap_or_default()} {onchange}
                min={iso(props.min)} max={iso(props.max)} aria-required={props.required.then_some("true")}
                aria-invalid={bind.error.is_some().then_some("true")}
                aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())} />
        </Field>
    }
}

/// Properties of [`CheckboxField`].
#[derive(Properties, PartialEq)]
pub struct CheckboxFieldProps {
    pub label: AttrValue,
    pub bind: Bind<bool>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// A checkbox.
#[component]
pub fn CheckboxField(props: &CheckboxFieldProps) -> Html {
    let CheckboxFieldProps { bind, hint, .. } = props;
    let onchange = bind.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <div class="field field--check">
            <label for={bind.id.clone()}>
                <input id={bind.id.clone()} type="checkbox" checked={bind.value} {onchange}
                    aria-invalid={bind.error.is_some().then_some("true")}
                    aria-describedby={described_by(&bind.id, hint.is_some(), bind.error.is_some())} />
                <span>{ &props.label }</span>
            </label>
            if let Some(hint) = hint { <p class="field__hint" id={format!("{}-hint", bind.id)}>{ hint }</p> }
            if let Some(error) = &bind.error {
                <p class="field__error" id={format!("{}-error", bind.id)}>{ IconName::Alert.draw() }{ error }</p>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_before_the_hint() {
        assert_eq!(described_by("name", true, true).as_deref(), Some("name-error name-hint"));
        assert_eq!(described_by("name", false, false), None);
    }
}
