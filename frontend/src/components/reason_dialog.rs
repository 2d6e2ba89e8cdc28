//! A dialog that asks for a reason.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{Button, ButtonKind, Dialog, ErrorPanel, Field};
use crate::api::ApiError;

/// Properties of [`ReasonDialog`].
#[derive(Properties, PartialEq)]
pub struct ReasonDialogProps {
    pub open: bool,
    /// The question.
    pub title: AttrValue,
    /// The text of the confirming button.
    pub confirm: AttrValue,
    #[prop_or_else(|| t!("原因").into())]
    pub label: AttrValue,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    #[prop_or_default]
    pub busy: bool,
    /// Why the API refused the last attempt.
    #[prop_or_default]
    pub error: Option<ApiError>,
    /// Gets the reason, trimmed and not empty.
    pub onconfirm: Callback<String>,
    pub oncancel: Callback<()>,
    /// The consequences.
    #[prop_or_default]
    pub children: Html,
}

/// Asks for a reason before an action.
#[component]
pub fn ReasonDialog(props: &ReasonDialogProps) -> Html {
    let reason = use_state(String::new);
    let error = use_state(|| None::<AttrValue>);
    {
        let (reason, error) = (reason.clone(), error.clone());
        use_effect_with(props.open, move |_| {
            reason.set(String::new());
            error.set(None);
        });
    }
    let oninput = {
        let (reason, error) = (reason.clone(), error.clone());
        Callback::from(move |event: InputEvent| {
            reason.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            error.set(None);
        })
    };
    let confirm = {
        let (reason, error, done) = (reason.clone(), error.clone(), props.onconfirm.clone());
        Callback::from(move |_: MouseEvent| match reason.trim() {
            "" => error.set(Some(AttrValue::Static(t!("请填写此项")))),
            reason => done.emit(reason.to_owned()),
        })
    };
    let footer = html! {
        <>
            <Button onclick={props.oncancel.reform(|_| ())}>{ t!("取消") }</Button>
            <Button kind={ButtonKind::Danger} busy={props.busy} onclick={confirm}>{ &props.confirm }</Button>
        </>
    };
    html! {
        <Dialog open={props.open} title={props.title.clone()} onclose={props.oncancel.clone()} {footer}>
            <div class="stack">
                if let Some(error) = props.error.clone() { <ErrorPanel {error} /> }
                { props.children.clone() }
                <Field id="reason" label={props.label.clone()} required=true error={(*error).clone()}>
                    <textarea id="reason" rows="3" maxlength="500" autofocus=true value={(*reason).clone()} {oninput}
                        placeholder={props.placeholder.clone()} aria-required="true"
                        aria-invalid={error.is_some().then_some("true")}
                        aria-describedby={error.is_some().then_some("reason-error")} />
                </Field>
            </div>
        </Dialog>
    }
}
