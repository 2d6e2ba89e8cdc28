//! Units of a teacher that seem to state the same training.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::texts::{are_similar, normal};
use crate::{
    county::County,
    dates::Span,
    hours::{HourRecord, Source},
    ids::{RecordId, TeacherId},
};

/// How far apart the days of one training may lie that two acts entered.
const DAYS_APART: i64 = 3;

/// What is compared, and kept or ended as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The place in the order of entry. A record that restores or corrects another takes its place.
    pub place: RecordId,
    /// The live records.
    pub records: Vec<RecordId>,
    title: String,
    institution: String,
    pub days: Span,
    pub hours: i64,
    training_year: i32,
    pub source: Source,
    act: usize,
    is_recognized: bool,
}

/// Units that pairs connect, in order of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub teacher: TeacherId,
    pub units: Vec<Unit>,
}

/// Returns the first of the records of which each restores or corrects the one before.
pub fn origin(county: &County, record: &HourRecord) -> RecordId {
    match record.former {
        Some(former) => origin(county, &county.records[former.0]),
        None => record.entry.record,
    }
}

fn unit(county: &County, record: &HourRecord) -> Unit {
    let entry = &record.entry;
    Unit {
        place: origin(county, record),
        records: vec![entry.record],
        title: entry.title.text(),
        institution: normal(entry.institution.text()),
        days: entry.span(),
        hours: entry.hours,
        training_year: entry.training_year,
        source: entry.source,
        act: record.act,
        is_recognized: record.is_recognized(),
    }
}

/// Returns a teacher's live units in order of entry. What a project issued to the teacher is one.
pub fn live_units(county: &County, teacher: TeacherId) -> Vec<Unit> {
    let live = county.records.iter().filter(|record| record.entry.teacher == teacher && record.is_live());
    let mut units: Vec<Unit> = Vec::new();
    for record in live {
        let of_project = |unit: &&mut Unit| record.issued.is_some() && unit.act == record.act;
        match units.iter_mut().find(of_project) {
            Some(unit) => {
                let days = record.entry.span();
                unit.days = Span::new(unit.days.first.min(days.first), unit.days.last.max(days.last));
                unit.hours += record.entry.hours;
                unit.is_recognized |= record.is_recognized();
                unit.records.push(record.entry.record);
            }
            None => units.push(unit(county, record)),
        }
    }
    units.sort_by_key(|unit| unit.place);
    units
}

/// Returns the number of days from the end of one span to the beginning of the other, 0 where they overlap.
fn days_apart(a: Span, b: Span) -> i64 {
    let gap = |end: NaiveDate, start: NaiveDate| (start - end).num_days();
    gap(a.last, b.first).max(gap(b.last, a.first)).max(0)
}

/// Whether two units of a teacher are suspected to state the same training.
pub fn are_suspected(a: &Unit, b: &Unit) -> bool {
    let overlap = a.days.overlaps(b.days);
    let same_claim = a.hours == b.hours && a.institution == b.institution;
    if !overlap && !same_claim {
        return false;
    }
    let same_title = normal(&a.title) == normal(&b.title);
    let is_platform = |unit: &Unit| unit.source == Source::Platform;
    // The fifth rule, one source that states the same under two ids, is in the first.
    same_title && overlap
        || same_title && same_claim && days_apart(a.days, b.days) <= DAYS_APART && a.act != b.act
        || same_title && same_claim && is_platform(a) != is_platform(b) && a.training_year == b.training_year
        || overlap && same_claim && are_similar(&a.title, &b.title)
}

/// Returns the groups of a teacher's live units, those of one unit aside.
pub fn groups(county: &County, teacher: TeacherId) -> Vec<Group> {
    let mut left = live_units(county, teacher);
    let connected = |a: &Unit, b: &Unit| are_suspected(a, b) && !county.are_kept_apart(a.place, b.place);
    let mut groups = Vec::new();
    while !left.is_empty() {
        let mut units = vec![left.remove(0)];
        let mut at = 0;
        while at < units.len() {
            let (joining, others) = left.into_iter().partition(|other| connected(&units[at], other));
            units.extend::<Vec<Unit>>(joining);
            left = others;
            at += 1;
        }
        units.sort_by_key(|unit| unit.place);
        if units.len() > 1 {
            groups.push(Group { teacher, units });
        }
    }
    groups
}

impl Group {
    /// Returns the unit that counts: the first entered of those that are recognised already, else the first entered.
    pub fn counting(&self) -> &Unit {
        self.units.iter().find(|unit| unit.is_recognized).unwrap_or(&self.units[0])
    }

    /// Returns the pending records that wait for the decision on the group.
    pub fn waiting(&self, county: &County) -> BTreeSet<RecordId> {
        let counting = self.counting().place;
        let others = self.units.iter().filter(|unit| unit.place != counting);
        others.flat_map(|unit| unit.records.clone()).filter(|record| county.records[record.0].is_pending()).collect()
    }
}

/// Returns the groups in which something waits for a decision.
pub fn open_groups(county: &County) -> Vec<Group> {
    let all = county.teacher_ids().flat_map(|teacher| groups(county, teacher));
    all.filter(|group| !group.waiting(county).is_empty()).collect()
}

/// Whether a pending record waits for the decision on a group.
pub fn is_suspected(county: &County, record: &HourRecord) -> bool {
    let mut groups = groups(county, record.entry.teacher).into_iter();
    groups.any(|group| group.waiting(county).contains(&record.entry.record))
}

/// A rule by which groups are decided together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedRule {
    First,
    Longest,
    Source(Source),
}

/// Returns the position of the unit that a rule keeps. `Ok(None)` where the source has none or several.
///
/// # Errors
/// Where the design does not say which unit is the longest: most hours or most days, or the first of several.
fn kept_by(rule: NamedRule, group: &Group) -> Result<Option<usize>, &'static str> {
    match rule {
        NamedRule::First => {
            let first = group.units.iter().min_by_key(|unit| unit.records[0]).map(|unit| unit.place);
            if first == Some(group.units[0].place) { Ok(Some(0)) } else { Err("whether a restored unit is the first") }
        }
        NamedRule::Longest => {
            let length = |unit: &Unit| (unit.hours, (unit.days.last - unit.days.first).num_days());
            let (hours, days) = group.units.iter().map(length).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
            let mut longest = (0..group.units.len()).filter(|at| length(&group.units[*at]) == (hours, days));
            match (longest.next(), longest.next()) {
                (Some(at), None) => Ok(Some(at)),
                _ => Err("which unit is the longest"),
            }
        }
        NamedRule::Source(source) => {
            let mut of = (0..group.units.len()).filter(|at| group.units[*at].source == source);
            Ok(of.next().filter(|_| of.next().is_none()))
        }
    }
}

/// Returns the open groups of a year, or all, with the positions of the units that a rule keeps.
///
/// # Errors
/// What the design does not say of them.
pub fn groups_by_rule(
    county: &County,
    rule: NamedRule,
    training_year: Option<i32>,
) -> Result<Vec<(Group, Option<usize>)>, &'static str> {
    let mut found = Vec::new();
    for group in open_groups(county) {
        if let Some(year) = training_year {
            let mut years = group.units.iter().flat_map(|unit| &unit.records);
            let first = years.next().map(|record| county.records[record.0].entry.training_year);
            if years.any(|record| Some(county.records[record.0].entry.training_year) != first) {
                return Err("which year a group of two years is in");
            }
            if first != Some(year) {
                continue;
            }
        }
        let kept = kept_by(rule, &group)?;
        found.push((group, kept));
    }
    Ok(found)
}
