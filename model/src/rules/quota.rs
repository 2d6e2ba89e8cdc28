//! 年度学时 [一-3].

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    calendar::divisor,
    months::months_owed,
    rounding::share,
    whose_year::{policy_of_year, whose_year},
};
use crate::{
    county::{County, QuotaStatus},
    hours::{Dimension, HourRecord, Tier},
    ids::{OrganizationId, TeacherId},
    policy::PolicyValues,
};

/// A teacher's standing in a training year. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    pub teacher: TeacherId,
    pub training_year: i32,
    pub organization: Option<OrganizationId>,
    pub months_owed: u32,
    pub required: i64,
    pub recognized: i64,
    /// Recognised hours, each tier up to its cap.
    pub counted: i64,
    pub pending: i64,
    /// The snapshot's recognised hours in a closed year.
    pub closed: Option<i64>,
    /// 补录 of a closed year, negative where more was voided than added.
    pub late: i64,
    pub remaining: i64,
    pub missed_dimensions: Vec<Dimension>,
    pub status: QuotaStatus,
}

/// Returns the live records of a teacher's year.
fn records_of(county: &County, teacher: TeacherId, training_year: i32) -> impl Iterator<Item = &HourRecord> {
    county.records.iter().filter(move |record| {
        record.entry.teacher == teacher && record.entry.training_year == training_year && record.is_live()
    })
}

/// Returns the recognised hours of a teacher's year.
pub fn recognized_hours(county: &County, teacher: TeacherId, training_year: i32) -> i64 {
    let records = records_of(county, teacher, training_year);
    records.filter(|record| record.is_recognized()).map(|record| record.entry.hours).sum()
}

/// Returns the recognised hours of a teacher's year by tier.
pub fn recognized_by_tier(county: &County, teacher: TeacherId, training_year: i32) -> BTreeMap<Tier, i64> {
    let mut tiers = BTreeMap::new();
    for record in records_of(county, teacher, training_year).filter(|record| record.is_recognized()) {
        *tiers.entry(record.entry.level.tier()).or_default() += record.entry.hours;
    }
    tiers
}

/// Returns the recognised hours of a teacher's year by dimension. Records without one are in none.
pub fn recognized_by_dimension(county: &County, teacher: TeacherId, training_year: i32) -> BTreeMap<Dimension, i64> {
    let mut dimensions = BTreeMap::new();
    for record in records_of(county, teacher, training_year).filter(|record| record.is_recognized()) {
        if let Some(dimension) = record.entry.dimension {
            *dimensions.entry(dimension).or_default() += record.entry.hours;
        }
    }
    dimensions
}

/// Returns Σ over tiers of min(recognised, cap).
pub fn counted_hours(tiers: &BTreeMap<Tier, i64>, policy: &PolicyValues) -> i64 {
    let capped = |(tier, hours): (&Tier, &i64)| policy.caps.get(tier).map_or(*hours, |cap| *hours.min(cap));
    tiers.iter().map(capped).sum()
}

/// Returns the dimensions whose minimum is missed. The minima are not reduced for months that are not owed, and caps do
/// not touch them.
pub fn missed_dimensions(dimensions: &BTreeMap<Dimension, i64>, policy: &PolicyValues) -> Vec<Dimension> {
    let missed = |(dimension, least): (&Dimension, &i64)| {
        let reached = dimensions.get(dimension).copied().unwrap_or_default();
        (reached < *least).then_some(*dimension)
    };
    policy.minima.iter().filter_map(missed).collect()
}

/// Returns the status. A year that requires nothing is exempt even where a minimum is missed.
pub fn quota_status(required: i64, counted: i64, missed: &[Dimension]) -> QuotaStatus {
    if required == 0 {
        QuotaStatus::Exempt
    } else if counted < required || !missed.is_empty() {
        QuotaStatus::Short
    } else {
        QuotaStatus::Met
    }
}

/// Returns `annual_hours` × months owed ÷ max(12, months of the year), rounded up to the tenth. A closed year requires what
/// its snapshot says.
pub fn required_hours(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> i64 {
    if let Some(row) = county.closing(training_year).and_then(|closing| closing.rows.get(&teacher)) {
        return row.required;
    }
    let policy = policy_of_year(county, teacher, training_year, today);
    let owed = months_owed(county, teacher, training_year);
    share(policy.values.annual_hours, owed, divisor(county, training_year))
}

/// Returns a teacher's quota of a year.
///
/// A closed year is the snapshot with 补录: requirement and organization are the snapshot's, hours are what is recognised
/// now. A teacher entered after the closing has no row in it: the year is computed as an open one with nothing closed.
pub fn quota(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> Quota {
    let policy = policy_of_year(county, teacher, training_year, today);
    let required = required_hours(county, teacher, training_year, today);
    let tiers = recognized_by_tier(county, teacher, training_year);
    let dimensions = recognized_by_dimension(county, teacher, training_year);
    let recognized = recognized_hours(county, teacher, training_year);
    let counted = counted_hours(&tiers, &policy.values);
    let missed = missed_dimensions(&dimensions, &policy.values);
    let pending = records_of(county, teacher, training_year).filter(|record| record.is_pending());
    let closed = county
        .closing(training_year)
        .map(|closing| closing.rows.get(&teacher).map(|row| row.recognized).unwrap_or_default());
    Quota {
        teacher,
        training_year,
        organization: whose_year(county, teacher, training_year, today),
        months_owed: months_owed(county, teacher, training_year),
        required,
        recognized,
        counted,
        pending: pending.map(|record| record.entry.hours).sum(),
        closed,
        late: closed.map_or(0, |closed| recognized - closed),
        remaining: (required - counted).max(0),
        status: quota_status(required, counted, &missed),
        missed_dimensions: missed,
    }
}
