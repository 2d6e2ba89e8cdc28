//! Acts on projects.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    county::County,
    event::Refusal,
    hours::{Flag, HourEntry, HourRecord, Issued, Mode, RecordStatus, Source},
    ids::{ActivityId, OrganizationId, ProjectId, RecordId, TeacherId},
    project::{Activity, Mark, Participant, ParticipantStatus, PhaseStatus, Project},
    rules::{
        duplicates::is_suspected,
        entry::{is_overlapping, issued_flags},
        holds::holds,
        projects::{
            completes, concerned_days, held_and_missed, hours_of_school, is_activity_ahead, is_mark_missing, missing,
            parts,
        },
        service::organization_on,
    },
    titles::Institution,
};

fn unspecified<T>(why: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Unspecified(why))
}

/// Checks that a project runs in an open year. What becomes of others in closed years is played with records alone.
fn require_running(county: &County, project: ProjectId) -> Result<(), Refusal> {
    let of = &county.projects[project.0];
    if of.is_completed || county.is_closed(of.training_year) {
        return unspecified("completed, or of a closed year");
    }
    Ok(())
}

pub fn add_project(county: &mut County, project: &Project) -> Result<(), Refusal> {
    if project.id.0 != county.projects.len() || county.is_closed(project.training_year) {
        return unspecified("the project's id is not the next, or its year is closed");
    }
    county.projects.push(project.clone());
    Ok(())
}

pub fn admit(
    county: &mut County,
    project: ProjectId,
    teacher: TeacherId,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_running(county, project)?;
    let of = &county.projects[project.0];
    let begins = of.starts_on.min(on);
    let last = county.spells_of(teacher).last().map(|spell| (spell.last, spell.confirmed_on));
    let mut days = begins.iter_days().take_while(|day| *day <= today);
    let serves = days.all(|day| organization_on(county, teacher, day).is_some())
        && last.is_some_and(|(last, confirmed)| last.is_none() && confirmed.is_some())
        && county.waiting_correction(teacher).is_none();
    let repeated = of.participants.iter().any(|participant| participant.teacher == teacher);
    let Some(school) = organization_on(county, teacher, today).filter(|_| serves && !repeated && on <= today) else {
        return unspecified("not in service, or admitted before");
    };
    if of.participants.iter().any(|participant| !participant.marks.is_empty()) && on < of.starts_on {
        return unspecified("admitted after marks from a day before the project");
    }
    county.projects[project.0].participants.push(Participant {
        teacher,
        school,
        admitted_on: on,
        left_on: None,
        status: ParticipantStatus::Admitted,
        marks: BTreeMap::new(),
    });
    Ok(())
}

pub fn add_activity(county: &mut County, activity: &Activity) -> Result<(), Refusal> {
    require_running(county, activity.project)?;
    let project = &county.projects[activity.project.0];
    let even = activity.hours % i64::from(activity.days) == 0;
    if activity.id.0 != county.activities.len() || !even || project.phases[activity.phase] != PhaseStatus::Active {
        return unspecified("an uneven share, or in a phase that does not run");
    }
    let planned = project.planned_hours;
    let participants: Vec<OrganizationId> = project.participants.iter().map(|of| of.school).collect();
    county.activities.push(activity.clone());
    let above = |school: &OrganizationId| hours_of_school(county, activity.project, *school) > planned;
    if participants.iter().any(above) {
        return Err(Refusal::HoursAbovePlan);
    }
    if county.organization_ids().any(|school| above(&school)) {
        return unspecified("above the plan where there are no participants");
    }
    Ok(())
}

pub fn cancel_activity(county: &mut County, activity: ActivityId) -> Result<(), Refusal> {
    let of = county.activities[activity.0].clone();
    require_running(county, of.project)?;
    let project = &county.projects[of.project.0];
    let marked = project.participants.iter().any(|of| of.marks.keys().any(|(marked, _)| *marked == activity));
    if of.is_cancelled || marked || project.phases[of.phase] != PhaseStatus::Active {
        return unspecified("cancelled before, or marked");
    }
    county.activities[activity.0].is_cancelled = true;
    Ok(())
}

