use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    Hours, Permission, PhaseId, ProjectId,
    changes::ChangeType,
    deliverables::DeliverableKind,
    enrollments::EnrollmentStatus,
    phases::{PhaseKind, PhaseStatus, PhaseView, Responsible, UpdatePhase},
};

use super::rules::{self, Evidence};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx,
        schema::{activities, attendance as marks, deliverables, enrollments, lessons, phases},
        types::{UtcTime, sum_hours},
    },
    error::{ApiError, Result},
    http::etag::IfMatch,
    training::{
        attendance,
        projects::{
            self as project_store, Project,
            access::{self, Grants},
        },
    },
};

/// A phase's row.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = phases)]
pub struct Phase {
    pub id: PhaseId,
    pub project_id: ProjectId,
    pub kind: PhaseKind,
    pub position: i32,
    pub status: PhaseStatus,
    pub planned_hours: Hours,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub responsible: Responsible,
    pub skip_reason: Option<String>,
    pub started_at: Option<UtcTime>,
    pub completed_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = phases)]
struct PhaseChanges {
    planned_hours: Option<Hours>,
    starts_on: Option<Option<NaiveDate>>,
    ends_on: Option<Option<NaiveDate>>,
    responsible: Option<Responsible>,
    version: i32,
    updated_at: UtcTime,
}

pub fn list(conn: &mut DbConnection, user: &CurrentUser, project: ProjectId) -> Result<Vec<PhaseView>> {
    access::find(conn, user, project)?;
    let rows = phases::table
        .filter(phases::project_id.eq(project))
        .order(phases::position)
        .select(Phase::as_select())
        .load(conn)?;
    with_details(conn, user, rows)
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: PhaseId) -> Result<PhaseView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// The row of a phase whose project the caller sees.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: PhaseId) -> Result<Phase> {
    let row: Phase = phases::table.find(id).select(Phase::as_select()).first(conn)?;
    access::find(conn, user, row.project_id)?;
    Ok(row)
}

/// What the views of some phases add up.
#[derive(Default)]
struct Sums {
    activities: HashMap<PhaseId, (i64, Hours)>,
    evidence: HashMap<PhaseId, HashSet<DeliverableKind>>,
    deliverables: HashMap<PhaseId, i64>,
    graded: HashSet<ProjectId>,
    participants: HashMap<ProjectId, i64>,
    marked: HashMap<PhaseId, i64>,
}

const PARTICIPANTS: [EnrollmentStatus; 2] = [EnrollmentStatus::Admitted, EnrollmentStatus::Completed];

