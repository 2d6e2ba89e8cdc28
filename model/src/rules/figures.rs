//! Figures of organizations, by teacher and by place.

use chrono::NaiveDate;

use super::{place::place_of, quota::quota};
use crate::county::{County, QuotaStatus};
use crate::ids::OrganizationId;

/// What a year's teachers of an organization and all below it reached. In a closed year the snapshot's, with 补录 apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeacherFigures {
    pub teachers: u32,
    pub met: u32,
    pub short: u32,
    /// In no rate, shown apart.
    pub exempt: u32,
    pub required: i64,
    pub recognized: i64,
    pub late: i64,
}

impl TeacherFigures {
    /// Returns the rate as met of met and short.
    pub fn rate(&self) -> (u32, u32) {
        (self.met, self.met + self.short)
    }
}

/// What was earned at an organization and all below it. In a closed year the snapshot's, with 补录 apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceFigures {
    pub recognized: i64,
    pub late: i64,
}

/// Returns the figures by teacher: of those whose year belongs to the organization or one below it.
pub fn by_teacher(
    county: &County,
    organization: OrganizationId,
    training_year: i32,
    today: NaiveDate,
) -> TeacherFigures {
    let mut figures = TeacherFigures::default();
    let closing = county.closing(training_year);
    for teacher in county.teacher_ids() {
        let quota = quota(county, teacher, training_year, today);
        if !quota.organization.is_some_and(|of| county.is_within(of, organization)) {
            continue;
        }
        let mut status = quota.status;
        let mut recognized = quota.recognized;
        if let Some(closing) = closing {
            figures.late += quota.late;
            // A teacher entered after the closing is in no figure of it.
            let Some(row) = closing.rows.get(&teacher) else { continue };
            status = row.status;
            recognized = row.recognized;
        }
        figures.teachers += 1;
        figures.required += quota.required;
        figures.recognized += recognized;
        match status {
            QuotaStatus::Met => figures.met += 1,
            QuotaStatus::Short => figures.short += 1,
            QuotaStatus::Exempt => figures.exempt += 1,
        }
    }
    figures
}

/// Returns the recognised hours of a year that count at exactly this organization.
pub fn hours_at(county: &County, organization: OrganizationId, training_year: i32) -> i64 {
    county
        .records
        .iter()
        .filter(|record| record.is_recognized() && record.entry.training_year == training_year)
        .filter(|record| place_of(county, record) == Some(organization))
        .map(|record| record.entry.hours)
        .sum()
}

/// Returns the figures by place.
pub fn by_place(county: &County, organization: OrganizationId, training_year: i32) -> PlaceFigures {
    let mut figures = PlaceFigures::default();
    for place in county.organization_ids().filter(|place| county.is_within(*place, organization)) {
        let now = hours_at(county, place, training_year);
        match county.closing(training_year) {
            Some(closing) => {
                let closed = closing.place_hours.get(&place).copied().unwrap_or_default();
                figures.recognized += closed;
                figures.late += now - closed;
            }
            None => figures.recognized += now,
        }
    }
    figures
}
