//! Where a record counts.

use chrono::NaiveDate;

use crate::{
    county::County,
    hours::HourRecord,
    ids::{OrganizationId, TeacherId},
};

/// Returns the organization of the spell that covers `day`, confirmed or not; in a gap or before service, of the first to
/// come; after service, of the last.
pub fn place_on(county: &County, teacher: TeacherId, day: NaiveDate) -> Option<OrganizationId> {
    super::service::visible_at(county, teacher, day)
}

/// Returns where a record counts: the place of its last day, unless closing froze it.
pub fn place_of(county: &County, record: &HourRecord) -> Option<OrganizationId> {
    record.frozen_place.or_else(|| place_on(county, record.entry.teacher, record.entry.last))
}
