//! How the service of teachers covers their trainings, for many records at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use songjiao_types::{OrganizationId, TeacherId};

use super::{
    entry::Content,
    rules::{self, Coverage},
};
use crate::{
    db::DbConnection,
    error::{ApiError, Result},
    people::{
        appointments::{
            changes::share,
            service::{Service, services_of},
        },
        policies::{self, Policies},
    },
};

/// The service of many teachers, each loaded once.
#[derive(Default)]
pub struct Services {
    by_teacher: HashMap<TeacherId, Service>,
    policies: Option<Policies>,
}

impl Services {
    /// Loads the service of the teachers who are not loaded yet. With `lock` it stays as it is until the end of the
    /// transaction, so that no record is written for service that has just been corrected.
    pub fn load(&mut self, conn: &mut DbConnection, ids: impl Iterator<Item = TeacherId>, lock: bool) -> Result<()> {
        if self.policies.is_none() {
            self.policies = Some(policies::all(conn)?);
        }
        let mut ids: Vec<_> = ids.filter(|id| !self.by_teacher.contains_key(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        if lock {
            share(conn, &ids)?;
        }
        self.by_teacher.extend(services_of(conn, &ids)?);
        Ok(())
    }

    /// Returns how the service of a loaded teacher covers a training; `None` if the hours are refused.
    ///
    /// # Errors
    /// 500 if nothing is loaded.
    pub fn coverage(&self, Content { teacher_id, training }: &Content) -> Result<Option<Coverage>> {
        let policies = self.policies.as_ref().ok_or_else(|| ApiError::internal("no policies are loaded"))?;
        let year_begins = policies.root().year(training.training_year).first_day;
        let service = self.by_teacher.get(teacher_id);
        let days = (training.starts_on, training.ends_on);
        Ok(service.and_then(|service| rules::coverage(service, year_begins, days)))
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
