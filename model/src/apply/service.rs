//! Acts on service and exemptions.

use chrono::NaiveDate;

use crate::{
    county::{County, ReportedCorrection, Spell, Teacher},
    dates::{Span, day_before},
    event::Refusal,
    hours::RecordStatus,
    ids::{OrganizationId, RecordId, SpellId, TeacherId},
    rules::{
        entry::is_before_service,
        service::{is_stated_on, serves_on},
    },
};

fn standing(county: &County, spell: SpellId) -> Result<Spell, Refusal> {
    let found = county.spells.iter().find(|statement| statement.id == spell && statement.taken_back_on.is_none());
    let found = found.cloned().ok_or(Refusal::Unspecified("no such spell"))?;
    require_no_correction(county, found.teacher)?;
    Ok(found)
}

/// What becomes of a waiting correction when other acts change the service is not specified.
fn require_no_correction(county: &County, teacher: TeacherId) -> Result<(), Refusal> {
    match county.waiting_correction(teacher) {
        Some(_) => Err(Refusal::Unspecified("a correction waits")),
        None => Ok(()),
    }
}

/// What becomes of participation when service changes otherwise than by a transfer is outside the model.
fn require_no_project(county: &County, teacher: TeacherId) -> Result<(), Refusal> {
    match county.participates(teacher) {
        true => Err(Refusal::Unspecified("the service of a participant")),
        false => Ok(()),
    }
}

/// Returns the last spell, which must be confirmed.
fn last_spell(county: &County, teacher: TeacherId) -> Result<Spell, Refusal> {
    require_no_correction(county, teacher)?;
    let last = county.spells_of(teacher).last().map(|spell| (*spell).clone());
    last.filter(|spell| spell.confirmed_on.is_some()).ok_or(Refusal::Unspecified("no confirmed spell at the end"))
}

fn take_back(county: &mut County, spell: SpellId, today: NaiveDate) {
    for statement in &mut county.spells {
        if statement.id == spell && statement.taken_back_on.is_none() {
            statement.taken_back_on = Some(today);
        }
    }
}

/// Takes the former statement back and records the changed one.
fn restate(county: &mut County, mut changed: Spell, today: NaiveDate) {
    take_back(county, changed.id, today);
    changed.recorded_on = today;
    county.spells.push(changed);
}

fn require_new_spell(county: &County, spell: SpellId) -> Result<(), Refusal> {
    match county.spells.iter().any(|statement| statement.id >= spell) {
        true => Err(Refusal::Unspecified("the spell's id is not new")),
        false => Ok(()),
    }
}

/// Takes away the records whose days have no service any more: recognised ones are voided, pending ones rejected.
///
/// A record keeps its service on all of its days or loses it on all of them; what becomes of others is not specified.
fn take_away(
    county: &mut County,
    before: &County,
    teacher: TeacherId,
    named: &[RecordId],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let service_days = |of: &County, days: Span| {
        days.days()
            .filter(|day| is_stated_on(of, teacher, *day))
            .map(|day| serves_on(of, teacher, day))
            .collect::<Vec<_>>()
    };
    let mut lost = Vec::new();
    for record in before.records.iter().filter(|record| record.entry.teacher == teacher && record.is_live()) {
        let days = record.entry.span();
        let (earlier, now) = (service_days(before, days), service_days(county, days));
        if earlier == now && (!now.is_empty() || is_before_service(county, teacher, days)) {
            continue;
        }
        if earlier.is_empty() || !now.is_empty() || is_before_service(county, teacher, days) {
            return Err(Refusal::Unspecified("a record with service on some of its days, or flagged from now on"));
        }
        lost.push(record.entry.record);
    }
    if lost.iter().any(|record| before.is_closed(before.records[record.0].entry.training_year)) {
        return Err(Refusal::YearClosed);
    }
    if named.is_empty() && !lost.is_empty() {
        return Err(Refusal::RecordsAfterService);
    }
    if named != lost {
        return Err(Refusal::Unspecified("names other records"));
    }
    for record in lost {
        let record = &mut county.records[record.0];
        let status = if record.is_recognized() { RecordStatus::Voided } else { RecordStatus::Rejected };
        record.states.push((today, status));
    }
    Ok(())
}

