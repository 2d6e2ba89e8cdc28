//! The organization to which a teacher's year belongs, and the policy that follows.

use chrono::NaiveDate;

use super::{
    calendar::{first_day, year_span},
    policies::row_on,
    service::organization_on,
};
use crate::{
    county::County,
    dates::{Span, next_day},
    ids::{OrganizationId, TeacherId},
    policy::PolicyRow,
};

/// Returns the organization of the last day of confirmed service in the year up to `today`; before the first such day,
/// that of the first to come in the year. A closed year belongs where its snapshot says.
///
/// A year without service that has hours all the same, such as of 岗前培训, belongs where the teacher serves next, else where
/// they served last, so that both bases agree at the county. `None` without hours too: the year then is in no
/// organization's figures.
pub fn whose_year(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> Option<OrganizationId> {
    if let Some(row) = county.closing(training_year).and_then(|closing| closing.rows.get(&teacher)) {
        return row.organization;
    }
    let year = year_span(county, training_year);
    let so_far = Span::new(year.first, today.min(year.last));
    let to_come = Span::new(next_day(today).max(year.first), year.last);
    let on = |day| organization_on(county, teacher, day);
    so_far.days().filter_map(on).last().or_else(|| to_come.days().find_map(on)).or_else(|| {
        let spells = county.confirmed_spells(teacher);
        let next = spells.iter().find(|spell| spell.first > year.last);
        next.or(spells.last()).filter(|_| has_hours(county, teacher, training_year)).map(|spell| spell.organization)
    })
}

fn has_hours(county: &County, teacher: TeacherId, training_year: i32) -> bool {
    county.records.iter().any(|record| {
        record.entry.teacher == teacher && record.entry.training_year == training_year && record.is_live()
    })
}

/// Returns the policy of a teacher's year: the row in force on the year's first day for the organization to which it
/// belongs; the root's for a year that belongs to none.
pub fn policy_of_year(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> &PolicyRow {
    let organization = whose_year(county, teacher, training_year, today).unwrap_or(County::ROOT);
    row_on(county, organization, first_day(county, training_year))
}
