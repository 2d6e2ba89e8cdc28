//! Decides who completes a project, and what becomes of the hours that it issued.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use songjiao_types::{
    EnrollmentId, HourRecordId, OrganizationId, PhaseId, TeacherId,
    completions::CompleteProject,
    enrollments::EnrollmentStatus,
    hour_records::{HourRecordHold, HourRecordStatus},
    organizations::OrganizationKind,
};

use super::{
    blockers::{self, Filling},
    issue::{self, Receivers},
    listed,
    rules::Outcomes,
};
use crate::{
    auth::CurrentUser,
    db::{
        Tx, on_connection,
        schema::{organizations, project_endings, team_members, users},
    },
    error::{ApiError, Result},
    hours::hour_records::{holds, issue::IssuedRecord, ledger},
    people::policies,
    training::{
        activities::batch as activities,
        attendance::{participants::Participant, rules::AbsencePolicy, sheets::Sheets},
        enrollments::batch as enrollments,
        projects::Project,
    },
};

/// Why the hours of a completed project are recognised.
const COMPLETED: &str = "培训项目结业认定";

/// Returns the policy on missed hours for a project.
///
/// # Errors
/// If the database fails.
pub fn policy(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<AbsencePolicy> {
    let today = tx.now.local_date();
    Ok(AbsencePolicy::of(&policies::in_force(tx.conn, organization, today)?.figures))
}

/// Checks that the caller is not in the team of a project: a project is completed by its owner.
///
/// # Errors
/// 403 if they are.
pub fn check_not_of_team(tx: &mut Tx<'_>, user: &CurrentUser, project: &Project) -> Result<()> {
    let (Some(teacher), Some(team)) = (user.teacher_id, project.team_id) else { return Ok(()) };
    let present: i64 = team_members::table
        .filter(team_members::team_id.eq(team).and(team_members::teacher_id.eq(Some(teacher))))
        .filter(team_members::left_on.is_null())
        .count()
        .get_result(tx.conn)?;
    if present == 0 {
        return Ok(());
    }
    Err(ApiError::forbidden().detail("项目由主办单位结业，送培团队成员不能办理"))
}

/// Completes a project: decides on each participant by the share of hours missed, and recognises or rejects what the
/// project issued. The project is locked, and its phases are done.
///
/// # Errors
/// 403 if the caller is in the project's team; 409 `activities_ahead`, `marks_missing`, or `nothing_held` without a list of
/// hours; 422 as by [`listed::issue`], or at `/hours` for a list although something was held.
pub fn complete(tx: &mut Tx<'_>, user: &CurrentUser, project: &Project, request: &CompleteProject) -> Result<()> {
    check_not_of_team(tx, user, project)?;
    let filling = Filling::new(request.unmarked, request.reason.as_deref())?;
    let today = tx.now.local_date();
    let mut sheets = Sheets::load(tx.conn, &[project.id])?;
    blockers::check_nothing_ahead(&sheets, today)?;
    if blockers::fill_missing(tx, &sheets, today, filling)? {
        sheets = Sheets::load(tx.conn, &[project.id])?;
    }
    let admitted: Vec<&Participant> =
        sheets.participants.iter().filter(|participant| participant.status == EnrollmentStatus::Admitted).collect();
    if sheets.nothing_held() && !admitted.is_empty() {
        let list = request.hours.as_deref().ok_or_else(|| {
            ApiError::new(songjiao_types::ErrorCode::NothingHeld).detail("项目没有开展过活动，须逐人列明学时后结业")
        })?;
        let outcomes = listed::issue(tx, project, &admitted, list)?;
        recognize_pending(tx, project, |_| true)?;
        return write_outcomes(tx, outcomes);
    }
    if request.hours.is_some() {
        return Err(ApiError::invalid("/hours", "not_allowed", "项目已开展活动，学时按考勤核发"));
    }
    activities::hold_all(tx, project.id, None)?;
    issue::issue(tx, project, &sheets, None, Receivers::All)?;
    let undecided = sheets.participants.iter().filter(|participant| participant.status == EnrollmentStatus::Withdrawn);
    let participants: Vec<&Participant> = admitted.into_iter().chain(undecided).collect();
    let outcomes = conclude(tx, project, &sheets, &participants)?;
    recognize_pending(tx, project, |record| record.delivered)?;
    write_outcomes(tx, outcomes)
}

/// Decides on participants by the share of hours missed on the days that concerned them: issues what they attended, and
/// recognises or rejects it.
///
/// # Errors
/// If the database fails.
pub fn conclude(
    tx: &mut Tx<'_>,
    project: &Project,
    sheets: &Sheets,
    participants: &[&Participant],
) -> Result<Outcomes> {
    let teachers: HashSet<TeacherId> = participants.iter().map(|participant| participant.teacher_id).collect();
    let phases: HashSet<Option<PhaseId>> = sheets.activities.iter().map(|activity| activity.phase_id).collect();
    for phase in phases {
        issue::issue(tx, project, sheets, phase, Receivers::Participants(&teachers))?;
    }
    let policy = policy(tx, project.owner_organization_id)?;
    let mut completing = HashSet::new();
    let mut failing: BTreeMap<String, HashSet<TeacherId>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for participant in participants {
        let tally = sheets.tally(participant, policy);
        let decided = if tally.completes(policy) {
            completing.insert(participant.teacher_id);
            (EnrollmentStatus::Completed, None)
        } else {
            let shortfall = tally.shortfall(policy);
            failing.entry(shortfall.clone()).or_default().insert(participant.teacher_id);
            (EnrollmentStatus::NotCompleted, Some(shortfall))
        };
        if participant.status == EnrollmentStatus::Admitted {
            outcomes.push((participant.id, decided.0, decided.1));
        }
    }
    recognize_pending(tx, project, |record| !record.delivered && completing.contains(&record.teacher_id))?;
    for (shortfall, teachers) in failing {
        let reason = format!("未结业：{shortfall}");
        reject_pending(tx, project, &reason, |record| !record.delivered && teachers.contains(&record.teacher_id))?;
    }
    Ok(outcomes)
}

/// Writes who completes.
///
/// # Errors
/// If the database fails.
pub fn write_outcomes(tx: &mut Tx<'_>, outcomes: Outcomes) -> Result<()> {
    let mut by_outcome: BTreeMap<(&'static str, Option<String>), (EnrollmentStatus, Vec<EnrollmentId>)> =
        BTreeMap::new();
    for (id, status, reason) in outcomes {
        let key = (songjiao_types::WireEnum::as_str(status), reason);
        by_outcome.entry(key).or_insert((status, Vec::new())).1.push(id);
    }
    for ((_, reason), (status, ids)) in by_outcome {
        enrollments::conclude(tx, &ids, status, reason)?;
    }
    Ok(())
}

fn waiting(tx: &mut Tx<'_>, project: &Project, chosen: impl Fn(&IssuedRecord) -> bool) -> Result<Vec<IssuedRecord>> {
    let mut records = issue::standing_records(tx.conn, project)?;
    records.retain(|record| record.awaits_end && chosen(record));
    Ok(records)
}

/// Recognises what waits for the project's end. Hours of a school's own project go up for a decision instead, and nobody
/// recognises their own.
pub fn recognize_pending(tx: &mut Tx<'_>, project: &Project, chosen: impl Fn(&IssuedRecord) -> bool) -> Result<()> {
    let records = waiting(tx, project, chosen)?;
    let user = tx.user_id()?;
    let own: Option<TeacherId> = users::table.find(user).select(users::teacher_id).first(tx.conn)?;
    let kind: OrganizationKind =
        organizations::table.find(project.owner_organization_id).select(organizations::kind).first(tx.conn)?;
    let (mine, others): (Vec<_>, Vec<_>) = records.iter().partition(|record| Some(record.teacher_id) == own);
    let ids = |records: &[&IssuedRecord]| records.iter().map(|record| record.id).collect::<Vec<_>>();
    holds::raise(tx, HourRecordHold::Own, &ids(&mine))?;
    holds::lift(tx, HourRecordHold::Own, &ids(&others))?;
    let all: Vec<HourRecordId> = records.iter().map(|record| record.id).collect();
    if matches!(kind, OrganizationKind::School | OrganizationKind::Kindergarten) {
        return holds::lift(tx, HourRecordHold::ProjectEnd, &all);
    }
    ledger::decide_project(tx, &all, HourRecordStatus::Recognized, COMPLETED).map(|_| ())
}

/// Rejects what waits for the project's end.
fn reject_pending(
    tx: &mut Tx<'_>,
    project: &Project,
    reason: &str,
    chosen: impl Fn(&IssuedRecord) -> bool,
) -> Result<()> {
    let ids: Vec<HourRecordId> = waiting(tx, project, chosen)?.iter().map(|record| record.id).collect();
    ledger::decide_project(tx, &ids, HourRecordStatus::Rejected, reason)?;
    let rows: Vec<_> = ids.iter().map(|id| project_endings::hour_record_id.eq(*id)).collect();
    on_connection!(tx.conn, connection => {
        diesel::insert_into(project_endings::table).values(&rows).execute(connection)?
    });
    Ok(())
}
