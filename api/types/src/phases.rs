//! Phases 阶段: the five of 五段式送教下乡培训 (二).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    Column, Hours, Patch, PhaseId, ProjectId, Tabular, WireEnum, column, deliverables::DeliverableKind, double_option,
    validate,
};

wire_enum! {
    /// The five phases, in order (二-1 to 二-5).
    PhaseKind {
        IntensiveStudy = "intensive_study", "集中研修";
        DiagnosisDemonstration = "diagnosis_demonstration", "诊断示范";
        LessonPolishing = "lesson_polishing", "研课磨课";
        OutcomeShowcase = "outcome_showcase", "成果展示";
        SummaryImprovement = "summary_improvement", "总结提升";
    }
}

wire_enum! {
    /// Where a phase stands.
    PhaseStatus {
        Planned = "planned", "未开始";
        Active = "active", "进行中";
        Completed = "completed", "已完成";
        Skipped = "skipped", "已跳过";
    }
}

impl PhaseStatus {
    /// Whether the next phase may start.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }
}

wire_enum! {
    /// Who answers for a phase (六).
    Responsible {
        TrainingSchool = "training_school", "教师进修学校";
        Team = "team", "送培团队";
        School = "school", "乡村学校";
    }
}

/// Something that a phase has to bring before it completes (二).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Requirement {
    /// A deliverable's kind, `micro_outcome` for any of the three micro kinds, or `graded_lesson`.
    #[cfg_attr(feature = "openapi", schema(example = "diagnosis_report"))]
    pub code: String,
    /// The deliverables that serve, any of them; none where it is no deliverable.
    pub kinds: Vec<DeliverableKind>,
    #[cfg_attr(feature = "openapi", schema(example = "诊断报告"))]
    pub label: String,
    pub met: bool,
}

/// A phase 阶段.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseView {
    pub id: PhaseId,
    pub project_id: ProjectId,
    pub kind: PhaseKind,
    /// 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub position: i32,
    pub status: PhaseStatus,
    pub planned_hours: Hours,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub responsible: Responsible,
    /// Why the bureau skipped it.
    pub skip_reason: Option<String>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    /// What the clause asks for.
    pub requirements: Vec<Requirement>,
    pub activity_count: i64,
    /// The hours of all its activities.
    pub activity_hours: Hours,
    pub deliverable_count: i64,
    /// Participants times activities that nobody has marked on an attendance sheet yet. They earn
    /// nothing when the phase completes.
    pub attendance_missing: i64,
    /// Whether the caller may run the phase.
    pub can_run: bool,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Changes of a phase's plan; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdatePhase {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_hours: Option<Hours>,
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub starts_on: Patch<NaiveDate>,
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub ends_on: Patch<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Responsible>,
}

/// Why a phase is skipped.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SkipPhase {
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "汛期停课", min_length = 1, max_length = 500))]
    pub reason: String,
}

resource!(PhaseView, "/phases");

impl Tabular for PhaseView {
    const NAME: &'static str = "项目阶段";
    const FILE: &'static str = "phases";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("position", "序号", 8, |row: &Self| row.position.into()),
            column("kind", "阶段", 14, |row: &Self| row.kind.label().into()),
            column("status", "状态", 10, |row: &Self| row.status.label().into()),
            column("planned_hours", "计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("responsible", "负责方", 16, |row: &Self| row.responsible.label().into()),
            column("activity_count", "活动数", 10, |row: &Self| row.activity_count.into()),
            column("activity_hours", "活动学时", 10, |row: &Self| row.activity_hours.into()),
            column("deliverable_count", "成果数", 10, |row: &Self| row.deliverable_count.into()),
            column("started_at", "启动时间", 20, |row: &Self| row.started_at.into()),
            column("completed_at", "完成时间", 20, |row: &Self| row.completed_at.into()),
            column("skip_reason", "跳过原因", 30, |row: &Self| row.skip_reason.as_deref().into()),
        ]
    }
}
