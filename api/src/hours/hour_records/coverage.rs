//! How the service of teachers covers their trainings, for many records at once.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId};

use super::{entry::Content, plausibility::Setting, rules};
use crate::{
    db::{DbConnection, schema::organizations},
    error::{ApiError, Result},
    people::{
        appointments::{
            changes,
            service::{Service, services_of},
        },
        policies::{self, Policies},
    },
};

/// Organizations looked up by one statement.
const CHUNK: usize = 5000;

/// The service of many teachers, each loaded once.
#[derive(Default)]
pub struct Services {
    by_teacher: HashMap<TeacherId, Service>,
    /// The paths of the organizations where they serve.
    paths: HashMap<OrganizationId, String>,
    policies: Option<Policies>,
}

impl Services {
    /// Loads the service of the teachers who are not loaded yet. With `lock` they are locked until the end
    /// of the transaction, so that no record is written for service that has just been corrected, and transactions that
    /// record the same training at the same time see each other's duplicates.
    pub fn load(&mut self, conn: &mut DbConnection, ids: impl Iterator<Item = TeacherId>, lock: bool) -> Result<()> {
        if self.policies.is_none() {
            self.policies = Some(policies::all(conn)?);
        }
        let mut ids: Vec<_> = ids.filter(|id| !self.by_teacher.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        if lock {
            changes::lock(conn, &ids)?;
        }
        let services = services_of(conn, &ids)?;
        let spells = services.values().flat_map(|service| service.confirmed.iter().chain(&service.reported));
        let places: BTreeSet<OrganizationId> = spells.map(|spell| spell.organization_id).collect();
        let places: Vec<OrganizationId> = places.into_iter().filter(|place| !self.paths.contains_key(place)).collect();
        for chunk in places.chunks(CHUNK) {
            let paths: Vec<(OrganizationId, String)> = organizations::table
                .filter(organizations::id.eq_any(chunk))
                .select((organizations::id, organizations::path))
                .load(conn)?;
            self.paths.extend(paths);
        }
        self.by_teacher.extend(services);
        Ok(())
    }

    /// Returns what the plausibility of a loaded teacher's training depends on; `None` if no service covers it.
    ///
    /// # Errors
    /// 500 if nothing is loaded.
    pub fn setting(&self, content: &Content, today: NaiveDate, issued: bool) -> Result<Option<Setting>> {
        let Content { teacher_id, training } = content;
        let policies = self.policies.as_ref().ok_or_else(|| ApiError::internal("no policies are loaded"))?;
        let root = policies.root();
        let year = root.year(training.training_year);
        let service = self.by_teacher.get(teacher_id);
        let days = (training.starts_on, training.ends_on);
        let Some(coverage) = service.and_then(|service| rules::coverage(service, year.first_day, days)) else {
            return Ok(None);
        };
        let place = self.organization_on(*teacher_id, training.ends_on)?;
        let county = self.paths.get(&place).map_or(root, |path| policies.of(path));
        let current = root.year_of(today).year;
        Ok(Some(Setting {
            year: (year.first_day, year.last_day),
            years: root.first_year().min(current)..=current + 1,
            hours_per_day: county.of_year(training.training_year).figures.hours_per_day,
            today,
            coverage,
            issued,
        }))
    }

    /// Returns the organization where hours of a loaded teacher count whose last day is the given one.
    ///
    /// # Errors
    /// 500 if the teacher has no appointments.
    pub fn organization_on(&self, teacher: TeacherId, day: NaiveDate) -> Result<OrganizationId> {
        let organization = self
            .by_teacher
            .get(&teacher)
            .and_then(|service| service.organization_on(mutate!(PlaceOfFirstSpell, day, NaiveDate::MIN)));
        organization.ok_or_else(|| ApiError::internal("hours of a teacher without appointments"))
    }
}
