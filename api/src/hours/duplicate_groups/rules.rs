//! Which units a decision keeps.

use std::collections::{BTreeMap, BTreeSet};

use songjiao_types::{
    ErrorCode, HourRecordId, TeacherId,
    duplicate_groups::{DuplicateGroupStatus, DuplicateGroupView, DuplicateRule, DuplicateUnit},
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus, HourRecordView, PROJECT_SOURCE},
};

use crate::{
    error::{ApiError, Result},
    hours::hour_records::own_record,
};

/// The units of a group, divided by a decision.
#[derive(Debug)]
pub struct Choice<'a> {
    pub kept: Vec<&'a DuplicateUnit>,
    pub ended: Vec<&'a DuplicateUnit>,
}

/// Puts records together to units, in order of entry. `kept` says which records a decision kept.
pub fn units(mut records: Vec<HourRecordView>, kept: &BTreeMap<HourRecordId, Option<bool>>) -> Vec<DuplicateUnit> {
    records.sort_by_key(|record| record.id);
    let mut units: Vec<DuplicateUnit> = Vec::new();
    for record in records {
        let project_id = record.project_id.filter(|_| record.source == PROJECT_SOURCE);
        let waits = record.holds.contains(HourRecordHold::Suspected);
        let issued = units.iter_mut().find(|unit| project_id.is_some() && unit.project_id == project_id);
        if let Some(unit) = issued {
            unit.starts_on = unit.starts_on.min(record.starts_on);
            unit.ends_on = unit.ends_on.max(record.ends_on);
            unit.hours += record.hours;
            unit.waits |= waits;
            unit.records.push(record);
        } else {
            units.push(DuplicateUnit {
                id: record.id,
                project_id,
                title: record.title.clone(),
                institution: record.institution.clone(),
                starts_on: record.starts_on,
                ends_on: record.ends_on,
                hours: record.hours,
                source: record.source.clone(),
                waits,
                kept: kept.get(&record.id).copied().flatten(),
                records: vec![record],
            });
        }
    }
    units
}

/// Checks that a group waits for a decision, and not for one about the caller's own hours.
///
/// # Errors
/// 409 if it is decided or has lapsed; 403 `own_record`.
pub fn check_decidable(group: &DuplicateGroupView, own: Option<TeacherId>) -> Result<()> {
    match group.status {
        DuplicateGroupStatus::Open if own == Some(group.teacher_id) => Err(own_record()),
        DuplicateGroupStatus::Open => Ok(()),
        DuplicateGroupStatus::Decided => Err(ApiError::wrong_state("该组疑似重复已裁定")),
        DuplicateGroupStatus::Lapsed => Err(ApiError::wrong_state("该组疑似重复已解除")),
    }
}

/// Returns the units that a person keeps.
///
/// # Errors
/// 409 if the group has changed since the caller saw it; 422 at `/keep/…` for a record of no unit, and `required` at
/// `/reason` if several units are kept without one.
pub fn chosen<'a>(
    group: &'a DuplicateGroupView,
    keep: &[HourRecordId],
    seen: Option<&[HourRecordId]>,
    reason: Option<&str>,
) -> Result<Choice<'a>> {
    let ids: BTreeSet<HourRecordId> = group.units.iter().map(|unit| unit.id).collect();
    if seen.is_some_and(|seen| seen.iter().copied().collect::<BTreeSet<_>>() != ids) {
        return Err(ApiError::new(ErrorCode::Conflict).detail("该组疑似重复已变化，请刷新后重新核对"));
    }
    for (index, id) in keep.iter().enumerate() {
        if !group.units.iter().any(|unit| has(unit, *id)) {
            let message = "该组疑似重复中没有这条学时记录";
            return Err(ApiError::invalid(format!("/keep/{index}"), "unknown_hour_record", message));
        }
    }
    let choice = divided(group, |unit| keep.iter().any(|id| has(unit, *id)));
    if choice.kept.len() > 1 && reason.is_none() {
        return Err(ApiError::invalid("/reason", "required", "保留多份登记时须填写理由"));
    }
    Ok(choice)
}

fn has(unit: &DuplicateUnit, id: HourRecordId) -> bool {
    unit.records.iter().any(|record| record.id == id)
}

fn divided(group: &DuplicateGroupView, keeps: impl Fn(&DuplicateUnit) -> bool) -> Choice<'_> {
    let (kept, ended) = group.units.iter().partition(|unit| keeps(unit));
    Choice { kept, ended }
}

/// Returns the units that a rule keeps; `None` if it names none, or several.
pub fn by_rule<'a>(group: &'a DuplicateGroupView, rule: DuplicateRule, source: Option<&str>) -> Option<Choice<'a>> {
    let kept = match rule {
        DuplicateRule::First => group.units.first()?,
        DuplicateRule::Longest => {
            let length = |unit: &DuplicateUnit| (unit.hours, unit.ends_on - unit.starts_on);
            let longest = group.units.iter().map(length).max()?;
            group.units.iter().find(|unit| length(unit) == longest)?
        }
        DuplicateRule::Source => {
            let is_from = |unit: &&DuplicateUnit| source.is_some_and(|name| unit.source.eq_ignore_ascii_case(name));
            let mut from = group.units.iter().filter(is_from);
            let only = from.next()?;
            if from.next().is_some() {
                return None;
            }
            only
        }
    };
    Some(divided(group, |unit| unit.id == kept.id))
}

/// What a choice does to the records of a group.
#[derive(Debug, Default)]
pub struct Consequences {
    pub recognized: Vec<HourRecordId>,
    pub rejected: Vec<HourRecordId>,
    pub voided: Vec<HourRecordId>,
    pub kept: Vec<HourRecordId>,
    /// The teachers and years whose recognised hours change.
    pub years: BTreeSet<(TeacherId, i32)>,
}

impl Consequences {
    /// Adds those of a choice. A kept unit that waited is recognised as far as nothing else holds it; one that did not wait
    /// goes its own way.
    pub fn add(&mut self, choice: &Choice<'_>) {
        for unit in &choice.kept {
            for record in &unit.records {
                self.kept.push(record.id);
                let nothing_else = record.holds.lifted(HourRecordHold::Suspected) == HoldSet::base(false);
                if unit.waits && record.status == HourRecordStatus::Pending && nothing_else {
                    self.recognized.push(record.id);
                    self.years.insert((record.teacher_id, record.training_year));
                }
            }
        }
        for record in choice.ended.iter().flat_map(|unit| &unit.records) {
            match record.status {
                HourRecordStatus::Pending => self.rejected.push(record.id),
                HourRecordStatus::Recognized => {
                    self.voided.push(record.id);
                    self.years.insert((record.teacher_id, record.training_year));
                }
                _ => {}
            }
        }
    }
}
