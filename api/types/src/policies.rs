//! Policies 政策参数: the figures of the policy's clauses and those that they leave open, as dated rows that are never
//! edited. The policy with the latest `effective_from` that is not in the future is in force.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Column, Hours, PolicyId, Tabular, UserId, column, validate};

/// A policy 政策参数.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyView {
    /// The policy.
    pub id: PolicyId,
    /// The first day on which the policy applies.
    #[cfg_attr(feature = "openapi", schema(example = "2016-01-01"))]
    pub effective_from: NaiveDate,
    /// Whether the policy is in force today.
    pub in_force: bool,
    /// The annual quota per teacher, 每人每年不少于 72 学时 (一-3).
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The hours of a cycle, 每五年完成 360 学时 (三-1).
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    pub cycle_hours: Hours,
    /// The number of years in a cycle.
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub cycle_years: i32,
    /// The first year of the first cycle; the other cycles follow without a gap.
    #[cfg_attr(feature = "openapi", schema(example = 2016))]
    pub cycle_first_year: i32,
    /// The month of calendar year Y in which training year Y begins, from 1 to 12.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub year_starts_month: i32,
    /// The absence limit: a participant earns no hours if the share of activities missed exceeds numerator/denominator
    /// (六(机制)-3).
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub absence_limit_numerator: i32,
    /// See `absence_limit_numerator`.
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub absence_limit_denominator: i32,
    /// The elimination rate 末位淘汰率 in per cent (一-2).
    #[cfg_attr(feature = "openapi", schema(example = 10))]
    pub elimination_percent: i32,
    /// The days for which nominated participants are announced 公示 (五-1).
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub publicity_days: i32,
    /// The minimum visits 送教 per year.
    #[cfg_attr(feature = "openapi", schema(example = 4))]
    pub visits_per_year: i32,
    /// The minimum days per visit.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub days_per_visit: i32,
    /// The number of reviews of a certification, at least two.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub reviews_required: i32,
    /// The prefix of certificate numbers.
    #[cfg_attr(feature = "openapi", schema(example = "SL"))]
    pub certificate_prefix: String,
    /// The basis of the figures, such as a document.
    #[cfg_attr(feature = "openapi", schema(example = "舒教局函〔2017〕82号"))]
    pub note: Option<String>,
    /// The user who created it; `null` for the first policy of the installation.
    pub created_by: Option<UserId>,
    /// When the policy was created.
    pub created_at: DateTime<Utc>,
}

/// A new policy; earlier policies stay unchanged.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePolicy {
    /// The first day on which the policy applies; one policy per day.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-01"))]
    pub effective_from: NaiveDate,
    /// The annual quota per teacher (一-3).
    #[validate(custom(function = validate::positive_hours))]
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The hours of a cycle (三-1).
    #[validate(custom(function = validate::positive_hours))]
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    pub cycle_hours: Hours,
    /// The number of years in a cycle.
    #[validate(range(min = 1, max = 10))]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 1, maximum = 10))]
    pub cycle_years: i32,
    /// The first year of the first cycle.
    #[validate(custom(function = validate::plausible_year))]
    #[cfg_attr(feature = "openapi", schema(example = 2016))]
    pub cycle_first_year: i32,
    /// The month of calendar year Y in which training year Y begins, from 1 to 12.
    #[validate(range(min = 1, max = 12))]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 1, maximum = 12))]
    pub year_starts_month: i32,
    /// The absence limit: a participant earns no hours if the share of activities missed exceeds numerator/denominator
    /// (六(机制)-3).
    #[validate(range(min = 0, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 0, maximum = 1000))]
    pub absence_limit_numerator: i32,
    /// See `absence_limit_numerator`.
    #[validate(range(min = 1, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 1, maximum = 1000))]
    pub absence_limit_denominator: i32,
    /// The elimination rate 末位淘汰率 in per cent (一-2).
    #[validate(range(min = 0, max = 100))]
    #[cfg_attr(feature = "openapi", schema(example = 10, minimum = 0, maximum = 100))]
    pub elimination_percent: i32,
    /// The days for which nominated participants are announced 公示 (五-1).
    #[validate(range(min = 0, max = 365))]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 0, maximum = 365))]
    pub publicity_days: i32,
    /// The minimum visits 送教 per year.
    #[validate(range(min = 0, max = 366))]
    #[cfg_attr(feature = "openapi", schema(example = 4, minimum = 0, maximum = 366))]
    pub visits_per_year: i32,
    /// The minimum days per visit.
    #[validate(range(min = 0, max = 366))]
    #[cfg_attr(feature = "openapi", schema(example = 2, minimum = 0, maximum = 366))]
    pub days_per_visit: i32,
    /// The number of reviews of a certification, at least two.
    #[validate(range(min = 2, max = 20))]
    #[cfg_attr(feature = "openapi", schema(example = 2, minimum = 2, maximum = 20))]
    pub reviews_required: i32,
    /// The prefix of certificate numbers.
    #[validate(length(min = 1, max = 16), custom(function = validate::plain_code))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "SL", min_length = 1, max_length = 16, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub certificate_prefix: String,
    /// The basis of the figures, such as a document.
    #[validate(length(max = 500))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
}

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
    }
    /// Defaults to `-effective_from`
    sort: PolicySort
}

impl Tabular for PolicyView {
    const NAME: &'static str = "政策参数";
    const FILE: &'static str = "policies";

    fn columns(_: Option<&Self>) -> Vec<Column<Self>> {
        vec![
            column("effective_from", "生效日期", 12, |row: &Self| row.effective_from.into()),
            column("in_force", "现行", 8, |row: &Self| row.in_force.into()),
            column("annual_hours", "每人每年学时", 14, |row: &Self| row.annual_hours.into()),
            column("cycle_hours", "周期学时", 10, |row: &Self| row.cycle_hours.into()),
            column("cycle_years", "周期年数", 10, |row: &Self| row.cycle_years.into()),
            column("cycle_first_year", "首个周期的第一年", 16, |row: &Self| row.cycle_first_year.into()),
            column("year_starts_month", "培训年度起始月", 16, |row: &Self| row.year_starts_month.into()),
            column("absence_limit_numerator", "缺勤上限（分子）", 18, |row: &Self| {
                row.absence_limit_numerator.into()
            }),
            column("absence_limit_denominator", "缺勤上限（分母）", 18, |row: &Self| {
                row.absence_limit_denominator.into()
            }),
            column("elimination_percent", "末位淘汰率（%）", 16, |row: &Self| row.elimination_percent.into()),
            column("publicity_days", "学员公示天数", 14, |row: &Self| row.publicity_days.into()),
            column("visits_per_year", "每年送教次数", 14, |row: &Self| row.visits_per_year.into()),
            column("days_per_visit", "每次送教天数", 14, |row: &Self| row.days_per_visit.into()),
            column("reviews_required", "三课认定评审人数", 18, |row: &Self| row.reviews_required.into()),
            column("certificate_prefix", "证书编号前缀", 14, |row: &Self| row.certificate_prefix.as_str().into()),
            column("note", "依据和说明", 30, |row: &Self| row.note.as_deref().into()),
            column("created_at", "登记时间", 20, |row: &Self| row.created_at.into()),
        ]
    }
}
