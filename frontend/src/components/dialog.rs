//! Dialogs, on the browser's own `<dialog>`: it keeps the focus inside and gives it back.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{Button, ButtonKind, IconName};

/// What [`Dialog`] is given.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    pub open: bool,
    pub title: AttrValue,
    /// Escape, the cross.
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub footer: Html,
    /// A drawer at the side: the page beside it stays in sight, for looking at one row after the other.
    #[prop_or_default]
    pub side: bool,
    /// For a form of many fields.
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
            // Whether it is open is the page's to say.
            event.prevent_default();
            close.emit(());
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={dialog} class={classes!("dialog", props.wide.then_some("dialog--wide"), props.side.then_some("dialog--side"))} {oncancel} aria-label={props.title.clone()}>
            // Empty while closed, so that it begins afresh each time.
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

/// What [`ConfirmDialog`] is given.
#[derive(Properties, PartialEq)]
pub struct ConfirmDialogProps {
    pub open: bool,
    /// The question.
    pub title: AttrValue,
    /// What the button says that does it: the deed, not “yes”.
    pub confirm: AttrValue,
    #[prop_or_default]
    pub busy: bool,
    /// Whether it takes something away.
    #[prop_or(true)]
    pub danger: bool,
    pub onconfirm: Callback<()>,
    pub oncancel: Callback<()>,
    /// What it will do.
    #[prop_or_default]
    pub children: Html,
}

/// Asks before something that cannot be undone.
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
