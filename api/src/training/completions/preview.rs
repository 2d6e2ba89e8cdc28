//! What completing a phase or a project would do, before it is done.

use std::collections::BTreeMap;

use diesel::prelude::*;
use songjiao_types::{
    Hours, PhaseId, ProjectId, TeacherId,
    attendance::AttendanceStatus,
    completions::{CompletionView, DelivererHours, ParticipantHours},
    enrollments::EnrollmentStatus,
};

use super::{blockers, earnings, rules};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, schema::teachers},
    error::{ApiError, Result},
    people::policies,
    training::{
        attendance::{
            rules::{AbsencePolicy, Tally},
            sheets::Sheets,
        },
        phases as phase_store,
        projects::{access, find_rows},
    },
};

/// Returns what completing a phase asks for, and its hours.
///
/// # Errors
/// 404 unless the caller runs the project.
pub fn of_phase(conn: &mut DbConnection, user: &CurrentUser, id: PhaseId) -> Result<CompletionView> {
    let project = phase_store::find_row(conn, user, id)?.project_id;
    if !access::find(conn, user, project)?.run {
        return Err(ApiError::not_found());
    }
    view(conn, user, project, Some(id))
}

/// Returns what completing a project asks for, and its hours.
///
/// # Errors
/// 404 unless the caller manages the project.
pub fn of_project(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<CompletionView> {
    if !access::find(conn, user, id)?.manage {
        return Err(ApiError::not_found());
    }
    view(conn, user, id, None)
}

fn view(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId, phase: Option<PhaseId>) -> Result<CompletionView> {
    let today = user.today();
    let rows = find_rows(conn, &[id], false)?;
    let project = rows.first().ok_or_else(ApiError::not_found)?;
    let mut sheets = Sheets::load(conn, &[id])?;
    if phase.is_some() {
        sheets.activities.retain(|activity| activity.phase_id == phase);
    }
    let figures = policies::in_force(conn, project.owner_organization_id, today)?.figures;
    let (policy, day_limit) = (AbsencePolicy::of(&figures), figures.hours_per_day);
    let counted = [EnrollmentStatus::Admitted, EnrollmentStatus::Completed, EnrollmentStatus::NotCompleted];
    let counts = |status| counted.contains(&status) || status == EnrollmentStatus::Withdrawn;
    let mut participants = Vec::new();
    for participant in sheets.participants.iter().filter(|participant| counts(participant.status)) {
        let tally = sheets.tally(participant, policy);
        let mut by_day: BTreeMap<chrono::NaiveDate, Hours> = BTreeMap::new();
        for day in sheets.days_of(participant).filter(|day| day.mark.is_some_and(AttendanceStatus::earns)) {
            *by_day.entry(day.day).or_default() += day.hours;
        }
        let full_day = by_day.into_iter().find(|(_, hours)| *hours > day_limit);
        participants.push(ParticipantHours {
            enrollment_id: participant.id,
            teacher_id: participant.teacher_id,
            teacher_no: participant.teacher_no.clone(),
            teacher_name: participant.teacher_name.clone(),
            status: participant.status,
            held: tally.held,
            attended: tally.attended,
            missed: tally.missed,
            completes: tally.completes(policy),
            unusual: unusual(tally, policy, full_day),
        });
    }
    let phases: std::collections::HashSet<Option<PhaseId>> =
        sheets.activities.iter().map(|activity| activity.phase_id).collect();
    let mut delivered: BTreeMap<TeacherId, Hours> = BTreeMap::new();
    for phase in phases {
        for (teacher, days) in earnings::delivered(conn, &sheets, project, phase)? {
            let days = rules::at_most(days, project.planned_hours);
            *delivered.entry(teacher).or_default() += days.iter().map(|day| day.hours).sum::<Hours>();
        }
    }
    let named: Vec<(TeacherId, String, String)> = teachers::table
        .filter(teachers::id.eq_any(delivered.keys().copied().collect::<Vec<_>>()))
        .order(teachers::teacher_no)
        .select((teachers::id, teachers::teacher_no, teachers::name))
        .load(conn)?;
    let deliverer = |(teacher_id, teacher_no, teacher_name)| DelivererHours {
        teacher_id,
        teacher_no,
        teacher_name,
        hours: delivered.get(&teacher_id).copied().unwrap_or_default().min(project.planned_hours),
    };
    Ok(CompletionView {
        ahead: blockers::ahead(&sheets, today),
        missing: blockers::missing(&sheets, today),
        nothing_held: sheets.nothing_held(),
        participants,
        deliverers: named.into_iter().map(deliverer).collect(),
    })
}

/// Returns what is unusual about the hours of a participant.
fn unusual(tally: Tally, policy: AbsencePolicy, full_day: Option<(chrono::NaiveDate, Hours)>) -> Option<String> {
    if !tally.completes(policy) {
        return Some(tally.shortfall(policy));
    }
    full_day.map(|(day, hours)| format!("{day} 一天 {hours} 学时"))
}
