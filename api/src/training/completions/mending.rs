//! Mends projects after hours were issued: reopens a project or a phase, corrects a single mark. What was issued ends with
//! the reason and is issued anew, save what a person ended.

use std::collections::HashSet;

use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    ActivityId, EnrollmentId, HourRecordId, PhaseId, ProjectId, ProjectMendingId, TeacherId, UserId,
    attendance::AttendanceSheet,
    completions::{CorrectMark, MendingKind},
    enrollments::EnrollmentStatus,
    hour_records::HourRecordStatus,
    phases::PhaseStatus,
    projects::ProjectStatus,
};
use uuid::Uuid;

use super::{
    decide,
    issue::{self, Receivers},
};
use crate::{
    auth::CurrentUser,
    db::{
        Tx, on_connection,
        schema::{phases, project_endings, project_mendings},
        types::UtcTime,
    },
    error::{ApiError, Result},
    hours::hour_records::{issue::IssuedRecord, ledger},
    training::{
        activities::{self as activity_store, plan},
        attendance::{
            self,
            batch::{self, Mark},
            participants::{self, Participant},
            rules::is_issued,
            sheets::Sheets,
        },
        enrollments::batch as enrollments,
        projects::{Project, access},
    },
};

#[derive(Insertable)]
#[diesel(table_name = project_mendings, treat_none_as_default_value = false)]
struct Mending {
    id: ProjectMendingId,
    project_id: ProjectId,
    phase_id: Option<PhaseId>,
    enrollment_id: Option<EnrollmentId>,
    kind: MendingKind,
    reason: String,
    created_by: UserId,
    created_at: UtcTime,
}

/// Records a mending and ends the hours that it concerns. They are issued anew; so are those that the project's decision
/// had ended before.
fn mend(
    tx: &mut Tx<'_>,
    project: &Project,
    (kind, phase_id, enrollment_id): (MendingKind, Option<PhaseId>, Option<EnrollmentId>),
    reason: &str,
    concerns: impl Fn(&IssuedRecord) -> bool,
) -> Result<()> {
    let id = ProjectMendingId::from_uuid(Uuid::now_v7());
    let reason = reason.trim().to_owned();
    let (created_by, created_at) = (tx.user_id()?, tx.now);
    let ended_because = format!("{}：{reason}", songjiao_types::WireEnum::label(kind));
    let row = Mending { id, project_id: project.id, phase_id, enrollment_id, kind, reason, created_by, created_at };
    diesel::insert_into(project_mendings::table).values(&row).execute(tx.conn)?;
    let mut records = issue::standing_records(tx.conn, project)?;
    records.retain(concerns);
    let with =
        |status: HourRecordStatus| records.iter().filter(move |record| record.status == status).map(|record| record.id);
    let pending: Vec<HourRecordId> = with(HourRecordStatus::Pending).collect();
    let recognized: Vec<HourRecordId> = with(HourRecordStatus::Recognized).collect();
    ledger::decide(tx, &pending, HourRecordStatus::Rejected, Some(&ended_because))?;
    ledger::decide(tx, &recognized, HourRecordStatus::Voided, Some(&ended_because))?;
    let decided: Vec<HourRecordId> = project_endings::table
        .filter(project_endings::mending_id.is_null())
        .filter(project_endings::hour_record_id.eq_any(records.iter().map(|record| record.id).collect::<Vec<_>>()))
        .select(project_endings::hour_record_id)
        .load(tx.conn)?;
    let ended = pending.iter().chain(&recognized).chain(&decided);
    let rows: Vec<_> = ended
        .map(|record| (project_endings::hour_record_id.eq(*record), project_endings::mending_id.eq(Some(id))))
        .collect();
    for chunk in rows.chunks(1000) {
        on_connection!(tx.conn, connection => {
            diesel::insert_into(project_endings::table)
                .values(chunk)
                .on_conflict(project_endings::hour_record_id)
                .do_update()
                .set(project_endings::mending_id.eq(excluded(project_endings::mending_id)))
                .execute(connection)?
        });
    }
    Ok(())
}

/// Returns the completed phases of a project.
fn completed_phases(tx: &mut Tx<'_>, project: ProjectId) -> Result<Vec<PhaseId>> {
    Ok(phases::table
        .filter(phases::project_id.eq(project).and(phases::status.eq(PhaseStatus::Completed)))
        .order(phases::position)
        .select(phases::id)
        .load(tx.conn)?)
}

/// Reopens a completed project: its participants are admitted again, and the hours of its completed phases are issued anew
/// and wait for its end. The caller changes its status. The project is locked.
///
/// # Errors
/// If the database fails.
pub fn reopen_project(tx: &mut Tx<'_>, project: &Project, reason: &str) -> Result<()> {
    mend(tx, project, (MendingKind::ReopenProject, None, None), reason, |_| true)?;
    enrollments::admit_again(tx, project.id)?;
    let sheets = Sheets::load(tx.conn, &[project.id])?;
    for phase in completed_phases(tx, project.id)? {
        issue::issue(tx, project, &sheets, Some(phase), Receivers::All)?;
    }
    Ok(())
}

/// Ends what a phase issued, so that it is issued anew when the phase completes again. The caller changes its status. The
/// project is locked.
///
/// # Errors
/// If the database fails.
pub fn reopen_phase(tx: &mut Tx<'_>, project: &Project, phase: PhaseId, reason: &str) -> Result<()> {
    let kind = (MendingKind::ReopenPhase, Some(phase), None);
    mend(tx, project, kind, reason, |record| record.phase_id == Some(phase))
}

