use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    OrganizationId, PhaseId, ProjectId,
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectKind, ProjectStatus},
};

/// The projects of a training year with their phases, by date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleView {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The day as of which phases are late.
    pub as_of: NaiveDate,
    /// The projects, ordered by first day.
    pub items: Vec<ScheduledProject>,
    /// The `cursor` of the next page; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// A project as a bar of the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledProject {
    /// The project.
    pub project_id: ProjectId,
    /// The project's title.
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡"))]
    pub title: String,
    /// The project's kind.
    pub kind: ProjectKind,
    /// The project's status.
    pub status: ProjectStatus,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Whether one of its phases is late.
    pub late: bool,
    /// The phases in order; only projects of kind 送教下乡 have any.
    pub phases: Vec<ScheduledPhase>,
}

/// A phase as a bar of the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledPhase {
    /// The phase.
    pub phase_id: PhaseId,
    /// The phase's kind.
    pub kind: PhaseKind,
    /// The phase's position, 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub position: i32,
    /// The phase's status.
    pub status: PhaseStatus,
    /// The first day.
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    /// Whether the phase should have been completed by now, in a published or running project.
    pub late: bool,
}

query! {
    /// The parameters of a calendar of projects.
    ScheduleQuery {
        /// Defaults to the current year
        training_year: i32,
        /// Projects planned by or held in this organization or one below it, or with participants from there
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Projects on a page; defaults to 50
        #[param(minimum = 1, maximum = 500)]
        limit: i64,
        /// The `next_cursor` of the previous page
        cursor: String,
    }
}

impl crate::ListQuery for ScheduleQuery {
    fn limit(&self) -> Option<i64> {
        self.limit
    }

    fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    fn with_total(&self) -> bool {
        false
    }
}
