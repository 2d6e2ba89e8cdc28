//! The dashboard 总览: the figures of the home page, limited to what the caller may see.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Hours, OrganizationId, ProjectId, organizations::OrganizationRef};

/// The figures of an organization and all below it; for a user of the role `teacher`, the teacher's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DashboardView {
    /// The organization that the figures are about.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The annual quota per teacher under the organization's policy of the year.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The day as of which phases are late.
    pub as_of: NaiveDate,
    /// Teachers in post today.
    pub teachers_in_post: i64,
    /// The annual quota.
    pub quota: QuotaFigures,
    /// The five-year credit.
    pub credit: CreditFigures,
    /// The organizations directly below, each with its subtree, ordered by code.
    pub children: Vec<ChildFigures>,
    /// Projects of the training year by status.
    pub projects: ProjectFigures,
    /// Running phases by kind.
    pub running_phases: PhaseFigures,
    /// Phases of published and running projects that should have been completed by now.
    pub late_phases: i64,
    /// At most five late phases, the longest overdue first.
    pub most_late: Vec<LatePhase>,
    /// What waits for a decision.
    pub waiting: WaitingFigures,
    /// Lessons of all years by grade.
    pub lessons: LessonFigures,
    /// Awards issued in the calendar year of the training year and still in force.
    pub awards: AwardFigures,
}

/// The annual quota (一-3) of the teachers whose training year belongs there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaFigures {
    /// Teachers who met their quota.
    pub met: i64,
    /// Teachers who did not meet their quota.
    pub short: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    pub exempt: i64,
    /// The percentage of teachers who met it, to one decimal; `null` if there are none.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
}

/// The five-year credit (三-1) of the teachers who were in post in the cycle that the year belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditFigures {
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// Teachers who reached the cycle's requirement.
    pub met: i64,
    /// Teachers whose hours reach what is owed for the months that are over; none once the cycle has ended.
    pub on_track: i64,
    /// Teachers whose hours do not.
    pub behind: i64,
    /// Teachers of whom nothing is required; they count in no rate.
    pub exempt: i64,
}

/// The quota in an organization directly below.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChildFigures {
    /// The organization.
    pub organization: OrganizationRef,
    /// Teachers in post today, there or below.
    pub teachers_in_post: i64,
    /// The annual quota, there and below.
    pub quota: QuotaFigures,
}

/// Projects by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectFigures {
    /// 草稿.
    pub draft: i64,
    /// 已发布.
    pub published: i64,
    /// 实施中.
    pub running: i64,
    /// 已完成.
    pub completed: i64,
    /// 已归档.
    pub archived: i64,
    /// 已取消.
    pub cancelled: i64,
}

/// Phases by kind (二).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseFigures {
    /// 集中研修.
    pub intensive_study: i64,
    /// 诊断示范.
    pub diagnosis_demonstration: i64,
    /// 研课磨课.
    pub lesson_polishing: i64,
    /// 成果展示.
    pub outcome_showcase: i64,
    /// 总结提升.
    pub summary_improvement: i64,
}

/// A phase that is late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatePhase {
    /// The project.
    pub project_id: ProjectId,
    /// The project's title.
    pub project_title: String,
    /// The phase's position, 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub position: i32,
    /// The day by which the phase should have been completed.
    pub ends_on: NaiveDate,
}

/// What waits for a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingFigures {
    /// Nominated or announced participants whom the training school has not reviewed.
    pub enrollments: i64,
    /// Pending hour records.
    pub hour_records: i64,
    /// Undecided certifications.
    pub certifications: i64,
    /// Undecided certifications that have the reviews that a decision requires.
    pub certifications_to_decide: i64,
}

/// Lessons by grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonFigures {
    /// Lessons without a grade.
    pub ungraded: i64,
    /// 合格课.
    pub qualified: i64,
    /// 优质课.
    pub good: i64,
    /// 精品课.
    pub excellent: i64,
}

/// Awards in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AwardFigures {
    /// 达标课.
    pub standard: i64,
    /// 优质课.
    pub quality: i64,
    /// 示范课.
    pub demonstration: i64,
}

query! {
    /// The parameters of the dashboard.
    DashboardQuery {
        /// Defaults to the current year
        training_year: i32,
        /// This organization and all below it; defaults to all that the caller sees
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}
