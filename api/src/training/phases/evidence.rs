//! Loads the facts by which phases complete.

use std::collections::HashMap;

use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{PhaseId, ProjectId, deliverables::DeliverableKind};

use super::{batch::Phase, rules::Evidence};
use crate::{
    db::{
        DbConnection,
        schema::{deliverables, lessons},
    },
    error::Result,
};

/// Returns the evidence of each of the phases, in one query per kind of fact.
pub fn load(conn: &mut DbConnection, phases: &[Phase]) -> Result<HashMap<PhaseId, Evidence>> {
    let ids: Vec<PhaseId> = phases.iter().map(|phase| phase.id).collect();
    let submitted: Vec<(PhaseId, DeliverableKind, i64)> = deliverables::table
        .filter(deliverables::phase_id.eq_any(ids))
        .group_by((deliverables::phase_id, deliverables::kind))
        .select((deliverables::phase_id, deliverables::kind, count_star()))
        .load(conn)?;
    let projects: Vec<Option<ProjectId>> = phases.iter().map(|phase| Some(phase.project_id)).collect();
    let graded: Vec<ProjectId> = lessons::table
        .filter(lessons::project_id.eq_any(projects))
        .filter(lessons::grade.is_not_null())
        .select(lessons::project_id.assume_not_null())
        .distinct()
        .load(conn)?;
    let evidence =
        |phase: &Phase| Evidence { deliverables: HashMap::new(), graded_lesson: graded.contains(&phase.project_id) };
    let mut found: HashMap<PhaseId, Evidence> = phases.iter().map(|phase| (phase.id, evidence(phase))).collect();
    for (phase, kind, count) in submitted {
        found.entry(phase).or_default().deliverables.insert(kind, count);
    }
    Ok(found)
}
