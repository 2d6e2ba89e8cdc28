//! Deliverables 成果材料: what a phase brings, as its clause asks (二).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{
    Column, DeliverableId, OrganizationId, Patch, PhaseId, ProjectId, Tabular, TeacherId, UserId, WireEnum, column,
    double_option, phases::PhaseKind, validate,
};

wire_enum! {
    /// What a deliverable is.
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
        /// Anything else worth keeping, in any phase.
        Other = "other", "其他材料";
    }
}

impl DeliverableKind {
    /// The phase whose clause asks for it; `None` where it fits any.
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
    pub id: DeliverableId,
    pub project_id: ProjectId,
    pub phase_id: PhaseId,
    pub kind: DeliverableKind,
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学语文课堂诊断报告"))]
    pub title: String,
    /// Of a diagnosis report.
    pub method: Option<DiagnosisMethod>,
    pub content: Option<String>,
    /// Where the file is.
    pub url: Option<String>,
    /// The school that it is of.
    pub organization_id: Option<OrganizationId>,
    pub organization_name: Option<String>,
    /// The teacher that it is of.
    pub teacher_id: Option<TeacherId>,
    pub teacher_name: Option<String>,
    pub submitted_by: UserId,
    pub submitted_by_name: String,
    /// Counts the changes; the ETag is made of it.
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new deliverable. A diagnosis report names its method, a school's plan the school, a personal
/// plan the teacher.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateDeliverable {
    pub kind: DeliverableKind,
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[cfg_attr(feature = "openapi", schema(example = "亮甲山小学语文课堂诊断报告", min_length = 1, max_length = 200))]
    pub title: String,
    #[serde(default)]
    pub method: Option<DiagnosisMethod>,
    #[validate(length(max = 20_000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 20_000))]
    pub content: Option<String>,
    /// `http` or `https`.
    #[validate(length(max = 500), custom(function = web_address))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "https://example.org/report.pdf", max_length = 500))]
    pub url: Option<String>,
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
    pub teacher_id: Option<TeacherId>,
}

/// An address that a browser may be sent to.
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

/// Changes of a deliverable; what is absent stays. Its kind is for good.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateDeliverable {
    #[validate(length(min = 1, max = 200), custom(function = validate::not_blank))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "课堂教学诊断报告", min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DiagnosisMethod>))]
    pub method: Patch<DiagnosisMethod>,
    #[validate(length(max = 20_000))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 20_000))]
    pub content: Patch<String>,
    #[validate(length(max = 500), custom(function = web_address_patch))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
    pub url: Patch<String>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<OrganizationId>))]
    pub organization_id: Patch<OrganizationId>,
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<TeacherId>))]
    pub teacher_id: Patch<TeacherId>,
}

list_query! {
    /// What a list of deliverables can be asked for.
    DeliverableQuery {
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
            column("kind", "类型", 16, |row: &Self| row.kind.label().into()),
            column("title", "名称", 36, |row: &Self| row.title.as_str().into()),
            column("method", "诊断方式", 12, |row: &Self| row.method.map(WireEnum::label).into()),
            column("content", "内容", 40, |row: &Self| row.content.as_deref().into()),
            column("url", "链接", 36, |row: &Self| row.url.as_deref().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_deref().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_deref().into()),
            column("submitted_by_name", "提交人", 12, |row: &Self| row.submitted_by_name.as_str().into()),
            column("created_at", "提交时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
