//! Policy rows of the root and of its counties.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    hours::{Dimension, Tier},
    ids::{OrganizationId, PolicyId},
};

/// How months without service and exempt months are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthBasis {
    Elapsed,
    Calendar,
}

/// What a county may set for itself. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyValues {
    pub annual_hours: i64,
    pub cycle_hours: i64,
    /// The most recognised hours of a tier that count in a year.
    pub caps: BTreeMap<Tier, i64>,
    /// The least recognised hours of a dimension in a year. Not reduced by months that are not owed.
    pub minima: BTreeMap<Dimension, i64>,
    pub hours_per_day: i64,
}

impl Default for PolicyValues {
    fn default() -> Self {
        Self {
            annual_hours: 72_00,
            cycle_hours: 360_00,
            caps: BTreeMap::new(),
            minima: BTreeMap::new(),
            hours_per_day: 8_00,
        }
    }
}

/// What the root alone sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Month and day.
    pub year_starts_on: (u32, u32),
    pub cycle_years: i32,
    pub cycle_first_year: i32,
    pub month_basis: MonthBasis,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { year_starts_on: (1, 1), cycle_years: 5, cycle_first_year: 2016, month_basis: MonthBasis::Elapsed }
    }
}

/// A dated row. The position in the county's list is the order of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    pub id: PolicyId,
    pub organization: OrganizationId,
    pub effective_on: NaiveDate,
    pub recorded_on: NaiveDate,
    pub withdrawn_on: Option<NaiveDate>,
    pub values: PolicyValues,
    /// Present in the root's rows only.
    pub calendar: Option<Calendar>,
}
