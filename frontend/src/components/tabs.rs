//! Tabs. Each has a URL and is a link.

use yew::prelude::*;

use super::Link;
use crate::{format, route::Route};

/// One tab.
#[derive(Clone, PartialEq)]
pub struct Tab {
    pub label: AttrValue,
    pub to: Route,
    /// An encoded query string: `tab=teachers`.
    pub query: AttrValue,
    /// The number of items in it.
    pub count: Option<i64>,
    /// Whether it is the current one.
    pub current: bool,
}

/// Properties of [`Tabs`].
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// The accessible name.
    pub label: AttrValue,
    pub tabs: Vec<Tab>,
}

/// The tabs.
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
