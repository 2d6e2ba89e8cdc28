//! Quotas 年度学时: the hours that each teacher has to earn and has earned in a training year (一-3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    Basis, Column, ExemptionId, HourDifference, Hours, OrganizationId, Tabular, TeacherId, column,
    exemptions::ExemptionKind,
    organizations::OrganizationRef,
    total_hours,
    training::{Stage, TrainingDimension, TrainingMode, TrainingTier},
};

wire_enum! {
    /// Whether the recognised hours reach the requirement.
    QuotaStatus {
        Met = "met", "已达标";
        Short = "short", "未达标";
        /// Nothing is required: the teacher counts in no rate.
        Exempt = "exempt", "免训";
    }
}

/// A teacher's quota of a training year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaView {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The teacher's number 教师编号.
    #[cfg_attr(feature = "openapi", schema(example = "220283000123"))]
    pub teacher_no: String,
    /// The teacher's name 姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王芳"))]
    pub teacher_name: String,
    /// The organization to which the year belongs: that of the last day of service in it up to today.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市第三中学校"))]
    pub organization_name: String,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The year's hours for the months that are owed, rounded up to the tenth. A month is not owed if it is spanned by
    /// days without service or exempt.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// Recognised hours, wherever they were earned: hours follow the teacher. Of a closed year, lists give those of the
    /// snapshot, a teacher's own quota those with late hours.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The recognised hours of the snapshot; `null` if the year is not closed.
    pub closed_hours: Option<Hours>,
    /// The hours recognised since the closing less those voided, 补录; `null` if the year is not closed.
    pub late_hours: Option<HourDifference>,
    /// What counts of the recognised hours: those of each tier up to the policy's cap. Equal to them without caps.
    #[cfg_attr(feature = "openapi", schema(example = 40))]
    #[serde(deserialize_with = "total_hours")]
    pub counted_hours: Hours,
    /// Pending hours, which do not count.
    #[cfg_attr(feature = "openapi", schema(example = 8))]
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// Hours that the teacher still lacks.
    #[cfg_attr(feature = "openapi", schema(example = 32))]
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    /// Whether the counted hours reach the requirement and every dimension 三修 has the hours that the policy asks for.
    pub status: QuotaStatus,
}

wire_enum! {
    /// Why the requirement of a year is reduced.
    ReductionReason {
        NotInPost = "not_in_post", "不在岗";
        Exempt = "exempt", "减免";
    }
}

/// A period that reduces a year's requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaReduction {
    /// Why the period reduces the requirement.
    pub reason: ReductionReason,
    /// The exemption, if it is one that the caller may read.
    pub exemption_id: Option<ExemptionId>,
    /// The kind of the exemption, if it is one that the caller may read.
    pub kind: Option<ExemptionKind>,
    /// The first day, within the training year.
    pub starts_on: NaiveDate,
    /// The last day, within the training year.
    pub ends_on: NaiveDate,
}

/// Hours of a tier 培训层级 (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TierHours {
    /// The tier.
    pub tier: TrainingTier,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
}

/// Hours of a mode 培训方式 (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeHours {
    /// The mode.
    pub mode: TrainingMode,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
}

/// Hours of a dimension 三修 (三-1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DimensionHours {
    /// The dimension; `null` for hours whose record states none.
    pub dimension: Option<TrainingDimension>,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
}

/// A teacher's quota of a training year with its breakdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeacherQuotaView {
    /// The quota.
    #[serde(flatten)]
    pub quota: QuotaView,
    /// The hours of a full year.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The training year's first day.
    pub starts_on: NaiveDate,
    /// The training year's last day.
    pub ends_on: NaiveDate,
    /// The months of the year: 12, or another number in the year before its first day moves.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub months: i32,
    /// The months that are owed.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub owed_months: i32,
    /// The months that are not.
    pub reduced_months: i32,
    /// What reduces the requirement.
    pub reductions: Vec<QuotaReduction>,
    /// Hours of every tier, including those without any.
    pub by_tier: Vec<TierHours>,
    /// Hours of every mode, including those without any.
    pub by_mode: Vec<ModeHours>,
    /// Hours of every dimension, including those without any, and last the hours that state none.
    pub by_dimension: Vec<DimensionHours>,
}