pub fn add_teacher(
    county: &mut County,
    teacher: TeacherId,
    spell: SpellId,
    organization: OrganizationId,
    first: NaiveDate,
    reported: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_new_spell(county, spell)?;
    if teacher.0 != county.teachers.len() {
        return Err(Refusal::Unspecified("the teacher's id is not the next"));
    }
    county
        .teachers
        .push(Teacher { number: format!("T{:03}", teacher.0 + 1), name: format!("教师{}", teacher.0 + 1) });
    county.spells.push(Spell {
        id: spell,
        teacher,
        organization,
        first,
        last: None,
        recorded_on: today,
        confirmed_on: (!reported).then_some(today),
        taken_back_on: None,
        moved_end_of: None,
    });
    Ok(())
}

/// Transfers a teacher who serves without an end.
pub fn transfer(
    county: &mut County,
    teacher: TeacherId,
    spell: SpellId,
    to: OrganizationId,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_new_spell(county, spell)?;
    let before = county.clone();
    let from = last_spell(county, teacher)?;
    if from.last.is_some() || on < from.first || from.organization == to {
        return Err(Refusal::Unspecified("no transfer out of the last spell"));
    }
    let mut new = from.clone();
    new.id = spell;
    new.organization = to;
    new.first = on;
    new.recorded_on = today;
    new.confirmed_on = Some(today);
    if on == from.first {
        // What the replaced spell moved, the new one has moved.
        take_back(county, from.id, today);
    } else {
        new.moved_end_of = Some((from.id, from.last));
        restate(county, Spell { last: Some(day_before(on)), ..from }, today);
    }
    county.spells.push(new);
    take_away(county, &before, teacher, &[], today)
}

pub fn end_service(
    county: &mut County,
    teacher: TeacherId,
    on: NaiveDate,
    named: &[RecordId],
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_no_project(county, teacher)?;
    let before = county.clone();
    let spell = last_spell(county, teacher)?;
    if spell.last.is_some() || on < spell.first {
        return Err(Refusal::Unspecified("no service to end"));
    }
    restate(county, Spell { last: Some(on), ..spell }, today);
    take_away(county, &before, teacher, named, today)
}

pub fn add_return(
    county: &mut County,
    teacher: TeacherId,
    spell: SpellId,
    organization: OrganizationId,
    first: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_new_spell(county, spell)?;
    let before = county.clone();
    let former = last_spell(county, teacher)?;
    let Some(last) = former.last else {
        return Err(Refusal::Unspecified("no end to return from"));
    };
    if first <= former.first {
        return Err(Refusal::Unspecified("replaces or precedes the last spell"));
    }
    if first < last {
        return Err(Refusal::AppointmentOverlaps);
    }
    let mut new = former.clone();
    new.id = spell;
    new.organization = organization;
    new.first = first;
    new.last = None;
    new.recorded_on = today;
    new.confirmed_on = Some(today);
    new.moved_end_of = None;
    if first == last {
        new.moved_end_of = Some((former.id, former.last));
        restate(county, Spell { last: Some(day_before(first)), ..former }, today);
    }
    county.spells.push(new);
    take_away(county, &before, teacher, &[], today)
}

/// Corrects the days of a confirmed spell. The end of a transfer to it follows its first day; else its neighbours stay.
pub fn correct_spell(
    county: &mut County,
    spell: SpellId,
    first: NaiveDate,
    last: Option<NaiveDate>,
    named: &[RecordId],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let before = county.clone();
    let former = standing(county, spell)?;
    require_no_project(county, former.teacher)?;
    let corrected = Spell { first, last, ..former.clone() };
    if former.confirmed_on.is_none() || last.is_some_and(|last| last < first) {
        return Err(Refusal::Unspecified("not confirmed or without days"));
    }
    let mut others: Vec<Spell> =
        county.spells_of(former.teacher).into_iter().filter(|other| other.id != spell).cloned().collect();
    if let Some(following) = others.iter_mut().find(|other| is_transfer(&former, other) && other.first < first)
        && first != former.first
    {
        following.last = Some(day_before(first));
        restate(county, following.clone(), today);
    }
    let touched = |day: NaiveDate| others.iter().any(|other| other.contains(day));
    if others.iter().any(|other| other.span().overlaps(corrected.span())) {
        let replaces = touched(first) && others.iter().any(|other| other.last == Some(first))
            || others.iter().any(|other| other.first == first || Some(other.first) == last);
        let reported =
            others.iter().any(|other| other.confirmed_on.is_none() && other.span().overlaps(corrected.span()));
        return Err(match (replaces, reported) {
            (true, _) => Refusal::Unspecified("moves another spell"),
            (_, true) => Refusal::Unspecified("a correction over what is only reported"),
            _ => Refusal::AppointmentOverlaps,
        });
    }
    let teacher = former.teacher;
    restate(county, corrected, today);
    take_away(county, &before, teacher, named, today)
}

