//! Decisions on groups of units that seem to state the same training.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    county::County,
    event::Refusal,
    hours::{Hold, RecordStatus},
    ids::RecordId,
    rules::{
        duplicates::{Group, NamedRule, groups_by_rule, open_groups},
        holds::holds,
    },
};

/// Keeps the units at some positions of a group and ends the others. What waited and is kept is recognised, unless something
/// else holds it; kept units are not suspected of one another again.
fn decide(county: &mut County, group: &Group, keeps: &BTreeSet<usize>, today: NaiveDate) {
    let waiting = group.waiting(county);
    for at in 0..group.units.len() {
        for record in group.units[at].records.iter().filter(|_| !keeps.contains(&at)) {
            let record = &mut county.records[record.0];
            let status = if record.is_recognized() { RecordStatus::Voided } else { RecordStatus::Rejected };
            record.states.push((today, status));
        }
        for other in 0..at {
            if keeps.contains(&at) && keeps.contains(&other) {
                county.kept_apart.push((today, group.units[other].place, group.units[at].place));
            }
        }
    }
    for record in keeps.iter().flat_map(|at| &group.units[*at].records).filter(|record| waiting.contains(record)) {
        let others = holds(county, &county.records[record.0], today);
        if others.iter().all(|hold| matches!(hold, Hold::Suspected | Hold::Decision)) {
            county.records[record.0].states.push((today, RecordStatus::Recognized));
        }
    }
}

pub fn decide_group(
    county: &mut County,
    units: &[RecordId],
    keep: &[RecordId],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let named = |group: &Group| group.units.iter().map(|unit| unit.records[0]).collect::<Vec<_>>();
    let groups = open_groups(county);
    let group = groups.iter().find(|group| named(group) == units).ok_or(Refusal::Unspecified("no such group"))?;
    let keeps: BTreeSet<usize> = (0..units.len()).filter(|at| keep.contains(&units[*at])).collect();
    if keeps.is_empty() || keeps.len() < keep.len() {
        return Err(Refusal::Unspecified("keeps none, or units of another group"));
    }
    decide(county, group, &keeps, today);
    Ok(())
}

/// Decides open groups by a rule, of one training year or all; those in which the rule names no unit are left.
pub fn decide_groups(
    county: &mut County,
    rule: NamedRule,
    training_year: Option<i32>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    for (group, kept) in groups_by_rule(county, rule, training_year).map_err(Refusal::Unspecified)? {
        if let Some(kept) = kept {
            decide(county, &group, &BTreeSet::from([kept]), today);
        }
    }
    Ok(())
}
