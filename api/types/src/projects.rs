//! Projects 培训项目: a training of a fixed length for a fixed number of participants (三-1).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, Hours, OrganizationId, Patch, PhaseId, ProjectId, Tabular, TeamId, column,
    completions::IssuedHoursFate,
    double_option,
    phases::{PhaseKind, PhaseStatus},
    training::{Stage, TrainingDimension, TrainingLevel, TrainingMode, TrainingTier},
    validate,
};

wire_enum! {
    /// The kind of training (一-2, 一-3).
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
    /// The status of a project. Each leads to the next, and each of the first three also to `cancelled`.
    ProjectStatus {
        Draft = "draft", "草稿";
        Published = "published", "已发布";
        Running = "running", "实施中";
        Completed = "completed", "已完成";
        Archived = "archived", "已归档";
        Cancelled = "cancelled", "已取消";
    }
}

/// A phase of a project, as lists and the stepper show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseSummary {
    /// The phase.
    pub id: PhaseId,
    /// The kind: which of the five phases it is.
    pub kind: PhaseKind,
    /// The position among the phases, from 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub position: i32,
    /// Its status.
    pub status: PhaseStatus,
    /// The hours planned for it.
    pub planned_hours: Hours,
    /// The first planned day.
    pub starts_on: Option<NaiveDate>,
    /// The last planned day.
    pub ends_on: Option<NaiveDate>,
}

/// The numbers of participants, activities and deliverables of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectCounts {
    /// Nominated teachers who wait for a decision.
    pub nominated: i64,
    /// Participants who have a place: admitted, completed or not completed.
    pub admitted: i64,
    /// The number of activities.
    pub activities: i64,
    /// The number of deliverables.
    pub deliverables: i64,
}

/// A warning about a project's plan that does not meet the Ministry's guide or does not add up. It blocks nothing.
/// A visit is a run of consecutive days at schools of one district 学区 for one subject, over the year's projects of
/// the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanWarning {
    /// `visits_short`, `visit_days_short`, `phase_hours_mismatch`, `dates_outside_project` or
    /// `team_missing`.
    #[cfg_attr(feature = "openapi", schema(example = "visits_short"))]
    pub code: String,
    /// The warning in Chinese.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "全年已安排入校：法特学区 2 次，指南要求同一学区同一学科每年不少于 4 次")
    )]
    pub message: String,
}

/// A project 培训项目.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectView {
    /// The project.
    pub id: ProjectId,
    /// The title 项目名称.
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训"))]
    pub title: String,
    /// The kind of training.
    pub kind: ProjectKind,
    /// The year 培训年度 for which its hours count, independent of its dates.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The level 培训类别.
    pub level: TrainingLevel,
    /// The tier 培训层级 (三-1), which follows from the level.
    pub tier: TrainingTier,
    /// The mode 培训方式.
    pub mode: TrainingMode,
    /// The dimension 三修 (三-1) that it serves.
    pub dimension: Option<TrainingDimension>,
    /// The subject that participants must teach; `null` for any.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: Option<String>,
    /// The stage at which participants must teach; `null` for any.
    pub stage: Option<Stage>,
    /// The theme of the training 研修主题.
    pub theme: Option<String>,
    /// The theme of school-based training 校本主题 that it connects to (三-3).
    pub school_theme: Option<String>,
    /// The research topic 课题 (三-4).
    pub research_topic: Option<String>,
    /// Further conditions of selection 遴选条件, in words (五-1).
    pub conditions: Option<String>,
    /// Whether only teachers of rural schools are eligible.
    pub requires_rural: bool,
    /// The number of years within which no teacher is selected again for the same level (重复选派,
    /// 五-1); 0 for no limit.
    pub look_back_years: i32,
    /// The fixed length 固定时长 (三-1).
    pub planned_hours: Hours,
    /// The fixed number of participants 固定人数 (三-1).
    #[cfg_attr(feature = "openapi", schema(example = 50))]
    pub capacity: i32,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The organization 主办单位 that plans and completes it.
    pub owner_organization_id: OrganizationId,
    /// The name of the organization that plans it.
    pub owner_organization_name: String,
    /// The organization 承办单位 where it takes place.
    pub host_organization_id: Option<OrganizationId>,
    /// The name of the organization where it takes place.
    pub host_organization_name: Option<String>,
    /// The team 送培团队 that delivers it.
    pub team_id: Option<TeamId>,
    /// The name of the team.
    pub team_name: Option<String>,
    /// The status.
    pub status: ProjectStatus,
    /// Why it was cancelled, or reopened last.
    pub status_reason: Option<String>,
    /// When its completed phases were settled at the end of its training year 阶段结算.
    pub settled_at: Option<DateTime<Utc>>,
    /// The five phases of a `send_teaching` project, in order; empty for other kinds.
    pub phases: Vec<PhaseSummary>,
    /// The numbers of its participants, activities and deliverables.
    pub counts: ProjectCounts,
    /// The warnings about its plan.
    pub warnings: Vec<PlanWarning>,
    /// Whether the caller may change the project and its status.
    pub can_manage: bool,
    /// Whether the caller may run its phases, take attendance and write its deliverables.
    pub can_run: bool,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A new project, which begins as a draft. A `send_teaching` project is created with its five phases.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = in_order))]
