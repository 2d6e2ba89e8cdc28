//! Issues hours to the ledger, once: those of a phase or, in a project without phases, those of the
//! project.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use songjiao_types::{
    ActivityId, EnrollmentId, PhaseId, TeacherId, attendance::AttendanceStatus, enrollments::EnrollmentStatus,
};

use super::rules::{AbsenceLimit, Earned, HeldActivity, earned_by_member, earned_by_participant};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{activities, attendance, enrollments, organizations, team_members},
    },
    error::Result,
    hours::hour_records::{self, IssuedHours, entry::Training},
    people::policies,
    training::projects::Project,
};

/// What the audit log records of an issue.
#[derive(Serialize)]
struct Issued {
    teachers: usize,
    recorded: usize,
}

/// Issues the hours of a phase: to admitted participants those of the activities attended, to the
/// team those of all activities. The project must be locked.
pub fn issue_phase_hours(tx: &mut Tx<'_>, project: &Project, phase: PhaseId) -> Result<()> {
    let held = load_held(tx.conn, activities::table.filter(activities::phase_id.eq(Some(phase))).into_boxed())?;
    let earned = earned(tx, project, &held)?;
    append(tx, project, Some(phase), earned)
}

/// Issues the hours of a project without phases in the same way. A project without activities grants
/// its planned hours to every admitted participant and every present team member. The project must be
/// locked.
pub fn issue_project_hours(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    let held = load_held(tx.conn, activities::table.filter(activities::project_id.eq(project.id)).into_boxed())?;
    let earned = if held.is_empty() {
        let all = Earned { hours: project.planned_hours, starts_on: project.starts_on, ends_on: project.ends_on };
        let participants = admitted(tx.conn, project)?;
        let members = members(tx.conn, project)?;
        let present = members.into_iter().filter(|(_, left_on)| left_on.is_none()).map(|(teacher, _)| teacher);
        participants.into_iter().map(|(_, teacher)| teacher).chain(present).map(|teacher| (teacher, all)).collect()
    } else {
        earned(tx, project, &held)?
    };
    append(tx, project, None, earned)
}

type Activities = diesel::helper_types::IntoBoxed<'static, activities::table, crate::db::MultiBackend>;

fn load_held(conn: &mut DbConnection, rows: Activities) -> Result<Vec<HeldActivity>> {
    let rows: Vec<(ActivityId, NaiveDate, i32, songjiao_types::Hours)> =
        rows.select((activities::id, activities::held_on, activities::days, activities::hours)).load(conn)?;
    Ok(rows.into_iter().map(|(id, held_on, days, hours)| HeldActivity { id, held_on, days, hours }).collect())
}

fn admitted(conn: &mut DbConnection, project: &Project) -> Result<Vec<(EnrollmentId, TeacherId)>> {
    let rows = enrollments::table
        .filter(enrollments::project_id.eq(project.id))
        .filter(enrollments::status.eq(EnrollmentStatus::Admitted))
        .select((enrollments::id, enrollments::teacher_id))
        .load(conn)?;
    Ok(rows)
}

/// Returns the teachers of the team, with the day on which they left it.
fn members(conn: &mut DbConnection, project: &Project) -> Result<Vec<(TeacherId, Option<NaiveDate>)>> {
    let Some(team) = project.team_id else { return Ok(Vec::new()) };
    let rows = team_members::table
        .filter(team_members::team_id.eq(team).and(team_members::teacher_id.is_not_null()))
        .select((team_members::teacher_id.assume_not_null(), team_members::left_on))
        .load(conn)?;
    Ok(rows)
}

/// Returns what each teacher earns. A team member who also takes part earns once, for delivering.
fn earned(tx: &mut Tx<'_>, project: &Project, held: &[HeldActivity]) -> Result<BTreeMap<TeacherId, Earned>> {
    let figures = policies::in_force(tx.conn, project.owner_organization_id, tx.now.local_date())?.figures;
    let limit =
        AbsenceLimit { numerator: figures.absence_limit_numerator, denominator: figures.absence_limit_denominator };
    let participants = admitted(tx.conn, project)?;
    let ids: Vec<ActivityId> = held.iter().map(|activity| activity.id).collect();
    let rows: Vec<(EnrollmentId, ActivityId, AttendanceStatus)> = attendance::table
        .filter(attendance::activity_id.eq_any(&ids))
        .select((attendance::enrollment_id, attendance::activity_id, attendance::status))
        .load(tx.conn)?;
    let mut marks: HashMap<EnrollmentId, HashMap<ActivityId, AttendanceStatus>> = HashMap::new();
    for (enrollment, activity, status) in rows {
        marks.entry(enrollment).or_default().insert(activity, status);
    }
    let mut earned = BTreeMap::new();
    for (enrollment, teacher) in participants {
        let marks = marks.remove(&enrollment).unwrap_or_default();
        if let Some(hours) = earned_by_participant(held, &marks, limit) {
            earned.insert(teacher, hours);
        }
    }
    let mut delivered: BTreeMap<TeacherId, Earned> = BTreeMap::new();
    for (teacher, left_on) in members(tx.conn, project)? {
        if let Some(hours) = earned_by_member(held, left_on) {
            // A member may have left and come back; the later stay includes the hours of the earlier.
            let most = delivered.entry(teacher).or_insert(hours);
            if hours.hours > most.hours {
                *most = hours;
            }
        }
    }
    earned.extend(delivered);
    Ok(earned)
}

fn append(
    tx: &mut Tx<'_>,
    project: &Project,
    phase: Option<PhaseId>,
    earned: BTreeMap<TeacherId, Earned>,
) -> Result<()> {
    let institution: String =
        organizations::table.find(project.owner_organization_id).select(organizations::name).first(tx.conn)?;
    let hours = earned.into_iter().map(|(teacher_id, earned)| {
        let training = Training {
            training_year: project.training_year,
            starts_on: earned.starts_on,
            ends_on: earned.ends_on,
            hours: earned.hours,
            level: project.level,
            mode: project.mode,
            dimension: None,
            title: project.title.clone(),
            institution: institution.clone(),
        };
        IssuedHours { teacher_id, project_id: project.id, phase_id: phase, training }
    });
    let hours: Vec<_> = hours.collect();
    let teachers = hours.len();
    let recorded = hour_records::issue(tx, hours)?;
    let issued = Issued { teachers, recorded };
    match phase {
        Some(phase) => tx.audit("issue_hours", "phase", phase, None::<&()>, Some(&issued)),
        None => tx.audit("issue_hours", "project", project.id, None::<&()>, Some(&issued)),
    }
}
