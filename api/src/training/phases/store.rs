use std::{collections::HashMap, slice};

use diesel::{
    dsl::{count_star, exists},
    prelude::*,
};
use songjiao_types::{
    Hours, Permission, PhaseId, ProjectId,
    activities::ActivityStatus,
    changes::ChangeType,
    completions::CompletePhase,
    phases::{PhaseKind, PhaseStatus, PhaseView, UpdatePhase},
};

use super::{batch::Phase, evidence, rules};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{activities, attendance as attendance_rows, phases},
        types::sum_hours,
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    training::{
        attendance,
        completions::{self, blockers::Filling},
        projects::{
            self as project_store, Project,
            access::{self, Grants},
        },
    },
};

/// Returns the phases of a project, in order.
///
/// # Errors
/// 404 if the caller does not see the project.
pub fn list(conn: &mut DbConnection, user: &CurrentUser, project: ProjectId) -> Result<Vec<PhaseView>> {
    access::find(conn, user, project)?;
    let rows = phases::table
        .filter(phases::project_id.eq(project))
        .order(phases::position)
        .select(Phase::as_select())
        .load(conn)?;
    with_details(conn, user, rows)
}

/// Returns a phase.
///
/// # Errors
/// 404 if the caller does not see its project.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: PhaseId) -> Result<PhaseView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the row of a phase.
///
/// # Errors
/// 404 if the caller does not see the phase's project.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: PhaseId) -> Result<Phase> {
    let row: Phase = phases::table.find(id).select(Phase::as_select()).first(conn)?;
    access::find(conn, user, row.project_id)?;
    Ok(row)
}