pub struct CreateProject {
    /// The title 项目名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训", min_length = 1, max_length = 200))]
    pub title: String,
    /// The kind of training.
    pub kind: ProjectKind,
    /// The year 培训年度 for which its hours count, independent of its dates.
    #[validate(custom(function = validate::plausible_year))]
    #[cfg_attr(feature = "openapi", schema(example = 2026, minimum = 1900, maximum = 2200))]
    pub training_year: i32,
    /// The level 培训类别.
    pub level: TrainingLevel,
    /// The mode 培训方式.
    pub mode: TrainingMode,
    /// The dimension 三修 (三-1) that it serves.
    #[serde(default)]
    pub dimension: Option<TrainingDimension>,
    /// The subject that participants must teach; absent for any.
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 50))]
    pub subject: Option<String>,
    /// The stage at which participants must teach; absent for any.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// The theme of the training 研修主题.
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub theme: Option<String>,
    /// The theme of school-based training 校本主题 that it connects to (三-3).
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub school_theme: Option<String>,
    /// The research topic 课题 (三-4).
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub research_topic: Option<String>,
    /// Further conditions of selection 遴选条件, in words (五-1).
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub conditions: Option<String>,
    /// Whether only teachers of rural schools are eligible.
    #[serde(default)]
    pub requires_rural: bool,
    /// The number of years within which no teacher is selected again for the same level (重复选派,
    /// 五-1); 0 for no limit.
    #[validate(range(min = 0, max = 20))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 0, maximum = 20))]
    pub look_back_years: i32,
    /// The fixed length 固定时长 (三-1).
    #[validate(custom(function = validate::positive_hours))]
    pub planned_hours: Hours,
    /// The fixed number of participants 固定人数 (三-1).
    #[validate(range(min = 1, max = 100_000))]
    #[cfg_attr(feature = "openapi", schema(example = 50, minimum = 1, maximum = 100_000))]
    pub capacity: i32,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    pub starts_on: NaiveDate,
    /// The last day.
    #[validate(custom(function = validate::plausible_date))]
    pub ends_on: NaiveDate,
    /// The organization that plans it; defaults to the caller's.
    #[serde(default)]
    pub owner_organization_id: Option<OrganizationId>,
    /// The organization 承办单位 where it takes place.
    #[serde(default)]
    pub host_organization_id: Option<OrganizationId>,
    /// The team 送培团队 that delivers it.
    #[serde(default)]
    pub team_id: Option<TeamId>,
}

fn in_order(new: &CreateProject) -> Result<(), ValidationError> {
    validate::in_order(new.starts_on, new.ends_on)
}

/// An update of a project; absent fields stay unchanged. Kind and owner cannot change. In a running project `ends_on`
/// may become later, `capacity` and, with a reason, `planned_hours` larger, and team, host and themes may change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateProject {
    /// The title 项目名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The year 培训年度 for which its hours count, independent of its dates.
    #[validate(custom(function = validate::plausible_year))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1900, maximum = 2200))]
    pub training_year: Option<i32>,
    /// The level 培训类别.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<TrainingLevel>,
    /// The mode 培训方式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<TrainingMode>,
    /// The dimension 三修 (三-1) that it serves.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TrainingDimension>))]
    pub dimension: Patch<TrainingDimension>,
    /// The subject that participants must teach; `null` for any.
    #[validate(length(min = 1, max = 50), custom(function = validate::not_blank_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 50))]
    pub subject: Patch<String>,
    /// The stage at which participants must teach; `null` for any.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Stage>))]
    pub stage: Patch<Stage>,
    /// The theme of the training 研修主题.
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub theme: Patch<String>,
    /// The theme of school-based training 校本主题 that it connects to (三-3).
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub school_theme: Patch<String>,
    /// The research topic 课题 (三-4).
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub research_topic: Patch<String>,
    /// Further conditions of selection 遴选条件, in words (五-1).
    #[validate(length(max = 2000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
    pub conditions: Patch<String>,
    /// Whether only teachers of rural schools are eligible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_rural: Option<bool>,
    /// The number of years within which no teacher is selected again for the same level (重复选派,
    /// 五-1); 0 for no limit.
    #[validate(range(min = 0, max = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 20))]
    pub look_back_years: Option<i32>,
    /// The fixed length 固定时长 (三-1).
    #[validate(custom(function = validate::positive_hours))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_hours: Option<Hours>,
    /// The fixed number of participants 固定人数 (三-1).
    #[validate(range(min = 1, max = 100_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub capacity: Option<i32>,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// The organization 承办单位 where it takes place.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub host_organization_id: Patch<OrganizationId>,
    /// The team 送培团队 that delivers it.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeamId>))]
    pub team_id: Patch<TeamId>,
    /// Why the planned hours of a running project are raised; required for that.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "增加一次研讨", min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// The reason for cancelling a project.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelProject {
    /// The reason, shown in the project.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "经费调整", min_length = 1, max_length = 500))]
    pub reason: String,
    /// What becomes of the hours that the project issued; required if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_hours: Option<IssuedHoursFate>,
}

