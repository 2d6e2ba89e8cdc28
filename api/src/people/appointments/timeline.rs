//! The spells of one teacher in order of time, and where a new one finds its place among them.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use songjiao_types::{AppointmentId, OrganizationId, appointments::EndReason};

use super::batch::AppointmentRow;

/// The end of a spell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The last day.
    pub on: NaiveDate,
    pub reason: EndReason,
}

impl End {
    fn day_before(starts_on: NaiveDate, reason: EndReason) -> Self {
        Self { on: starts_on - Days::new(1), reason }
    }
}

/// What a statement says: where a teacher served, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub organization_id: OrganizationId,
    pub starts_on: NaiveDate,
    pub end: Option<End>,
}

impl Spell {
    /// Returns whether the spell covers a day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.end.is_none_or(|end| end.on >= day)
    }
}

impl From<&AppointmentRow> for Spell {
    fn from(row: &AppointmentRow) -> Self {
        let end = row.ends_on.zip(row.end_reason).map(|(on, reason)| End { on, reason });
        Self { organization_id: row.organization_id, starts_on: row.starts_on, end }
    }
}

/// A spell of a timeline with the statement that it comes from. A reported change may have moved its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: AppointmentId,
    pub spell: Spell,
}

/// Spells that do not overlap, in order of their first days.
pub type Timeline = Vec<Entry>;

/// The place of a new spell in a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The spell, whose end may have moved.
    pub spell: Spell,
    /// Other spells with the same first day, which it replaces.
    pub replaced: Vec<AppointmentId>,
    /// The spell before it, if its end moves.
    pub before: Option<Entry>,
}

/// Finds the place of a spell. A spell that ends on its first day ends on the day before; one with the same first day is
/// replaced. With `transfer`, the spell that covers its first day ends on the day before, and hands on its own end. If the
/// spell corrects another, the end of a transfer to that one follows.
///
/// # Errors
/// A spell that it overlaps.
pub fn place(
    timeline: &[Entry],
    spell: Spell,
    corrects: Option<AppointmentId>,
    transfer: bool,
) -> Result<Placement, Entry> {
    let former = timeline.iter().find(|entry| Some(entry.id) == corrects);
    let others = || timeline.iter().filter(|entry| Some(entry.id) != corrects);
    let mut placed = Placement { spell, replaced: Vec::new(), before: None };
    for entry in others().filter(|entry| entry.spell.starts_on <= spell.starts_on) {
        if entry.spell.starts_on == spell.starts_on {
            placed.replaced.push(entry.id);
            continue;
        }
        let leads_to_former = former.is_some_and(|former| {
            mutate!(
                TransferEndStays,
                entry.spell.end == Some(End::day_before(former.spell.starts_on, EndReason::Transfer)),
                false
            )
        });
        let end = match entry.spell.end {
            Some(end) if leads_to_former || mutate!(TouchingOverlaps, end.on == spell.starts_on, false) => {
                End::day_before(spell.starts_on, end.reason)
            }
            Some(end) if end.on < spell.starts_on => continue,
            inherited if transfer => {
                placed.spell.end = placed.spell.end.or(inherited);
                End::day_before(spell.starts_on, EndReason::Transfer)
            }
            _ => return Err(*entry),
        };
        if entry.spell.end != Some(end) {
            placed.before = Some(Entry { id: entry.id, spell: Spell { end: Some(end), ..entry.spell } });
        }
    }
    for entry in others().filter(|entry| entry.spell.starts_on > spell.starts_on) {
        match placed.spell.end {
            Some(end) if end.on < entry.spell.starts_on => {}
            Some(end) if end.on == entry.spell.starts_on => {
                placed.spell.end = Some(End::day_before(entry.spell.starts_on, end.reason));
            }
            _ => return Err(*entry),
        }
    }
    Ok(placed)
}

/// Returns the confirmed spells that stand.
pub fn confirmed(rows: &[AppointmentRow]) -> Timeline {
    of(rows.iter().filter(|row| row.stands() && mutate!(ReportedCounts, row.is_confirmed(), true)))
}

/// Returns the timeline of statements that do not overlap.
pub fn of<'a>(rows: impl Iterator<Item = &'a AppointmentRow>) -> Timeline {
    let mut timeline: Timeline = rows.map(|row| Entry { id: row.id, spell: row.into() }).collect();
    timeline.sort_by_key(|entry| entry.spell.starts_on);
    timeline
}

/// The versions of each spell: statements that correct each other have one root.
pub struct Lineage(HashMap<AppointmentId, Option<AppointmentId>>);

impl Lineage {
    pub fn of(rows: &[AppointmentRow]) -> Self {
        Self(rows.iter().map(|row| (row.id, row.corrects_id)).collect())
    }

    fn root(&self, mut id: AppointmentId) -> AppointmentId {
        while let Some(Some(former)) = self.0.get(&id) {
            id = *former;
        }
        id
    }

    /// Returns whether two statements are versions of one spell.
    pub fn same_spell(&self, one: AppointmentId, other: AppointmentId) -> bool {
        self.root(one) == self.root(other)
    }

