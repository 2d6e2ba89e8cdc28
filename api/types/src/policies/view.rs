use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::figures::{MonthBasis, PolicyFigures};
use crate::{Column, MonthDay, OrganizationId, PolicyId, Tabular, UserId, column};

wire_enum! {
    /// Whether a policy is in force, and if not, why.
    PolicyStatus {
        Upcoming = "upcoming", "将生效";
        InForce = "in_force", "现行";
        Past = "past", "已被取代";
        Replaced = "replaced", "同日已更换";
        Withdrawn = "withdrawn", "已撤销";
    }
}

/// A policy 政策参数.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyView {
    /// The policy.
    pub id: PolicyId,
    /// The bureau; the policy holds for it and all below it, unless a bureau below has one of its own.
    pub organization_id: OrganizationId,
    /// The bureau's name 单位名称.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教育局"))]
    pub organization_name: String,
    /// The first day on which the policy applies.
    #[cfg_attr(feature = "openapi", schema(example = "2016-01-01"))]
    pub effective_from: NaiveDate,
    /// Whether the policy is in force for its bureau today.
    pub in_force: bool,
    /// Whether the policy is in force for the caller's organization today.
    pub applies: bool,
    /// Whether it is in force, and if not, why.
    pub status: PolicyStatus,
    /// The figures.
    #[serde(flatten)]
    pub figures: PolicyFigures,
    /// The number of years in a cycle; as the other three of the calendar, `null` unless the bureau is the root.
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub cycle_years: Option<i32>,
    /// The first year of the first cycle; the other cycles follow without a gap.
    #[cfg_attr(feature = "openapi", schema(example = 2016))]
    pub cycle_first_year: Option<i32>,
    /// The day of calendar year Y on which training year Y begins.
    #[cfg_attr(feature = "openapi", schema(example = "01-01"))]
    pub year_starts_on: Option<MonthDay>,
    /// The month of `year_starts_on`, from 1 to 12.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub year_starts_month: Option<i32>,
    /// How months without service and exempt months are counted.
    pub month_basis: Option<MonthBasis>,
    /// The basis of the figures, such as a document.
    #[cfg_attr(feature = "openapi", schema(example = "舒教局函〔2017〕82号"))]
    pub note: Option<String>,
    /// The user who created it; `null` for the first policy of the installation.
    pub created_by: Option<UserId>,
    /// When the policy was recorded.
    pub created_at: DateTime<Utc>,
    /// When the policy was withdrawn or replaced.
    pub retired_at: Option<DateTime<Utc>>,
    /// The user who withdrew or replaced it.
    pub retired_by: Option<UserId>,
    /// The policy of the same day that replaced it.
    pub replaced_by: Option<PolicyId>,
    /// The version, which is the ETag.
    pub version: i32,
}

resource!(PolicyView, "/policies");

wire_enum! {
    /// The orders of a list of policies.
    PolicySort {
        EffectiveFromDesc = "-effective_from", "生效日期降序";
        EffectiveFrom = "effective_from", "生效日期升序";
    }
}

list_query! {
    /// The parameters of a list of policies.
    PolicyQuery {
        /// Policies of this organization, of those above it and of those below; defaults to the caller's scope
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
        /// With `true`, also policies that were withdrawn or replaced
        with_retired: bool,
    }
    /// Defaults to `-effective_from`
    sort: PolicySort
}

