//! The days for which participants and members of the team earn hours.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use songjiao_types::{PhaseId, TeacherId, attendance::AttendanceStatus};

use super::rules::EarnedDay;
use crate::{
    db::{DbConnection, schema::team_members},
    error::Result,
    people::appointments::service::{Service, services_of},
    training::{
        activities::plan::PlannedActivity,
        attendance::{participants::Participant, sheets::Sheets},
        projects::Project,
    },
};

fn earned_day(
    activity: &PlannedActivity,
    project: &Project,
    service: Option<&Service>,
    (day, hours): (chrono::NaiveDate, songjiao_types::Hours),
) -> EarnedDay {
    EarnedDay {
        day,
        hours,
        place: service.and_then(|service| service.organization_on(day)),
        dimension: activity.dimension.or(project.dimension),
    }
}

/// Returns the days of a phase that a participant attended, those of activities that they delivered aside.
pub fn attended(
    sheets: &Sheets,
    project: &Project,
    participant: &Participant,
    phase: Option<PhaseId>,
) -> Vec<EarnedDay> {
    let days = sheets.days_of(participant).filter(|day| {
        day.activity.phase_id == phase
            && day.mark.is_some_and(AttendanceStatus::earns)
            && !day.activity.delivered_by.contains(&participant.teacher_id)
    });
    days.map(|day| earned_day(day.activity, project, Some(&participant.service), (day.day, day.hours))).collect()
}

/// Returns the teachers who are or were in the team of a project.
///
/// # Errors
/// If the database fails.
pub fn team(conn: &mut DbConnection, project: &Project) -> Result<Vec<TeacherId>> {
    let Some(team) = project.team_id else { return Ok(Vec::new()) };
    let rows = team_members::table
        .filter(team_members::team_id.eq(team).and(team_members::teacher_id.is_not_null()))
        .select(team_members::teacher_id.assume_not_null())
        .distinct();
    Ok(rows.load(conn)?)
}

/// Returns the days of a phase that members of the team delivered, by member.
///
/// # Errors
/// If the database fails.
pub fn delivered(
    conn: &mut DbConnection,
    sheets: &Sheets,
    project: &Project,
    phase: Option<PhaseId>,
) -> Result<BTreeMap<TeacherId, Vec<EarnedDay>>> {
    let team = team(conn, project)?;
    let services: HashMap<TeacherId, Service> = services_of(conn, &team)?;
    let mut found: BTreeMap<TeacherId, Vec<EarnedDay>> = BTreeMap::new();
    for activity in sheets.activities.iter().filter(|activity| activity.phase_id == phase) {
        for teacher in activity.delivered_by.iter().filter(|teacher| team.contains(teacher)) {
            let days = activity.days().into_iter();
            let earned = days.map(|day| earned_day(activity, project, services.get(teacher), day));
            found.entry(*teacher).or_default().extend(earned);
        }
    }
    Ok(found)
}
