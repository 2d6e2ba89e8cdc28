//! Lessons 课: taught, polished and graded in 研课磨课 (二-3).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    CertificationId, Column, LessonId, OrganizationId, Patch, ProjectId, Tabular, TeacherId, WireEnum,
    certifications::{Award, CertificationStatus},
    column,
    deliverables::DeliverableView,
    double_option,
    organizations::OrganizationRef,
    training::Stage,
    validate,
};

wire_enum! {
    /// The grade that the team gives a lesson (二-3). Later variants are higher.
    LessonGrade {
        Qualified = "qualified", "合格课";
        Good = "good", "优质课";
        Excellent = "excellent", "精品课";
    }
}

impl LessonGrade {
    /// Returns the award of a certified lesson of this grade (三-2). It follows from the grade alone.
    pub fn award(self) -> Award {
        match self {
            Self::Qualified => Award::Standard,
            Self::Good => Award::Quality,
            Self::Excellent => Award::Demonstration,
        }
    }
}

/// The certification in force of a lesson, or else the latest one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonCertification {
    /// The certification.
    pub id: CertificationId,
    /// Its status.
    pub status: CertificationStatus,
    /// The award; `null` until accepted.
    pub award: Option<Award>,
    /// The certificate's number; `null` until accepted.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: Option<String>,
}

/// A lesson 课.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonView {
    /// The lesson.
    pub id: LessonId,
    /// The teacher who taught it.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "T0001"))]
    pub teacher_no: String,
    /// The teacher's name.
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: String,
    /// The organization where the teacher served when the lesson was entered.
    pub organization: OrganizationRef,
    /// The project; `null` for a lesson outside any project.
    pub project_id: Option<ProjectId>,
    /// The project's title.
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训"))]
    pub project_title: Option<String>,
    /// The title 课题.
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub title: String,
    /// The subject.
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    /// The stage.
    pub stage: Stage,
    /// The day on which it was taught.
    pub taught_on: Option<NaiveDate>,
    /// A summary.
    pub summary: Option<String>,
    /// The grade; `null` until graded.
    pub grade: Option<LessonGrade>,
    /// The grader's comment.
    pub grade_comment: Option<String>,
    /// The grader's name.
    pub graded_by_name: Option<String>,
    /// When it was graded.
    pub graded_at: Option<DateTime<Utc>>,
    /// Why this is another lesson than the teacher's one of an equal title in the training year; `null` if there was none.
    #[cfg_attr(feature = "openapi", schema(example = "为另一班级执教的不同课时"))]
    pub distinct_reason: Option<String>,
    /// The certification in force, or else the latest one.
    pub certification: Option<LessonCertification>,
    /// Whether certification may be applied for: the lesson is graded, no application is open, and no award in force is
    /// as high as the grade.
    pub can_apply: bool,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The evidence of a lesson.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonEvidence {
    /// The study records, polishing records and demonstration lessons of the lesson's project that are about its teacher,
    /// their school or the project as a whole, in the order of submission.
    pub items: Vec<DeliverableView>,
}

/// A new lesson.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLesson {
    /// The teacher who taught it; defaults to the caller's own teacher record.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
    /// A project in which the teacher takes part, as a participant or as a team member.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    /// The title 课题.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时", min_length = 1, max_length = 200))]
    pub title: String,
    /// The subject; defaults to the teacher's.
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    /// The stage; defaults to the teacher's.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// The day on which it was taught.
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default)]
    pub taught_on: Option<NaiveDate>,
    /// A summary.
    #[validate(length(max = 5000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub summary: Option<String>,
    /// Why this is another lesson than the teacher's one of an equal title in the training year.
    #[validate(length(max = 2000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub distinct_reason: Option<String>,
}

/// An update of a lesson that is not graded yet; absent fields stay unchanged.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateLesson {
    /// A project in which the teacher takes part, as a participant or as a team member.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ProjectId>))]
    pub project_id: Patch<ProjectId>,
    /// The title 课题.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "草原", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The subject.
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    /// The stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The day on which it was taught.
    #[validate(custom(function = validate::plausible_date_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub taught_on: Patch<NaiveDate>,
    /// A summary.
    #[validate(length(max = 5000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 5000))]
    pub summary: Patch<String>,
    /// Why this is another lesson than the teacher's one of an equal title in the training year.
    #[validate(length(max = 2000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub distinct_reason: Option<String>,
}

/// The grade of a lesson (二-3).
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeLesson {
    /// The grade.
    pub grade: LessonGrade,
    /// A comment.
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "目标明确，朗读指导扎实", max_length = 2000))]
    pub comment: Option<String>,
}

wire_enum! {
    /// The order of a list of lessons.
    LessonSort {
        /// The latest entered first.
        Newest = "-created_at", "最近登记在前";
        Oldest = "created_at", "最早登记在前";
        Title = "title", "课题升序";
        TitleDesc = "-title", "课题降序";
    }
}

list_query! {
    /// The filters, order and page of a list of lessons.
    LessonQuery {
        /// Part of the title, or of the teacher's name, number or pinyin initials
        q: String,
        /// Lessons of this teacher
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        /// Lessons of this project
        #[param(value_type = Option<ProjectId>)]
        project_id: ProjectId,
        /// Lessons of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Lessons of this subject
        subject: String,
        /// Lessons of this grade
        #[param(inline)]
        grade: LessonGrade,
        /// With `true`, only graded lessons; with `false`, only ungraded ones
        graded: bool,
    }
    /// Defaults to `-created_at`
    sort: LessonSort
}

resource!(LessonView, "/lessons");

impl Tabular for LessonView {
    const NAME: &'static str = "课例";
    const FILE: &'static str = "lessons";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("title", "课题", 30, |row: &Self| row.title.as_str().into()),
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "授课教师", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("project_title", "项目名称", 36, |row: &Self| row.project_title.as_deref().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_str().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.into()),
            column("taught_on", "授课日期", 12, |row: &Self| row.taught_on.into()),
            column("summary", "说明", 30, |row: &Self| row.summary.as_deref().into()),
            column("grade", "等次", 10, |row: &Self| row.grade.into()),
            column("grade_comment", "评语", 30, |row: &Self| row.grade_comment.as_deref().into()),
            column("graded_by_name", "评定人", 12, |row: &Self| row.graded_by_name.as_deref().into()),
            column("graded_at", "评定时间", 20, |row: &Self| row.graded_at.into()),
            column("certification_status", "三课认定", 12, |row: &Self| {
                row.certification.as_ref().map(|it| it.status.label()).into()
            }),
            column("certification_award", "认定等次", 12, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.award).into()
            }),
            column("certification_number", "证书编号", 20, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.number.as_deref()).into()
            }),
            column("distinct_reason", "同名说明", 30, |row: &Self| row.distinct_reason.as_deref().into()),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
