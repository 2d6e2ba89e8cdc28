use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ActivityId, OrganizationId, Page, PhaseId, ProjectId,
    activities::{ActivityView, CreateActivity, UpdateActivity},
    phases::PhaseStatus,
    projects::ProjectKind,
};
use uuid::Uuid;

use super::batch::{self, Activity};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{activities, attendance, phases},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::organizations::organization_refs,
    training::{
        phases as phase_store,
        projects::{self as project_store, Project, access, check_place},
        rows::{trimmed, trimmed_patch},
    },
};

/// What activities belong to.
#[derive(Clone, Copy, Debug)]
pub enum ActivityParent {
    Phase(PhaseId),
    /// A project without phases.
    Project(ProjectId),
}

type Activities = IntoBoxed<'static, activities::table, MultiBackend>;

/// Returns a page of activities, by date.
///
/// # Errors
/// 404 if the caller does not see the project, 422 for a bad cursor.
pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    parent: ActivityParent,
    page: &PageRequest,
) -> Result<Page<ActivityView>> {
    match parent {
        ActivityParent::Phase(id) => phase_store::find_row(conn, user, id).map(|_| ())?,
        ActivityParent::Project(id) => access::find(conn, user, id).map(|_| ())?,
    }
    let filtered = || -> Activities {
        match parent {
            ActivityParent::Phase(id) => activities::table.filter(activities::phase_id.eq(Some(id))).into_boxed(),
            ActivityParent::Project(id) => activities::table.filter(activities::project_id.eq(id)).into_boxed(),
        }
    };
    listing!(conn, page, "held_on", rows: filtered(), Activity, id: activities::id, ActivityId, views: with_details,
        asc activities::held_on, NaiveDate, |view: &ActivityView| view.held_on)
}