impl Tabular for PolicyView {
    const NAME: &'static str = "政策参数";
    const FILE: &'static str = "policies";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("organization_name", "单位名称", 24, |row: &Self| row.organization_name.as_str().into()),
            column("effective_from", "生效日期", 12, |row: &Self| row.effective_from.into()),
            column("in_force", "现行", 8, |row: &Self| row.in_force.into()),
            column("status", "状态", 12, |row: &Self| row.status.into()),
            column("annual_hours", "每人每年学时", 14, |row: &Self| row.figures.annual_hours.into()),
            column("cycle_hours", "周期学时", 10, |row: &Self| row.figures.cycle_hours.into()),
            column("cycle_years", "周期年数", 10, |row: &Self| row.cycle_years.into()),
            column("cycle_first_year", "首个周期的第一年", 16, |row: &Self| row.cycle_first_year.into()),
            column("year_starts_on", "培训年度起始日", 16, |row: &Self| {
                row.year_starts_on.map(|day| day.to_string()).into()
            }),
            column("month_basis", "折减月份算法", 14, |row: &Self| row.month_basis.into()),
            column("absence_limit_numerator", "缺勤上限（分子）", 18, |row: &Self| {
                row.figures.absence_limit_numerator.into()
            }),
            column("absence_limit_denominator", "缺勤上限（分母）", 18, |row: &Self| {
                row.figures.absence_limit_denominator.into()
            }),
            column("leave_counts_as_missed", "请假计入缺勤", 14, |row: &Self| {
                row.figures.leave_counts_as_missed.into()
            }),
            column("elimination_percent", "末位淘汰率（%）", 16, |row: &Self| {
                row.figures.elimination_percent.into()
            }),
            column("publicity_days", "学员公示天数", 14, |row: &Self| row.figures.publicity_days.into()),
            column("look_back_years", "重复选派年限", 14, |row: &Self| row.figures.look_back_years.into()),
            column("visits_per_year", "每年送教次数", 14, |row: &Self| row.figures.visits_per_year.into()),
            column("days_per_visit", "每次送教天数", 14, |row: &Self| row.figures.days_per_visit.into()),
            column("hours_per_day", "每天最多学时", 14, |row: &Self| row.figures.hours_per_day.into()),
            column("tier_caps_school", "校本研修计入上限", 18, |row: &Self| {
                row.figures.tier_caps.school.into()
            }),
            column("tier_caps_county", "县级培训计入上限", 18, |row: &Self| {
                row.figures.tier_caps.county.into()
            }),
            column("tier_caps_above_county", "县级以上培训计入上限", 22, |row: &Self| {
                row.figures.tier_caps.above_county.into()
            }),
            column("tier_caps_other", "其他培训计入上限", 18, |row: &Self| row.figures.tier_caps.other.into()),
            column("dimension_minimums_ethics", "专业理念与师德最低学时", 24, |row: &Self| {
                row.figures.dimension_minimums.ethics.into()
            }),
            column("dimension_minimums_knowledge", "专业知识最低学时", 18, |row: &Self| {
                row.figures.dimension_minimums.knowledge.into()
            }),
            column("dimension_minimums_skill", "专业能力最低学时", 18, |row: &Self| {
                row.figures.dimension_minimums.skill.into()
            }),
            column("hours_per_credit_full_time_long", "脱产研修每学分学时", 20, |row: &Self| {
                row.figures.hours_per_credit.full_time_long.into()
            }),
            column("hours_per_credit_face_to_face", "集中面授每学分学时", 20, |row: &Self| {
                row.figures.hours_per_credit.face_to_face.into()
            }),
            column("hours_per_credit_online", "网络研修每学分学时", 20, |row: &Self| {
                row.figures.hours_per_credit.online.into()
            }),
            column("hours_per_credit_blended", "混合研修每学分学时", 20, |row: &Self| {
                row.figures.hours_per_credit.blended.into()
            }),
            column("hours_per_credit_other", "其他方式每学分学时", 20, |row: &Self| {
                row.figures.hours_per_credit.other.into()
            }),
            column("own_team_reviewers", "本团队评审人上限", 18, |row: &Self| {
                row.figures.own_team_reviewers.into()
            }),
            column("reviews_required", "三课认定评审人数", 18, |row: &Self| {
                row.figures.reviews_required.into()
            }),
            column("certificate_prefix", "证书编号前缀", 14, |row: &Self| {
                row.figures.certificate_prefix.as_deref().into()
            }),
            column("note", "依据和说明", 30, |row: &Self| row.note.as_deref().into()),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
            column("retired_at", "撤销或更换时间", 20, |row: &Self| row.retired_at.into()),
        ]
    }
}
