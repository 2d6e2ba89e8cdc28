//! Statistics 统计: the figures behind the charts, each with the ids needed to drill down one level.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Hours, OrganizationId, PhaseId, ProjectId,
    organizations::OrganizationRef,
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectKind, ProjectStatus},
    total_hours,
};

wire_enum! {
    /// How the completion of the annual quota is grouped.
    CompletionBy {
        District = "district", "学区";
        Organization = "organization", "单位";
        Subject = "subject", "学科";
        Stage = "stage", "学段";
    }
}

/// How the quota of a training year is met (一-3), by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionView {
    /// The organization where the teachers serve, there or below.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// How the teachers are grouped.
    pub by: CompletionBy,
    /// The groups, the lowest rate first, without those that have no teachers.
    pub items: Vec<CompletionItem>,
    /// How many groups there are, including those beyond `limit`.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub total: i64,
}

/// One group of teachers who were in post in the training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionItem {
    /// The organization's id, the subject, or the stage's identifier.
    #[cfg_attr(feature = "openapi", schema(example = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10"))]
    pub key: String,
    /// The name to show.
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山学区"))]
    pub label: String,
    /// The district or organization to drill down into.
    pub organization_id: Option<OrganizationId>,
    /// Teachers of the group.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    /// Teachers who did not meet their quota.
    #[cfg_attr(feature = "openapi", schema(example = 73))]
    pub short: i64,
    /// Percentage of teachers who met it, to one decimal.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    /// The sum of the teachers' requirements.
    #[cfg_attr(feature = "openapi", schema(example = 14_400))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The sum of the teachers' recognised hours, wherever they were earned.
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
}

wire_enum! {
    /// How the hours are broken down.
    CompositionBy {
        Tier = "tier", "培训层级";
        Mode = "mode", "培训方式";
    }
}

/// What the hours of a training year consist of (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionView {
    /// The organization where the hours were earned, there or below.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// How the hours are broken down.
    pub by: CompositionBy,
    /// Every tier or mode, including those without hours.
    pub items: Vec<CompositionItem>,
}

/// The hours of a tier or a mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionItem {
    /// The identifier of the tier or mode.
    #[cfg_attr(feature = "openapi", schema(example = "county"))]
    pub key: String,
    /// The name to show.
    #[cfg_attr(feature = "openapi", schema(example = "县级培训"))]
    pub label: String,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Hours that wait to be recognised.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// Percentage of all recognised hours, to one decimal; `null` if there are none.
    #[cfg_attr(feature = "openapi", schema(example = 42.5))]
    pub share: Option<f64>,
}

/// The trend of quotas and credits, year by year and cycle by cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendView {
    /// The organization where the teachers serve now, there or below.
    pub organization: OrganizationRef,
    /// From the first year of the first cycle to the current year.
    pub years: Vec<YearTrend>,
    /// From the first cycle to the current one.
    pub cycles: Vec<CycleTrend>,
}

/// A training year (一-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearTrend {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers who were in post in the year.
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    /// Percentage of teachers who met it, to one decimal; `null` if there are none.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    /// The sum of the teachers' recognised hours.
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
}

/// A cycle of credits (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleTrend {
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// Teachers who were in post in the cycle.
    #[cfg_attr(feature = "openapi", schema(example = 210))]
    pub teachers: i64,
    /// Teachers who reached the cycle's requirement.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub met: i64,
    /// Teachers whose hours reach what the past years require; none once the cycle has ended.
    #[cfg_attr(feature = "openapi", schema(example = 150))]
    pub on_track: i64,
    /// Teachers whose hours do not.
    #[cfg_attr(feature = "openapi", schema(example = 48))]
    pub behind: i64,
}

/// The completion of each organization in each year of a cycle: a heat map, a page at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapView {
    /// The organization whose subtree is shown.
    pub organization: OrganizationRef,
    /// The cycle's first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// The cycle's last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// The organizations with teachers who were in post in the cycle, ordered by code.
    pub items: Vec<CycleMapRow>,
    /// Where the next page begins: send it as `cursor`; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// An organization without its subtree, over a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapRow {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's code 单位编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    /// The organization's name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub label: String,
    /// Every year of the cycle, in order.
    pub years: Vec<CycleMapCell>,
}

/// An organization in a training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapCell {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers who were in post in the year.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub teachers: i64,
    /// Teachers who met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 31))]
    pub met: i64,
    /// Percentage of teachers who met it, to one decimal; `null` if there are none or the year has not
    /// begun.
    #[cfg_attr(feature = "openapi", schema(example = 77.5))]
    pub rate: Option<f64>,
}

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
    /// Where the next page begins: send it as `cursor`; `null` on the last page.
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

/// The parameters of a completion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CompletionQuery {
    /// By default `organization`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<CompletionBy>,
    /// By default the current year
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The most groups, those with the lowest rates; by default 500
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// The parameters of a composition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CompositionQuery {
    /// By default `tier`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<CompositionBy>,
    /// By default the current year
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// The parameters of a trend.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TrendQuery {
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// The parameters of a heat map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CycleMapQuery {
    /// The first year of a cycle: 2016, 2021, 2026 …; by default that of the current cycle
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle_first_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Organizations on a page, by default 50
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl crate::ListQuery for CycleMapQuery {
    const FILTERS: &'static [&'static str] = &["cycle_first_year", "organization_id"];

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

/// The parameters of a calendar of projects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ScheduleQuery {
    /// By default the current year
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// Planned or held in this organization or below, or with participants from there
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Projects on a page, by default 50
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl crate::ListQuery for ScheduleQuery {
    const FILTERS: &'static [&'static str] = &["training_year", "organization_id"];

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