/// Adds the schools' names and the numbers of marked participants, in one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<Activity>) -> Result<Vec<ActivityView>> {
    let ids: Vec<ActivityId> = rows.iter().map(|row| row.id).collect();
    let schools: Vec<OrganizationId> = rows.iter().filter_map(|row| row.organization_id).collect();
    let schools = organization_refs(conn, schools)?;
    let marked: HashMap<ActivityId, i64> = attendance::table
        .filter(attendance::activity_id.eq_any(ids))
        .group_by(attendance::activity_id)
        .select((attendance::activity_id, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |row: Activity| ActivityView {
        organization_name: row.organization_id.and_then(|id| Some(schools.get(&id)?.name.clone())),
        attendance_count: marked.get(&row.id).copied().unwrap_or_default(),
        id: row.id,
        project_id: row.project_id,
        phase_id: row.phase_id,
        title: row.title,
        form: row.form,
        held_on: row.held_on,
        days: row.days,
        hours: row.hours,
        place: row.place,
        organization_id: row.organization_id,
        description: row.description,
        version: row.version,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Returns the row of an activity.
///
/// # Errors
/// 404 if the caller does not see the activity's project.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<Activity> {
    let row: Activity = activities::table.find(id).select(Activity::as_select()).first(conn)?;
    access::find(conn, user, row.project_id)?;
    Ok(row)
}

/// Returns an activity.
///
/// # Errors
/// 404 if the caller does not see its project.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<ActivityView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Locks the project of an activity that the caller may run, and returns it with the status of the
/// activity's phase and the activity.
///
/// # Errors
/// 404 if the caller does not see the project, 403 if they may not run it.
pub fn lock(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId) -> Result<(Project, Option<PhaseStatus>, Activity)> {
    let project_id = find_row(tx.conn, user, id)?.project_id;
    access::run(tx.conn, user, project_id)?;
    let project = project_store::lock(tx, project_id)?;
    let activity = find_row(tx.conn, user, id)?;
    let phase = match activity.phase_id {
        Some(phase) => Some(phases::table.find(phase).select(phases::status).first(tx.conn)?),
        None => None,
    };
    Ok((project, phase, activity))
}

/// Creates an activity.
///
/// # Errors
/// 404 or 403 as by [`access::run`], 409 `wrong_state` if the phase or project takes no changes or the
/// project has phases and the activity names none, 422 at a school that the project may not name.
pub fn create(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    parent: ActivityParent,
    new: &CreateActivity,
) -> Result<ActivityView> {
    let (project, phase_id) = match parent {
        ActivityParent::Phase(id) => {
            let project_id = phase_store::find_row(tx.conn, user, id)?.project_id;
            access::run(tx.conn, user, project_id)?;
            let (project, _) = phase_store::lock_open(tx, user, id)?;
            (project, Some(id))
        }
        ActivityParent::Project(id) => {
            access::run(tx.conn, user, id)?;
            let project = project_store::lock(tx, id)?;
            if project.kind == ProjectKind::SendTeaching {
                return Err(ApiError::wrong_state("送教下乡项目的活动须归入一个阶段"));
            }
            phase_store::check_open(project.status, None)?;
            (project, None)
        }
    };
    if let Some(school) = new.organization_id {
        check_place(tx.conn, user, &project, school, "/organization_id")?;
    }
    let id = ActivityId::from_uuid(Uuid::now_v7());
    let activity = Activity {
        id,
        project_id: project.id,
        phase_id,
        title: new.title.trim().to_owned(),
        form: new.form,
        held_on: new.held_on,
        days: new.days,
        hours: new.hours,
        place: trimmed(new.place.as_ref()),
        organization_id: new.organization_id,
        description: trimmed(new.description.as_ref()),
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    batch::insert(tx, &[activity])?;
    let view = find(tx.conn, user, id)?;
    tx.created("activity", id, &view)?;
    Ok(view)
}

/// Locks the project of an activity that may still change, as by [`lock`].
///
/// # Errors
/// As [`lock`]; 412 if the activity has another version, 409 `wrong_state` if its phase or project
/// takes no changes.
fn lock_open(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId, version: IfMatch) -> Result<(Project, Activity)> {
    let (project, phase, activity) = lock(tx, user, id)?;
    version.check(activity.version)?;
    phase_store::check_open(project.status, phase)?;
    Ok((project, activity))
}

/// Changes an activity.
///
/// # Errors
/// As [`lock_open`]; 422 at a school that the project may not name.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    version: IfMatch,
    changes: &UpdateActivity,
) -> Result<ActivityView> {
    let (project, activity) = lock_open(tx, user, id, version)?;
    if let Some(school) = changes.organization_id.flatten() {
        check_place(tx.conn, user, &project, school, "/organization_id")?;
    }
    let before = find(tx.conn, user, id)?;
    let updated = Activity {
        title: changes.title.as_ref().map_or(activity.title, |title| title.trim().to_owned()),
        form: changes.form.unwrap_or(activity.form),
        held_on: changes.held_on.unwrap_or(activity.held_on),
        days: changes.days.unwrap_or(activity.days),
        hours: changes.hours.unwrap_or(activity.hours),
        place: trimmed_patch(changes.place.as_ref()).unwrap_or(activity.place),
        organization_id: changes.organization_id.unwrap_or(activity.organization_id),
        description: trimmed_patch(changes.description.as_ref()).unwrap_or(activity.description),
        version: activity.version + 1,
        updated_at: tx.now,
        ..activity
    };
    diesel::update(activities::table.find(id)).set(&updated).execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("activity", id, &before, &after)?;
    Ok(after)
}

/// Deletes an activity.
///
/// # Errors
/// As [`lock_open`]; 409 `in_use` if it has attendance marks.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId, version: IfMatch) -> Result<()> {
    lock_open(tx, user, id, version)?;
    let before = find(tx.conn, user, id)?;
    diesel::delete(activities::table.find(id)).execute(tx.conn)?;
    tx.deleted("activity", id, &before)
}
