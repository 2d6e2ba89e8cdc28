//! The calendar: training years and cycles, as the root's policies cut them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Hours, OrganizationId, PolicyId};

/// A training year 培训年度.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarYear {
    /// The calendar year in which it begins.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// Its first day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub starts_on: NaiveDate,
    /// Its last day.
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-31"))]
    pub ends_on: NaiveDate,
    /// Its months: 12, but for a year before the first day of years moves.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub months: i32,
    /// The annual quota of the organization.
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The policy that applies to the organization in the year.
    pub policy_id: PolicyId,
}

/// A cycle of training years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarCycle {
    /// Its first year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub first_year: i32,
    /// Its last year.
    #[cfg_attr(feature = "openapi", schema(example = 2030))]
    pub last_year: i32,
}

/// The training years and cycles so far, with the quotas of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarView {
    /// The current training year.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The years from the first cycle on, the current one last.
    pub years: Vec<CalendarYear>,
    /// The cycles, the current one last.
    pub cycles: Vec<CalendarCycle>,
}

query! {
    /// The parameters of the calendar.
    CalendarQuery {
        /// The organization whose quotas are given; defaults to the root of the caller's scope
        #[param(value_type = Option<OrganizationId>)]
        organization_id: OrganizationId,
    }
}
