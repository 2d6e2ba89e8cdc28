//! Keeps what each training year asks of each teacher, and to which organization the year belongs. Both follow from
//! service, exemptions and policies and are recomputed whenever one of these changes.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId, policies::PolicyEffect};

use super::{
    assessment::{Assessment, services_of},
    closed_years::ClosedYears,
    counted,
    policy_effect::policy_effect,
    teacher_years::{Standing, frozen_years, set_standings, standings_of},
};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{rollover, standing_state, teacher_years, teachers},
    },
    error::Result,
    people::{
        effects::{ClosedYear, PeopleEffects},
        policies::Policies,
    },
};

/// The version of the rules. Another one recomputes everything at the next start.
const RULES: i32 = 1;
/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// Recomputes the standings when service or policies change.
pub struct Standings;

impl PeopleEffects for Standings {
    fn service_changed(&self, tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
        recompute(tx, teachers)
    }

    /// The root's calendar cuts the years of all, and a bureau's figures hold for those transferred from it too.
    fn policies_changed(&self, tx: &mut Tx<'_>, _organization: OrganizationId) -> Result<()> {
        let ids = recompute_all(tx)?;
        // What counted by caps that are gone counts in full again.
        let assessment = Assessment::load(tx.conn, tx.now.local_date())?;
        counted::recount(tx.conn, &assessment, &ids)
    }

    fn day_begun(&self, tx: &mut Tx<'_>) -> Result<()> {
        refresh(tx)
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

    fn closed_years(&self, conn: &mut DbConnection, path: &str) -> Result<Vec<ClosedYear>> {
        Ok(ClosedYears::load(conn)?.around(path))
    }
}

/// Recomputes the standings of all teachers if the rules have changed since, or the years to which they reach.
///
/// # Errors
/// If the database fails.
pub fn refresh(tx: &mut Tx<'_>) -> Result<()> {
    let stored: Option<(i32, i32)> =
        standing_state::table.select((standing_state::rules, standing_state::last_year)).first(tx.conn).optional()?;
    let last_year = *Assessment::load(tx.conn, tx.now.local_date())?.years().end();
    if stored == Some((RULES, last_year)) {
        return Ok(());
    }
    recompute_all(tx)?;
    diesel::delete(standing_state::table).execute(tx.conn)?;
    let state = (standing_state::rules.eq(RULES), standing_state::last_year.eq(last_year));
    diesel::insert_into(standing_state::table).values(state).execute(tx.conn)?;
    Ok(())
}

/// Recomputes the standings of all teachers and returns them.
fn recompute_all(tx: &mut Tx<'_>) -> Result<Vec<TeacherId>> {
    let ids: Vec<TeacherId> = teachers::table.select(teachers::id).order(teachers::id).load(tx.conn)?;
    recompute(tx, &ids)?;
    Ok(ids)
}

/// Recomputes the standings of the given teachers. Years that are in the snapshot of a closing stay as they are.
///
/// # Errors
/// If the database fails.
pub fn recompute(tx: &mut Tx<'_>, ids: &[TeacherId]) -> Result<()> {
    let assessment = Assessment::load(tx.conn, tx.now.local_date())?;
    let closed = ClosedYears::load(tx.conn)?;
    for chunk in ids.chunks(CHUNK) {
        let changed: Vec<_> = differences(tx.conn, &assessment, &closed, chunk)?
            .into_iter()
            .map(|Difference { teacher_id, training_year, assessed, .. }| (teacher_id, training_year, assessed))
            .collect();
        set_standings(tx.conn, &changed)?;
        if assessment.has_limits() {
            counted::recount(tx.conn, &assessment, chunk)?;
        }
    }
    Ok(())
}

/// A standing that is stored otherwise than service, exemptions and policies say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// The training year 培训年度.
    pub training_year: i32,
    /// What is stored.
    pub stored: Option<Standing>,
    /// What service, exemptions and policies say.
    pub assessed: Standing,
}

/// Returns the stored standings that differ from a fresh assessment, of years that are in no snapshot.
fn differences(
    conn: &mut DbConnection,
    assessment: &Assessment,
    closed: &ClosedYears,
    ids: &[TeacherId],
) -> Result<Vec<Difference>> {
    let mut services = services_of(conn, ids)?;
    let mut stored = standings_of(conn, ids)?;
    let frozen = if closed.is_empty() { HashSet::new() } else { frozen_years(conn, ids)? };
    let mut differences = Vec::new();
    for id in ids {
        let stored = stored.remove(id).unwrap_or_default();
        let service = services.remove(id).unwrap_or_default();
        for (year, standing) in assessment.standings(&service, stored.keys().copied()) {
            let path = standing.organization_id.and_then(|organization| assessment.path_of(organization));
            let after_closing = path.is_some_and(|path| closed.covers(path, year));
            let assessed = Standing { after_closing, ..standing };
            let stored = stored.get(&year).copied();
            if stored != Some(assessed) && !frozen.contains(&(*id, year)) {
                differences.push(Difference { teacher_id: *id, training_year: year, stored, assessed });
            }
        }
    }
    Ok(differences)
}

/// Returns the standings that differ from a fresh assessment as of the day up to which everything is computed. Years in
/// the snapshot of a closing are left out.
///
/// # Errors
/// If the database fails.
pub fn verify_standings(conn: &mut DbConnection) -> Result<Vec<Difference>> {
    let computed_to: Option<Option<NaiveDate>> = rollover::table.select(rollover::rolled_to).first(conn).optional()?;
    let Some(today) = computed_to.flatten() else { return Ok(Vec::new()) };
    let assessment = Assessment::load(conn, today)?;
    let closed = ClosedYears::load(conn)?;
    let ids: Vec<TeacherId> = teachers::table.select(teachers::id).order(teachers::id).load(conn)?;
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(differences(conn, &assessment, &closed, chunk)?);
    }
    Ok(found)
}

/// Follows changed totals of teachers and years: what counts of them, and the standing of years without service, which
/// have none yet.
///
/// # Errors
/// If the database fails.
pub fn hours_changed(tx: &mut Tx<'_>, changed: &[(TeacherId, i32)]) -> Result<()> {
    let mut ids: Vec<TeacherId> = changed.iter().map(|(teacher, _)| *teacher).collect();
    ids.dedup();
    let without: Vec<TeacherId> = teacher_years::table
        .filter(teacher_years::organization_id.is_null().and(teacher_years::teacher_id.eq_any(&ids)))
        .select(teacher_years::teacher_id)
        .distinct()
        .load(tx.conn)?;
    if !without.is_empty() {
        recompute(tx, &without)?;
    }
    let assessment = Assessment::load(tx.conn, tx.now.local_date())?;
    if assessment.has_limits() {
        counted::recount(tx.conn, &assessment, mutate!(CapsNotFollowed, &ids, &[]))?;
    }
    Ok(())
}
