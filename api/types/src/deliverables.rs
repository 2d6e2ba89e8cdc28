//! Deliverables 成果材料: what a phase produces, as its clause requires (二).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, DeliverableId, OrganizationId, Patch, PhaseId, ProjectId, Tabular, TeacherId, UserId, column,
    double_option, phases::PhaseKind, validate,
};

wire_enum! {
    /// The kind of a deliverable (二).
    DeliverableKind {
        PlanBriefing = "plan_briefing", "培训方案解读";
        ClassBuilding = "class_building", "班集体建设";
        DiagnosisReport = "diagnosis_report", "诊断报告";
        DemonstrationLesson = "demonstration_lesson", "示范课例";
        StudyTask = "study_task", "研修任务";
        LessonStudyRecord = "lesson_study_record", "研课记录";
        LessonPolishingRecord = "lesson_polishing_record", "磨课记录";
        ShowcaseRecord = "showcase_record", "成果展示记录";
        MicroLesson = "micro_lesson", "微课例";
        MicroCase = "micro_case", "微案例";
        MicroStory = "micro_story", "微故事";
        SummaryReport = "summary_report", "总结报告";
        RepresentativeOutcome = "representative_outcome", "代表性成果";
        NextYearSchoolPlan = "next_year_school_plan", "下一年度校本研修计划";
        PersonalDevelopmentPlan = "personal_development_plan", "个人发展计划";
        /// Any other material, in any phase.
        Other = "other", "其他材料";
    }
}

impl DeliverableKind {
    /// Returns the phase whose clause requires it, or `None` if it fits any phase.
    pub fn phase(self) -> Option<PhaseKind> {
        match self {
            Self::PlanBriefing | Self::ClassBuilding => Some(PhaseKind::IntensiveStudy),
            Self::DiagnosisReport | Self::DemonstrationLesson | Self::StudyTask => {
                Some(PhaseKind::DiagnosisDemonstration)
            }
            Self::LessonStudyRecord | Self::LessonPolishingRecord => Some(PhaseKind::LessonPolishing),
            Self::ShowcaseRecord | Self::MicroLesson | Self::MicroCase | Self::MicroStory => {
                Some(PhaseKind::OutcomeShowcase)
            }
            Self::SummaryReport
            | Self::RepresentativeOutcome
            | Self::NextYearSchoolPlan
            | Self::PersonalDevelopmentPlan => Some(PhaseKind::SummaryImprovement),
            Self::Other => None,
        }
    }
}

wire_enum! {
    /// How a diagnosis was made (二-2).
    DiagnosisMethod {
        Observation = "observation", "课堂观察";
        Interview = "interview", "师生访谈";
        Instrument = "instrument", "工具测评";
    }
}

/// A deliverable 成果材料.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliverableView {
    /// The deliverable.
    pub id: DeliverableId,
    /// The project.
    pub project_id: ProjectId,
    /// The phase.
    pub phase_id: PhaseId,
    /// The kind.
    pub kind: DeliverableKind,
    /// The title 材料名称.
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学语文课堂诊断报告"))]
    pub title: String,
    /// How the diagnosis was made; only for a diagnosis report.
    pub method: Option<DiagnosisMethod>,
    /// The text.
    pub content: Option<String>,
    /// The address of the file.
    pub url: Option<String>,
    /// The school that it is about.
    pub organization_id: Option<OrganizationId>,
    /// The name of the school.
    pub organization_name: Option<String>,
    /// The teacher that it is about.
    pub teacher_id: Option<TeacherId>,
    /// The teacher's name.
    pub teacher_name: Option<String>,
    /// The user who submitted it.
    pub submitted_by: UserId,
    /// The user's name.
    pub submitted_by_name: String,
    /// The version, incremented by each change; the ETag is derived from it.
    pub version: i32,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A new deliverable. A diagnosis report names its method, a school's plan the school, a personal plan
/// the teacher or the school (二).
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateDeliverable {
    /// The kind.
    pub kind: DeliverableKind,
    /// The title 材料名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学语文课堂诊断报告", min_length = 1, max_length = 200))]
    pub title: String,
    /// How the diagnosis was made; only for a diagnosis report, which requires it.
    #[serde(default)]
    pub method: Option<DiagnosisMethod>,
    /// The text.
    #[validate(length(max = 20_000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub content: Option<String>,
    /// The address of the file, with `http` or `https`.
    #[validate(length(max = 500), custom(function = web_address))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "https://example.org/report.pdf", max_length = 500))]
    pub url: Option<String>,
    /// The school that it is about; required for a school's plan. A school's own submissions are about
    /// itself by default.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// The participant that it is about. A personal plan requires it, or the school of the teachers
    /// whose plans it contains.
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
}

/// Checks that an address may be opened by a browser.
fn web_address(url: &str) -> Result<(), ValidationError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !url.contains(char::is_whitespace) => Ok(()),
        _ => Err(ValidationError::new("bad_url").with_message("链接须以 http:// 或 https:// 开头".into())),
    }
}

fn web_address_patch(url: &Patch<String>) -> Result<(), ValidationError> {
    url.as_ref().and_then(Option::as_deref).map_or(Ok(()), web_address)
}

/// An update of a deliverable; absent fields stay unchanged. Its kind cannot change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateDeliverable {
    /// The title 材料名称.
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "课堂教学诊断报告", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// How the diagnosis was made; only for a diagnosis report, which requires it.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DiagnosisMethod>))]
    pub method: Patch<DiagnosisMethod>,
    /// The text.
    #[validate(length(max = 20_000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 20_000))]
    pub content: Patch<String>,
    /// The address of the file, with `http` or `https`.
    #[validate(length(max = 500), custom(function = web_address_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
    pub url: Patch<String>,
    /// The school that it is about.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub organization_id: Patch<OrganizationId>,
    /// The participant that it is about.
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeacherId>))]
    pub teacher_id: Patch<TeacherId>,
}

list_query! {
    /// The filters and page of a list of deliverables.
    DeliverableQuery {
        /// Deliverables of this kind
        #[param(inline)]
        kind: DeliverableKind,
    }
}

resource!(DeliverableView, "/deliverables");

impl Tabular for DeliverableView {
    const NAME: &'static str = "成果材料";
    const FILE: &'static str = "deliverables";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("kind", "材料类别", 16, |row: &Self| row.kind.into()),
            column("title", "材料名称", 36, |row: &Self| row.title.as_str().into()),
            column("method", "诊断方式", 12, |row: &Self| row.method.into()),
            column("content", "内容", 40, |row: &Self| row.content.as_deref().into()),
            column("url", "链接", 36, |row: &Self| row.url.as_deref().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_deref().into()),
            column("submitted_by_name", "提交人", 12, |row: &Self| row.submitted_by_name.as_str().into()),
            column("created_at", "提交时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
