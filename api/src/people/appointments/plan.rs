//! What an act changes of the statements about one teacher. Pure: the caller loads the statements and writes the changes.

use chrono::NaiveDate;
use songjiao_types::{AppointmentId, OrganizationId, TeacherId, appointments::EndReason, teachers::TeacherStatus};

use super::{
    batch::AppointmentRow,
    changes::{Author, Changes},
    rules::Refusal,
    timeline::{self, End, Entry, Lineage, Placement, Spell, place},
};

/// The reason recorded with a statement that is retired without one.
const WITHOUT_REASON: &str = "任职变更";

/// A statement to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewStatement<'a> {
    /// The teacher.
    pub teacher_id: TeacherId,
    /// What it says.
    pub spell: Spell,
    /// The statement that it corrects.
    pub corrects: Option<AppointmentId>,
    /// Whether the spell that covers its first day ends on the day before.
    pub transfer: bool,
    /// Why it is made.
    pub reason: Option<&'a str>,
}

/// Plans a new statement, or a correction. What an author enters who may not confirm is only reported: confirmed
/// statements stand until it is confirmed.
///
/// # Errors
/// The refusal if the spell overlaps another, or replaces one without a reason.
pub fn state(rows: &[AppointmentRow], author: &Author, new: &NewStatement<'_>) -> Result<Changes, Refusal> {
    let lineage = Lineage::of(rows);
    let timeline = author.timeline(rows);
    let target = new.corrects.and_then(|id| lineage.version_in(&timeline, id));
    let placed = place(&timeline, new.spell, target, new.transfer).map_err(|entry| Refusal::Overlaps(entry.spell))?;
    if let (Some(replaced), None) = (placed.replaced.first(), new.reason) {
        let spell = timeline.iter().find(|entry| entry.id == *replaced).map_or(new.spell, |entry| entry.spell);
        return Err(Refusal::ReplacesWithoutReason(spell));
    }
    let mut plan = Plan { rows, author, why: new.reason, changes: Changes::default() };
    for id in new.corrects.into_iter().chain(target).chain(placed.replaced.iter().copied()) {
        plan.retire(id);
    }
    plan.move_end(&placed);
    let corrects_id = new.corrects.or(placed.replaced.first().copied());
    let row = AppointmentRow { corrects_id, ..author.statement(new.teacher_id, placed.spell) };
    plan.changes.main = Some(row.id);
    plan.insert(row);
    plan.settle(placed.spell, new.corrects.map(|id| (&lineage, id)))
}

/// Plans a transfer: the spell that covers the day ends on the day before and hands on its own end; one that begins on the
/// day is replaced.
///
/// # Errors
/// The refusal if no spell covers the day, or one at the same organization does.
pub fn transfer(
    rows: &[AppointmentRow],
    author: &Author,
    teacher_id: TeacherId,
    (to, starts_on): (OrganizationId, NaiveDate),
    reason: Option<&str>,
) -> Result<Changes, Refusal> {
    let timeline = author.timeline(rows);
    let current = timeline.iter().find(|entry| entry.spell.covers(starts_on));
    let current = current.ok_or(Refusal::NotInServiceOn(starts_on))?.spell;
    if current.organization_id == to {
        return Err(Refusal::SameOrganization);
    }
    let spell = Spell { organization_id: to, starts_on, end: current.end };
    state(rows, author, &NewStatement { teacher_id, spell, corrects: None, transfer: true, reason })
}

/// Plans the confirmation of a reported statement.
///
/// # Errors
/// The refusal if it is confirmed, does not stand, or overlaps another by now.
pub fn confirm(rows: &[AppointmentRow], author: &Author, id: AppointmentId) -> Result<Changes, Refusal> {
    let row = standing(rows, id)?;
    if row.is_confirmed() {
        return Err(Refusal::AlreadyConfirmed);
    }
    let lineage = Lineage::of(rows);
    let timeline = timeline::confirmed(rows);
    let target = lineage.version_in(&timeline, id);
    let placed = place(&timeline, row.into(), target, true).map_err(|entry| Refusal::Overlaps(entry.spell))?;
    let mut plan = Plan { rows, author, why: row.reason.as_deref(), changes: Changes::default() };
    for former in target.into_iter().chain(placed.replaced.iter().copied()) {
        plan.retire(former);
    }
    plan.move_end(&placed);
    if placed.spell == Spell::from(row) {
        plan.changes.confirmed.push(id);
        plan.changes.main = Some(id);
    } else {
        plan.retire(id);
        let row = AppointmentRow { corrects_id: Some(id), ..author.statement(row.teacher_id, placed.spell) };
        plan.changes.main = Some(row.id);
        plan.insert(row);
    }
    plan.settle(placed.spell, None)
}

