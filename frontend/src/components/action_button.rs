//! Actions that end in a toast, another page or a reload, and the buttons built on them.

use std::{future::Future, pin::Pin, rc::Rc};

use yew::prelude::*;
use yew_router::prelude::*;

use super::{Button, ButtonKind, ConfirmDialog, IconName, ReasonDialog, use_toasts};
use crate::{
    api::{ApiError, ApiResult, Client},
    hooks::{Action, set_to, use_action},
    route::Route,
};

/// What a successful action leads to.
pub struct Success {
    toast: AttrValue,
    next: Next,
}

enum Next {
    Stay,
    Push(Route),
    Replace(Route),
}

impl Success {
    /// Shows a toast and stays on the page.
    pub fn toast(toast: impl Into<AttrValue>) -> Self {
        Self { toast: toast.into(), next: Next::Stay }
    }

    /// Opens another page.
    #[must_use]
    pub fn push(self, route: Route) -> Self {
        Self { next: Next::Push(route), ..self }
    }

    /// Opens another page in place of this one, whose record is gone.
    #[must_use]
    pub fn replace(self, route: Route) -> Self {
        Self { next: Next::Replace(route), ..self }
    }
}

/// The request of an action with input `I`. Wrapped, since properties need `PartialEq`.
pub struct Work<I>(Rc<dyn Fn(Client, I) -> Pin<Box<dyn Future<Output = ApiResult<Success>>>>>);

impl<I> Work<I> {
    /// Wraps an async function.
    pub fn new<F: Future<Output = ApiResult<Success>> + 'static>(work: impl Fn(Client, I) -> F + 'static) -> Self {
        Self(Rc::new(move |client, input| Box::pin(work(client, input))))
    }
}

impl<I> Clone for Work<I> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<I> PartialEq for Work<I> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Runs `work`, follows up a success, and calls `then` with whether the page stays and with the error, if any.
#[hook]
fn use_followed_up<I: 'static>(work: &Work<I>, then: impl Fn(bool, Option<ApiError>) + 'static) -> Action<I> {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let work = work.clone();
    use_action(
        move |client, input| (work.0)(client, input),
        move |outcome: ApiResult<Success>| match outcome {
            Ok(Success { toast, next }) => {
                toasts.success(toast);
                let stays = matches!(next, Next::Stay);
                match next {
                    Next::Stay => {}
                    Next::Push(route) => navigator.push(&route),
                    Next::Replace(route) => navigator.replace(&route),
                }
                then(stays, None);
            }
            Err(error) => then(true, Some(error)),
        },
    )
}

/// An action of a dialog. It closes the dialog and reports the outcome in a toast; `onsettled` is called unless the
/// success leads to another page.
#[hook]
pub fn use_reported_action<I: 'static>(work: &Work<I>, onclose: Callback<()>, onsettled: Callback<()>) -> Action<I> {
    let toasts = use_toasts();
    use_followed_up(work, move |stays, error| {
        onclose.emit(());
        if let Some(error) = error {
            toasts.failure(&error);
        }
        if stays {
            onsettled.emit(());
        }
    })
}

/// Properties of [`ActionButton`].
#[derive(Properties, PartialEq)]
pub struct ActionButtonProps {
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// The text of the button.
    pub text: AttrValue,
    pub work: Work<()>,
    #[prop_or_default]
    pub onsettled: Callback<()>,
}

/// A button that acts at once.
#[component]
pub fn ActionButton(props: &ActionButtonProps) -> Html {
    let ActionButtonProps { kind, icon, text, work, onsettled } = props;
    let action = use_reported_action(work, Callback::noop(), onsettled.clone());
    html! { <Button kind={*kind} icon={*icon} busy={action.busy} onclick={action.run.reform(|_| ())}>{ text }</Button> }
}

/// Properties of [`ConfirmButton`].
#[derive(Properties, PartialEq)]
pub struct ConfirmButtonProps {
    #[prop_or(ButtonKind::Danger)]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// The text of the button.
    pub text: AttrValue,
    /// Its accessible name where the text alone does not say enough.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The question of the dialog.
    pub title: AttrValue,
    /// The text of the dialog's button.
    pub confirm: AttrValue,
    /// Whether the action removes or revokes something.
    #[prop_or(true)]
    pub danger: bool,
    pub work: Work<()>,
    #[prop_or_default]
    pub onsettled: Callback<()>,
    /// The body of the dialog.
    pub children: Html,
}

/// A button that acts after a confirmation.
#[component]
pub fn ConfirmButton(props: &ConfirmButtonProps) -> Html {
    let ConfirmButtonProps { kind, icon, text, label, title, confirm, danger, .. } = props;
    let asking = use_state(|| false);
    let action = use_reported_action(&props.work, set_to(&asking, false), props.onsettled.clone());
    html! {
        <>
            <Button kind={*kind} icon={*icon} label={label.clone()} onclick={set_to(&asking, true)}>{ text }</Button>
            <ConfirmDialog open={*asking} {title} {confirm} danger={*danger} busy={action.busy} onconfirm={action.run}
                oncancel={set_to(&asking, false)}>
                { props.children.clone() }
            </ConfirmDialog>
        </>
    }
}

/// Properties of [`ReasonButton`].
#[derive(Properties, PartialEq)]
pub struct ReasonButtonProps {
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// The text of the button.
    pub text: AttrValue,
    /// The question of the dialog.
    pub title: AttrValue,
    /// The text of the dialog's button.
    pub confirm: AttrValue,
    /// The label of the reason's field.
    pub label: AttrValue,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// Gets the reason.
    pub work: Work<String>,
    /// Called after a success.
    pub ondone: Callback<()>,
    /// The body of the dialog.
    pub children: Html,
}

/// A button that acts once a reason is given. A refusal is shown in the dialog, which stays open.
#[component]
pub fn ReasonButton(props: &ReasonButtonProps) -> Html {
    let ReasonButtonProps { icon, text, title, confirm, label, placeholder, .. } = props;
    let asking = use_state(|| false);
    let refusal = use_state(|| None::<ApiError>);
    let action = {
        let (asking, refusal, done) = (asking.clone(), refusal.clone(), props.ondone.clone());
        use_followed_up(&props.work, move |_, error| {
            if error.is_none() {
                asking.set(false);
                done.emit(());
            }
            refusal.set(error);
        })
    };
    let onclick = {
        let (asking, refusal) = (asking.clone(), refusal.clone());
        Callback::from(move |_: MouseEvent| {
            refusal.set(None);
            asking.set(true);
        })
    };
    html! {
        <>
            <Button kind={ButtonKind::Danger} icon={*icon} {onclick}>{ text }</Button>
            <ReasonDialog open={*asking} {title} {confirm} {label} placeholder={placeholder.clone()} busy={action.busy}
                error={(*refusal).clone()} onconfirm={action.run} oncancel={set_to(&asking, false)}>
                { props.children.clone() }
            </ReasonDialog>
        </>
    }
}
