//! The policy row in force.

use chrono::NaiveDate;

use crate::{
    county::County,
    ids::OrganizationId,
    policy::{Calendar, PolicyRow},
};

/// Returns the organization's own row in force: the latest that has begun and was not withdrawn. Of several rows of one
/// day the last entered holds.
fn own_row_on(county: &County, organization: OrganizationId, day: NaiveDate) -> Option<&PolicyRow> {
    let mut found: Option<&PolicyRow> = None;
    for row in &county.policies {
        let begun = row.organization == organization && row.withdrawn_on.is_none() && row.effective_on <= day;
        if begun && found.is_none_or(|earlier| earlier.effective_on <= row.effective_on) {
            found = Some(row);
        }
    }
    found
}

/// Returns the row in force for an organization: that of the nearest bureau at or above it which has one. A county's row
/// goes before a later row of the root. Before any row, the first of the county's list holds.
pub fn row_on(county: &County, organization: OrganizationId, day: NaiveDate) -> &PolicyRow {
    county.ancestors(organization).into_iter().find_map(|id| own_row_on(county, id, day)).unwrap_or(&county.policies[0])
}

/// Returns the calendar in force, which is the root's.
pub fn calendar_on(county: &County, day: NaiveDate) -> Calendar {
    row_on(county, County::ROOT, day).calendar.unwrap_or_default()
}

/// Returns the days on which a year may begin under any of the root's rows, as month and day in order.
pub fn year_starts(county: &County) -> Vec<(u32, u32)> {
    let mut starts: Vec<(u32, u32)> = county
        .policies
        .iter()
        .filter(|row| row.withdrawn_on.is_none())
        .filter_map(|row| row.calendar.map(|calendar| calendar.year_starts_on))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}