/// Adds what belongs to the phases, in one query per kind.
fn with_details(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<Phase>) -> Result<Vec<PhaseView>> {
    let ids: Vec<Option<PhaseId>> = rows.iter().map(|row| Some(row.id)).collect();
    let project_ids: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    let evidence = evidence::load(conn, &rows)?;
    let activities: HashMap<PhaseId, (i64, Option<i64>)> = activities::table
        .filter(activities::phase_id.eq_any(&ids).and(activities::status.ne(ActivityStatus::Cancelled)))
        .group_by(activities::phase_id)
        .select((activities::phase_id.assume_not_null(), (count_star(), sum_hours(activities::hours))))
        .load(conn)?
        .into_iter()
        .collect();
    let missing = attendance::sheets::Sheets::load(conn, &project_ids)?.missing_by_phase(user.today());
    let grants = Grants::load(conn, user, &project_ids)?;
    let view = |row: Phase| {
        let evidence = &evidence[&row.id];
        let (activity_count, hundredths) = activities.get(&row.id).copied().unwrap_or_default();
        PhaseView {
            requirements: rules::requirements(row.kind, evidence),
            activity_count,
            activity_hours: Hours::from_hundredths(hundredths.unwrap_or_default()),
            deliverable_count: evidence.deliverables.values().sum(),
            attendance_missing: missing.get(&row.id).copied().unwrap_or_default(),
            can_run: grants.of(row.project_id).run && user.allows(Permission::PhasesRun),
            id: row.id,
            project_id: row.project_id,
            kind: row.kind,
            position: row.position,
            status: row.status,
            planned_hours: row.planned_hours,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            responsible: row.responsible,
            skip_reason: row.skip_reason,
            started_at: row.started_at.map(Into::into),
            completed_at: row.completed_at.map(Into::into),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Locks the project of a phase that the caller may run, and returns both rows as they are then.
///
/// # Errors
/// 404 or 403 as by [`access::run`].
fn lock(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<(Project, Phase)> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::run(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    Ok((project, find_row(tx.conn, user, id)?))
}

/// Locks the project of a phase that may still change, and returns both rows as they are then.
/// Whether the caller may change it is left to the calling function.
///
/// # Errors
/// 404 if the caller does not see the project, 409 as by [`rules::check_open`].
pub fn lock_open(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<(Project, Phase)> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    let project = project_store::lock(tx, project_id)?;
    let phase = find_row(tx.conn, user, id)?;
    rules::check_open(project.status, Some(phase.status))?;
    Ok((project, phase))
}

/// Writes a phase whose project is locked as its next version, and records the change under `action`.
fn change(tx: &mut Tx<'_>, user: &CurrentUser, phase: Phase, action: &'static str) -> Result<PhaseView> {
    let before = find(tx.conn, user, phase.id)?;
    let row = Phase { version: phase.version + 1, updated_at: tx.now, ..phase };
    diesel::update(phases::table.find(row.id)).set(&row).execute(tx.conn)?;
    let after = find(tx.conn, user, row.id)?;
    tx.audit(action, "phase", row.id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [row.project_id]);
    Ok(after)
}

/// Changes the plan of a phase.
///
/// # Errors
/// 404 or 403 as by [`access::run`], 412 if it has another version, 409 as by [`rules::check_open`], 422 as
/// by [`rules::check_dates`].
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: PhaseId,
    version: IfMatch,
    changes: &UpdatePhase,
) -> Result<PhaseView> {
    let (project, phase) = lock(tx, user, id)?;
    version.check(phase.version)?;
    rules::check_open(project.status, Some(phase.status))?;
    let updated = Phase {
        planned_hours: changes.planned_hours.unwrap_or(phase.planned_hours),
        starts_on: changes.starts_on.unwrap_or(phase.starts_on),
        ends_on: changes.ends_on.unwrap_or(phase.ends_on),
        responsible: changes.responsible.unwrap_or(phase.responsible),
        ..phase
    };
    rules::check_dates(updated.starts_on, updated.ends_on)?;
    change(tx, user, updated, "update")
}

/// Starts a phase.
///
/// # Errors
/// 404 or 403 as by [`access::run`], 409 as by [`rules::check_start`].
pub fn start(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<PhaseView> {
    let (project, phase) = lock(tx, user, id)?;
    let earlier: Vec<(PhaseKind, PhaseStatus)> = phases::table
        .filter(phases::project_id.eq(phase.project_id).and(phases::position.lt(phase.position)))
        .order(phases::position)
        .select((phases::kind, phases::status))
        .load(tx.conn)?;
    rules::check_start(project.status, phase.status, &earlier)?;
    let started = Phase { status: PhaseStatus::Active, started_at: Some(tx.now), ..phase };
    change(tx, user, started, "start")
}

/// Completes a phase and issues its hours.
///
/// # Errors
/// 404 or 403 as by [`access::run`], 409 as by [`rules::check_complete`], 409 `activities_ahead` or `marks_missing`, 422
/// `reason_required` at `/reason`.
pub fn complete(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId, request: &CompletePhase) -> Result<PhaseView> {
    let (project, phase) = lock(tx, user, id)?;
    let evidence = evidence::load(tx.conn, slice::from_ref(&phase))?.remove(&id).unwrap_or_default();
    rules::check_complete(project.status, phase.status, phase.kind, &evidence)?;
    let filling = Filling::new(request.unmarked, request.reason.as_deref())?;
    completions::issue_phase(tx, &project, id, filling)?;
    let completed = Phase { status: PhaseStatus::Completed, completed_at: Some(tx.now), ..phase };
    change(tx, user, completed, "complete")
}

/// Skips a phase.
///
/// # Errors
/// 404 or 403 as by [`access::manage`], 409 as by [`rules::check_skip`].
pub fn skip(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId, reason: &str) -> Result<PhaseView> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::manage(tx.conn, user, project_id)?;
    let (project, phase) = lock(tx, user, id)?;
    let marks = attendance_rows::table.inner_join(activities::table).filter(activities::phase_id.eq(Some(id)));
    let marked: bool = diesel::select(exists(marks)).get_result(tx.conn)?;
    rules::check_skip(project.status, phase.status, marked)?;
    let skipped = Phase { status: PhaseStatus::Skipped, skip_reason: Some(reason.trim().to_owned()), ..phase };
    change(tx, user, skipped, "skip")
}

/// Reopens a completed or skipped phase.
///
/// # Errors
/// 404 or 403 as by [`access::manage`], 409 as by [`rules::check_reopen`].
pub fn reopen(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId, reason: &str) -> Result<PhaseView> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::manage(tx.conn, user, project_id)?;
    let (project, phase) = lock(tx, user, id)?;
    rules::check_reopen(project.status, phase.status)?;
    completions::reopen_phase(tx, &project, id, reason)?;
    let status = if phase.started_at.is_some() { PhaseStatus::Active } else { PhaseStatus::Planned };
    let reopened = Phase { status, skip_reason: None, completed_at: None, ..phase };
    tx.audit("mend", "phase", id, None::<&()>, Some(&reason.trim()))?;
    change(tx, user, reopened, "reopen")
}
