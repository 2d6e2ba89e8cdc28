//! Projects 培训项目: the plan, the five phases with their activities and deliverables, and who
//! takes part.

mod about;
mod activities;
mod activity_form;
mod calendar;
mod deliverable_form;
mod deliverables;
mod detail;
mod form;
mod lessons;
mod list;
mod phase;
mod phase_actions;
mod status;
mod tabs;

pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
pub use tabs::{FirstTab, OtherTab};

use songjiao_types::{
    Page, ProjectId, WireEnum,
    phases::PhaseStatus,
    projects::{PhaseSummary, ProjectStatus, ProjectView},
};
use yew::prelude::*;

use crate::{
    api::{
        Get,
        projects::{find_project, list_projects},
    },
    components::{Crumb, Pickable, PickerField, PickerFilter, Tone, badge},
    format,
    query::Query,
    route::Route,
};

/// The list, above every other page of the slice.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("培训项目"), Route::Projects)
}

/// The page of a project, above its nominations and attendance sheets.
pub fn project_crumb(id: ProjectId, title: impl Into<AttrValue>) -> Crumb {
    Crumb::to(title, Route::Project { id })
}

impl Pickable for ProjectView {
    type Id = ProjectId;

    fn search(query: &Query) -> Get<Page<Self>> {
        list_projects(query)
    }

    fn find(id: ProjectId) -> Get<Self> {
        find_project(id)
    }

    fn id(&self) -> ProjectId {
        self.id
    }

    fn name(&self) -> String {
        self.title.clone()
    }

    fn detail(&self) -> String {
        t!(
            "{training_year} 年度 · {kind} · {status}",
            training_year = self.training_year,
            kind = t!(self.kind.label()),
            status = t!(self.status.label())
        )
    }
}

/// Picks a project.
pub type ProjectField = PickerField<ProjectView>;
/// Filters by a project.
pub type ProjectFilter = PickerFilter<ProjectView>;

/// Where a project stands.
pub fn status_badge(status: ProjectStatus) -> Html {
    let tone = match status {
        ProjectStatus::Draft | ProjectStatus::Archived => Tone::Neutral,
        ProjectStatus::Published => Tone::Info,
        ProjectStatus::Running => Tone::Warning,
        ProjectStatus::Completed => Tone::Success,
        ProjectStatus::Cancelled => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// Where a phase stands.
fn phase_badge(status: PhaseStatus) -> Html {
    let tone = match status {
        PhaseStatus::Planned => Tone::Neutral,
        PhaseStatus::Active => Tone::Warning,
        PhaseStatus::Completed => Tone::Success,
        PhaseStatus::Skipped => Tone::Danger,
    };
    badge(tone, t!(status.label()))
}

/// The phase that a project is in, or comes to next; the last once all are done.
fn current_phase(phases: &[PhaseSummary]) -> Option<&PhaseSummary> {
    let active = phases.iter().find(|phase| phase.status == PhaseStatus::Active);
    active.or_else(|| phases.iter().find(|phase| !phase.status.is_done())).or(phases.last())
}

/// The five phases in little: five marks and the name of the one that counts.
fn phase_marks(phases: &[PhaseSummary]) -> Html {
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

/// From when to when, a day a line: never broken inside a date.
fn days_of(project: &ProjectView) -> Html {
    html! {
        <span class="days">
            <span>{ t!("{project} 至", project = format::date(project.starts_on)) }</span>
            <span>{ format::date(project.ends_on) }</span>
        </span>
    }
}

/// Whether the project is neither over nor cancelled.
fn is_live(project: &ProjectView) -> bool {
    matches!(project.status, ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Running)
}

/// A value that may be missing.
fn or_dash(text: Option<&str>) -> Html {
    match text {
        Some(text) if !text.is_empty() => html! { text.to_owned() },
        _ => html! { <span class="muted">{ "—" }</span> },
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