impl Sums {
    fn load(conn: &mut DbConnection, rows: &[Phase]) -> Result<Self> {
        let ids: Vec<Option<PhaseId>> = rows.iter().map(|row| Some(row.id)).collect();
        let project_ids: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
        let mut sums = Self::default();
        let held: Vec<(PhaseId, i64, Option<i64>)> = activities::table
            .filter(activities::phase_id.eq_any(&ids))
            .group_by(activities::phase_id)
            .select((activities::phase_id.assume_not_null(), count_star(), sum_hours(activities::hours)))
            .load(conn)?;
        for (phase, number, tenths) in held {
            sums.activities.insert(phase, (number, Hours::from_tenths(tenths.unwrap_or_default())));
        }
        let materials: Vec<(PhaseId, DeliverableKind, i64)> = deliverables::table
            .filter(deliverables::phase_id.eq_any(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
            .group_by((deliverables::phase_id, deliverables::kind))
            .select((deliverables::phase_id, deliverables::kind, count_star()))
            .load(conn)?;
        for (phase, kind, number) in materials {
            sums.evidence.entry(phase).or_default().insert(kind);
            *sums.deliverables.entry(phase).or_default() += number;
        }
        let graded: Vec<ProjectId> = lessons::table
            .filter(lessons::project_id.eq_any(project_ids.iter().map(|id| Some(*id)).collect::<Vec<_>>()))
            .filter(lessons::grade.is_not_null())
            .select(lessons::project_id.assume_not_null())
            .distinct()
            .load(conn)?;
        sums.graded.extend(graded);
        sums.participants = enrollments::table
            .filter(enrollments::project_id.eq_any(&project_ids))
            .filter(enrollments::status.eq_any(PARTICIPANTS))
            .group_by(enrollments::project_id)
            .select((enrollments::project_id, count_star()))
            .load(conn)?
            .into_iter()
            .collect();
        sums.marked = marks::table
            .inner_join(activities::table)
            .inner_join(enrollments::table)
            .filter(activities::phase_id.eq_any(&ids))
            .filter(enrollments::status.eq_any(PARTICIPANTS))
            .group_by(activities::phase_id)
            .select((activities::phase_id.assume_not_null(), count_star()))
            .load(conn)?
            .into_iter()
            .collect();
        Ok(sums)
    }

    fn evidence(&self, phase: &Phase) -> Evidence {
        Evidence {
            kinds: self.evidence.get(&phase.id).cloned().unwrap_or_default(),
            graded_lesson: self.graded.contains(&phase.project_id),
        }
    }
}

/// Adds what belongs to the phases, in a query a kind.
fn with_details(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<Phase>) -> Result<Vec<PhaseView>> {
    let sums = Sums::load(conn, &rows)?;
    let project_ids: Vec<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    let grants = Grants::load(conn, user, &project_ids)?;
    let view = |row: Phase| {
        let (activity_count, activity_hours) = sums.activities.get(&row.id).copied().unwrap_or_default();
        let participants = sums.participants.get(&row.project_id).copied().unwrap_or_default();
        let marked = sums.marked.get(&row.id).copied().unwrap_or_default();
        PhaseView {
            requirements: rules::requirements(row.kind, &sums.evidence(&row)),
            activity_count,
            activity_hours,
            deliverable_count: sums.deliverables.get(&row.id).copied().unwrap_or_default(),
            attendance_missing: activity_count * participants - marked,
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

/// A phase that the caller may run, and its project, locked against whoever else changes it.
fn locked(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<(Project, PhaseView)> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::run(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    let phase = find(tx.conn, user, id)?;
    Ok((project, phase))
}

/// The project of a phase, locked, where the phase and what belongs to it may still change. Who
/// may change it is the caller's to check.
pub fn open(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<(Project, Phase)> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    let project = project_store::lock(tx, project_id)?;
    let phase = find_row(tx.conn, user, id)?;
    rules::check_open(project.status, Some(phase.status))?;
    Ok((project, phase))
}

pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: PhaseId,
    version: IfMatch,
    changes: &UpdatePhase,
) -> Result<PhaseView> {
    let (project, before) = locked(tx, user, id)?;
    version.check(before.version)?;
    rules::check_open(project.status, Some(before.status))?;
    let starts_on = changes.starts_on.unwrap_or(before.starts_on);
    let ends_on = changes.ends_on.unwrap_or(before.ends_on);
    if starts_on.zip(ends_on).is_some_and(|(starts_on, ends_on)| ends_on < starts_on) {
        return Err(ApiError::invalid("/ends_on", "ends_before_start", "结束日期不能早于开始日期"));
    }
    let changed = diesel::update(phases::table.find(id).filter(phases::version.eq(before.version)))
        .set(PhaseChanges {
            planned_hours: changes.planned_hours,
            starts_on: changes.starts_on,
            ends_on: changes.ends_on,
            responsible: changes.responsible,
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.require_one_row(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("phase", id, &before, &after)?;
    tx.publish(ChangeType::ProjectUpdated, [before.project_id]);
    Ok(after)
}

pub fn start(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<PhaseView> {
    let (project, before) = locked(tx, user, id)?;
    let earlier: Vec<(PhaseKind, PhaseStatus)> = phases::table
        .filter(phases::project_id.eq(before.project_id).and(phases::position.lt(before.position)))
        .order(phases::position)
        .select((phases::kind, phases::status))
        .load(tx.conn)?;
    rules::check_start(project.status, before.status, &earlier)?;
    diesel::update(phases::table.find(id))
        .set((
            phases::status.eq(PhaseStatus::Active),
            phases::started_at.eq(Some(tx.now)),
            phases::version.eq(before.version + 1),
            phases::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.audit("start", "phase", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [before.project_id]);
    Ok(after)
}

pub fn complete(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId) -> Result<PhaseView> {
    let (project, before) = locked(tx, user, id)?;
    rules::check_running(project.status)?;
    if before.status != PhaseStatus::Active {
        return Err(ApiError::wrong_state("只有进行中的阶段可以完成"));
    }
    rules::check_evidence(&before.requirements)?;
    diesel::update(phases::table.find(id))
        .set((
            phases::status.eq(PhaseStatus::Completed),
            phases::completed_at.eq(Some(tx.now)),
            phases::version.eq(before.version + 1),
            phases::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    attendance::issue_phase_hours(tx, &project, id)?;
    let after = find(tx.conn, user, id)?;
    tx.audit("complete", "phase", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [before.project_id]);
    Ok(after)
}

pub fn skip(tx: &mut Tx<'_>, user: &CurrentUser, id: PhaseId, reason: &str) -> Result<PhaseView> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::manage(tx.conn, user, project_id)?;
    let (project, before) = locked(tx, user, id)?;
    rules::check_running(project.status)?;
    if before.status.is_done() {
        return Err(ApiError::wrong_state("已完成或已跳过的阶段不能跳过"));
    }
    diesel::update(phases::table.find(id))
        .set((
            phases::status.eq(PhaseStatus::Skipped),
            phases::skip_reason.eq(Some(reason.trim())),
            phases::version.eq(before.version + 1),
            phases::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.audit("skip", "phase", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [before.project_id]);
    Ok(after)
}
