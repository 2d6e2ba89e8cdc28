//! Service on a day.

use chrono::NaiveDate;

use crate::county::County;
use crate::ids::{OrganizationId, TeacherId};

/// Returns the organization of the confirmed spell that covers a day.
pub fn organization_on(county: &County, teacher: TeacherId, day: NaiveDate) -> Option<OrganizationId> {
    county
        .standing_spells(teacher)
        .find(|spell| spell.confirmed_on.is_some() && spell.contains(day))
        .map(|spell| spell.organization)
}

/// Whether a confirmed spell covers the day.
pub fn serves_on(county: &County, teacher: TeacherId, day: NaiveDate) -> bool {
    organization_on(county, teacher, day).is_some()
}

/// Whether a spell covers the day, confirmed or not.
pub fn is_stated_on(county: &County, teacher: TeacherId, day: NaiveDate) -> bool {
    county.standing_spells(teacher).any(|spell| spell.contains(day))
}

/// Whether a confirmed exemption covers the day.
pub fn is_exempt_on(county: &County, teacher: TeacherId, day: NaiveDate) -> bool {
    county.exemptions_of(teacher).any(|exemption| exemption.confirmed_on.is_some() && exemption.span().contains(day))
}

/// Whether nothing is owed for the day: no confirmed service, or exempt.
pub fn is_idle_on(county: &County, teacher: TeacherId, day: NaiveDate) -> bool {
    !serves_on(county, teacher, day) || is_exempt_on(county, teacher, day)
}

/// Returns the organization that sees the teacher on a day, by any spell: that of the day, else the first to come, else
/// the last.
pub fn visible_at(county: &County, teacher: TeacherId, day: NaiveDate) -> Option<OrganizationId> {
    let spells = county.spells_of(teacher);
    let covering = spells.iter().find(|spell| spell.contains(day));
    let to_come = spells.iter().find(|spell| spell.first > day);
    covering.or(to_come).or(spells.last()).map(|spell| spell.organization)
}

/// Returns the number of teachers in post at an organization and all below it: those whom a confirmed spell covers on the
/// day.
pub fn in_post(county: &County, organization: OrganizationId, day: NaiveDate) -> usize {
    county
        .teacher_ids()
        .filter_map(|teacher| organization_on(county, teacher, day))
        .filter(|of| county.is_within(*of, organization))
        .count()
}
