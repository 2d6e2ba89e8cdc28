//! What a policy would change, before it is saved.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calendar::CalendarYear;
use crate::{Hours, OrganizationId, PolicyId};

/// A figure that a policy changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyChange {
    /// The field of the policy.
    #[cfg_attr(feature = "openapi", schema(example = "annual_hours"))]
    pub field: String,
    /// The value that holds for the bureau on the first day without the new policy.
    #[cfg_attr(feature = "openapi", schema(value_type = Value, example = json!(72)))]
    pub before: Value,
    /// The value of the new policy.
    #[cfg_attr(feature = "openapi", schema(value_type = Value, example = json!(90)))]
    pub after: Value,
}

/// A training year that has begun and whose requirement or days a policy changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyYearEffect {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Its first day under the new policy.
    pub starts_on: NaiveDate,
    /// Its last day under the new policy.
    pub ends_on: NaiveDate,
    /// Its months under the new policy: 12, but for a year before the first day of years moves.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub months: i32,
    /// The annual quota under the new policy.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// Whether the year is over.
    pub over: bool,
    /// Teachers who are short now and would have met their quota.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub newly_met: i64,
    /// Teachers who have met their quota now and would be short.
    #[cfg_attr(feature = "openapi", schema(example = 842))]
    pub newly_short: i64,
}

/// A cycle that has begun and in which a policy changes the status of teachers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyCycleEffect {
    /// Its first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub cycle_first_year: i32,
    /// Its last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub cycle_last_year: i32,
    /// Teachers with another status than now.
    #[cfg_attr(feature = "openapi", schema(example = 842))]
    pub teachers_changed: i64,
}

/// Whose standing a policy changes: met or short by year, and the status of credits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyEffect {
    /// Teachers with another status in a year or a cycle, each counted once.
    #[cfg_attr(feature = "openapi", schema(example = 842))]
    pub teachers_changed: i64,
    /// The years, in order.
    pub years: Vec<PolicyYearEffect>,
    /// The cycles, in order.
    pub cycles: Vec<PolicyCycleEffect>,
}

/// What a policy would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyPreview {
    /// The bureau.
    pub organization_id: OrganizationId,
    /// The bureau's name.
    #[cfg_attr(feature = "openapi", schema(example = "舒兰市教育局"))]
    pub organization_name: String,
    /// The first day.
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-01"))]
    pub effective_from: NaiveDate,
    /// The policy of the same day that it would replace.
    #[cfg_attr(feature = "openapi", schema(example = json!(null)))]
    pub replaces: Option<PolicyId>,
    /// Every figure that differs, in the order of the form.
    pub changes: Vec<PolicyChange>,
    /// The first training year to which the policy applies.
    pub first_year: CalendarYear,
    /// Whose standing changes.
    pub effect: PolicyEffect,
}