/// The quotas of a training year in an organization and all below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaSummary {
    /// The organization.
    pub organization: OrganizationRef,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Teachers whose year belongs there.
    pub teachers: i64,
    /// Teachers who met their quota.
    pub met: i64,
    /// Teachers who did not meet their quota.
    pub short: i64,
    /// Teachers of whom nothing is required.
    pub exempt: i64,
    /// The sum of the teachers' requirements.
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The sum of the teachers' recognised hours, wherever they were earned.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The sum of the teachers' late hours 补录, which the other figures leave out; `null` if none of their years is closed.
    pub late_hours: Option<HourDifference>,
    /// The sum of the teachers' pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// The sum of the hours that each teacher lacks: the surplus of one does not make up for another.
    #[serde(deserialize_with = "total_hours")]
    pub remaining_hours: Hours,
    /// The teachers' hours by tier, wherever they were earned.
    pub by_tier: Vec<TierHours>,
    /// The teachers' hours by mode, wherever they were earned.
    pub by_mode: Vec<ModeHours>,
    /// The teachers' hours by dimension, wherever they were earned, and last the hours that state none.
    pub by_dimension: Vec<DimensionHours>,
}

wire_enum! {
    /// The orders of a list of quotas.
    QuotaSort {
        TeacherNo = "teacher_no", "教师编号升序";
        TeacherNoDesc = "-teacher_no", "教师编号降序";
        RemainingHours = "remaining_hours", "缺少学时升序";
        RemainingHoursDesc = "-remaining_hours", "缺少学时降序";
    }
}

list_query! {
    /// The parameters of a list of quotas.
    QuotaQuery {
        /// Defaults to the current year
        training_year: i32,
        /// Teachers whose year belongs to this organization or to one below
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// Teachers with this status
        #[param(inline)]
        status: QuotaStatus,
        /// Teachers of this 学段
        #[param(inline)]
        stage: Stage,
        /// Teachers of this 学科
        subject: String,
        /// Part of the teacher's name, number or pinyin initials
        q: String,
    }
    /// Defaults to `teacher_no`
    sort: QuotaSort
}

query! {
    /// The parameters of a summary of quotas.
    QuotaSummaryQuery {
        /// Defaults to the current year
        training_year: i32,
        /// Defaults to the caller's scope
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// 学段 of the teachers
        #[param(inline)]
        stage: Stage,
        /// 学科 of the teachers
        subject: String,
    }
}

impl Tabular for QuotaView {
    const NAME: &'static str = "年度学时";
    const FILE: &'static str = "quotas";
    const BASIS: Option<Basis> = Some(Basis::Teacher);

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("teacher_no", "教师编号", 16, |row: &Self| row.teacher_no.as_str().into()),
            column("teacher_name", "姓名", 12, |row: &Self| row.teacher_name.as_str().into()),
            column("organization_name", "单位名称", 30, |row: &Self| row.organization_name.as_str().into()),
            column("training_year", "培训年度", 10, |row: &Self| row.training_year.into()),
            column("required_hours", "应修学时", 10, |row: &Self| row.required_hours.into()),
            column("recognized_hours", "已认定学时", 12, |row: &Self| row.recognized_hours.into()),
            column("late_hours", "补录学时", 10, |row: &Self| row.late_hours.into()),
            column("counted_hours", "计入学时", 10, |row: &Self| row.counted_hours.into()),
            column("pending_hours", "待认定学时", 12, |row: &Self| row.pending_hours.into()),
            column("remaining_hours", "缺少学时", 10, |row: &Self| row.remaining_hours.into()),
            column("status", "是否达标", 10, |row: &Self| row.status.into()),
        ]
    }
}
