//! Progress: hours against the 72 of a year or the 360 of a cycle, participants against a project's capacity.

use songjiao_types::Hours;
use yew::prelude::*;

use super::{Link, Tone};
use crate::{format, route::Route};

/// Radius and circumference of the ring, in units of its view box.
const RADIUS: f64 = 42.0;
const AROUND: f64 = 2.0 * std::f64::consts::PI * RADIUS;

/// Properties of [`ProgressRing`].
#[derive(Properties, PartialEq)]
pub struct ProgressRingProps {
    /// What is measured: 2026 年度学时.
    pub label: AttrValue,
    pub done: Hours,
    pub required: Hours,
    #[prop_or_default]
    pub tone: Tone,
}

/// Completed and required hours as a ring with the numbers in it.
#[component]
pub fn ProgressRing(props: &ProgressRingProps) -> Html {
    let ProgressRingProps { label, done, required, tone } = props;
    let percent = format::percent(done.as_f64(), required.as_f64());
    html! {
        <div class={format!("ring ring--{}", tone.name())} role="img"
            aria-label={t!("{label}：已认定 {done} 学时，应修 {required} 学时，完成 {percent}%", label, done, required, percent)}>
            <svg viewBox="0 0 100 100" width="120" height="120" aria-hidden="true" focusable="false">
                { arc(f64::from(percent)) }
                <text class="ring__done" x="50" y="50" text-anchor="middle">{ done.to_string() }</text>
                <text class="ring__required" x="50" y="66" text-anchor="middle">{ format!("/ {required}") }</text>
            </svg>
            <figcaption>{ label }</figcaption>
        </div>
    }
}

/// The arc of a ring for a percentage.
fn arc(percent: f64) -> Html {
    let drawn = AROUND * percent / 100.0;
    html! {
        <>
            <circle class="ring__track" cx="50" cy="50" r={RADIUS.to_string()} fill="none" stroke-width="9" />
            if percent > 0.0 {
                <circle class="ring__value" cx="50" cy="50" r={RADIUS.to_string()} fill="none" stroke-width="9"
                    stroke-linecap="round" transform="rotate(-90 50 50)"
                    stroke-dasharray={format!("{drawn:.2} {AROUND:.2}")} />
            }
        </>
    }
}

/// Properties of [`RateRing`].
#[derive(Properties, PartialEq)]
pub struct RateRingProps {
    /// What is measured: 年度学时达标率.
    pub label: AttrValue,
    /// In per cent; `None` if there is nobody.
    pub rate: Option<f64>,
    #[prop_or_default]
    pub tone: Tone,
}

/// A rate as a ring with the percentage in it.
#[component]
pub fn RateRing(props: &RateRingProps) -> Html {
    let RateRingProps { label, rate, tone } = props;
    let text = rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"));
    html! {
        <div class={format!("ring ring--{}", tone.name())} role="img" aria-label={t!("{label}：{text}", label, text)}>
            <svg viewBox="0 0 100 100" width="132" height="132" aria-hidden="true" focusable="false">
                { arc(rate.unwrap_or_default().clamp(0.0, 100.0)) }
                <text class="ring__done" x="50" y="57" text-anchor="middle">{ text }</text>
            </svg>
            <figcaption>{ label }</figcaption>
        </div>
    }
}

/// Properties of [`ProgressBar`].
#[derive(Properties, PartialEq)]
pub struct ProgressBarProps {
    /// What is measured.
    pub label: AttrValue,
    pub done: f64,
    pub whole: f64,
    /// The figures as text: 56 / 72 学时.
    pub text: AttrValue,
    #[prop_or_default]
    pub tone: Tone,
    /// Hides the label, for tables.
    #[prop_or_default]
    pub compact: bool,
}

/// A progress bar with its figures.
#[component]
pub fn ProgressBar(props: &ProgressBarProps) -> Html {
    let percent = format::percent(props.done, props.whole).to_string();
    let class = classes!("bar", format!("bar--{}", props.tone.name()), props.compact.then_some("bar--compact"));
    html! {
        <div {class}>
            <span class={if props.compact { "visually-hidden" } else { "bar__label" }}>{ &props.label }</span>
            <progress value={percent.clone()} max="100" aria-label={props.label.clone()}>{ format!("{percent}%") }</progress>
            <span class="bar__text">{ &props.text }</span>
        </div>
    }
}

/// Properties of [`StatCard`].
#[derive(Properties, PartialEq)]
pub struct StatCardProps {
    pub label: AttrValue,
    /// The figure; a dash while it is unknown.
    #[prop_or(AttrValue::Static("—"))]
    pub value: AttrValue,
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    #[prop_or_default]
    pub detail: Option<AttrValue>,
    #[prop_or_default]
    pub tone: Tone,
    /// The list behind the figure, with its query.
    #[prop_or_default]
    pub to: Option<(Route, AttrValue)>,
    /// Makes the card a button that opens a dialog.
    #[prop_or_default]
    pub onclick: Option<Callback<MouseEvent>>,
}

/// One figure with a link to what is behind it.
#[component]
pub fn StatCard(props: &StatCardProps) -> Html {
    let inside = html! {
        <>
            <span class="stat__label">{ &props.label }</span>
            <span class="stat__value">
                { &props.value }
                if let Some(unit) = &props.unit { <span class="stat__unit">{ unit }</span> }
            </span>
            if let Some(detail) = &props.detail { <span class="stat__detail">{ detail }</span> }
        </>
    };
    let class = format!("stat stat--{}", props.tone.name());
    match props.to.clone() {
        Some((to, query)) => html! { <Link {to} {query} class={classes!(class, "stat--link")}>{ inside }</Link> },
        None if props.onclick.is_some() => html! {
            <button type="button" class={classes!(class, "stat--link")} onclick={props.onclick.clone()} aria-haspopup="dialog">
                { inside }
            </button>
        },
        None => html! { <div {class}>{ inside }</div> },
    }
}
