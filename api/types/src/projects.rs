//! Projects 培训项目: a training of a fixed length for a fixed number of participants (三-1).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, Hours, OrganizationId, Patch, PhaseId, ProjectId, Tabular, TeamId, WireEnum, column, double_option,
    phases::{PhaseKind, PhaseStatus},
    training::{Stage, TrainingLevel, TrainingMode, TrainingTier},
    validate,
};

wire_enum! {
    /// What kind of training a project is (一-2, 一-3).
    ProjectKind {
        SendTeaching = "send_teaching", "送教下乡";
        Workshop = "workshop", "名师工作坊";
        SchoolBased = "school_based", "校本研修";
        Principal = "principal", "校园长培训";
        Visiting = "visiting", "访名校";
        Online = "online", "网络研修";
    }
}

wire_enum! {
    /// Where a project stands: each goes on to the next, and to `cancelled` from any of the
    /// first three.
    ProjectStatus {
        Draft = "draft", "草稿";
        Published = "published", "已发布";
        Running = "running", "实施中";
        Completed = "completed", "已完成";
        Archived = "archived", "已归档";
        Cancelled = "cancelled", "已取消";
    }
}

/// One of a project's phases, for lists and the stepper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseSummary {
    pub id: PhaseId,
    pub kind: PhaseKind,
    /// 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub position: i32,
    pub status: PhaseStatus,
    pub planned_hours: Hours,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
}

/// How much there is of what belongs to a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectCounts {
    /// Participants whose nomination waits for a decision.
    pub nominated: i64,
    /// Participants who take part or took part to the end.
    pub admitted: i64,
    pub activities: i64,
    pub deliverables: i64,
}

/// Something in the plan that the Ministry's guide or arithmetic speaks against. It stops nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanWarning {
    /// `visits_short`, `visit_days_short`, `phase_hours_mismatch`, `dates_outside_project` or `team_missing`.
    #[cfg_attr(feature = "openapi", schema(example = "visits_short"))]
    pub code: String,
    #[cfg_attr(feature = "openapi", schema(example = "计划入校 2 次，指南要求每年不少于 4 次"))]
    pub message: String,
}

/// A project 培训项目.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectView {
    pub id: ProjectId,
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训"))]
    pub title: String,
    pub kind: ProjectKind,
    /// 培训年度: the year that the hours count for.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// 培训类别.
    pub level: TrainingLevel,
    /// 培训层级, as it follows from the level.
    pub tier: TrainingTier,
    /// 培训方式.
    pub mode: TrainingMode,
    /// Where one is named, participants have to teach it.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: Option<String>,
    /// Where one is named, participants have to teach at it.
    pub stage: Option<Stage>,
    /// 研修主题.
    pub theme: Option<String>,
    /// 校本主题 that the theme meets (三-3).
    pub school_theme: Option<String>,
    /// 课题 (三-4).
    pub research_topic: Option<String>,
    /// 遴选条件, in words (五-1).
    pub conditions: Option<String>,
    /// Only teachers of rural schools.
    pub requires_rural: bool,
    /// Years within which nobody is selected again for the same level (重复选派); 0: no limit.
    pub look_back_years: i32,
    /// 固定时长.
    pub planned_hours: Hours,
    /// 固定人数.
    #[cfg_attr(feature = "openapi", schema(example = 50))]
    pub capacity: i32,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// Who plans it.
    pub owner_organization_id: OrganizationId,
    pub owner_organization_name: String,
    /// Where it takes place.
    pub host_organization_id: Option<OrganizationId>,
    pub host_organization_name: Option<String>,
    pub team_id: Option<TeamId>,
    pub team_name: Option<String>,
    pub status: ProjectStatus,
    /// Why it was cancelled.
    pub status_reason: Option<String>,
    /// The five phases of a `send_teaching` project, in order; else none.
    pub phases: Vec<PhaseSummary>,
    pub counts: ProjectCounts,
    pub warnings: Vec<PlanWarning>,
    /// Whether the caller may change the project and its status.
    pub can_manage: bool,
    /// Whether the caller may run its phases, take attendance and keep its deliverables.
    pub can_run: bool,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new project, a draft at first. One of `send_teaching` is born with its five phases.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateProject {
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训", min_length = 1, max_length = 200))]
    pub title: String,
    pub kind: ProjectKind,
    #[validate(custom(function = validate::plausible_year))]
    #[cfg_attr(feature = "openapi", schema(example = 2026, minimum = 1900, maximum = 2200))]
    pub training_year: i32,
    pub level: TrainingLevel,
    pub mode: TrainingMode,
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 50))]
    pub subject: Option<String>,
    #[serde(default)]
    pub stage: Option<Stage>,
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub theme: Option<String>,
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub school_theme: Option<String>,
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub research_topic: Option<String>,
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub conditions: Option<String>,
    #[serde(default)]
    pub requires_rural: bool,
    #[validate(range(min = 0, max = 20))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 0, maximum = 20))]
    pub look_back_years: i32,
    #[validate(custom(function = validate::positive_hours))]
    pub planned_hours: Hours,
    #[validate(range(min = 1, max = 100_000))]
    #[cfg_attr(feature = "openapi", schema(example = 50, minimum = 1, maximum = 100_000))]
    pub capacity: i32,
    #[validate(custom(function = validate::plausible_date))]
    pub starts_on: NaiveDate,
    #[validate(custom(function = validate::plausible_date))]
    pub ends_on: NaiveDate,
    /// Without one, the caller's own organization.
    #[serde(default)]
    pub owner_organization_id: Option<OrganizationId>,
    #[serde(default)]
    pub host_organization_id: Option<OrganizationId>,
    #[serde(default)]
    pub team_id: Option<TeamId>,
}

