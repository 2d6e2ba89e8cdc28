//! A sequence of events with times and outcomes.

use yew::prelude::*;

use super::Tone;

/// An event, past or expected.
#[derive(Clone, PartialEq)]
pub struct TimelineEvent {
    /// The time; empty if it has not happened yet.
    pub at: AttrValue,
    pub title: AttrValue,
    pub detail: Html,
    pub tone: Tone,
}

/// Properties of [`Timeline`].
#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    pub label: AttrValue,
    /// In chronological order.
    pub events: Vec<TimelineEvent>,
}

/// The events along a vertical line.
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
