//! Quotas 年度学时: what each teacher owes in a training year and has done (一-3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Column, ExemptionId, Hours, OrganizationId, Tabular, TeacherId, WireEnum, column,
    exemptions::ExemptionKind,
    organizations::OrganizationRef,
    total_hours,
    training::{Stage, TrainingMode, TrainingTier},
};

wire_enum! {
    /// Whether the recognised hours reach the requirement.
    QuotaStatus {
        Met = "met", "已达标";
        Short = "short", "未达标";
    }
}

/// A teacher's training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaView {
    pub teacher_id: TeacherId,
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// Where the teacher serves now.
    pub organization_id: OrganizationId,
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The year's hours, less a twelfth for each whole month not in post or exempt.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// Wherever earned: hours follow the teacher.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Waiting to be recognised; they do not count.
    #[cfg_attr(feature = "openapi", schema(example = 8))]
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    #[cfg_attr(feature = "openapi", schema(example = 32))]
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    pub status: QuotaStatus,
}

wire_enum! {
    /// Why a year asks for less.
    ReductionReason {
        NotInPost = "not_in_post", "不在岗";
        Exempt = "exempt", "减免";
    }
}

/// A time that takes something off a year's requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaReduction {
    pub reason: ReductionReason,
    /// Of an exemption.
    pub exemption_id: Option<ExemptionId>,
    pub kind: Option<ExemptionKind>,
    /// The first day, within the training year.
    pub starts_on: NaiveDate,
    /// The last day, within the training year.
    pub ends_on: NaiveDate,
    /// Calendar months that this alone covers wholly. Where times overlap or adjoin, the sum is
    /// not the months taken off: `reduced_months` counts each month once.
    pub months: i32,
}

/// Hours of a tier 培训层级 (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierHours {
    pub tier: TrainingTier,
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
}

/// Hours of a mode 培训方式 (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeHours {
    pub mode: TrainingMode,
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
}

/// A teacher's training year, with what it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherQuotaView {
    #[serde(flatten)]
    pub quota: QuotaView,
    /// What a full year asks for.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The training year's first day.
    pub starts_on: NaiveDate,
    /// The training year's last day.
    pub ends_on: NaiveDate,
    /// Whole calendar months not in post or exempt, each counted once.
    pub reduced_months: i32,
    /// Why the requirement is reduced.
    pub reductions: Vec<QuotaReduction>,
    /// Every tier, those without hours included.
    pub by_tier: Vec<TierHours>,
    /// Every mode, those without hours included.
    pub by_mode: Vec<ModeHours>,
}

/// A training year of an organization and all below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaSummary {
    pub organization: OrganizationRef,
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers who serve here now and were in post in the year.
    pub teachers: i64,
    pub met: i64,
    pub short: i64,
    /// Of those teachers, wherever they earned their hours.
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// The sum of what each teacher lacks: one's surplus does not fill another's gap.
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    /// Hours earned here, by tier: a record counts where its teacher served when it was earned.
    pub by_tier: Vec<TierHours>,
    /// Hours earned here, by mode.
    pub by_mode: Vec<ModeHours>,
}

wire_enum! {
    /// What a list of quotas is sorted by.
    QuotaSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        RemainingHours = "remaining_hours", "缺少学时升序";
        RemainingHoursDesc = "-remaining_hours", "缺少学时降序";
    }
}

list_query! {
    /// What a list of quotas can be asked for.
    QuotaQuery {
        /// By default the year that runs
        training_year: i32,
        /// Of teachers who serve in this organization or below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        #[param(inline)]
        status: QuotaStatus,
        #[param(inline)]
        stage: Stage,
        subject: String,
        /// Part of the teacher's name, of its 拼音首字母 or of the number
        q: String,
    }
    /// By default `teacher_no`
    sort: QuotaSort
}

/// What a summary of quotas can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct QuotaSummaryQuery {
    /// By default the year that runs
    #[serde(skip_serializing_if = "Option::is_none")]
    pub training_year: Option<i32>,
    /// By default the caller's scope
    #[cfg_attr(feature = "openapi", param(value_type = Option<OrganizationId>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Of the teachers' figures alone
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Of the teachers' figures alone
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl Tabular for QuotaView {
    const NAME: &'static str = "年度学时";
    const FILE: &'static str = "quotas";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("required_hours", "应修学时", 10, |row: &Self| row.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("pending_hours", "待认定学时", 12, |row: &Self| row.pending_hours.into()),
            column("remaining_hours", "缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("status", "是否达标", 10, |row: &Self| row.status.label().into()),
        ]
    }
}
