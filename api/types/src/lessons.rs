//! Lessons 课: taught, polished and graded in 研课磨课 (二-3).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    CertificationId, Column, LessonId, OrganizationId, Patch, ProjectId, Tabular, TeacherId, WireEnum,
    certifications::{Award, CertificationStatus},
    column, double_option,
    organizations::OrganizationRef,
    training::Stage,
    validate,
};

wire_enum! {
    /// What the team finds a lesson to be (二-3). Later variants are higher grades.
    LessonGrade {
        Qualified = "qualified", "合格课";
        Good = "good", "优质课";
        Excellent = "excellent", "精品课";
    }
}

impl LessonGrade {
    /// The award that a certified lesson of this grade gets (三-2): it follows from the grade and
    /// nothing else.
    pub fn award(self) -> Award {
        match self {
            Self::Qualified => Award::Standard,
            Self::Good => Award::Quality,
            Self::Excellent => Award::Demonstration,
        }
    }
}

/// How far a lesson's certification is: the award in force, or else the latest application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonCertification {
    pub id: CertificationId,
    pub status: CertificationStatus,
    /// `null` until accepted.
    pub award: Option<Award>,
    /// `null` until accepted.
    #[cfg_attr(feature = "openapi", schema(example = "SL2026-示-0007"))]
    pub number: Option<String>,
}

/// A lesson 课.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LessonView {
    pub id: LessonId,
    pub teacher_id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "T0001"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "李敏"))]
    pub teacher_name: String,
    /// Where the teacher served when the lesson was entered.
    pub organization: OrganizationRef,
    /// `null` for a lesson outside any project.
    pub project_id: Option<ProjectId>,
    #[cfg_attr(feature = "openapi", schema(example = "2026年小学语文送教下乡培训"))]
    pub project_title: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时"))]
    pub title: String,
    #[cfg_attr(feature = "openapi", schema(example = "语文"))]
    pub subject: String,
    pub stage: Stage,
    pub taught_on: Option<NaiveDate>,
    pub summary: Option<String>,
    /// `null` until graded.
    pub grade: Option<LessonGrade>,
    pub grade_comment: Option<String>,
    /// Who graded it.
    pub graded_by_name: Option<String>,
    pub graded_at: Option<DateTime<Utc>>,
    /// The award in force, or else the latest application, if any.
    pub certification: Option<LessonCertification>,
    /// Graded, no application open, and no award in force that is as high as the grade.
    pub can_apply: bool,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new lesson.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateLesson {
    /// Without one, the teacher that the caller is.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
    /// A project in which the teacher takes part, or whose team the teacher is in.
    #[serde(default)]
    pub project_id: Option<ProjectId>,
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "《荷花》第二课时", min_length = 1, max_length = 200))]
    pub title: String,
    /// Without one, the teacher's.
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "语文", min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    /// Without one, the teacher's.
    #[serde(default)]
    pub stage: Option<Stage>,
    #[validate(custom(function = validate::plausible_date))]
    #[serde(default)]
    pub taught_on: Option<NaiveDate>,
    #[validate(length(max = 5000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 5000))]
    pub summary: Option<String>,
}

/// Changes of a lesson that is not graded yet; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateLesson {
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ProjectId>))]
    pub project_id: Patch<ProjectId>,
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "草原", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[validate(length(min = 1, max = 32), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[validate(custom(function = plausible_if_given))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub taught_on: Patch<NaiveDate>,
    #[validate(length(max = 5000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 5000))]
    pub summary: Patch<String>,
}

/// [`validate::plausible_date`] of a date that may be absent or cleared.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the shape that the derive calls")]
fn plausible_if_given(date: &Patch<NaiveDate>) -> Result<(), ValidationError> {
    date.flatten().as_ref().map_or(Ok(()), validate::plausible_date)
}

/// What the team finds.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeLesson {
    pub grade: LessonGrade,
    #[validate(length(max = 2000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "目标明确，朗读指导扎实", max_length = 2000))]
    pub comment: Option<String>,
}

wire_enum! {
    /// What a list of lessons is sorted by.
    LessonSort {
        /// The latest entered first.
        Newest = "-created_at", "最近登记在前";
        Oldest = "created_at", "最早登记在前";
        Title = "title", "课题升序";
        TitleDesc = "-title", "课题降序";
    }
}

list_query! {
    /// What a list of lessons can be asked for.
    LessonQuery {
        /// Part of the title or the teacher's name
        q: String,
        #[param(value_type = Option<TeacherId>)]
        teacher_id: TeacherId,
        #[param(value_type = Option<ProjectId>)]
        project_id: ProjectId,
        /// Lessons of this organization and all below it
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        subject: String,
        #[param(inline)]
        grade: LessonGrade,
        /// Graded lessons, or those that are not
        graded: bool,
    }
    /// By default `-created_at`
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
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_code", "单位编号", 16, |row: &Self| row.organization.code.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization.name.as_str().into()),
            column("project_title", "项目名称", 36, |row: &Self| row.project_title.as_deref().into()),
            column("subject", "学科", 12, |row: &Self| row.subject.as_str().into()),
            column("stage", "学段", 10, |row: &Self| row.stage.label().into()),
            column("taught_on", "授课日期", 12, |row: &Self| row.taught_on.into()),
            column("summary", "说明", 30, |row: &Self| row.summary.as_deref().into()),
            column("grade", "等次", 10, |row: &Self| row.grade.map(WireEnum::label).into()),
            column("grade_comment", "评语", 30, |row: &Self| row.grade_comment.as_deref().into()),
            column("graded_by_name", "评定人", 12, |row: &Self| row.graded_by_name.as_deref().into()),
            column("graded_at", "评定时间", 20, |row: &Self| row.graded_at.into()),
            column("certification", "三课认定", 12, |row: &Self| {
                row.certification.as_ref().map(|it| it.status.label()).into()
            }),
            column("certification", "认定等次", 12, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.award).map(WireEnum::label).into()
            }),
            column("certification", "证书编号", 20, |row: &Self| {
                row.certification.as_ref().and_then(|it| it.number.as_deref()).into()
            }),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
