use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use super::figures::{DimensionMinimums, HoursPerCredit, MonthBasis, TierCaps, above_zero};
use crate::{Hours, MonthDay, OrganizationId, Patch, double_option, validate};

/// A new policy of a bureau; earlier policies stay unchanged. A figure that is left out stays as the bureau had it on that
/// day.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePolicy {
    /// The bureau, for which and for all below which the policy holds. Defaults to the root of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The first day on which the policy applies. It replaces the bureau's policy of the same day.
    #[validate(custom(function = validate::plausible_date))]
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-01"))]
    pub effective_from: NaiveDate,
    /// The annual quota per teacher (一-3).
    #[validate(custom(function = validate::positive_hours))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Option<Hours>,
    /// The hours of a cycle (三-1).
    #[validate(custom(function = validate::positive_hours))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    pub cycle_hours: Option<Hours>,
    /// The number of years in a cycle; as all of the calendar, for the root alone. Cycles change where one ends.
    #[validate(range(min = 1, max = 10))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 1, maximum = 10))]
    pub cycle_years: Option<i32>,
    /// The first year of the first cycle; for the root alone.
    #[validate(custom(function = validate::plausible_year))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 2016))]
    pub cycle_first_year: Option<i32>,
    /// The day of calendar year Y on which training year Y begins; for the root alone. Moving it lengthens or shortens the
    /// year before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "01-01"))]
    pub year_starts_on: Option<MonthDay>,
    /// The month on whose first day training years begin, from 1 to 12, in place of `year_starts_on`.
    #[validate(range(min = 1, max = 12))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 1, maximum = 12))]
    pub year_starts_month: Option<i32>,
    /// How months without service and exempt months are counted; for the root alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_basis: Option<MonthBasis>,
    /// The absence limit: a participant earns no hours if the share missed exceeds numerator/denominator (六(机制)-3).
    #[validate(range(min = 0, max = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 0, maximum = 1000))]
    pub absence_limit_numerator: Option<i32>,
    /// See `absence_limit_numerator`.
    #[validate(range(min = 1, max = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 1, maximum = 1000))]
    pub absence_limit_denominator: Option<i32>,
    /// Whether leave counts as missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub leave_counts_as_missed: Option<bool>,
    /// The elimination rate 末位淘汰率 in per cent (一-2).
    #[validate(range(min = 0, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 10, minimum = 0, maximum = 100))]
    pub elimination_percent: Option<i32>,
    /// The working days for which nominated participants are announced 公示 (五-1).
    #[validate(range(min = 0, max = 365))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 5, minimum = 0, maximum = 365))]
    pub publicity_days: Option<i32>,
    /// The number of years within which no teacher is selected again for the same level 重复选派 (五-1).
    #[validate(range(min = 0, max = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 1, minimum = 0, maximum = 20))]
    pub look_back_years: Option<i32>,
    /// The minimum visits 送教 per year.
    #[validate(range(min = 0, max = 366))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 4, minimum = 0, maximum = 366))]
    pub visits_per_year: Option<i32>,
    /// The minimum days per visit.
    #[validate(range(min = 0, max = 366))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 2, minimum = 0, maximum = 366))]
    pub days_per_visit: Option<i32>,
    /// The most hours that a day of training is expected to have, at most 24.
    #[validate(custom(function = validate::positive_hours), custom(function = within_a_day))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 8))]
    pub hours_per_day: Option<Hours>,
    /// The most hours of each tier that count in a year; replaces all caps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier_caps: Option<TierCaps>,
    /// The fewest hours of each dimension that a year asks for; replaces all minimums.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension_minimums: Option<DimensionMinimums>,
    /// The hours that make one 学分, by mode; replaces all of them.
    #[validate(custom(function = above_zero))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_per_credit: Option<HoursPerCredit>,
    /// The number of reviewers of a certification that may come from the team that graded the lesson.
    #[validate(range(min = 0, max = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 0, minimum = 0, maximum = 20))]
    pub own_team_reviewers: Option<i32>,
    /// The number of reviews of a certification, at least two.
    #[validate(range(min = 2, max = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 2, minimum = 2, maximum = 20))]
    pub reviews_required: Option<i32>,
    /// The prefix of certificate numbers, one that no other bureau has had; `null` for the series of the root.
    #[validate(custom(function = prefix))]
    #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<String>, example = "SL", min_length = 1, max_length = 16, pattern = "^[A-Za-z0-9._-]+$")
    )]
    pub certificate_prefix: Patch<String>,
    /// The basis of the figures, such as a document.
    #[validate(length(max = 500))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the validator's signature")]
fn within_a_day(hours: &Hours) -> Result<(), ValidationError> {
    let day = Hours::whole(24);
    let error = || ValidationError::new("above_a_day").with_message("一天不能超过 24 学时".into());
    if *hours <= day { Ok(()) } else { Err(error()) }
}

fn prefix(prefix: &Patch<String>) -> Result<(), ValidationError> {
    match prefix.as_ref().and_then(Option::as_deref) {
        Some(prefix) if prefix.is_empty() || prefix.len() > 16 => {
            Err(ValidationError::new("length").with_message("长度须为 1 到 16 个字符".into()))
        }
        Some(prefix) => validate::plain_code(prefix),
        None => Ok(()),
    }
}