/// Corrects the mark of one participant after the hours of an activity were issued, and decides on the participant anew.
///
/// # Errors
/// 404 or 403 as by [`access::manage`]; 409 `wrong_state` while attendance is open or if the participant was disqualified;
/// 422 for who takes no part, or at `/day`.
pub fn correct_mark(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    correction: &CorrectMark,
) -> Result<AttendanceSheet> {
    let project_id = activity_store::find_row(tx.conn, user, id)?.project_id;
    access::manage(tx.conn, user, project_id)?;
    let (project, phase_status, activity) = activity_store::lock(tx, user, id)?;
    if !is_issued(project.status, phase_status) {
        return Err(ApiError::wrong_state("学时尚未核发，请直接登记考勤"));
    }
    let planned = plan::find(tx.conn, project.id, id)?;
    let mut found = participants::by_enrollment(tx.conn, project.id)?;
    let participant = found
        .remove(&correction.enrollment_id)
        .ok_or_else(|| ApiError::invalid("/enrollment_id", "not_a_participant", "不是本项目已录取的学员"))?;
    if participant.status == EnrollmentStatus::Disqualified {
        return Err(ApiError::wrong_state("该学员已取消资格"));
    }
    let today = tx.now.local_date();
    let days = participant
        .days_to_mark(&planned, Some(correction.day), today)
        .map_err(|(code, message)| ApiError::invalid("/day", code, message))?;
    let before = attendance::find(tx.conn, user, id)?;
    let (by, now) = (tx.user_id()?, tx.now);
    let note = Some(correction.reason.trim().to_owned());
    let mark = |day| Mark::new(id, (participant.id, day), correction.status, note.clone(), by, now);
    batch::upsert(tx, &days.into_iter().map(mark).collect::<Vec<_>>())?;
    batch::marks_changed(tx, &[id])?;
    let what = (MendingKind::CorrectMark, Some(activity.phase_id));
    redo(tx, &project, &participant, what, &correction.reason)?;
    let after = attendance::find(tx.conn, user, id)?;
    tx.audit("correct_mark", "activity", id, Some(&before), Some(&after))?;
    Ok(after)
}

/// Decides anew on a participant whose marks after the end of service were taken away.
///
/// # Errors
/// If the database fails.
pub fn end_service(tx: &mut Tx<'_>, project: &Project, participant: &Participant, reason: &str) -> Result<()> {
    if matches!(project.status, ProjectStatus::Running | ProjectStatus::Completed) {
        redo(tx, project, participant, (MendingKind::EndService, None), reason)?;
    }
    Ok(())
}

/// Ends and issues anew the hours of one participant: those of a phase or, if none is given or the participant's outcome
/// changes, all.
fn redo(
    tx: &mut Tx<'_>,
    project: &Project,
    participant: &Participant,
    (kind, phase): (MendingKind, Option<Option<PhaseId>>),
    reason: &str,
) -> Result<()> {
    let mut sheets = Sheets::load(tx.conn, &[project.id])?;
    sheets.participants.retain(|other| other.id == participant.id);
    let policy = decide::policy(tx, project.owner_organization_id)?;
    let completes = sheets.participants.first().is_some_and(|own| sheets.tally(own, policy).completes(policy));
    let outcome = if completes { EnrollmentStatus::Completed } else { EnrollmentStatus::NotCompleted };
    let ended = participant.status != EnrollmentStatus::Admitted;
    let phase = phase.filter(|_| !ended || participant.status == outcome);
    let teacher = participant.teacher_id;
    let what = (kind, phase.flatten(), Some(participant.id));
    mend(tx, project, what, reason, |record| {
        record.teacher_id == teacher && !record.delivered && phase.is_none_or(|phase| record.phase_id == phase)
    })?;
    let teachers: HashSet<TeacherId> = HashSet::from([teacher]);
    if ended {
        // Who has reached the end of the project takes part until the hours are decided on again.
        let withdrawn = participant.status == EnrollmentStatus::Withdrawn;
        for own in &mut sheets.participants {
            own.status = if withdrawn { EnrollmentStatus::Withdrawn } else { EnrollmentStatus::Admitted };
        }
        let participants: Vec<&Participant> = sheets.participants.iter().collect();
        let outcomes = decide::conclude(tx, project, &sheets, &participants)?;
        return decide::write_outcomes(tx, outcomes);
    }
    let issued = match phase {
        Some(phase) => vec![phase],
        None => completed_phases(tx, project.id)?.into_iter().map(Some).collect(),
    };
    for phase in issued {
        issue::issue(tx, project, &sheets, phase, Receivers::Participants(&teachers))?;
    }
    Ok(())
}

/// Settles a project that crosses the end of its training year by its completed phases 阶段结算: each participant by the
/// share missed so far. The caller marks it as settled. The project is locked.
///
/// # Errors
/// 409 `wrong_state` if no phase is completed.
pub fn settle(tx: &mut Tx<'_>, project: &Project) -> Result<()> {
    let completed: HashSet<Option<PhaseId>> = completed_phases(tx, project.id)?.into_iter().map(Some).collect();
    if completed.is_empty() {
        return Err(ApiError::wrong_state("还没有已完成的阶段，不能阶段结算"));
    }
    let mut sheets = Sheets::load(tx.conn, &[project.id])?;
    sheets.activities.retain(|activity| completed.contains(&activity.phase_id));
    let takes_part = [EnrollmentStatus::Admitted, EnrollmentStatus::Withdrawn];
    let participants: Vec<&Participant> =
        sheets.participants.iter().filter(|participant| takes_part.contains(&participant.status)).collect();
    decide::conclude(tx, project, &sheets, &participants)?;
    decide::recognize_pending(tx, project, |record| record.delivered)
}
