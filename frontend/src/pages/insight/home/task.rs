//! A line of the worklist.

use yew::prelude::*;

use crate::{
    components::{ButtonLink, Link, Tone, badge},
    route::Route,
};

/// Something that waits for the user.
#[derive(PartialEq)]
pub struct Task {
    /// What it is about, in a word.
    pub kind: &'static str,
    pub tone: Tone,
    pub title: String,
    pub detail: String,
    /// The page where it is done.
    pub to: Route,
    pub query: &'static str,
    /// The text of the link.
    pub act: &'static str,
}

/// Shows a task.
pub fn line(task: &Task) -> Html {
    let Task { kind, tone, title, detail, to, query, act } = task;
    html! {
        <li class="work__task">
            { badge(*tone, *kind) }
            <p class="work__what"><Link to={to.clone()} query={*query}>{ title }</Link><span class="muted">{ detail }</span></p>
            <ButtonLink to={to.clone()} query={*query}>{ *act }</ButtonLink>
        </li>
    }
}
