//! The frame of a form: errors, fields, buttons.

use songjiao_types::ErrorCode;
use web_sys::{HtmlElement, wasm_bindgen::JsCast};
use yew::prelude::*;

use super::{Button, ButtonKind, ErrorPanel, Link, Notice, Tone};
use crate::{hooks::FormStatus, route::Route};

/// Properties of [`FormView`].
#[derive(Properties, PartialEq)]
pub struct FormViewProps {
    /// From [`crate::hooks::Form::status`].
    pub status: FormStatus,
    pub onsubmit: Callback<()>,
    /// The text of the submit button.
    pub submit: AttrValue,
    /// The page to which 取消 leads.
    #[prop_or_default]
    pub cancel: Option<Route>,
    /// Called by 取消 where that is no page.
    #[prop_or_default]
    pub oncancel: Option<Callback<()>>,
    /// Reads the record again after a conflict (412).
    #[prop_or_default]
    pub onstale: Option<Callback<()>>,
    /// A single column: sign-in, a password.
    #[prop_or_default]
    pub narrow: bool,
    /// The accessible name of the form.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    pub children: Html,
}

/// A form. After a failed attempt the focus moves to the first error.
#[component]
pub fn FormView(props: &FormViewProps) -> Html {
    let FormViewProps { status, .. } = props;
    let form = use_node_ref();
    {
        let form = form.clone();
        use_effect_with(status.failures, move |failures| {
            if *failures > 0 {
                focus_first_fault(&form);
            }
        });
    }
    let onsubmit = {
        let (send, busy) = (props.onsubmit.clone(), status.busy);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !busy {
                send.emit(());
            }
        })
    };
    let cancel = match (&props.cancel, &props.oncancel) {
        (Some(to), _) => html! { <Link to={to.clone()} class="button">{ t!("取消") }</Link> },
        (None, Some(cancel)) => {
            let cancel = cancel.reform(|_| ());
            html! { <Button onclick={cancel}>{ t!("取消") }</Button> }
        }
        (None, None) => Html::default(),
    };
    html! {
        <form ref={form} class={classes!("form", props.narrow.then_some("form--narrow"))} novalidate=true {onsubmit}
            aria-label={props.label.clone()}>
            { restored(status) }
            { refusal(status, props.onstale.as_ref()) }
            <div class="form__fields">{ props.children.clone() }</div>
            <div class="form__actions">
                <Button kind={ButtonKind::Primary} r#type="submit" busy={status.busy}>{ &props.submit }</Button>
                { cancel }
            </div>
        </form>
    }
}

/// Properties of [`FieldGroup`].
#[derive(Properties, PartialEq)]
pub struct FieldGroupProps {
    pub title: AttrValue,
    pub children: Html,
}

/// A group of fields under a heading, in a long form.
#[component]
pub fn FieldGroup(props: &FieldGroupProps) -> Html {
    html! {
        <fieldset class="form__group">
            <legend>{ &props.title }</legend>
            <div class="form__fields">{ props.children.clone() }</div>
        </fieldset>
    }
}

/// Says that an earlier draft was restored, and offers to discard it.
fn restored(status: &FormStatus) -> Html {
    let Some(discard) = status.discard.as_ref().filter(|_| status.restored) else { return Html::default() };
    html! {
        <Notice title={t!("已恢复您上次填写而未提交的内容")}>
            <Button onclick={discard.reform(|_| ())}>{ t!("放弃这些内容") }</Button>
        </Notice>
    }
}

/// Another user has changed the record: the changes are applied to the latest version or discarded.
fn stale(status: &FormStatus, onstale: Option<&Callback<()>>) -> Html {
    let Some(onstale) = onstale else {
        return html! { <p>{ t!("您的修改尚未保存。请载入最新内容，核对后再改。") }</p> };
    };
    let Some(discard) = status.discard.clone() else {
        return html! {
            <>
                <p>{ t!("您的修改尚未保存。请载入最新内容，核对后再改。") }</p>
                <Button onclick={onstale.reform(|_| ())}>{ t!("载入最新内容") }</Button>
            </>
        };
    };
    let give_up = {
        let onstale = onstale.clone();
        Callback::from(move |_: MouseEvent| {
            discard.emit(());
            onstale.emit(());
        })
    };
    html! {
        <>
            <p>{ t!("您的修改尚未保存。可以在最新内容上保留您的修改，逐项核对后再保存；也可以放弃您的修改。") }</p>
            <p class="notice__actions">
                <Button kind={ButtonKind::Primary} onclick={onstale.reform(|_| ())}>{ t!("载入最新内容，保留我的修改") }</Button>
                <Button onclick={give_up}>{ t!("放弃我的修改") }</Button>
            </p>
        </>
    }
}

/// The refusal of the API, unless it is shown beside the fields.
fn refusal(status: &FormStatus, onstale: Option<&Callback<()>>) -> Html {
    let Some(error) = &status.refusal else { return Html::default() };
    if error.code() == Some(ErrorCode::PreconditionFailed) {
        return html! {
            <Notice tone={Tone::Warning} title={t!("这条记录刚刚被他人修改")}>{ stale(status, onstale) }</Notice>
        };
    }
    if error.field_errors().is_empty() {
        html! { <ErrorPanel error={error.clone()} /> }
    } else {
        // Also lists the errors whose pointers no field shows.
        html! {
            <div class="notice notice--danger" role="alert">
                <div class="notice__body">
                    <p class="notice__title">{ error.title() }</p>
                    <ul>{ for error.field_errors().iter().map(|field| html! { <li>{ &field.message }</li> }) }</ul>
                </div>
            </div>
        }
    }
}

fn focus_first_fault(form: &NodeRef) {
    let Some(form) = form.cast::<HtmlElement>() else { return };
    let invalid = form.query_selector("[aria-invalid='true'], .notice").ok().flatten();
    if let Some(invalid) = invalid.and_then(|invalid| invalid.dyn_into::<HtmlElement>().ok()) {
        let _ = invalid.focus();
        invalid.scroll_into_view_with_bool(false);
    }
}
