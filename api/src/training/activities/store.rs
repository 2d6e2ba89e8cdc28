use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::{dsl::count, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ActivityId, ErrorCode, OrganizationId, Page, PhaseId, ProjectId,
    activities::{ActivityStatus, ActivityView, CreateActivity, UpdateActivity},
    phases::PhaseStatus,
    projects::ProjectKind,
};
use uuid::Uuid;

use super::{
    batch::{self, Activity},
    named, plan, rules,
};
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
        attendance::sheets::Sheets,
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
    listing!(conn, page, "held_on", rows: filtered(), Activity, id: activities::id, ActivityId, views: |conn, rows| with_details(conn, user.today(), rows),
        asc activities::held_on, NaiveDate, |view: &ActivityView| view.held_on)
}

/// Adds what is named and the numbers of marked participants, in one query each, and counts the missing marks.
fn with_details(conn: &mut DbConnection, today: NaiveDate, rows: Vec<Activity>) -> Result<Vec<ActivityView>> {
    let ids: Vec<ActivityId> = rows.iter().map(|row| row.id).collect();
    let schools: Vec<OrganizationId> = rows.iter().filter_map(|row| row.organization_id).collect();
    let schools = organization_refs(conn, schools)?;
    let mut concerns = named::concerns_of(conn, &ids)?;
    let mut delivered_by = named::delivered_by(conn, &ids)?;
    let marked: HashMap<ActivityId, i64> = attendance::table
        .filter(attendance::activity_id.eq_any(ids))
        .group_by(attendance::activity_id)
        .select((attendance::activity_id, count(attendance::enrollment_id).aggregate_distinct()))
        .load(conn)?
        .into_iter()
        .collect();
    let projects: BTreeSet<ProjectId> = rows.iter().map(|row| row.project_id).collect();
    let mut missing = Sheets::load(conn, &projects.into_iter().collect::<Vec<_>>())?.missing_by_activity(today);
    let view = |row: Activity| ActivityView {
        concerns: concerns.remove(&row.id).unwrap_or_default(),
        delivered_by: delivered_by.remove(&row.id).unwrap_or_default(),
        ends_on: rules::last_day(row.held_on, row.days),
        status: row.status,
        status_reason: row.status_reason,
        dimension: row.dimension,
        organization_name: row.organization_id.and_then(|id| Some(schools.get(&id)?.name.clone())),
        attendance_count: marked.get(&row.id).copied().unwrap_or_default(),
        attendance_missing: missing.remove(&row.id).unwrap_or_default(),
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
    with_details(conn, user.today(), vec![row])?.pop().ok_or_else(ApiError::not_found)
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

/// Checks the organizations that an activity concerns.
///
/// # Errors
/// 422 at each that is repeated or that the project may not name.
fn check_concerns(tx: &mut Tx<'_>, user: &CurrentUser, project: &Project, ids: &[OrganizationId]) -> Result<()> {
    named::check_concerns(ids)?;
    for (index, id) in ids.iter().enumerate() {
        check_place(tx.conn, user, project, *id, format!("/concerns/{index}"))?;
    }
    Ok(())
}

/// Creates an activity.
///
/// # Errors
/// 404 or 403 as by [`access::run`], 409 `wrong_state` if the phase or project takes no changes or the
/// project has phases and the activity names none, 409 `hours_above_plan`, 422 at a school that the project may not name
/// and at an unknown teacher.
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
    check_concerns(tx, user, &project, &new.concerns)?;
    named::check_delivered_by(tx.conn, &new.delivered_by)?;
    let hours_before = plan::most_hours(tx.conn, project.id)?;
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
        status: ActivityStatus::Planned,
        status_reason: None,
        dimension: new.dimension,
    };
    batch::insert(tx, &[activity])?;
    named::set_concerns(tx, id, &new.concerns)?;
    named::set_delivered_by(tx, id, &new.delivered_by)?;
    rules::check_plan(project.planned_hours, hours_before, plan::most_hours(tx.conn, project.id)?)?;
    let view = find(tx.conn, user, id)?;
    tx.created("activity", id, &view)?;
    Ok(view)
}