/// Marks some participants on a day.
pub fn mark_day(
    county: &mut County,
    activity: ActivityId,
    day: NaiveDate,
    marks: &[(TeacherId, Mark)],
    today: NaiveDate,
) -> Result<(), Refusal> {
    let of = county.activities[activity.0].clone();
    require_running(county, of.project)?;
    let project = county.projects[of.project.0].clone();
    if of.is_cancelled || project.phases[of.phase] != PhaseStatus::Active || day > today {
        return unspecified("not marked now");
    }
    for (teacher, mark) in marks {
        let concerned = |participant: &Participant| {
            let mut days = concerned_days(county, &project, participant).into_iter();
            days.any(|(other, on)| other.id == activity && on == day)
        };
        let at = project.participants.iter().position(|of| of.teacher == *teacher);
        let at = at.filter(|at| concerned(&project.participants[*at]));
        let Some(at) = at else { return unspecified("not concerned") };
        if project.participants[at].status != ParticipantStatus::Admitted {
            return unspecified("marks of who has left");
        }
        county.projects[of.project.0].participants[at].marks.insert((activity, day), *mark);
    }
    Ok(())
}

fn fill_missing(county: &mut County, project: ProjectId, phase: Option<usize>, only: Option<usize>, today: NaiveDate) {
    let of = county.projects[project.0].clone();
    for (at, participant) in of.participants.iter().enumerate() {
        if only.is_none_or(|only| only == at) {
            let days = missing(county, &of, participant, phase, today).into_iter();
            let days: Vec<(ActivityId, NaiveDate)> = days.map(|(activity, day)| (activity.id, day)).collect();
            let marks = &mut county.projects[project.0].participants[at].marks;
            marks.extend(days.into_iter().map(|day| (day, Mark::Absent)));
        }
    }
}

/// Whether a participant has a record of a phase that no mending ended: issuing twice issues nothing.
fn has_record(county: &County, project: ProjectId, phase: usize, teacher: TeacherId) -> bool {
    county.records.iter().any(|record| {
        let of = |issued: &Issued| issued.project == project && issued.phase == phase && !issued.mended;
        record.entry.teacher == teacher && record.issued.as_ref().is_some_and(of)
    })
}

/// Issues what a participant attended in a phase. It waits for the project's end.
fn issue(county: &mut County, project: ProjectId, phase: usize, at: usize, today: NaiveDate) -> Result<(), Refusal> {
    let of = county.projects[project.0].clone();
    let participant = &of.participants[at];
    if has_record(county, project, phase, participant.teacher) {
        return Ok(());
    }
    for part in parts(county, &of, participant, phase) {
        let record = RecordId(county.records.len());
        let entry = HourEntry {
            record,
            teacher: participant.teacher,
            training_year: of.training_year,
            hours: part.hours,
            level: of.level,
            dimension: of.dimension,
            mode: Mode::FaceToFace,
            title: of.title,
            institution: Institution::Root,
            source: Source::Project,
            first: part.days.first,
            last: part.days.last,
            as_recognized: true,
        };
        let flags = issued_flags(county, &entry);
        county.records.push(HourRecord {
            entry,
            flags,
            flags_accepted: false,
            act: usize::MAX - project.0,
            import: None,
            former: None,
            issued: Some(Issued { project, phase, failed: false, mended: false }),
            awaits_project_end: true,
            states: vec![(today, RecordStatus::Pending)],
            frozen_place: None,
        });
        if is_suspected(county, &county.records[record.0]) {
            return unspecified("a project that seems to repeat another training");
        }
        if is_overlapping(county, &county.records[record.0]) {
            county.records[record.0].flags.insert(Flag::DayOverlap);
        }
    }
    Ok(())
}