    /// Returns the version of a spell that a timeline has.
    pub fn version_in(&self, timeline: &[Entry], id: AppointmentId) -> Option<AppointmentId> {
        timeline.iter().map(|entry| entry.id).find(|other| self.same_spell(*other, id))
    }
}

/// The timeline if everything reported is confirmed in the order of recording.
pub struct Reported {
    pub timeline: Timeline,
    /// The first reported statement that overlaps others by now.
    pub conflict: Option<Entry>,
}

/// Returns the confirmed spells with the reported ones applied.
pub fn reported(rows: &[AppointmentRow]) -> Reported {
    let lineage = Lineage::of(rows);
    let mut waiting: Vec<&AppointmentRow> = rows.iter().filter(|row| row.stands() && !row.is_confirmed()).collect();
    waiting.sort_by_key(|row| row.id);
    let mut found = Reported { timeline: confirmed(rows), conflict: None };
    for row in waiting {
        let corrects = lineage.version_in(&found.timeline, row.id);
        match place(&found.timeline, row.into(), corrects, true) {
            Ok(placed) => apply(&mut found.timeline, row.id, &placed, corrects),
            Err(_) => found.conflict = found.conflict.or(Some(Entry { id: row.id, spell: row.into() })),
        }
    }
    found
}

fn apply(timeline: &mut Timeline, id: AppointmentId, placed: &Placement, corrects: Option<AppointmentId>) {
    timeline.retain(|entry| Some(entry.id) != corrects && !placed.replaced.contains(&entry.id));
    if let Some(before) = placed.before
        && let Some(entry) = timeline.iter_mut().find(|entry| entry.id == before.id)
    {
        entry.spell = before.spell;
    }
    timeline.push(Entry { id, spell: placed.spell });
    timeline.sort_by_key(|entry| entry.spell.starts_on);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn spell(organization: u128, first: &str, last: Option<&str>) -> Spell {
        let end = last.map(|last| End { on: day(last), reason: EndReason::Transfer });
        Spell { organization_id: OrganizationId::from_uuid(Uuid::from_u128(organization)), starts_on: day(first), end }
    }

    fn entry(id: u128, spell: Spell) -> Entry {
        Entry { id: AppointmentId::from_uuid(Uuid::from_u128(id)), spell }
    }

    fn last(spell: &Spell) -> Option<String> {
        spell.end.map(|end| end.on.to_string())
    }

    #[test]
    fn a_spell_that_begins_on_the_last_day_of_another_moves_that_day() {
        let before = entry(1, spell(1, "2010-09-01", Some("2024-09-01")));
        let placed = place(&[before], spell(2, "2024-09-01", None), None, false).expect("a place");
        assert_eq!(placed.before.map(|before| last(&before.spell)), Some(Some("2024-08-31".to_owned())));
    }

    #[test]
    fn a_spell_with_the_first_day_of_another_replaces_it() {
        let other = entry(1, spell(1, "2024-09-01", None));
        let placed = place(&[other], spell(2, "2024-09-01", None), None, false).expect("a place");
        assert_eq!((placed.replaced, placed.before), (vec![other.id], None));
    }

    #[test]
    fn any_other_overlap_is_refused() {
        let other = entry(1, spell(1, "2024-09-01", Some("2025-08-31")));
        for (first, last) in
            [("2024-10-01", Some("2024-11-01")), ("2024-01-01", None), ("2024-01-01", Some("2024-10-01"))]
        {
            assert_eq!(place(&[other], spell(2, first, last), None, false), Err(other), "{first}");
        }
        let fits = |first, last| place(&[other], spell(2, first, last), None, false).is_ok();
        assert!(fits("2024-01-01", Some("2024-08-31")) && fits("2026-01-01", None), "gaps are allowed");
        let touching = place(&[other], spell(2, "2024-01-01", Some("2024-09-01")), None, false).expect("a place");
        assert_eq!(last(&touching.spell).as_deref(), Some("2024-08-31"));
    }

    #[test]
    fn a_transfer_ends_the_spell_that_covers_the_day_and_inherits_its_end() {
        let before = entry(1, spell(1, "2010-09-01", Some("2025-06-30")));
        let after = entry(2, spell(3, "2026-03-01", None));
        let placed = place(&[before, after], spell(2, "2024-09-01", None), None, true).expect("a place");
        assert_eq!(last(&placed.spell).as_deref(), Some("2025-06-30"));
        assert_eq!(placed.before.map(|before| last(&before.spell)), Some(Some("2024-08-31".to_owned())));
    }

    #[test]
    fn the_end_of_a_transfer_follows_a_corrected_first_day() {
        let before = entry(1, spell(1, "2010-09-01", Some("2024-08-31")));
        let moved = entry(2, spell(2, "2024-09-01", None));
        for (first, expected) in [("2024-10-01", "2024-09-30"), ("2024-08-20", "2024-08-19")] {
            let placed = place(&[before, moved], spell(2, first, None), Some(moved.id), false).expect("a place");
            assert_eq!(placed.before.map(|before| last(&before.spell)), Some(Some(expected.to_owned())));
        }
        assert_eq!(place(&[before, moved], spell(2, "2010-08-01", None), Some(moved.id), false), Err(before));
    }
}
