//! Shared by the pages of projects.

use songjiao_types::{
    Page, ProjectId, WireEnum,
    projects::{ProjectQuery, ProjectStatus, ProjectView},
};
use yew::prelude::*;

use crate::{
    api::{
        Get,
        projects::{find_project, list_projects},
    },
    components::{Crumb, MATCHES, Pickable, PickerField, PickerFilter, Tone, badge},
    format,
    route::Route,
};

/// The breadcrumb of the list.
pub fn list_crumb() -> Crumb {
    Crumb::to(t!("培训项目"), Route::Projects)
}

/// The breadcrumb of a project.
pub fn project_crumb(id: ProjectId, title: impl Into<AttrValue>) -> Crumb {
    Crumb::to(title, Route::Project { id })
}

impl Pickable for ProjectView {
    type Id = ProjectId;
    type Query = ProjectQuery;

    fn search(within: ProjectQuery, q: Option<String>) -> Get<Page<Self>> {
        list_projects(&ProjectQuery { q, limit: Some(MATCHES), ..within })
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

/// The status of a project.
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

/// The first and the last day on a line each, so that no date wraps.
pub fn days_of(project: &ProjectView) -> Html {
    html! {
        <span class="days">
            <span>{ t!("{project} 至", project = format::date(project.starts_on)) }</span>
            <span>{ format::date(project.ends_on) }</span>
        </span>
    }
}

/// Whether the project is neither over nor cancelled.
pub fn is_live(project: &ProjectView) -> bool {
    matches!(project.status, ProjectStatus::Draft | ProjectStatus::Published | ProjectStatus::Running)
}

/// A text or a dash.
pub fn or_dash(text: Option<&str>) -> Html {
    match text {
        Some(text) if !text.is_empty() => html! { text.to_owned() },
        _ => html! { <span class="muted">{ "—" }</span> },
    }
}