wire_enum! {
    /// The order of a list of projects.
    ProjectSort {
        StartsOn = "starts_on", "开始日期升序";
        StartsOnDesc = "-starts_on", "开始日期降序";
        Title = "title", "名称升序";
        TitleDesc = "-title", "名称降序";
    }
}

list_query! {
    /// The filters, order and page of a list of projects.
    ProjectQuery {
        /// Part of the title, its pinyin initials or the theme
        q: String,
        /// Projects of this kind
        #[param(inline)]
        kind: ProjectKind,
        /// Projects of this training year
        training_year: i32,
        /// Projects of this status
        #[param(inline)]
        status: ProjectStatus,
        /// Projects of this level
        #[param(inline)]
        level: TrainingLevel,
        /// Projects that serve this dimension 三修
        #[param(inline)]
        dimension: TrainingDimension,
        /// Projects for teachers of this subject
        subject: String,
        /// Projects for teachers of this stage
        #[param(inline)]
        stage: Stage,
        /// Projects planned by this organization or one below it, which may lie outside the caller's scope
        #[param(value_type = Option<OrganizationId>)]
        owner_organization_id: OrganizationId,
        /// Projects of this team
        #[param(value_type = Option<TeamId>)]
        team_id: TeamId,
        /// Only projects in which the caller is a team member or a participant
        mine: bool,
        /// Only published and running projects of the caller's organizations that have been over for 30 days: their owner
        /// completes or cancels them
        overdue: bool,
    }
    /// Defaults to `-starts_on`
    sort: ProjectSort
}

resource!(ProjectView, "/projects");

impl Tabular for ProjectView {
    const NAME: &'static str = "培训项目";
    const FILE: &'static str = "projects";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("title", "项目名称", 36, |row: &Self| row.title.as_str().into()),
            column("kind", "项目类型", 14, |row: &Self| row.kind.into()),
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("level", "培训类别", 12, |row: &Self| row.level.into()),
            column("tier", "培训层级", 14, |row: &Self| row.tier.into()),
            column("mode", "培训方式", 12, |row: &Self| row.mode.into()),
            column("dimension", "三修", 14, |row: &Self| row.dimension.into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_deref().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.into()),
            column("theme", "研修主题", 30, |row: &Self| row.theme.as_deref().into()),
            column("school_theme", "校本主题", 30, |row: &Self| row.school_theme.as_deref().into()),
            column("research_topic", "课题", 30, |row: &Self| row.research_topic.as_deref().into()),
            column("conditions", "遴选条件", 30, |row: &Self| row.conditions.as_deref().into()),
            column("requires_rural", "仅限乡村学校", 14, |row: &Self| row.requires_rural.into()),
            column("look_back_years", "重复选派年限", 14, |row: &Self| row.look_back_years.into()),
            column("planned_hours", "计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("capacity", "固定人数", 10, |row: &Self| row.capacity.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("owner_organization_name", "主办单位", 30, |row: &Self| {
                row.owner_organization_name.as_str().into()
            }),
            column("host_organization_name", "承办单位", 30, |row: &Self| {
                row.host_organization_name.as_deref().into()
            }),
            column("team_name", "送培团队", 24, |row: &Self| row.team_name.as_deref().into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("status_reason", "状态说明", 24, |row: &Self| row.status_reason.as_deref().into()),
            column("counts_nominated", "待审核人数", 12, |row: &Self| row.counts.nominated.into()),
            column("counts_admitted", "录取人数", 10, |row: &Self| row.counts.admitted.into()),
            column("counts_activities", "活动数", 10, |row: &Self| row.counts.activities.into()),
            column("counts_deliverables", "成果数", 10, |row: &Self| row.counts.deliverables.into()),
        ]
    }
}
