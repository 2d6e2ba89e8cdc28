//! The tabs of a project. They are bundles of their own, so that the head of the page and then the first tab are shown
//! before the rest is fetched.

use std::rc::Rc;

use songjiao_types::{WireEnum, projects::ProjectView};
use yew::prelude::*;

use super::{about::About, calendar::ProjectCalendar, common::is_live, hours::IssuedHours, lessons::Lessons};
use crate::{
    api::phases::ActivityParent,
    hooks::use_url_query,
    pages::training::{
        activities::Activities,
        deliverables::ProjectDeliverables,
        enrollments::Participants,
        phases::{PhasePanel, current_phase},
    },
    query::Query,
};

/// The first tab.
pub const FIRST_TAB: &str = "phases";
/// The tabs of [`OtherTab`].
pub const OTHER_TABS: [&str; 6] = ["participants", "deliverables", "calendar", "lessons", "hours", "about"];

/// The project of the tabs, provided as a context.
#[derive(Clone, PartialEq)]
pub struct TabContext {
    pub project: Rc<ProjectView>,
    pub reload: Callback<()>,
}

/// The index of the phase in the URL, else of the current one.
pub fn selected_phase(project: &ProjectView, query: &Query) -> Option<usize> {
    let asked = query.get("phase").and_then(|kind| project.phases.iter().position(|phase| phase.kind.as_str() == kind));
    let current = current_phase(&project.phases);
    asked.or_else(|| current.and_then(|current| project.phases.iter().position(|phase| phase.id == current.id)))
}

/// The selected phase, or the activities of a project without phases.
#[component]
pub fn FirstTab() -> Html {
    let query = use_url_query();
    let Some(TabContext { project, reload }) = use_context::<TabContext>() else { return Html::default() };
    if let Some(phase) = selected_phase(&project, &query).and_then(|at| project.phases.get(at)) {
        return html! { <PhasePanel key={phase.id.to_string()} id={phase.id} project={(*project).clone()} {reload} /> };
    }
    let (of, may_change) = (ActivityParent::Project(project.id), project.can_run && is_live(&project));
    html! { <Activities {of} project={(*project).clone()} {may_change} onchange={reload} /> }
}

/// The other tabs.
#[component]
pub fn OtherTab() -> Html {
    let query = use_url_query();
    let Some(TabContext { project, reload }) = use_context::<TabContext>() else { return Html::default() };
    match query.get("tab") {
        Some("participants") => html! { <Participants project={(*project).clone()} {reload} /> },
        Some("deliverables") => html! { <ProjectDeliverables project={(*project).clone()} {reload} /> },
        Some("calendar") => html! { <ProjectCalendar project={(*project).clone()} /> },
        Some("hours") => html! { <IssuedHours id={project.id} /> },
        Some("lessons") => html! { <Lessons id={project.id} /> },
        Some("about") => html! { <About project={(*project).clone()} /> },
        _ => Html::default(),
    }
}
