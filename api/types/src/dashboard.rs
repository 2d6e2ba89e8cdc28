//! The dashboard 总览: the figures of the home page, within what the caller may see.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{OrganizationId, ProjectId, organizations::OrganizationRef};

/// The figures of an organization and all below it. For a user of the role `teacher`, those of
/// the teacher alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DashboardView {
    /// Whose figures these are.
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The day on which late is judged.
    pub as_of: NaiveDate,
    /// Teachers in post today.
    pub teachers_in_post: i64,
    pub quota: QuotaFigures,
    pub credit: CreditFigures,
    /// The organizations right below, each with its subtree, by their codes.
    pub children: Vec<ChildFigures>,
    /// Projects of the training year, by status.
    pub projects: ProjectFigures,
    /// Phases that are running, by kind.
    pub running_phases: PhaseFigures,
    /// Phases of published and running projects that should have been completed by now.
    pub late_phases: i64,
    /// The latest of them, longest overdue first; five at most.
    pub most_late: Vec<LatePhase>,
    pub waiting: WaitingFigures,
    /// Lessons in all, by grade.
    pub lessons: LessonFigures,
    /// Awards issued in the training year's calendar year and still in force.
    pub awards: AwardFigures,
}

/// The annual quota (一-3) of the teachers who were in post in the training year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaFigures {
    pub met: i64,
    pub short: i64,
    /// Per cent that met it, to one decimal; `null` where there is nobody.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
}

/// The five-year credit (三-1) of the teachers who were in post in the cycle in which the year lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditFigures {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    pub met: i64,
    pub on_track: i64,
    pub behind: i64,
}

/// The quota in one of the organizations below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChildFigures {
    pub organization: OrganizationRef,
    pub teachers_in_post: i64,
    pub quota: QuotaFigures,
}

/// Projects by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectFigures {
    pub draft: i64,
    pub published: i64,
    pub running: i64,
    pub completed: i64,
    pub archived: i64,
    pub cancelled: i64,
}

/// Phases by kind (二).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseFigures {
    pub intensive_study: i64,
    pub diagnosis_demonstration: i64,
    pub lesson_polishing: i64,
    pub outcome_showcase: i64,
    pub summary_improvement: i64,
}

/// A phase that is late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatePhase {
    pub project_id: ProjectId,
    pub project_title: String,
    /// 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub position: i32,
    pub ends_on: NaiveDate,
}

/// What waits for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingFigures {
    /// Nominated or announced participants whom the training school has not reviewed yet.
    pub enrollments: i64,
    /// Hour records that are pending.
    pub hour_records: i64,
    /// Certifications that are not decided.
    pub certifications: i64,
    /// Of these, the ones with as many reviews as a decision needs.
    pub certifications_to_decide: i64,
}

/// Lessons by grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonFigures {
    pub ungraded: i64,
    pub qualified: i64,
    pub good: i64,
    pub excellent: i64,
}

/// Awards in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AwardFigures {
    pub standard: i64,
    pub quality: i64,
    pub demonstration: i64,
}

/// Which figures are asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DashboardQuery {
    /// By default the one that runs
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}