/// Locks the project of an activity that may still change, as by [`lock`].
///
/// # Errors
/// As [`lock`]; 412 if the activity has another version, 409 `wrong_state` if its phase or project
/// takes no changes.
pub(super) fn lock_open(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    version: Option<IfMatch>,
) -> Result<(Project, Activity)> {
    let (project, phase, activity) = lock(tx, user, id)?;
    if let Some(version) = version {
        version.check(activity.version)?;
    }
    phase_store::check_open(project.status, phase)?;
    Ok((project, activity))
}

/// Checks that every mark lies on a day of its activity.
///
/// # Errors
/// 409 `in_use`.
fn check_marked_days(conn: &mut DbConnection, activity: &Activity) -> Result<()> {
    let last = rules::last_day(activity.held_on, activity.days);
    let outside = attendance::day.lt(activity.held_on).or(attendance::day.gt(last));
    let day: Option<NaiveDate> = attendance::table
        .filter(attendance::activity_id.eq(activity.id).and(outside))
        .select(attendance::day)
        .first(conn)
        .optional()?;
    match day {
        Some(day) => Err(ApiError::new(ErrorCode::InUse).detail(format!("{day} 已登记考勤，活动日期须包含这一天"))),
        None => Ok(()),
    }
}

/// Changes an activity.
///
/// # Errors
/// As [`lock_open`]; 409 `in_use` if marks would lie outside its days, 409 `hours_above_plan`, 422 at a school that the
/// project may not name and at an unknown teacher.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    version: IfMatch,
    changes: &UpdateActivity,
) -> Result<ActivityView> {
    let (project, activity) = lock_open(tx, user, id, Some(version))?;
    if let Some(school) = changes.organization_id.flatten() {
        check_place(tx.conn, user, &project, school, "/organization_id")?;
    }
    let before = find(tx.conn, user, id)?;
    let hours_before = plan::most_hours(tx.conn, project.id)?;
    if let Some(concerns) = &changes.concerns {
        check_concerns(tx, user, &project, concerns)?;
        named::set_concerns(tx, id, concerns)?;
    }
    if let Some(delivered_by) = &changes.delivered_by {
        named::check_delivered_by(tx.conn, delivered_by)?;
        named::set_delivered_by(tx, id, delivered_by)?;
    }
    let updated = Activity {
        title: changes.title.as_ref().map_or(activity.title, |title| title.trim().to_owned()),
        form: changes.form.unwrap_or(activity.form),
        held_on: changes.held_on.unwrap_or(activity.held_on),
        days: changes.days.unwrap_or(activity.days),
        hours: changes.hours.unwrap_or(activity.hours),
        place: trimmed_patch(changes.place.as_ref()).unwrap_or(activity.place),
        organization_id: changes.organization_id.unwrap_or(activity.organization_id),
        description: trimmed_patch(changes.description.as_ref()).unwrap_or(activity.description),
        dimension: changes.dimension.unwrap_or(activity.dimension),
        version: activity.version + 1,
        updated_at: tx.now,
        ..activity
    };
    check_marked_days(tx.conn, &updated)?;
    diesel::update(activities::table.find(id)).set(&updated).execute(tx.conn)?;
    rules::check_plan(project.planned_hours, hours_before, plan::most_hours(tx.conn, project.id)?)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("activity", id, &before, &after)?;
    Ok(after)
}

/// Deletes an activity.
///
/// # Errors
/// As [`lock_open`]; 409 `in_use` if it has attendance marks.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId, version: IfMatch) -> Result<()> {
    lock_open(tx, user, id, Some(version))?;
    let before = find(tx.conn, user, id)?;
    diesel::delete(activities::table.find(id)).execute(tx.conn)?;
    tx.deleted("activity", id, &before)
}