/// Recognises what of a participant waits for the project's end, unless something else keeps it, or rejects it.
fn decide(county: &mut County, project: ProjectId, at: usize, today: NaiveDate) -> bool {
    let of = county.projects[project.0].clone();
    let participant = &of.participants[at];
    let passes = completes(held_and_missed(county, &of, participant));
    for number in 0..county.records.len() {
        let record = &county.records[number];
        let waits = record.entry.teacher == participant.teacher && record.awaits_project_end && record.is_pending();
        if !waits || record.issued.is_none_or(|issued| issued.project != project) {
            continue;
        }
        if !passes {
            let record = &mut county.records[number];
            record.issued.as_mut().into_iter().for_each(|issued| issued.failed = true);
            record.states.push((today, RecordStatus::Rejected));
            continue;
        }
        county.records[number].awaits_project_end = false;
        if holds(county, &county.records[number], today).len() == 1 {
            county.records[number].states.push((today, RecordStatus::Recognized));
        }
    }
    passes
}

pub fn complete_phase(
    county: &mut County,
    project: ProjectId,
    phase: usize,
    fills: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_running(county, project)?;
    let of = county.projects[project.0].clone();
    if of.phases[phase] != PhaseStatus::Active || of.participants.is_empty() {
        return unspecified("not active, or without participants");
    }
    if is_activity_ahead(county, project, Some(phase), today) {
        return Err(Refusal::ActivitiesAhead);
    }
    if is_mark_missing(county, &of, Some(phase), today) && !fills {
        return Err(Refusal::MarksMissing);
    }
    fill_missing(county, project, Some(phase), None, today);
    for at in 0..of.participants.len() {
        issue(county, project, phase, at, today)?;
    }
    county.projects[project.0].phases[phase] = PhaseStatus::Completed;
    Ok(())
}

pub fn start_phase(county: &mut County, project: ProjectId, phase: usize) -> Result<(), Refusal> {
    require_running(county, project)?;
    let phases = &mut county.projects[project.0].phases;
    if phases[phase] != PhaseStatus::Planned || phase == 0 || phases[phase - 1] != PhaseStatus::Completed {
        return unspecified("out of order");
    }
    phases[phase] = PhaseStatus::Active;
    Ok(())
}

/// Skips all phases that have not begun and completes the project.
pub fn complete_project(county: &mut County, project: ProjectId, today: NaiveDate) -> Result<(), Refusal> {
    require_running(county, project)?;
    let of = county.projects[project.0].clone();
    let nothing_held = |participant: &Participant| held_and_missed(county, &of, participant).0 == 0;
    if of.phases.contains(&PhaseStatus::Active) || of.participants.iter().any(nothing_held) {
        return unspecified("a phase is active, or nothing concerned a participant");
    }
    for at in 0..of.participants.len() {
        let passes = decide(county, project, at, today);
        let participant = &mut county.projects[project.0].participants[at];
        if participant.status == ParticipantStatus::Admitted {
            participant.status = if passes { ParticipantStatus::Completed } else { ParticipantStatus::NotCompleted };
        }
    }
    let of = &mut county.projects[project.0];
    of.is_completed = true;
    for phase in of.phases.iter_mut().filter(|phase| **phase == PhaseStatus::Planned) {
        *phase = PhaseStatus::Skipped;
    }
    Ok(())
}

/// Withdraws a participant as of today, by the same limit on what was attended until then.
pub fn withdraw_participant(
    county: &mut County,
    project: ProjectId,
    teacher: TeacherId,
    fills: bool,
    today: NaiveDate,
) -> Result<(), Refusal> {
    require_running(county, project)?;
    let of = county.projects[project.0].clone();
    let admitted = |of: &Participant| of.teacher == teacher && of.status == ParticipantStatus::Admitted;
    let Some(at) = of.participants.iter().position(admitted) else { return unspecified("not admitted") };
    if !missing(county, &of, &of.participants[at], None, today).is_empty() && !fills {
        return Err(Refusal::MarksMissing);
    }
    let participant = &mut county.projects[project.0].participants[at];
    participant.left_on = Some(today);
    participant.status = ParticipantStatus::Withdrawn;
    fill_missing(county, project, None, Some(at), today);
    for phase in 0..of.phases.len() {
        issue(county, project, phase, at, today)?;
    }
    decide(county, project, at, today);
    Ok(())
}

