//! Shared by the pages of phases.

use songjiao_types::{WireEnum, phases::PhaseStatus, projects::PhaseSummary};
use yew::prelude::*;

use crate::components::{Tone, badge};

/// The status of a phase.
pub fn phase_badge(status: PhaseStatus) -> Html {
    let tone = match status {
        PhaseStatus::Planned => Tone::Neutral,
        PhaseStatus::Active => Tone::Warning,
        PhaseStatus::Completed => Tone::Success,
        PhaseStatus::Skipped => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// The active phase, else the next one, else the last.
pub fn current_phase(phases: &[PhaseSummary]) -> Option<&PhaseSummary> {
    let active = phases.iter().find(|phase| phase.status == PhaseStatus::Active);
    active.or_else(|| phases.iter().find(|phase| !phase.status.is_done())).or(phases.last())
}

/// The phases as small marks, with the name of the current one.
pub fn phase_marks(phases: &[PhaseSummary]) -> Html {
    let Some(current) = current_phase(phases) else {
        return html! { <span class="muted">{ t!("不分阶段") }</span> };
    };
    let done = phases.iter().filter(|phase| phase.status.is_done()).count();
    let said = if done == phases.len() {
        t!("五段已完成").to_owned()
    } else {
        format!(
            "{}{}",
            t!(current.kind.label()),
            if current.status == PhaseStatus::Active { "" } else { t!("（待开始）") }
        )
    };
    let spoken: Vec<String> =
        phases.iter().map(|phase| format!("{}{}", t!(phase.kind.label()), t!(phase.status.label()))).collect();
    html! {
        <span class="marks">
            <span class="marks__row" role="img" aria-label={spoken.join(t!("，"))}>
                { for phases.iter().map(|phase| html! {
                    <span class={format!("marks__one marks__one--{}", phase.status.as_str())}
                        title={t!("{phase}：{status}", phase = t!(phase.kind.label()), status = t!(phase.status.label()))} />
                }) }
            </span>
            <span class="marks__text small">{ said }</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::{Hours, phases::PhaseKind};

    use super::*;

    fn phases(states: [PhaseStatus; 5]) -> Vec<PhaseSummary> {
        let kinds = PhaseKind::ALL.iter().zip(states).zip(1..);
        kinds
            .map(|((kind, status), position)| PhaseSummary {
                id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
                kind: *kind,
                position,
                status,
                planned_hours: Hours::ZERO,
                starts_on: None,
                ends_on: None,
            })
            .collect()
    }

    #[test]
    fn the_current_phase_is_the_active_one_or_the_next() {
        use PhaseStatus::{Active, Completed, Planned, Skipped};
        for (states, position) in [
            ([Planned; 5], 1),
            ([Completed, Active, Planned, Planned, Planned], 2),
            ([Completed, Skipped, Planned, Planned, Planned], 3),
            ([Completed; 5], 5),
        ] {
            assert_eq!(current_phase(&phases(states)).map(|phase| phase.position), Some(position));
        }
        assert!(current_phase(&[]).is_none());
    }
}
