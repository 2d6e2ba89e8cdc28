use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{Hours, PolicyId, UserId};

use crate::db::{schema::policies, types::UtcTime};

/// A dated row of figures, as the database stores it. The fields mean what they mean in
/// [`PolicyView`](songjiao_types::policies::PolicyView).
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = policies)]
pub struct Policy {
    pub id: PolicyId,
    pub effective_from: NaiveDate,
    pub annual_hours: Hours,
    pub cycle_hours: Hours,
    pub cycle_years: i32,
    pub cycle_first_year: i32,
    pub year_starts_month: i32,
    pub absence_limit_numerator: i32,
    pub absence_limit_denominator: i32,
    pub elimination_percent: i32,
    pub publicity_days: i32,
    pub visits_per_year: i32,
    pub days_per_visit: i32,
    pub reviews_required: i32,
    pub certificate_prefix: String,
    pub note: Option<String>,
    pub created_by: Option<UserId>,
    pub created_at: UtcTime,
}

impl Policy {
    /// Returns the figures of 舒教局函〔2017〕82号, in force since 2016: 72 hours a year (一-3), 360 in five
    /// years (三-1), 10 % elimination (一-2); and of the Ministry's guide, four visits of two days.
    pub fn of_2017(id: PolicyId, created_at: UtcTime) -> Self {
        Self {
            id,
            effective_from: NaiveDate::from_ymd_opt(2016, 1, 1).unwrap_or_default(),
            annual_hours: Hours::whole(72),
            cycle_hours: Hours::whole(360),
            cycle_years: 5,
            cycle_first_year: 2016,
            year_starts_month: 1,
            absence_limit_numerator: 1,
            absence_limit_denominator: 5,
            elimination_percent: 10,
            publicity_days: 5,
            visits_per_year: 4,
            days_per_visit: 2,
            reviews_required: 2,
            certificate_prefix: "SL".to_owned(),
            note: Some("舒教局函〔2017〕82号".to_owned()),
            created_by: None,
            created_at,
        }
    }

    /// Returns the first day of a training year under this policy.
    pub fn first_day(&self, year: i32) -> NaiveDate {
        let month = u32::try_from(self.year_starts_month).unwrap_or(1);
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
    }
}

/// Returns the policy of 2017 with another first day, annual hours and first month of the year.
#[cfg(test)]
pub fn test_policy(effective_from: &str, annual: i64, month: i32) -> Policy {
    Policy {
        effective_from: effective_from.parse().expect("a date"),
        annual_hours: Hours::whole(annual),
        year_starts_month: month,
        ..Policy::of_2017(PolicyId::from_uuid(uuid::Uuid::nil()), chrono::Utc::now().into())
    }
}
