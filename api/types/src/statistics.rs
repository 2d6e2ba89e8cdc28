//! Statistics 统计: the figures behind the charts, each with what is needed to go one level down.

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
    /// What the completion of the annual quota is grouped by.
    CompletionBy {
        District = "district", "学区";
        Organization = "organization", "单位";
        Subject = "subject", "学科";
        Stage = "stage", "学段";
    }
}

/// How a training year's quota is met (一-3), by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionView {
    /// Whose teachers these are, all below it included.
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    pub by: CompletionBy,
    /// The groups, the lowest rate first; those without teachers are left out.
    pub items: Vec<CompletionItem>,
    /// How many groups there are, those beyond `limit` included.
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
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山学区"))]
    pub label: String,
    /// Of a district or an organization: what to ask for next.
    pub organization_id: Option<OrganizationId>,
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    #[cfg_attr(feature = "openapi", schema(example = 73))]
    pub short: i64,
    /// Per cent that met it, to one decimal.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    /// The sum of what each teacher owes.
    #[cfg_attr(feature = "openapi", schema(example = 14_400))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The sum of what each teacher earned, wherever that was.
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
}

wire_enum! {
    /// What recognised hours are taken apart by.
    CompositionBy {
        Tier = "tier", "培训层级";
        Mode = "mode", "培训方式";
    }
}

/// What a training year's hours are made of (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionView {
    /// Where the hours were earned, all below it included.
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    pub by: CompositionBy,
    /// Every tier or mode, those without hours included.
    pub items: Vec<CompositionItem>,
}

/// The hours of a tier or a mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompositionItem {
    #[cfg_attr(feature = "openapi", schema(example = "county"))]
    pub key: String,
    #[cfg_attr(feature = "openapi", schema(example = "县级培训"))]
    pub label: String,
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// Per cent of all recognised hours, to one decimal; `null` where there are none.
    #[cfg_attr(feature = "openapi", schema(example = 42.5))]
    pub share: Option<f64>,
}

/// How quotas and credits went, year by year and cycle by cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendView {
    /// Whose teachers these are, all below it included: those who serve there now.
    pub organization: OrganizationRef,
    /// From the first year of the first cycle to the year that runs.
    pub years: Vec<YearTrend>,
    /// From the first cycle to the one that runs.
    pub cycles: Vec<CycleTrend>,
}

/// A training year (一-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearTrend {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 200))]
    pub teachers: i64,
    #[cfg_attr(feature = "openapi", schema(example = 127))]
    pub met: i64,
    /// Per cent that met it, to one decimal; `null` where there was nobody.
    #[cfg_attr(feature = "openapi", schema(example = 63.5))]
    pub rate: Option<f64>,
    #[cfg_attr(feature = "openapi", schema(example = 13_210.5))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
}

/// A cycle of credits (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleTrend {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// Who was in post in the cycle.
    #[cfg_attr(feature = "openapi", schema(example = 210))]
    pub teachers: i64,
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub met: i64,
    /// Of a cycle that is over, nobody.
    #[cfg_attr(feature = "openapi", schema(example = 150))]
    pub on_track: i64,
    #[cfg_attr(feature = "openapi", schema(example = 48))]
    pub behind: i64,
}

/// The completion of each organization in each year of a cycle: a heat map, a page at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapView {
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// The organizations where teachers serve who were in post in the cycle, by code.
    pub items: Vec<CycleMapRow>,
    /// Where the next page begins: send it as `cursor`; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// An organization, its subtree not counted, through a cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapRow {
    pub organization_id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "SL-ZX-003"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub label: String,
    /// Every year of the cycle, in order.
    pub years: Vec<CycleMapCell>,
}

/// An organization in a training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleMapCell {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    pub teachers: i64,
    #[cfg_attr(feature = "openapi", schema(example = 31))]
    pub met: i64,
    /// Per cent that met it, to one decimal; `null` where there was nobody or the year has not begun.
    #[cfg_attr(feature = "openapi", schema(example = 77.5))]
    pub rate: Option<f64>,
}

/// The projects of a training year with their phases, along the calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleView {
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The day on which late is judged.
    pub as_of: NaiveDate,
    /// By their first days.
    pub items: Vec<ScheduledProject>,
    /// Where the next page begins: send it as `cursor`; `null` on the last page.
    pub next_cursor: Option<String>,
}

/// A project as a bar of the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledProject {
    pub project_id: ProjectId,
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡"))]
    pub title: String,
    pub kind: ProjectKind,
    pub status: ProjectStatus,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Whether one of its phases is late.
    pub late: bool,
    /// In order; a project of another kind than 送教下乡 has none.
    pub phases: Vec<ScheduledPhase>,
}

/// A phase as a bar of the chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduledPhase {
    pub phase_id: PhaseId,
    pub kind: PhaseKind,
    /// 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub position: i32,
    pub status: PhaseStatus,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// Whether it should be over by now, in a project that is published or running.
    pub late: bool,
}

/// Whose completion is asked for, and by what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CompletionQuery {
    /// By default `organization`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<CompletionBy>,
    /// By default the one that runs
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Groups at most, the lowest rates; by default 500
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// Whose hours are asked for, and by what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CompositionQuery {
    /// By default `tier`
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<CompositionBy>,
    /// By default the one that runs
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// Whose trend is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TrendQuery {
    /// This organization and all below it; by default all that the caller sees
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
}

/// Which cycle's heat map is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CycleMapQuery {
    /// The first year of a cycle: 2016, 2021, 2026 …; by default of the one that runs
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

/// Which projects' calendar is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ScheduleQuery {
    /// By default the one that runs
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
