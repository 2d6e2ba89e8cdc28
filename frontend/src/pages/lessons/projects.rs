//! Picking the project that a lesson belongs to.

use songjiao_types::{Page, ProjectId, WireEnum, projects::ProjectView};

use crate::{
    api::{Get, lessons},
    components::{Pickable, PickerField, PickerFilter},
    query::Query,
};

impl Pickable for ProjectView {
    type Id = ProjectId;

    fn search(query: &Query) -> Get<Page<Self>> {
        lessons::list_lesson_projects(query)
    }

    fn find(id: ProjectId) -> Get<Self> {
        lessons::find_lesson_project(id)
    }

    fn id(&self) -> ProjectId {
        self.id
    }

    fn name(&self) -> String {
        self.title.clone()
    }

    fn detail(&self) -> String {
        format!("{} · {} 年度 · {}", self.kind.label(), self.training_year, self.status.label())
    }
}

/// Picks a project.
pub type ProjectField = PickerField<ProjectView>;
/// Filters by a project.
pub type ProjectFilter = PickerFilter<ProjectView>;
