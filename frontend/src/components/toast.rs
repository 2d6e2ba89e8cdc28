//! Toasts: short messages that disappear by themselves.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{IconName, Tone};
use crate::api::ApiError;

/// How long a toast duration, in milliseconds; a failure duration longer.
const SUCCESS_MS: u32 = 4_000;
const FAILURE_MS: u32 = 9_000;

#[derive(Clone, PartialEq)]
struct Toast {
    number: u32,
    tone: Tone,
    text: AttrValue,
}

#[derive(Default, PartialEq)]
struct Shown {
    toasts: Vec<Toast>,
    next: u32,
}

enum Step {
    Show(Tone, AttrValue),
    Hide(u32),
}

impl Reducible for Shown {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let (mut toasts, mut next) = (self.toasts.clone(), self.next);
        match step {
            Step::Show(tone, text) => {
                toasts.push(Toast { number: next, tone, text });
                next = next.wrapping_add(1);
            }
            Step::Hide(number) => toasts.retain(|toast| toast.number != number),
        }
        Rc::new(Self { toasts, next })
    }
}

/// Shows toasts.
#[derive(Clone, PartialEq)]
pub struct Toasts(UseReducerDispatcher<Shown>);

impl Toasts {
    /// Reports a success.
    pub fn success(&self, text: impl Into<AttrValue>) {
        self.0.dispatch(Step::Show(Tone::Success, text.into()));
    }

    /// Reports a failure.
    pub fn failure(&self, error: &ApiError) {
        self.0.dispatch(Step::Show(Tone::Danger, error.message().into()));
    }
}

/// The toasts.
#[hook]
pub fn use_toasts() -> Toasts {
    use_context().expect("below the ToastProvider")
}

/// Properties of [`ToastProvider`].
#[derive(Properties, PartialEq)]
pub struct ToastProviderProps {
    pub children: Html,
}

/// Holds the toasts and shows them over the page.
#[component]
pub fn ToastProvider(props: &ToastProviderProps) -> Html {
    let shown = use_reducer(Shown::default);
    let toasts = Toasts(shown.dispatcher());
    let hide = {
        let shown = shown.dispatcher();
        Callback::from(move |number| shown.dispatch(Step::Hide(number)))
    };
    html! {
        <ContextProvider<Toasts> context={toasts}>
            { props.children.clone() }
            <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
                { for shown.toasts.iter().map(|toast| html! {
                    <ToastView key={toast.number} toast={toast.clone()} onhide={hide.clone()} />
                }) }
            </div>
        </ContextProvider<Toasts>>
    }
}

#[derive(Properties, PartialEq)]
struct ToastViewProps {
    toast: Toast,
    onhide: Callback<u32>,
}

#[component]
fn ToastView(props: &ToastViewProps) -> Html {
    let Toast { number, tone, text } = props.toast.clone();
    let hide = props.onhide.reform(move |(): ()| number);
    {
        let hide = hide.clone();
        use_effect_with((), move |()| {
            let duration = if tone == Tone::Danger { FAILURE_MS } else { SUCCESS_MS };
            let timeout = Timeout::new(duration, move || hide.emit(()));
            move || drop(timeout)
        });
    }
    let name = if tone == Tone::Danger { IconName::Alert } else { IconName::Check };
    html! {
        <div class={format!("toast toast--{}", tone.name())}>
            { name.draw() }
            <p>{ text }</p>
            <button type="button" class="button button--quiet button--icon" aria-label={t!("关闭提示")}
                onclick={hide.reform(|_| ())}>{ IconName::Close.draw() }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toasts_come_and_go_one_by_one() {
        let shown = Rc::new(Shown::default());
        let shown = shown.reduce(Step::Show(Tone::Success, "一".into()));
        let shown = shown.reduce(Step::Show(Tone::Success, "二".into()));
        let shown = shown.reduce(Step::Hide(0));
        assert_eq!(shown.toasts.iter().map(|toast| toast.text.as_str()).collect::<Vec<_>>(), ["二"]);
    }
}
