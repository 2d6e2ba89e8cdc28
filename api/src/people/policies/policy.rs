use chrono::NaiveDate;
use songjiao_types::{
    Hours, MonthDay, OrganizationId, PolicyId, UserId,
    policies::{DimensionMinimums, HoursPerCredit, MonthBasis, PolicyFigures, TierCaps},
};

use crate::db::types::UtcTime;

/// How years and cycles are cut, which the root's policies alone say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarRule {
    /// The number of years in a cycle.
    pub cycle_years: i32,
    /// The first year of the first cycle.
    pub cycle_first_year: i32,
    /// The day of calendar year Y on which training year Y begins.
    pub year_starts_on: MonthDay,
    /// How months without service and exempt months are counted.
    pub month_basis: MonthBasis,
}

impl CalendarRule {
    /// Returns the rule of new installations: years from January on, five-year cycles from 2016 on, elapsed months.
    pub fn of_2017() -> Self {
        Self {
            cycle_years: 5,
            cycle_first_year: 2016,
            year_starts_on: MonthDay::NEW_YEAR,
            month_basis: MonthBasis::Elapsed,
        }
    }

    /// Returns the first day of a training year under this rule.
    pub fn first_day(&self, year: i32) -> NaiveDate {
        self.year_starts_on.in_year(year)
    }
}

/// A dated policy of a bureau. The fields mean what they mean in
/// [`PolicyView`](songjiao_types::policies::PolicyView).
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy.
    pub id: PolicyId,
    /// The bureau.
    pub organization_id: OrganizationId,
    /// The first day.
    pub effective_from: NaiveDate,
    /// The figures.
    pub figures: PolicyFigures,
    /// The calendar; the root's policies alone have one.
    pub calendar: Option<CalendarRule>,
    /// The basis of the figures.
    pub note: Option<String>,
    /// The author.
    pub created_by: Option<UserId>,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// When it was withdrawn or replaced.
    pub retired_at: Option<UtcTime>,
    /// Who withdrew or replaced it.
    pub retired_by: Option<UserId>,
    /// The policy of the same day that replaced it.
    pub replaced_by: Option<PolicyId>,
}

impl Policy {
    /// Returns the policy that an installation begins with: the figures of 舒教局函〔2017〕82号, in force since 2016: 72
    /// hours a year (一-3), 360 in five years (三-1), 10 % elimination (一-2); and of the Ministry's guide, four visits
    /// of two days.
    pub fn of_2017(id: PolicyId, organization_id: OrganizationId, recorded_at: UtcTime) -> Self {
        Self {
            id,
            organization_id,
            effective_from: NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default(),
            figures: PolicyFigures {
                annual_hours: Hours::whole(72),
                cycle_hours: Hours::whole(360),
                absence_limit_numerator: 1,
                absence_limit_denominator: 5,
                leave_counts_as_missed: true,
                elimination_percent: 10,
                publicity_days: 5,
                look_back_years: 1,
                visits_per_year: 4,
                days_per_visit: 2,
                hours_per_day: Hours::whole(8),
                tier_caps: TierCaps::default(),
                dimension_minimums: DimensionMinimums::default(),
                hours_per_credit: HoursPerCredit::default(),
                own_team_reviewers: 0,
                reviews_required: 2,
                certificate_prefix: Some("SL".to_owned()),
            },
            calendar: Some(CalendarRule::of_2017()),
            note: Some("舒教局函〔2017〕82号".to_owned()),
            created_by: None,
            recorded_at,
            retired_at: None,
            retired_by: None,
            replaced_by: None,
        }
    }
}

/// Returns the policy of 2017 with another first day, annual hours and first month of the year.
#[cfg(test)]
pub fn test_policy(effective_from: &str, annual: i64, month: i32) -> Policy {
    let nil = uuid::Uuid::nil();
    let mut policy =
        Policy::of_2017(PolicyId::from_uuid(nil), OrganizationId::from_uuid(nil), chrono::Utc::now().into());
    policy.effective_from = effective_from.parse().expect("a date");
    policy.figures.annual_hours = Hours::whole(annual);
    policy.calendar.as_mut().expect("a calendar").year_starts_on = MonthDay::first_of(month).expect("a month");
    policy
}
