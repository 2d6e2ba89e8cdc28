//! Consecutive steps: the five phases of 送教下乡, a review, a certification.

use yew::prelude::*;

use super::{IconName, Link};
use crate::route::Route;

/// The state of a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not started.
    Ahead,
    /// In progress.
    Active,
    /// Completed.
    Done,
    /// Skipped with a reason.
    Skipped,
}

impl StepState {
    const fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Active => "active",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Ahead => t!("未开始"),
            Self::Active => t!("进行中"),
            Self::Done => t!("已完成"),
            Self::Skipped => t!("已跳过"),
        }
    }
}

/// One step.
#[derive(Clone, PartialEq)]
pub struct Step {
    pub label: AttrValue,
    pub state: StepState,
    /// Below the label: dates, hours.
    pub detail: Option<AttrValue>,
    /// The page of the step, with its query.
    pub to: Option<(Route, AttrValue)>,
}

/// Properties of [`Stepper`].
#[derive(Properties, PartialEq)]
pub struct StepperProps {
    /// The accessible name.
    pub label: AttrValue,
    pub steps: Vec<Step>,
    /// The step that the page shows.
    #[prop_or_default]
    pub shown: Option<usize>,
}

/// The steps in a row, or one below the other on a phone.
#[component]
pub fn Stepper(props: &StepperProps) -> Html {
    html! {
        <ol class="stepper" aria-label={props.label.clone()}>
            { for props.steps.iter().enumerate().map(|(index, step)| {
                let shown = props.shown == Some(index);
                let class = classes!("step", format!("step--{}", step.state.name()), shown.then_some("step--shown"));
                let current = (step.state == StepState::Active).then_some("step");
                html! {
                    <li {class} aria-current={current}>
                        { match step.to.clone() {
                            Some((to, query)) => html! {
                                <Link {to} {query} class="step__link" current={shown}>{ inside(index, step) }</Link>
                            },
                            None => html! { <div class="step__link">{ inside(index, step) }</div> },
                        } }
                    </li>
                }
            }) }
        </ol>
    }
}

fn inside(index: usize, step: &Step) -> Html {
    html! {
        <>
            <span class="step__mark">
                { match step.state {
                    StepState::Done => IconName::Check.draw(),
                    StepState::Skipped => html! { "–" },
                    StepState::Ahead | StepState::Active => html! { index + 1 },
                } }
            </span>
            <span class="step__text">
                <span class="step__label">{ &step.label }</span>
                <span class="step__state">{ t!(step.state.label()) }</span>
                if let Some(detail) = &step.detail { <span class="step__detail">{ detail }</span> }
            </span>
        </>
    }
}
