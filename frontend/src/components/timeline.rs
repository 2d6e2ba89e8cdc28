//! What happened, one thing after the other: who, when, with what outcome.

use yew::prelude::*;

use super::Tone;

/// Something that happened, or is waited for.
#[derive(Clone, PartialEq)]
pub struct TimelineEvent {
    /// When; empty while it has not happened.
    pub at: AttrValue,
    pub title: AttrValue,
    pub detail: Html,
    pub tone: Tone,
}

/// What [`Timeline`] is given.
#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    pub label: AttrValue,
    /// In the order in which they happened.
    pub events: Vec<TimelineEvent>,
}

/// The events below each other, along a line.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    html! {
        <ol class="timeline" aria-label={props.label.clone()}>
            { for props.events.iter().map(|event| html! {
                <li class={classes!("timeline__event", format!("timeline__event--{}", event.tone.name()))}>
                    <p class="timeline__head"><strong>{ &event.title }</strong><span class="muted small">{ &event.at }</span></p>
                    <div class="timeline__detail">{ event.detail.clone() }</div>
                </li>
            }) }
        </ol>
    }
}
