//! Buttons, and links that look like them.

use yew::prelude::*;

use super::{IconName, Link};
use crate::route::Route;

/// The emphasis of a button.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The main action of the page.
    Primary,
    /// Any other action.
    #[default]
    Secondary,
    /// An action that removes or revokes something.
    Danger,
    /// A minor action in a row or a bar.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button",
            Self::Danger => "button button--danger",
            Self::Quiet => "button button--quiet",
        }
    }
}

/// Properties of [`Button`].
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// `submit` inside a form.
    #[prop_or(AttrValue::Static("button"))]
    pub r#type: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// While its action is in progress, the button stays focusable but does nothing.
    #[prop_or_default]
    pub busy: bool,
    #[prop_or_default]
    pub disabled: bool,
    /// The accessible name where the visible text does not say enough.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,
    #[prop_or_default]
    pub children: Html,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let onclick =
        if props.busy { Callback::from(|event: MouseEvent| event.prevent_default()) } else { props.onclick.clone() };
    html! {
        <button type={props.r#type.clone()} id={props.id.clone()} class={props.kind.class()} {onclick}
            disabled={props.disabled} aria-label={props.label.clone()}
            aria-busy={props.busy.then_some("true")}>
            if props.busy {
                <span class="spinner" aria-hidden="true" />
            } else if let Some(name) = props.icon {
                { name.draw() }
            }
            { props.children.clone() }
        </button>
    }
}

/// Properties of [`ButtonLink`].
#[derive(Properties, PartialEq)]
pub struct ButtonLinkProps {
    pub to: Route,
    #[prop_or_default]
    pub query: AttrValue,
    #[prop_or_default]
    pub kind: ButtonKind,
    #[prop_or_default]
    pub icon: Option<IconName>,
    #[prop_or_default]
    pub children: Html,
}

/// A link to another page that looks like a button.
#[component]
pub fn ButtonLink(props: &ButtonLinkProps) -> Html {
    html! {
        <Link to={props.to.clone()} query={props.query.clone()} class={props.kind.class()}>
            if let Some(name) = props.icon { { name.draw() } }
            { props.children.clone() }
        </Link>
    }
}