/// Plans to take a statement back. If the spell before it ended with the transfer to it, that spell goes on in its place;
/// an end that it moved to the day before is what it was.
///
/// # Errors
/// The refusal if it does not stand, or is confirmed and the author may not confirm.
pub fn withdraw(rows: &[AppointmentRow], author: &Author, id: AppointmentId, reason: &str) -> Result<Changes, Refusal> {
    let row = standing(rows, id)?;
    if row.is_confirmed() && !author.confirms {
        return Err(Refusal::NeedsConfirmation);
    }
    let mut plan = Plan { rows, author, why: Some(reason), changes: Changes::default() };
    plan.retire(id);
    plan.changes.main = Some(id);
    if row.is_confirmed() {
        let spell = Spell::from(row);
        let leads_here = |end: End| {
            mutate!(TakenBackLeavesGap, end.reason == EndReason::Transfer, false)
                && end.on.succ_opt() == Some(spell.starts_on)
        };
        let timeline = timeline::confirmed(rows);
        let led_here = timeline.iter().find(|entry| entry.spell.end.is_some_and(leads_here));
        let former = led_here.map(|before| (*before, spell.end)).or_else(|| moved_end(rows, &timeline, row));
        if let Some((before, end)) = former {
            plan.retire(before.id);
            let longer = author.statement(row.teacher_id, Spell { end, ..before.spell });
            plan.insert(AppointmentRow { corrects_id: Some(before.id), ..longer });
        }
    }
    plan.check()
}

/// Returns the spell before a statement's, with the end that this one moved to the day before, if it is still there.
fn moved_end(rows: &[AppointmentRow], timeline: &[Entry], row: &AppointmentRow) -> Option<(Entry, Option<End>)> {
    let before =
        timeline.iter().find(|entry| entry.spell.end.is_some_and(|end| end.on.succ_opt() == Some(row.starts_on)))?;
    let statement = |id| rows.iter().find(|row| row.id == id);
    let former = statement(statement(before.id)?.corrects_id?)?;
    let end = Spell::from(former).end.filter(|end| end.on == row.starts_on)?;
    let lineage = Lineage::of(rows);
    let mut versions = rows.iter().filter(|version| lineage.same_spell(version.id, row.id));
    versions.any(|version| Some(version.recorded_at) == former.retired_at).then_some((*before, Some(end)))
}

/// Corrections of the first and the last day of service; what is absent stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServiceDates {
    /// The first day.
    pub joined_on: Option<NaiveDate>,
    /// The last day, or none.
    pub left_on: Option<Option<NaiveDate>>,
    /// A status of ended service, which says why it ended.
    pub ended_as: Option<TeacherStatus>,
}

impl ServiceDates {
    /// Returns the end of the last spell after the corrections. The reason stays if it fits the status.
    fn end(&self, before: Option<End>) -> Option<End> {
        let on = self.left_on.unwrap_or(before.map(|end| end.on))?;
        let kept = before.map(|end| end.reason);
        let reason = match (self.ended_as, kept) {
            (Some(status), Some(kept)) if kept.status() == status => kept,
            (Some(status), _) => EndReason::of(status),
            (None, kept) => kept.unwrap_or(EndReason::Other),
        };
        Some(End { on, reason })
    }
}

