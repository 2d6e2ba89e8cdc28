//! Activities 活动: what takes place in a phase, and for how many hours.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    ActivityId, Column, Hours, OrganizationId, Patch, PhaseId, ProjectId, Tabular, WireEnum, column, double_option,
    validate,
};

wire_enum! {
    /// In what form an activity is held (二).
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

/// An activity 活动.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityView {
    pub id: ActivityId,
    pub project_id: ProjectId,
    /// `null` in a project of a kind without phases.
    pub phase_id: Option<PhaseId>,
    #[cfg_attr(feature = "openapi", schema(example = "《草原》同课异构"))]
    pub title: String,
    pub form: ActivityForm,
    /// The first day.
    pub held_on: NaiveDate,
    /// How many days in a row.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub days: i32,
    /// What who attends earns.
    pub hours: Hours,
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学多媒体教室"))]
    pub place: Option<String>,
    /// The school where it is held.
    pub organization_id: Option<OrganizationId>,
    pub organization_name: Option<String>,
    pub description: Option<String>,
    /// Participants marked on its attendance sheet.
    pub attendance_count: i64,
    /// Counts the changes of the activity and its attendance sheet; the ETag of both is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new activity.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateActivity {
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "《草原》同课异构", min_length = 1, max_length = 200))]
    pub title: String,
    pub form: ActivityForm,
    #[validate(custom(function = validate::plausible_date))]
    pub held_on: NaiveDate,
    #[validate(range(min = 1, max = 60))]
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 1, maximum = 60))]
    pub days: i32,
    pub hours: Hours,
    #[validate(length(max = 200))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub place: Option<String>,
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub description: Option<String>,
}

fn one() -> i32 {
    1
}

/// Changes of an activity; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateActivity {
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "同课异构研讨", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ActivityForm>,
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_on: Option<NaiveDate>,
    #[validate(range(min = 1, max = 60))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60))]
    pub days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    #[validate(length(max = 200))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub place: Patch<String>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub organization_id: Patch<OrganizationId>,
    #[validate(length(max = 2000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2000))]
    pub description: Patch<String>,
}

list_query! {
    /// Which page of a list of activities is asked for.
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
            column("form", "形式", 14, |row: &Self| row.form.label().into()),
            column("held_on", "日期", 12, |row: &Self| row.held_on.into()),
            column("days", "天数", 8, |row: &Self| row.days.into()),
            column("hours", "学时", 8, |row: &Self| row.hours.into()),
            column("place", "地点", 24, |row: &Self| row.place.as_deref().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("description", "说明", 40, |row: &Self| row.description.as_deref().into()),
            column("attendance_count", "考勤人数", 10, |row: &Self| row.attendance_count.into()),
        ]
    }
}