/// Whether `before` ended with the transfer to `spell`, and still does.
fn is_transfer(spell: &Spell, before: &Spell) -> bool {
    spell.moved_end_of == Some((before.id, None)) && before.last == Some(day_before(spell.first))
}

/// Takes a spell back. Where it moved another's end, and that end is still so, the end is what it was before.
pub fn take_back_spell(
    county: &mut County,
    spell: SpellId,
    named: &[RecordId],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let before = county.clone();
    let wrong = standing(county, spell)?;
    require_no_project(county, wrong.teacher)?;
    if before.spells_of(wrong.teacher).len() < 2
        || before.spells_of(wrong.teacher).last().map(|last| last.id) != Some(spell)
    {
        return Err(Refusal::Unspecified("the only spell, or not the last"));
    }
    take_back(county, spell, today);
    if let Some((moved, end)) = wrong.moved_end_of {
        let former = standing(county, moved)?;
        if former.last != Some(day_before(wrong.first)) || wrong.last.is_some() {
            return Err(Refusal::Unspecified("ends have changed since"));
        }
        restate(county, Spell { last: end, ..former }, today);
    }
    take_away(county, &before, wrong.teacher, named, today)
}

pub fn report_spell(
    county: &mut County,
    teacher: TeacherId,
    spell: SpellId,
    organization: OrganizationId,
    first: NaiveDate,
    last: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_new_spell(county, spell)?;
    let former = last_spell(county, teacher)?;
    let Some(end) = former.last else {
        return Err(Refusal::Unspecified("no end to return from"));
    };
    if first <= former.first || first == end || last.is_some_and(|last| last < first) {
        return Err(Refusal::Unspecified("moves or replaces the last spell"));
    }
    if first < end {
        return Err(Refusal::AppointmentOverlaps);
    }
    let mut new = former;
    new.id = spell;
    new.organization = organization;
    new.first = first;
    new.last = last;
    new.recorded_on = today;
    new.confirmed_on = None;
    new.moved_end_of = None;
    let before = county.clone();
    county.spells.push(new);
    take_away(county, &before, teacher, &[], today)
}

/// Reports other days of a confirmed spell, which leave its neighbours and the records as they are.
pub fn report_correction(
    county: &mut County,
    spell: SpellId,
    first: NaiveDate,
    last: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let former = standing(county, spell)?;
    match correct_spell(&mut county.clone(), spell, first, last, &[], today) {
        Err(Refusal::RecordsAfterService | Refusal::YearClosed) => {
            return Err(Refusal::Unspecified("a report of a correction that leaves records outside"));
        }
        corrected => corrected?,
    }
    county.reported_corrections.push(ReportedCorrection {
        spell,
        teacher: former.teacher,
        first,
        last,
        recorded_on: today,
        confirmed_on: None,
    });
    Ok(())
}

pub fn confirm_spell(county: &mut County, spell: SpellId, today: NaiveDate) -> Result<(), Refusal> {
    let waiting =
        county.reported_corrections.iter_mut().find(|waiting| waiting.spell == spell && waiting.confirmed_on.is_none());
    if let Some(correction) = waiting {
        correction.confirmed_on = Some(today);
        let (first, last) = (correction.first, correction.last);
        return match correct_spell(county, spell, first, last, &[], today) {
            Err(Refusal::RecordsAfterService | Refusal::YearClosed) => {
                Err(Refusal::Unspecified("a correction that leaves records outside"))
            }
            corrected => corrected,
        };
    }
    let reported = standing(county, spell)?;
    if reported.confirmed_on.is_some() {
        return Err(Refusal::Unspecified("confirmed before"));
    }
    for statement in county.spells.iter_mut().filter(|statement| statement.id == spell) {
        statement.confirmed_on = Some(today);
    }
    Ok(())
}
