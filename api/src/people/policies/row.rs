use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use songjiao_types::{
    Hours, MonthDay, OrganizationId, PolicyId, UserId,
    policies::{MonthBasis, PolicyFigures},
};

use super::policy::{CalendarRule, Policy};
use crate::{
    db::{schema::policies, types::UtcTime},
    error::{ApiError, Result},
};

/// A policy as the database stores it.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policies)]
pub struct PolicyRow {
    pub id: PolicyId,
    pub organization_id: OrganizationId,
    pub effective_from: NaiveDate,
    annual_hours: Hours,
    cycle_hours: Hours,
    cycle_years: Option<i32>,
    cycle_first_year: Option<i32>,
    year_starts_on: Option<String>,
    month_basis: Option<MonthBasis>,
    absence_limit_numerator: i32,
    absence_limit_denominator: i32,
    leave_counts_as_missed: bool,
    elimination_percent: i32,
    publicity_days: i32,
    look_back_years: i32,
    visits_per_year: i32,
    days_per_visit: i32,
    hours_per_day: Hours,
    tier_caps: String,
    dimension_minimums: String,
    hours_per_credit: String,
    own_team_reviewers: i32,
    reviews_required: i32,
    certificate_prefix: Option<String>,
    note: Option<String>,
    created_by: Option<UserId>,
    recorded_at: UtcTime,
    retired_at: Option<UtcTime>,
    retired_by: Option<UserId>,
    replaced_by: Option<PolicyId>,
}

fn write(hours: &impl Serialize) -> Result<String> {
    serde_json::to_string(hours).map_err(ApiError::internal)
}

/// Reads hours by tier, dimension or mode. What cannot be read counts as not set, so that no row fails its readers.
fn read<T: DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

impl PolicyRow {
    /// Returns the row of a policy.
    ///
    /// # Errors
    /// 500 if hours cannot be serialized.
    pub fn of(policy: &Policy) -> Result<Self> {
        let (figures, calendar) = (&policy.figures, policy.calendar);
        Ok(Self {
            id: policy.id,
            organization_id: policy.organization_id,
            effective_from: policy.effective_from,
            annual_hours: figures.annual_hours,
            cycle_hours: figures.cycle_hours,
            cycle_years: calendar.map(|rule| rule.cycle_years),
            cycle_first_year: calendar.map(|rule| rule.cycle_first_year),
            year_starts_on: calendar.map(|rule| rule.year_starts_on.to_string()),
            month_basis: calendar.map(|rule| rule.month_basis),
            absence_limit_numerator: figures.absence_limit_numerator,
            absence_limit_denominator: figures.absence_limit_denominator,
            leave_counts_as_missed: figures.leave_counts_as_missed,
            elimination_percent: figures.elimination_percent,
            publicity_days: figures.publicity_days,
            look_back_years: figures.look_back_years,
            visits_per_year: figures.visits_per_year,
            days_per_visit: figures.days_per_visit,
            hours_per_day: figures.hours_per_day,
            tier_caps: write(&figures.tier_caps)?,
            dimension_minimums: write(&figures.dimension_minimums)?,
            hours_per_credit: write(&figures.hours_per_credit)?,
            own_team_reviewers: figures.own_team_reviewers,
            reviews_required: figures.reviews_required,
            certificate_prefix: figures.certificate_prefix.clone(),
            note: policy.note.clone(),
            created_by: policy.created_by,
            recorded_at: policy.recorded_at,
            retired_at: policy.retired_at,
            retired_by: policy.retired_by,
            replaced_by: policy.replaced_by,
        })
    }
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        let calendar = match (row.cycle_years, row.cycle_first_year, row.year_starts_on, row.month_basis) {
            (Some(cycle_years), Some(cycle_first_year), Some(start), Some(month_basis)) => Some(CalendarRule {
                cycle_years,
                cycle_first_year,
                year_starts_on: start.parse().unwrap_or(MonthDay::NEW_YEAR),
                month_basis,
            }),
            _ => None,
        };
        Self {
            id: row.id,
            organization_id: row.organization_id,
            effective_from: row.effective_from,
            figures: PolicyFigures {
                annual_hours: row.annual_hours,
                cycle_hours: row.cycle_hours,
                absence_limit_numerator: row.absence_limit_numerator,
                absence_limit_denominator: row.absence_limit_denominator,
                leave_counts_as_missed: row.leave_counts_as_missed,
                elimination_percent: row.elimination_percent,
                publicity_days: row.publicity_days,
                look_back_years: row.look_back_years,
                visits_per_year: row.visits_per_year,
                days_per_visit: row.days_per_visit,
                hours_per_day: row.hours_per_day,
                tier_caps: read(&row.tier_caps),
                dimension_minimums: read(&row.dimension_minimums),
                hours_per_credit: read(&row.hours_per_credit),
                own_team_reviewers: row.own_team_reviewers,
                reviews_required: row.reviews_required,
                certificate_prefix: row.certificate_prefix,
            },
            calendar,
            note: row.note,
            created_by: row.created_by,
            recorded_at: row.recorded_at,
            retired_at: row.retired_at,
            retired_by: row.retired_by,
            replaced_by: row.replaced_by,
        }
    }
}
