//! The day as of which figures are given: now, or the end of an earlier day with what was known then. Appointments,
//! exemptions, policies and decisions keep when they were recorded, so that neither is overwritten by what came later.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use diesel::{dsl::min, prelude::*};

use crate::{
    db::{DbConnection, schema::policies as policy_rows, types::UtcTime},
    error::{ApiError, Result},
    people::{
        appointments::service::Basis,
        policies::{self, Policies},
    },
};

/// A day that stands for today, and what is known.
#[derive(Clone, Copy, Debug)]
pub struct AsOf {
    /// The day that stands for today.
    pub today: NaiveDate,
    /// The end of the day if only what was recorded by then counts.
    pub known_until: Option<UtcTime>,
}

impl AsOf {
    /// Returns the present, with everything that is recorded.
    pub const fn now(today: NaiveDate) -> Self {
        Self { today, known_until: None }
    }

    /// Returns the instant at which a year was closed, with what was recorded by then.
    pub fn closing(closed_at: UtcTime) -> Self {
        Self { today: closed_at.local_date(), known_until: Some(closed_at) }
    }

    /// Returns the day that a request names, by default the present.
    ///
    /// # Errors
    /// 422 at `as_of` if the day lies ahead, or before the first policy held or was recorded.
    pub fn requested(conn: &mut DbConnection, day: Option<NaiveDate>, today: NaiveDate) -> Result<Self> {
        let Some(day) = day else { return Ok(Self::now(today)) };
        if day > today {
            return Err(ApiError::invalid("as_of", "in_future", "该日期尚未到来"));
        }
        let before_first =
            || ApiError::invalid("as_of", "before_first_policy", "该日期早于首条政策参数，当时没有可用的数据");
        let end = end_of(day).ok_or_else(before_first)?;
        let first: Option<NaiveDate> = policy_rows::table
            .filter(policy_rows::recorded_at.le(end))
            .select(min(policy_rows::effective_from))
            .first(conn)?;
        if first.is_none_or(|first| day < first) {
            return Err(before_first());
        }
        Ok(Self { today: day, known_until: Some(end) })
    }

    /// Returns which statements of service count.
    pub fn basis(&self) -> Basis {
        self.known_until.map_or(Basis::Confirmed, Basis::AsOf)
    }

    /// Returns the policies that were known.
    ///
    /// # Errors
    /// If the database fails.
    pub fn policies(&self, conn: &mut DbConnection) -> Result<Policies> {
        match self.known_until {
            Some(end) => policies::all_as_of(conn, end),
            None => policies::all(conn),
        }
    }

    /// Returns whether what was recorded and ended at some instants was known and had not ended.
    pub fn knows(&self, recorded_at: UtcTime, ended_at: Option<UtcTime>) -> bool {
        match self.known_until {
            Some(end) => recorded_at <= end && ended_at.is_none_or(|ended| ended > end),
            None => ended_at.is_none(),
        }
    }
}

/// Returns the last instant of a day in Asia/Shanghai.
fn end_of(day: NaiveDate) -> Option<UtcTime> {
    let midnight = day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
    let end = midnight.checked_sub_signed(TimeDelta::hours(8) + TimeDelta::microseconds(1))?;
    Some(end.and_utc().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_shanghai() {
        let day: NaiveDate = "2026-11-30".parse().expect("a date");
        let end = end_of(day).expect("an instant");
        assert_eq!(end.local_date(), day);
        assert_eq!(end.after(TimeDelta::microseconds(1)).local_date(), day + Days::new(1));
    }
}
