//! Careers that are out of the ordinary: a teacher engaged again after a gap, a transfer entered late, one that lies
//! ahead, and the end of a service that the school has reported and nobody has confirmed yet.

use chrono::{Datelike, NaiveDate};
use songjiao_api::{
    batch::appointments::AppointmentRow,
    error::{ApiError, Result},
};
use songjiao_types::{UserId, appointments::EndReason, teachers::TeacherStatus, training::Stage};

use super::{
    calendar::{day, nine},
    county::County,
    people::{People, Person},
    random::Chance,
};

/// A seed of its own, so that the careers change nothing else of the county.
const SEED: u64 = 82_2018;

fn missing(what: &str) -> ApiError {
    ApiError::internal(format!("the demonstration has no teacher for {what}"))
}

/// Writes the careers that are known before the hours.
///
/// # Errors
/// If no generated teacher fits one.
pub fn vary(people: &mut People, county: &County, recorder: UserId) -> Result<()> {
    let chance = &mut Chance::new(SEED);
    engage_again(chance, people, recorder)?;
    transfer(chance, people, county, (day(2026, 9, 1), day(2026, 11, 20)), recorder)?;
    transfer(chance, people, county, (day(2027, 2, 1), day(2026, 11, 18)), recorder)
}

/// Engages a retired teacher again (返聘) from March 2026.
fn engage_again(chance: &mut Chance, people: &mut People, recorder: UserId) -> Result<()> {
    let retired = |at: &usize| {
        let person = &people.engaged[*at];
        people.teachers[*at].status == TeacherStatus::Retired
            && person.services.len() == 1
            && person.left_on.is_some_and(|left_on| left_on.year() == 2024)
    };
    let at = (0..people.engaged.len()).find(retired).ok_or_else(|| missing("a second engagement"))?;
    let (person, starts_on) = (&mut people.engaged[at], day(2026, 3, 1));
    let school = person.services[0].0;
    person.services.push((school, starts_on, None));
    let row = AppointmentRow::new(person.id, school, starts_on, nine(day(2026, 2, 25)));
    people.appointments.push(AppointmentRow {
        id: chance.id(day(2026, 2, 25)),
        reason: Some("退休返聘".to_owned()),
        recorded_by: Some(recorder),
        ..row.confirmed_by(Some(recorder))
    });
    let teacher = &mut people.teachers[at];
    (teacher.status, teacher.left_on) = (TeacherStatus::Active, None);
    Ok(())
}

/// Transfers a teacher of a kindergarten to another one from a day on, as entered on another day.
fn transfer(
    chance: &mut Chance,
    people: &mut People,
    county: &County,
    (starts_on, entered_on): (NaiveDate, NaiveDate),
    recorder: UserId,
) -> Result<()> {
    let at = people.engaged.iter().rposition(|person| {
        let school = &county.schools[person.school];
        school.stage == Stage::Kindergarten && school.rural && is_steady(person)
    });
    let at = at.ok_or_else(|| missing("a transfer"))?;
    let person = &mut people.engaged[at];
    let to = county
        .schools
        .iter()
        .position(|school| school.stage == Stage::Kindergarten && school.rural && school.id != person.services[0].0);
    let to = to.ok_or_else(|| missing("a transfer"))?;
    let (from, joined_on) = (person.services[0].0, person.joined_on);
    person.services = vec![(from, joined_on, starts_on.pred_opt()), (county.schools[to].id, starts_on, None)];
    if starts_on <= entered_on {
        person.school = to;
    }
    let entered = nine(entered_on);
    let before = people.appointments.iter_mut().find(|row| row.teacher_id == person.id);
    let before = before.ok_or_else(|| missing("a transfer"))?;
    // The statement that had no end stays readable.
    before.retired_at = Some(entered);
    before.retired_by = Some(recorder);
    before.retired_reason = Some("工作调动".to_owned());
    before.version += 1;
    let ended = AppointmentRow {
        id: chance.id(entered_on),
        corrects_id: Some(before.id),
        recorded_by: Some(recorder),
        ..AppointmentRow::new(person.id, from, joined_on, entered)
            .ending(starts_on.pred_opt().map(|last| (last, EndReason::Transfer)))
            .confirmed_by(Some(recorder))
    };
    let next = AppointmentRow {
        id: chance.id(entered_on),
        reason: Some("工作调动".to_owned()),
        recorded_by: Some(recorder),
        ..AppointmentRow::new(person.id, county.schools[to].id, starts_on, entered).confirmed_by(Some(recorder))
    };
    people.appointments.extend([ended, next]);
    Ok(())
}

/// Returns the report of a school that a colleague of a teacher, none of some others, will resign at the end of the
/// year.
///
/// # Errors
/// If their school has no such teacher.
pub fn report_an_end(people: &People, colleague: usize, others: &[usize], clerk: UserId) -> Result<AppointmentRow> {
    let fits = |at: &usize| {
        let person = &people.engaged[*at];
        person.school == people.engaged[colleague].school && is_steady(person) && !others.contains(at)
    };
    let at = (0..people.engaged.len()).rfind(fits).ok_or_else(|| missing("a report"))?;
    let person = &people.engaged[at];
    let stated = people.appointments.iter().find(|row| row.teacher_id == person.id);
    let (reported_on, stated) = (day(2026, 11, 16), stated.ok_or_else(|| missing("a report"))?);
    let row = AppointmentRow::new(person.id, stated.organization_id, stated.starts_on, nine(reported_on));
    Ok(AppointmentRow {
        id: Chance::new(SEED + 1).id(reported_on),
        reason: Some("本人申请辞职".to_owned()),
        corrects_id: Some(stated.id),
        recorded_by: Some(clerk),
        ..row.ending(Some((day(2026, 12, 31), EndReason::Resigned)))
    })
}

/// Returns whether a teacher has served at one school since before 2020, without exemptions.
fn is_steady(person: &Person) -> bool {
    person.services.len() == 1
        && person.left_on.is_none()
        && person.exempt.is_empty()
        && person.joined_on < day(2020, 1, 1)
}