/// Plans corrections of the first and the last day of service.
///
/// # Errors
/// The refusal if a spell would end before it begins, or overlap another.
pub fn correct_dates(
    rows: &[AppointmentRow],
    author: &Author,
    dates: &ServiceDates,
    reason: Option<&str>,
) -> Result<Changes, Refusal> {
    let mut timeline = author.timeline(rows);
    if timeline.is_empty() {
        timeline = timeline::reported(rows).timeline;
    }
    let (Some(first), Some(last)) = (timeline.first().copied(), timeline.last().copied()) else {
        return Err(Refusal::NoSpell);
    };
    let single = first.id == last.id;
    let starts_on = dates.joined_on.unwrap_or(first.spell.starts_on);
    let end = dates.end(last.spell.end);
    let first_end = if single { end } else { first.spell.end };
    if end.is_some_and(|end| end.on < if single { starts_on } else { last.spell.starts_on }) && dates.left_on.is_some()
    {
        return Err(Refusal::LeftBeforeLastSpell(if single { starts_on } else { last.spell.starts_on }));
    }
    if let Some(end) = first_end.filter(|end| end.on < starts_on) {
        return Err(Refusal::JoinedAfterFirstSpell(end.on));
    }
    let mut changes = Changes::default();
    for (entry, spell) in [
        (first, Spell { starts_on, end: first_end, ..first.spell }),
        (last, Spell { end, ..if single { Spell { starts_on, ..last.spell } } else { last.spell } }),
    ] {
        let done = single && changes.main.is_some();
        if spell != entry.spell && !done {
            let teacher_id = standing(rows, entry.id)?.teacher_id;
            let new = NewStatement { teacher_id, spell, corrects: Some(entry.id), transfer: false, reason };
            changes.append(state(&changes.applied(rows, author), author, &new)?);
        }
    }
    Ok(changes)
}

/// Returns a statement that stands.
///
/// # Errors
/// The refusal if it does not.
pub fn standing(rows: &[AppointmentRow], id: AppointmentId) -> Result<&AppointmentRow, Refusal> {
    rows.iter().find(|row| row.id == id && row.stands()).ok_or(Refusal::DoesNotStand)
}

struct Plan<'a> {
    rows: &'a [AppointmentRow],
    author: &'a Author,
    why: Option<&'a str>,
    changes: Changes,
}

impl Plan<'_> {
    /// Retires a statement that stands, unless it is confirmed and the author only reports. Returns whether it does.
    fn retire(&mut self, id: AppointmentId) -> bool {
        let stands =
            self.rows.iter().any(|row| row.id == id && row.stands() && (self.author.confirms || !row.is_confirmed()));
        let retires = stands && !self.changes.retired.iter().any(|(retired, _)| *retired == id);
        if retires {
            self.changes.retired.push((id, self.why.unwrap_or(WITHOUT_REASON).to_owned()));
        }
        retires
    }

    fn insert(&mut self, row: AppointmentRow) {
        self.changes.inserted.push(AppointmentRow { reason: self.why.map(str::to_owned), ..row });
    }

    /// Corrects the spell before a placed one, if its end moves.
    fn move_end(&mut self, placed: &Placement) {
        let teacher = self.rows.first().map(|row| row.teacher_id);
        if let (Some(before), Some(teacher)) = (placed.before, teacher)
            && self.retire(before.id)
        {
            let row = self.author.statement(teacher, before.spell);
            self.insert(AppointmentRow { corrects_id: Some(before.id), ..row });
        }
    }

    /// Retires reported statements that a confirmed one settles: those about the same spell.
    fn settle(mut self, spell: Spell, corrected: Option<(&Lineage, AppointmentId)>) -> Result<Changes, Refusal> {
        if self.author.confirms {
            let waiting = self.rows.iter().filter(|row| row.stands() && !row.is_confirmed());
            let waiting = waiting.filter(|row| !self.changes.confirmed.contains(&row.id));
            let settled = waiting.filter(|row| {
                let equal = row.organization_id == spell.organization_id && row.starts_on == spell.starts_on;
                equal || corrected.is_some_and(|(lineage, id)| lineage.same_spell(id, row.id))
            });
            for id in settled.map(|row| row.id).collect::<Vec<_>>() {
                self.retire(id);
            }
        }
        self.check()
    }

    /// Checks that what waits for confirmation still has its place.
    fn check(self) -> Result<Changes, Refusal> {
        match timeline::reported(&self.changes.applied(self.rows, self.author)).conflict {
            Some(entry) => Err(Refusal::OverlapsReported(entry.spell)),
            None => Ok(self.changes),
        }
    }
}
