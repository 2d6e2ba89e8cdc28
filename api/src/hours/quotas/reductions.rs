//! Keeps `teacher_years.reduced_months`, which follows from a teacher's service and exemptions and is recomputed
//! whenever either changes.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId, policies::PolicyEffect};

use super::{
    policy_effect::policy_effect,
    rules::{self, Span},
    teacher_years::{Reduction, set_reduced_months},
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{exemptions, teacher_years, teachers},
    },
    error::Result,
    people::{
        effects::PeopleEffects,
        organizations,
        policies::{self, CountyPolicies, Policies},
    },
};

/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// A teacher's service and exemptions, with the reduced months stored by year.
struct Service {
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    exemptions: Vec<Span>,
    stored: HashMap<i32, i32>,
}

/// Recomputes the reduced months of the given teachers.
pub fn recompute(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<()> {
    let policies = policies::all(conn)?;
    let policies = policies.root();
    for chunk in ids.chunks(CHUNK) {
        let services = services(conn, chunk)?;
        let changed: Vec<_> = services.iter().flat_map(|(id, service)| changed(policies, *id, service)).collect();
        set_reduced_months(conn, &changed)?;
    }
    Ok(())
}

/// Recomputes reductions when service or policies change.
pub struct Reductions;

impl PeopleEffects for Reductions {
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
        recompute(tx.conn, teachers)
    }

    /// The months of a year follow from the calendar, which the root's policies alone set.
    fn policies_changed(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
        if organizations::find_root(tx.conn)? != Some(organization) {
            return Ok(());
        }
        let ids: Vec<TeacherId> = teachers::table.select(teachers::id).load(tx.conn)?;
        recompute(tx.conn, &ids)
    }

    fn policy_effect(
        &self,
        conn: &mut DbConnection,
        before: &Policies,
        after: &Policies,
        path: &str,
        today: NaiveDate,
    ) -> Result<PolicyEffect> {
        policy_effect(conn, before, after, path, today)
    }
}

fn services(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, Service>> {
    let mut found: HashMap<TeacherId, Service> = teachers::table
        .filter(teachers::id.eq_any(ids))
        .select((teachers::id, teachers::joined_on, teachers::left_on))
        .load::<(TeacherId, NaiveDate, Option<NaiveDate>)>(conn)?
        .into_iter()
        .map(|(id, joined_on, left_on)| {
            (id, Service { joined_on, left_on, exemptions: Vec::new(), stored: HashMap::new() })
        })
        .collect();
    let exempt = exemptions::table
        .filter(exemptions::teacher_id.eq_any(ids))
        .select((exemptions::teacher_id, exemptions::starts_on, exemptions::ends_on))
        .load::<(TeacherId, NaiveDate, NaiveDate)>(conn)?;
    for (id, starts_on, ends_on) in exempt {
        if let Some(service) = found.get_mut(&id) {
            service.exemptions.push((starts_on, ends_on));
        }
    }
    let stored = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(ids))
        .select((teacher_years::teacher_id, teacher_years::training_year, teacher_years::reduced_months))
        .load::<(TeacherId, i32, i32)>(conn)?;
    for (id, year, months) in stored {
        if let Some(service) = found.get_mut(&id) {
            service.stored.insert(year, months);
        }
    }
    Ok(found)
}

/// Returns the years whose reduced months differ from those stored. A year without either has no row.
fn changed(policies: &CountyPolicies, teacher_id: TeacherId, service: &Service) -> Vec<Reduction> {
    let mut years: BTreeSet<i32> = service.stored.keys().copied().collect();
    years.insert(policies.year_of(service.joined_on).year);
    years.extend(service.left_on.map(|left| policies.year_of(left).year));
    years.extend(service.exemptions.iter().copied().flat_map(rules::calendar_years));
    let reduction = |training_year: i32| {
        let year = policies.year(training_year);
        let months = rules::reduced_months(&year, service.joined_on, service.left_on, &service.exemptions);
        Reduction { teacher_id, training_year, months }
    };
    let stored = |year| service.stored.get(&year).copied().unwrap_or_default();
    years.into_iter().map(reduction).filter(|new| stored(new.training_year) != new.months).collect()
}