fn in_order(new: &CreateProject) -> Result<(), ValidationError> {
    validate::in_order(new.starts_on, new.ends_on)
}

/// Changes of a project; what is absent stays. Kind and owner are for good. A running project
/// takes a later `ends_on`, a larger `capacity`, another team or host, and its themes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateProject {
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[validate(custom(function = validate::plausible_year))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1900, maximum = 2200))]
    pub training_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<TrainingLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<TrainingMode>,
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 50))]
    pub subject: Patch<String>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Stage>))]
    pub stage: Patch<Stage>,
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub theme: Patch<String>,
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub school_theme: Patch<String>,
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub research_topic: Patch<String>,
    #[validate(length(max = 2000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
    pub conditions: Patch<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_rural: Option<bool>,
    #[validate(range(min = 0, max = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 20))]
    pub look_back_years: Option<i32>,
    #[validate(custom(function = validate::positive_hours))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_hours: Option<Hours>,
    #[validate(range(min = 1, max = 100_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub capacity: Option<i32>,
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub host_organization_id: Patch<OrganizationId>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeamId>))]
    pub team_id: Patch<TeamId>,
}

/// Why a project is cancelled.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelProject {
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "经费调整", min_length = 1, max_length = 500))]
    pub reason: String,
}

wire_enum! {
    /// What a list of projects is sorted by.
    ProjectSort {
        StartsOn = "starts_on", "开始日期升序";
        StartsOnDesc = "-starts_on", "开始日期降序";
        Title = "title", "名称升序";
        TitleDesc = "-title", "名称降序";
    }
}

list_query! {
    /// What a list of projects can be asked for.
    ProjectQuery {
        /// Part of the title, of its 拼音首字母 or of the theme
        q: String,
        #[param(inline)]
        kind: ProjectKind,
        training_year: i32,
        #[param(inline)]
        status: ProjectStatus,
        #[param(inline)]
        level: TrainingLevel,
        subject: String,
        #[param(inline)]
        stage: Stage,
        /// Planned by this organization or one below it
        #[param(value_type = Option<OrganizationId>)]
        owner_organization_id: OrganizationId,
        #[param(value_type = Option<TeamId>)]
        team_id: TeamId,
        /// Only those in whose team the caller is, or in which the caller takes part
        mine: bool,
    }
    /// By default `-starts_on`
    sort: ProjectSort
}

resource!(ProjectView, "/projects");

impl Tabular for ProjectView {
    const NAME: &'static str = "培训项目";
    const FILE: &'static str = "projects";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("title", "项目名称", 36, |row: &Self| row.title.as_str().into()),
            column("kind", "项目类型", 14, |row: &Self| row.kind.label().into()),
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("level", "培训类别", 12, |row: &Self| row.level.label().into()),
            column("tier", "培训层级", 14, |row: &Self| row.tier.label().into()),
            column("mode", "培训方式", 12, |row: &Self| row.mode.label().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_deref().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.map(WireEnum::label).into()),
            column("theme", "研修主题", 30, |row: &Self| row.theme.as_deref().into()),
            column("school_theme", "校本主题", 30, |row: &Self| row.school_theme.as_deref().into()),
            column("research_topic", "课题", 30, |row: &Self| row.research_topic.as_deref().into()),
            column("conditions", "遴选条件", 30, |row: &Self| row.conditions.as_deref().into()),
            column("requires_rural", "仅限乡村学校", 14, |row: &Self| row.requires_rural.into()),
            column("look_back_years", "重复选派年限", 14, |row: &Self| row.look_back_years.into()),
            column("planned_hours", "计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("capacity", "计划人数", 10, |row: &Self| row.capacity.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("owner_organization_name", "主办单位", 30, |row: &Self| {
                row.owner_organization_name.as_str().into()
            }),
            column("host_organization_name", "承办单位", 30, |row: &Self| {
                row.host_organization_name.as_deref().into()
            }),
            column("team_name", "送培团队", 24, |row: &Self| row.team_name.as_deref().into()),
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("status_reason", "状态说明", 24, |row: &Self| row.status_reason.as_deref().into()),
            column("counts_nominated", "待审核人数", 12, |row: &Self| row.counts.nominated.into()),
            column("counts_admitted", "录取人数", 10, |row: &Self| row.counts.admitted.into()),
            column("counts_activities", "活动数", 10, |row: &Self| row.counts.activities.into()),
            column("counts_deliverables", "成果数", 10, |row: &Self| row.counts.deliverables.into()),
        ]
    }
}
