//! Activities 活动: what takes place in a phase, and the hours that it earns.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    ActivityId, Column, Hours, OrganizationId, Patch, PhaseId, ProjectId, Tabular, TeacherId, column, double_option,
    organizations::OrganizationRef, training::TrainingDimension, validate,
};

/// The maximum number of schools that an activity concerns, and of teachers who deliver it.
pub const NAMED_AT_ONCE: u64 = 200;

wire_enum! {
    /// The form of an activity (二).
    ActivityForm {
        Lecture = "lecture", "专题讲座";
        PlanBriefing = "plan_briefing", "方案解读";
        ClassBuilding = "class_building", "班集体建设";
        Observation = "observation", "课堂观察";
        Interview = "interview", "师生访谈";
        Instrument = "instrument", "工具测评";
        LessonPresentation = "lesson_presentation", "说课";
        LessonTeaching = "lesson_teaching", "上课";
        LessonReview = "lesson_review", "评课";
        Demonstration = "demonstration", "示范教学";
        ParallelLessons = "parallel_lessons", "同课异构";
        Seminar = "seminar", "专题研讨";
        LessonStudy = "lesson_study", "课例研讨";
        Showcase = "showcase", "成果展示";
        SummaryMeeting = "summary_meeting", "总结会";
        Other = "other", "其他";
    }
}

wire_enum! {
    /// The status of an activity. The first mark on its attendance sheet makes a planned one held.
    ActivityStatus {
        Planned = "planned", "计划中";
        Held = "held", "已开展";
        Cancelled = "cancelled", "已取消";
    }
}

/// A teacher who delivered an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deliverer {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "SL-T-00017"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
}

/// An activity 活动.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityView {
    /// The activity.
    pub id: ActivityId,
    /// The project.
    pub project_id: ProjectId,
    /// The phase; `null` in a project without phases.
    pub phase_id: Option<PhaseId>,
    /// The title 活动名称.
    #[cfg_attr(feature = "openapi", schema(example = "《草原》同课异构"))]
    pub title: String,
    /// The form 活动形式.
    pub form: ActivityForm,
    /// The first day.
    pub held_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// The number of consecutive days.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub days: i32,
    /// The hours that a participant earns by attending every day. They are divided evenly among the days; the last day
    /// takes the remainder.
    pub hours: Hours,
    /// The status.
    pub status: ActivityStatus,
    /// Why it was cancelled.
    pub status_reason: Option<String>,
    /// The dimension 三修 that it serves; by default that of the project.
    pub dimension: Option<TrainingDimension>,
    /// The organizations whose participants it concerns, with all below them; all participants if there are none.
    pub concerns: Vec<OrganizationRef>,
    /// The teachers who delivered it. Members of the project's team earn its hours.
    pub delivered_by: Vec<Deliverer>,
    /// The place, in words.
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学多媒体教室"))]
    pub place: Option<String>,
    /// The school where it is held.
    pub organization_id: Option<OrganizationId>,
    /// The name of the school.
    pub organization_name: Option<String>,
    /// Further details.
    pub description: Option<String>,
    /// The number of participants with a mark on its attendance sheet.
    pub attendance_count: i64,
    /// The number of marks that are missing: of participants whom it concerns, on days that have come.
    pub attendance_missing: i64,
    /// The version, incremented by each change of the activity or its attendance sheet; the ETag of both is derived
    /// from it.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A new activity.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateActivity {
    /// The title 活动名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "《草原》同课异构", min_length = 1, max_length = 200))]
    pub title: String,
    /// The form 活动形式.
    pub form: ActivityForm,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    pub held_on: NaiveDate,
    /// The number of consecutive days.
    #[validate(range(min = 1, max = 60))]
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 1, maximum = 60))]
    pub days: i32,
    /// The hours that a participant earns by attending.
    pub hours: Hours,
    /// The place, in words.
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub place: Option<String>,
    /// The school where it is held.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// Further details.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: Option<String>,
    /// The dimension 三修 that it serves; by default that of the project.
    #[serde(default)]
    pub dimension: Option<TrainingDimension>,
    /// The organizations whose participants it concerns, each once; all participants if there are none.
    #[validate(length(max = "NAMED_AT_ONCE"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub concerns: Vec<OrganizationId>,
    /// The teachers who deliver it, each once.
    #[validate(length(max = "NAMED_AT_ONCE"))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub delivered_by: Vec<TeacherId>,
}

fn one() -> i32 {
    1
}

/// An update of an activity; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateActivity {
    /// The title 活动名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "同课异构研讨", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The form 活动形式.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ActivityForm>,
    /// The first day.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_on: Option<NaiveDate>,
    /// The number of consecutive days.
    #[validate(range(min = 1, max = 60))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub days: Option<i32>,
    /// The hours that a participant earns by attending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The place, in words.
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub place: Patch<String>,
    /// The school where it is held.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub organization_id: Patch<OrganizationId>,
    /// Further details.
    #[validate(length(max = 2000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
    pub description: Patch<String>,
    /// The dimension 三修 that it serves.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TrainingDimension>))]
    pub dimension: Patch<TrainingDimension>,
    /// The organizations whose participants it concerns, each once; all participants if there are none.
    #[validate(length(max = "NAMED_AT_ONCE"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub concerns: Option<Vec<OrganizationId>>,
    /// The teachers who deliver it, each once.
    #[validate(length(max = "NAMED_AT_ONCE"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub delivered_by: Option<Vec<TeacherId>>,
}

/// Why an activity is not held.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelActivity {
    /// The reason, shown in the activity.
    #[validate(length(min = 1, max = 500), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "汛期停课", min_length = 1, max_length = 500))]
    pub reason: String,
}

list_query! {
    /// The page of a list of activities.
    ActivityQuery {
    }
}

resource!(ActivityView, "/activities");

impl Tabular for ActivityView {
    const NAME: &'static str = "活动";
    const FILE: &'static str = "activities";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("title", "活动名称", 36, |row: &Self| row.title.as_str().into()),
            column("form", "活动形式", 14, |row: &Self| row.form.into()),
            column("held_on", "活动日期", 12, |row: &Self| row.held_on.into()),
            column("ends_on", "结束日期", 12, |row: &Self| row.ends_on.into()),
            column("days", "天数", 8, |row: &Self| row.days.into()),
            column("hours", "学时", 8, |row: &Self| row.hours.into()),
            column("place", "地点", 24, |row: &Self| row.place.as_deref().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("concerns", "参加单位", 30, |row: &Self| names(&row.concerns).into()),
            column("delivered_by", "主讲教师", 20, |row: &Self| deliverers(&row.delivered_by).into()),
            column("dimension", "三修", 14, |row: &Self| row.dimension.into()),
            column("description", "说明", 40, |row: &Self| row.description.as_deref().into()),
            column("attendance_count", "考勤人数", 10, |row: &Self| row.attendance_count.into()),
            column("attendance_missing", "未登记人次", 12, |row: &Self| row.attendance_missing.into()),
            column("status", "活动状态", 10, |row: &Self| row.status.into()),
            column("status_reason", "取消原因", 24, |row: &Self| row.status_reason.as_deref().into()),
        ]
    }
}

fn names(organizations: &[OrganizationRef]) -> String {
    organizations.iter().map(|organization| organization.name.as_str()).collect::<Vec<_>>().join("、")
}

fn deliverers(deliverers: &[Deliverer]) -> String {
    deliverers.iter().map(|deliverer| deliverer.teacher_name.as_str()).collect::<Vec<_>>().join("、")
}
