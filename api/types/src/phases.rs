//! Phases 阶段: the five of 五段式送教下乡培训 (二).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    Column, Hours, Patch, PhaseId, ProjectId, Tabular, column, deliverables::DeliverableKind, double_option, validate,
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
    /// The status of a phase.
    PhaseStatus {
        Planned = "planned", "未开始";
        Active = "active", "进行中";
        Completed = "completed", "已完成";
        Skipped = "skipped", "已跳过";
    }
}

impl PhaseStatus {
    /// Returns whether the next phase may start.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }
}

wire_enum! {
    /// The party responsible for a phase (六).
    Responsible {
        TrainingSchool = "training_school", "教师进修学校";
        Team = "team", "送培团队";
        School = "school", "乡村学校";
    }
}

/// A requirement of a phase's clause, to be met before the phase completes (二).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Requirement {
    /// The kind of deliverable, `micro_outcome` for any of the three micro kinds, or `graded_lesson`.
    #[cfg_attr(feature = "openapi", schema(example = "diagnosis_report"))]
    pub code: String,
    /// The kinds of deliverables of which any one meets it; empty if it is not a deliverable.
    pub kinds: Vec<DeliverableKind>,
    /// Its name in Chinese.
    #[cfg_attr(feature = "openapi", schema(example = "诊断报告"))]
    pub label: String,
    /// Whether the evidence for it exists.
    pub met: bool,
}

/// A phase 阶段.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseView {
    /// The phase.
    pub id: PhaseId,
    /// The project.
    pub project_id: ProjectId,
    /// The kind: which of the five phases it is.
    pub kind: PhaseKind,
    /// The position among the phases, from 1 to 5.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub position: i32,
    /// The status.
    pub status: PhaseStatus,
    /// The hours planned for it.
    pub planned_hours: Hours,
    /// The first planned day.
    pub starts_on: Option<NaiveDate>,
    /// The last planned day.
    pub ends_on: Option<NaiveDate>,
    /// The party responsible for it.
    pub responsible: Responsible,
    /// Why it was skipped.
    pub skip_reason: Option<String>,
    /// When it was started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
    /// What its clause requires before it completes.
    pub requirements: Vec<Requirement>,
    /// The number of its activities.
    pub activity_count: i64,
    /// The total hours of its activities.
    pub activity_hours: Hours,
    /// The number of its deliverables.
    pub deliverable_count: i64,
    /// The number of attendance marks still missing: one per participant and activity. Unmarked
    /// participants earn nothing when the phase completes.
    pub attendance_missing: i64,
    /// Whether the caller may run the phase.
    pub can_run: bool,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An update of a phase's plan; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdatePhase {
    /// The hours planned for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_hours: Option<Hours>,
    /// The first planned day.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub starts_on: Patch<NaiveDate>,
    /// The last planned day.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub ends_on: Patch<NaiveDate>,
    /// The party responsible for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Responsible>,
}

/// The reason for skipping a phase.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SkipPhase {
    /// The reason, shown in the phase.
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
            column("kind", "阶段", 14, |row: &Self| row.kind.into()),
            column("status", "状态", 10, |row: &Self| row.status.into()),
            column("planned_hours", "计划学时", 10, |row: &Self| row.planned_hours.into()),
            column("starts_on", "开始日期", 12, |row: &Self| row.starts_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("responsible", "责任方", 16, |row: &Self| row.responsible.into()),
            column("activity_count", "活动数", 10, |row: &Self| row.activity_count.into()),
            column("activity_hours", "活动学时", 10, |row: &Self| row.activity_hours.into()),
            column("deliverable_count", "成果数", 10, |row: &Self| row.deliverable_count.into()),
            column("started_at", "启动时间", 20, |row: &Self| row.started_at.into()),
            column("completed_at", "完成时间", 20, |row: &Self| row.completed_at.into()),
            column("skip_reason", "跳过原因", 30, |row: &Self| row.skip_reason.as_deref().into()),
        ]
    }
}