/// Ends records that a mending concerns: they are issued anew, but not what a person ended singly.
fn mend(county: &mut County, concerns: impl Fn(&HourRecord, Issued) -> bool, today: NaiveDate) {
    for record in &mut county.records {
        let Some(issued) = record.issued.filter(|issued| !issued.mended && concerns(record, *issued)) else { continue };
        let ended = match record.status() {
            RecordStatus::Pending => Some(RecordStatus::Rejected),
            RecordStatus::Recognized => Some(RecordStatus::Voided),
            _ => None,
        };
        record.states.extend(ended.map(|status| (today, status)));
        record.issued = Some(Issued { mended: ended.is_some() || issued.failed, ..issued });
    }
}

pub fn reopen_phase(county: &mut County, project: ProjectId, phase: usize, today: NaiveDate) -> Result<(), Refusal> {
    require_running(county, project)?;
    let phases = county.projects[project.0].phases;
    let begun_later = phases[phase + 1..].iter().any(|later| *later != PhaseStatus::Planned);
    if phases[phase] != PhaseStatus::Completed || begun_later {
        return unspecified("not the last that was completed");
    }
    mend(county, |_, issued| issued.project == project && issued.phase == phase, today);
    county.projects[project.0].phases[phase] = PhaseStatus::Active;
    Ok(())
}

pub fn reopen_project(county: &mut County, project: ProjectId, today: NaiveDate) -> Result<(), Refusal> {
    let of = county.projects[project.0].clone();
    if !of.is_completed || county.is_closed(of.training_year) {
        return unspecified("not completed, or of a closed year");
    }
    mend(county, |_, issued| issued.project == project, today);
    county.projects[project.0].is_completed = false;
    for at in 0..of.participants.len() {
        let participant = &mut county.projects[project.0].participants[at];
        if participant.status != ParticipantStatus::Withdrawn {
            participant.status = ParticipantStatus::Admitted;
        }
        for phase in (0..of.phases.len()).filter(|phase| of.phases[*phase] == PhaseStatus::Completed) {
            issue(county, project, phase, at, today)?;
        }
    }
    Ok(())
}

/// Corrects a mark after issue: decides the participant anew. Where the outcome stays, so does what other phases issued.
pub fn correct_mark(
    county: &mut County,
    activity: ActivityId,
    teacher: TeacherId,
    day: NaiveDate,
    mark: Mark,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let of_activity = county.activities[activity.0].clone();
    let (project, phase) = (of_activity.project, of_activity.phase);
    let of = county.projects[project.0].clone();
    let Some(at) = of.participants.iter().position(|of| of.teacher == teacher) else { return unspecified("no part") };
    let participant = &of.participants[at];
    let former = participant.marks.get(&(activity, day)).copied();
    let closed = county.is_closed(of.training_year);
    let withdrawn = participant.status == ParticipantStatus::Withdrawn;
    if of.phases[phase] != PhaseStatus::Completed || former.is_none_or(|former| former == mark) || closed || withdrawn {
        return unspecified("not issued, the same mark, or of who has left");
    }
    county.projects[project.0].participants[at].marks.insert((activity, day), mark);
    let corrected = county.projects[project.0].clone();
    let passes = completes(held_and_missed(county, &corrected, &corrected.participants[at]));
    let outcome = if passes { ParticipantStatus::Completed } else { ParticipantStatus::NotCompleted };
    let changes = participant.status != ParticipantStatus::Admitted && participant.status != outcome;
    let concerns = |record: &HourRecord, issued: Issued| {
        record.entry.teacher == teacher && issued.project == project && (changes || issued.phase == phase)
    };
    mend(county, concerns, today);
    for phase in (0..of.phases.len()).filter(|phase| of.phases[*phase] == PhaseStatus::Completed) {
        issue(county, project, phase, at, today)?;
    }
    if of.is_completed {
        decide(county, project, at, today);
        county.projects[project.0].participants[at].status = outcome;
    }
    Ok(())
}
