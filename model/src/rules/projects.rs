//! What participants of projects attend and miss, and who completes 结业 [六(机制)-3].

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::service::organization_on;
use crate::{
    county::County,
    dates::Span,
    ids::{OrganizationId, ProjectId},
    project::{Activity, Mark, Participant, Project},
};

/// The share of the hours held that may be missed, as numerator and denominator.
const ABSENCE_LIMIT: (i64, i64) = (1, 5);

/// Returns the days of a project's activities that concern a participant, from admission to withdrawal, cancelled
/// activities aside. Who is admitted by the project's first day is concerned by what lies before it, too.
pub fn concerned_days<'a>(
    county: &'a County,
    project: &'a Project,
    participant: &'a Participant,
) -> Vec<(&'a Activity, NaiveDate)> {
    let takes_part = |day: NaiveDate| {
        (participant.admitted_on <= project.starts_on || participant.admitted_on <= day)
            && participant.left_on.is_none_or(|left| day <= left)
    };
    county
        .activities
        .iter()
        .filter(|activity| activity.project == project.id && !activity.is_cancelled)
        .filter(|activity| activity.concerns(participant.school))
        .flat_map(|activity| activity.span().days().map(move |day| (activity, day)))
        .filter(|(_, day)| takes_part(*day))
        .collect()
}

/// Whether a day up to today has no mark of a participant. `phase` names the only phase that is asked for.
pub fn is_mark_missing(county: &County, project: &Project, phase: Option<usize>, today: NaiveDate) -> bool {
    project.participants.iter().any(|participant| !missing(county, project, participant, phase, today).is_empty())
}

/// Returns the days up to today without a mark.
pub fn missing<'a>(
    county: &'a County,
    project: &'a Project,
    participant: &'a Participant,
    phase: Option<usize>,
    today: NaiveDate,
) -> Vec<(&'a Activity, NaiveDate)> {
    let mut days = concerned_days(county, project, participant);
    days.retain(|(activity, day)| {
        phase.is_none_or(|phase| activity.phase == phase)
            && *day <= today
            && !participant.marks.contains_key(&(activity.id, *day))
    });
    days
}

/// Whether an activity of a project, or of one of its phases, lies ahead.
pub fn is_activity_ahead(county: &County, project: ProjectId, phase: Option<usize>, today: NaiveDate) -> bool {
    county.activities.iter().any(|activity| {
        activity.project == project
            && phase.is_none_or(|phase| activity.phase == phase)
            && !activity.is_cancelled
            && activity.span().last > today
    })
}

/// Returns the hours held that concern a participant, and those of them that were missed.
pub fn held_and_missed(county: &County, project: &Project, participant: &Participant) -> (i64, i64) {
    let (mut held, mut missed) = (0, 0);
    for (activity, day) in concerned_days(county, project, participant) {
        if let Some(mark) = participant.marks.get(&(activity.id, day)) {
            held += activity.hours_per_day();
            missed += if mark.attends() { 0 } else { activity.hours_per_day() };
        }
    }
    (held, missed)
}

/// Whether hours missed are within the limit.
pub fn completes((held, missed): (i64, i64)) -> bool {
    held > 0 && missed * ABSENCE_LIMIT.1 <= held * ABSENCE_LIMIT.0
}

/// What a phase records for a participant: the attended days at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub days: Span,
    pub hours: i64,
}

/// Returns what a phase records for a participant, a part for each place, in order of time.
pub fn parts(county: &County, project: &Project, participant: &Participant, phase: usize) -> Vec<Part> {
    let mut parts: BTreeMap<Option<OrganizationId>, Part> = BTreeMap::new();
    for (activity, day) in concerned_days(county, project, participant) {
        let mark: Option<&Mark> = participant.marks.get(&(activity.id, day));
        if activity.phase != phase || !mark.is_some_and(|mark| mark.attends()) {
            continue;
        }
        let place = organization_on(county, participant.teacher, day);
        let part = parts.entry(place).or_insert(Part { days: Span::new(day, day), hours: 0 });
        part.days = Span::new(part.days.first.min(day), part.days.last.max(day));
        part.hours += activity.hours_per_day();
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    parts.sort_by_key(|part| (part.days.first, part.days.last));
    parts
}

/// Returns the hours of a project's activities that concern a school.
pub fn hours_of_school(county: &County, project: ProjectId, school: OrganizationId) -> i64 {
    let concerning = county
        .activities
        .iter()
        .filter(|activity| activity.project == project && !activity.is_cancelled && activity.concerns(school));
    concerning.map(|activity| activity.hours).sum()
}
