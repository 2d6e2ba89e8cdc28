//! Views of one thing beside each other. Each has a URL, so each is a link.

use yew::prelude::*;

use super::Link;
use crate::{format, route::Route};

/// One view.
#[derive(Clone, PartialEq)]
pub struct Tab {
    pub label: AttrValue,
    pub to: Route,
    /// An encoded query string: `tab=teachers`.
    pub query: AttrValue,
    /// How much is in it.
    pub count: Option<i64>,
    /// Whether it is the one being shown.
    pub current: bool,
}

/// What [`Tabs`] is given.
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// What the views are of.
    pub label: AttrValue,
    pub tabs: Vec<Tab>,
}

/// The views to choose from.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    html! {
        <nav class="tabs" aria-label={props.label.clone()}>
            { for props.tabs.iter().map(|tab| html! {
                <Link to={tab.to.clone()} query={tab.query.clone()} class="tabs__tab" current={tab.current}>
                    { &tab.label }
                    if let Some(count) = tab.count { <span class="tabs__count">{ format::count(count) }</span> }
                </Link>
            }) }
        </nav>
    }
}
