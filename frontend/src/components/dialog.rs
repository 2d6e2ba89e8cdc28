//! Dialogs based on `<dialog>`, which traps and restores the focus.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{Button, ButtonKind, IconName};

/// Properties of [`Dialog`].
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    pub open: bool,
    pub title: AttrValue,
    /// Called on Escape and on the close button.
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub footer: Html,
    /// A drawer at the side that leaves the page visible, for looking at one row after another.
    #[prop_or_default]
    pub side: bool,
    /// For forms with many fields.
    #[prop_or_default]
    pub wide: bool,
    #[prop_or_default]
    pub children: Html,
}

/// A dialog over the page.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.open, move |open| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                match (*open, dialog.open()) {
                    (true, false) => drop(dialog.show_modal()),
                    (false, true) => dialog.close(),
                    _ => {}
                }
            }
        });
    }
    let oncancel = {
        let close = props.onclose.clone();
        Callback::from(move |event: Event| {
            // The page decides whether the dialog is open.
            event.prevent_default();
            close.emit(());
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={dialog} class={classes!("dialog", props.wide.then_some("dialog--wide"), props.side.then_some("dialog--side"))} {oncancel} aria-label={props.title.clone()}>
            // Empty while closed, so that it starts afresh each time.
            if props.open {
                <div class="dialog__head">
                    <h2>{ &props.title }</h2>
                    <button type="button" class="button button--quiet button--icon" onclick={close} aria-label={t!("关闭")}>
                        { IconName::Close.draw() }
                    </button>
                </div>
                <div class="dialog__body">{ props.children.clone() }</div>
                <div class="dialog__foot">{ props.footer.clone() }</div>
            }
        </dialog>
    }
}

/// Properties of [`ConfirmDialog`].
#[derive(Properties, PartialEq)]
pub struct ConfirmDialogProps {
    pub open: bool,
    /// The question.
    pub title: AttrValue,
    /// The text of the confirming button, which names the action.
    pub confirm: AttrValue,
    #[prop_or_default]
    pub busy: bool,
    /// Whether the action removes or revokes something.
    #[prop_or(true)]
    pub danger: bool,
    pub onconfirm: Callback<()>,
    pub oncancel: Callback<()>,
    /// The consequences.
    #[prop_or_default]
    pub children: Html,
}

/// Asks for a confirmation.
#[component]
pub fn ConfirmDialog(props: &ConfirmDialogProps) -> Html {
    let kind = if props.danger { ButtonKind::Danger } else { ButtonKind::Primary };
    let footer = html! {
        <>
            <Button onclick={props.oncancel.reform(|_| ())}>{ t!("取消") }</Button>
            <Button {kind} busy={props.busy} onclick={props.onconfirm.reform(|_| ())}>{ &props.confirm }</Button>
        </>
    };
    html! {
        <Dialog open={props.open} title={props.title.clone()} onclose={props.oncancel.clone()} {footer}>
            { props.children.clone() }
        </Dialog>
    }
}
