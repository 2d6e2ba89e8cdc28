//! 五年学分 [三-1].

use chrono::NaiveDate;

use super::{
    calendar::{cycle_of, divisor, first_day, year_span},
    holds::hold,
    months::{months_owed, months_owed_so_far},
    policies::calendar_on,
    quota::quota,
    rounding::share,
    whose_year::policy_of_year,
};
use crate::{
    county::{County, QuotaStatus},
    hours::Hold,
    ids::TeacherId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreditStatus {
    Met,
    OnTrack,
    Behind,
    Exempt,
}

/// A year of a cycle. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditYear {
    pub training_year: i32,
    /// The year's share of the cycle's hours.
    pub share: i64,
    /// What the year's own quota requires.
    pub required: i64,
    pub recognized: i64,
    pub status: QuotaStatus,
    pub met: bool,
}

/// A teacher's standing in a cycle. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    pub teacher: TeacherId,
    pub cycle_first_year: i32,
    pub cycle_last_year: i32,
    pub required: i64,
    pub recognized: i64,
    pub remaining: i64,
    /// Pending hours of projects that have not ended.
    pub awaiting_project_end: i64,
    /// What is owed for the months that are over.
    pub owed_so_far: i64,
    pub closed: i64,
    pub late: i64,
    pub years: Vec<CreditYear>,
    pub status: CreditStatus,
}

/// Returns the share of a cycle's hours for `months` of a year: (`cycle_hours` ÷ `cycle_years`) × months ÷ max(12, months of
/// the year), rounded up to the tenth, by the policy of the year.
fn share_for(county: &County, teacher: TeacherId, training_year: i32, months: u32, today: NaiveDate) -> i64 {
    let policy = policy_of_year(county, teacher, training_year, today);
    let cycle_years = calendar_on(county, first_day(county, training_year)).cycle_years;
    share(policy.values.cycle_hours, months, divisor(county, training_year) * i64::from(cycle_years))
}

/// Returns a year's share of the cycle. A closed year keeps the share that it had at closing, as it keeps its requirement.
pub fn cycle_share(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> i64 {
    if let Some(row) = county.closing(training_year).and_then(|closing| closing.rows.get(&teacher)) {
        return row.cycle_share;
    }
    share_for(county, teacher, training_year, months_owed(county, teacher, training_year), today)
}

/// Returns what a year owes so far: its monthly rate × months owed that are over, rounded up to the tenth as its share is.
fn owed_so_far(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> i64 {
    if county.is_closed(training_year) {
        return cycle_share(county, teacher, training_year, today);
    }
    let months = months_owed_so_far(county, teacher, training_year, today);
    share_for(county, teacher, training_year, months, today)
}

/// Returns the pending hours of a year that wait for nothing but a project's end.
pub fn awaiting_project_end(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> i64 {
    county
        .records
        .iter()
        .filter(|record| record.entry.teacher == teacher && record.entry.training_year == training_year)
        .filter(|record| {
            record.awaits_project_end && record.is_pending() && hold(county, record, today) == Hold::ProjectEnd
        })
        .map(|record| record.entry.hours)
        .sum()
}

/// Returns a teacher's credit of the cycle that `training_year` lies in. Caps and minima are the years' own and do not touch
/// it. A cycle that has not begun is on track.
pub fn credit(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> Credit {
    let (first, last) = cycle_of(county, training_year);
    let (mut required, mut recognized, mut awaiting, mut so_far, mut closed, mut late) = (0, 0, 0, 0, 0, 0);
    let mut years = Vec::new();
    for year in first..=last {
        let share = cycle_share(county, teacher, year, today);
        let quota = quota(county, teacher, year, today);
        required += share;
        recognized += quota.recognized;
        awaiting += awaiting_project_end(county, teacher, year, today);
        so_far += owed_so_far(county, teacher, year, today);
        closed += quota.closed.unwrap_or_default();
        late += quota.late;
        years.push(CreditYear {
            training_year: year,
            share,
            required: quota.required,
            recognized: quota.recognized,
            status: quota.status,
            met: quota.status == QuotaStatus::Met,
        });
    }
    let is_running = today <= year_span(county, last).last;
    let status = if required == 0 {
        CreditStatus::Exempt
    } else if recognized >= required {
        CreditStatus::Met
    } else if is_running && recognized + awaiting >= so_far {
        CreditStatus::OnTrack
    } else {
        CreditStatus::Behind
    };
    Credit {
        teacher,
        cycle_first_year: first,
        cycle_last_year: last,
        required,
        recognized,
        remaining: (required - recognized).max(0),
        awaiting_project_end: awaiting,
        owed_so_far: so_far,
        closed,
        late,
        years,
        status,
    }
}
