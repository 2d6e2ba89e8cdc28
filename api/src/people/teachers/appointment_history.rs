//! Where teachers served on a day, for the records of many teachers at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId};

use crate::{
    db::{
        DbConnection,
        schema::{appointments, teachers},
    },
    error::{ApiError, Result},
};

/// Teachers looked up by one statement.
const CHUNK: usize = 5000;

/// The appointments of a teacher: first days and organizations, in the order of the days.
#[derive(Clone, Debug, Default)]
pub struct AppointmentHistory(Vec<(NaiveDate, OrganizationId)>);

impl AppointmentHistory {
    /// Returns the organization of the latest appointment that had begun by a date, or of the first
    /// appointment if none had begun; `None` if there are no appointments.
    pub fn organization_on(&self, date: NaiveDate) -> Option<OrganizationId> {
        let begun = self.0.iter().rev().find(|(starts_on, _)| *starts_on <= date);
        begun.or(self.0.first()).map(|(_, organization)| *organization)
    }
}

/// The histories of many teachers, each loaded once.
#[derive(Default)]
pub struct Histories(HashMap<TeacherId, AppointmentHistory>);

impl Histories {
    /// Loads the histories that are not loaded yet. A teacher without appointments has served at their
    /// present organization all along.
    pub fn load(&mut self, conn: &mut DbConnection, ids: impl Iterator<Item = TeacherId>) -> Result<()> {
        let mut ids: Vec<_> = ids.filter(|id| !self.0.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        for chunk in ids.chunks(CHUNK) {
            let found: Vec<(TeacherId, NaiveDate, OrganizationId)> = appointments::table
                .filter(appointments::teacher_id.eq_any(chunk))
                .order((appointments::teacher_id, appointments::starts_on))
                .select((appointments::teacher_id, appointments::starts_on, appointments::organization_id))
                .load(conn)?;
            for (teacher, starts_on, organization) in found {
                self.0.entry(teacher).or_default().0.push((starts_on, organization));
            }
        }
        ids.retain(|id| !self.0.contains_key(id));
        for chunk in ids.chunks(CHUNK) {
            let found: Vec<(TeacherId, OrganizationId)> = teachers::table
                .filter(teachers::id.eq_any(chunk))
                .select((teachers::id, teachers::organization_id))
                .load(conn)?;
            let always = |organization| AppointmentHistory(vec![(NaiveDate::MIN, organization)]);
            self.0.extend(found.into_iter().map(|(id, organization)| (id, always(organization))));
        }
        Ok(())
    }

    /// Returns the organization where a loaded teacher served on a date.
    ///
    /// # Errors
    /// 500 if the teacher is not loaded or does not exist.
    pub fn organization_on(&self, teacher: TeacherId, date: NaiveDate) -> Result<OrganizationId> {
        let organization = self.0.get(&teacher).and_then(|history| history.organization_on(date));
        organization.ok_or_else(|| ApiError::internal("hours of an unknown teacher"))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_day_belongs_to_the_latest_appointment_that_had_begun() {
        let [first, second] = [1, 2].map(|number| OrganizationId::from_uuid(Uuid::from_u128(number)));
        let history = AppointmentHistory(vec![(day("2016-09-01"), first), (day("2024-09-01"), second)]);
        let on = |date| history.organization_on(day(date));
        assert_eq!(on("2016-09-01"), Some(first));
        assert_eq!(on("2024-08-31"), Some(first));
        assert_eq!(on("2024-09-01"), Some(second));
        assert_eq!(on("2026-11-30"), Some(second));
        assert_eq!(on("2010-01-01"), Some(first), "before the first, the first");
        assert_eq!(AppointmentHistory::default().organization_on(day("2026-01-01")), None);
    }
}
