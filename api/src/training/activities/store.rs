use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, helper_types::IntoBoxed, prelude::*};
use songjiao_types::{
    ActivityId, Hours, OrganizationId, Page, PhaseId, ProjectId,
    activities::{ActivityForm, ActivityView, CreateActivity, UpdateActivity},
    phases::PhaseStatus,
    projects::ProjectKind,
};
use uuid::Uuid;

use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, MultiBackend, Tx,
        schema::{activities, attendance, organizations, phases},
        types::UtcTime,
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    training::{
        phases as phase_store,
        projects::{self as project_store, Project, access, text, text_patch},
    },
};

/// What activities belong to.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Phase(PhaseId),
    Project(ProjectId),
}

/// An activity's row.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = activities)]
pub struct Activity {
    pub id: ActivityId,
    pub project_id: ProjectId,
    pub phase_id: Option<PhaseId>,
    pub title: String,
    pub form: ActivityForm,
    pub held_on: NaiveDate,
    pub days: i32,
    pub hours: Hours,
    pub place: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub description: Option<String>,
    pub version: i32,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

#[derive(Insertable)]
#[diesel(table_name = activities)]
struct NewActivity<'a> {
    id: ActivityId,
    project_id: ProjectId,
    phase_id: Option<PhaseId>,
    title: &'a str,
    form: ActivityForm,
    held_on: NaiveDate,
    days: i32,
    hours: Hours,
    place: Option<&'a str>,
    organization_id: Option<OrganizationId>,
    description: Option<&'a str>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

#[derive(AsChangeset)]
#[diesel(table_name = activities)]
struct ActivityChanges<'a> {
    title: Option<&'a str>,
    form: Option<ActivityForm>,
    held_on: Option<NaiveDate>,
    days: Option<i32>,
    hours: Option<Hours>,
    place: Option<Option<&'a str>>,
    organization_id: Option<Option<OrganizationId>>,
    description: Option<Option<&'a str>>,
    version: i32,
    updated_at: UtcTime,
}

type Activities = IntoBoxed<'static, activities::table, MultiBackend>;

pub fn list(conn: &mut DbConnection, user: &CurrentUser, of: Of, page: &PageRequest) -> Result<Page<ActivityView>> {
    match of {
        Of::Phase(id) => phase_store::find_row(conn, user, id).map(|_| ())?,
        Of::Project(id) => access::find(conn, user, id).map(|_| ())?,
    }
    let filtered = || -> Activities {
        match of {
            Of::Phase(id) => activities::table.filter(activities::phase_id.eq(Some(id))).into_boxed(),
            Of::Project(id) => activities::table.filter(activities::project_id.eq(id)).into_boxed(),
        }
    };
    listing!(conn, page, "held_on", rows: filtered(), Activity, id: activities::id, ActivityId, views: with_details,
        asc activities::held_on, NaiveDate, |view: &ActivityView| view.held_on)
}

/// Adds the schools' names and the numbers of marked participants, in one query each.
fn with_details(conn: &mut DbConnection, rows: Vec<Activity>) -> Result<Vec<ActivityView>> {
    let ids: Vec<ActivityId> = rows.iter().map(|row| row.id).collect();
    let schools: Vec<OrganizationId> = rows.iter().filter_map(|row| row.organization_id).collect();
    let names: HashMap<OrganizationId, String> = organizations::table
        .filter(organizations::id.eq_any(schools))
        .select((organizations::id, organizations::name))
        .load(conn)?
        .into_iter()
        .collect();
    let marked: HashMap<ActivityId, i64> = attendance::table
        .filter(attendance::activity_id.eq_any(ids))
        .group_by(attendance::activity_id)
        .select((attendance::activity_id, count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |row: Activity| ActivityView {
        organization_name: row.organization_id.and_then(|id| names.get(&id).cloned()),
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

/// The row of an activity whose project the caller sees.
pub fn find_row(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<Activity> {
    let row: Activity = activities::table.find(id).select(Activity::as_select()).first(conn)?;
    access::find(conn, user, row.project_id)?;
    Ok(row)
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ActivityId) -> Result<ActivityView> {
    let row = find_row(conn, user, id)?;
    with_details(conn, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// An activity that the caller may run, with its project, locked against whoever else changes
/// it, and the status of its phase.
pub fn locked(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId) -> Result<(Project, Option<PhaseStatus>, Activity)> {
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

pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, of: Of, new: &CreateActivity) -> Result<ActivityView> {
    let (project, phase_id) = match of {
        Of::Phase(id) => {
            let project_id = phase_store::find_row(tx.conn, user, id)?.project_id;
            access::run(tx.conn, user, project_id)?;
            let (project, _) = phase_store::open(tx, user, id)?;
            (project, Some(id))
        }
        Of::Project(id) => {
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
        access::check_place(tx.conn, user, &project, school, "/organization_id")?;
    }
    let id = ActivityId::from_uuid(Uuid::now_v7());
    diesel::insert_into(activities::table)
        .values(NewActivity {
            id,
            project_id: project.id,
            phase_id,
            title: new.title.trim(),
            form: new.form,
            held_on: new.held_on,
            days: new.days,
            hours: new.hours,
            place: text(new.place.as_ref()),
            organization_id: new.organization_id,
            description: text(new.description.as_ref()),
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    let view = find(tx.conn, user, id)?;
    tx.created("activity", id, &view)?;
    Ok(view)
}

pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ActivityId,
    version: IfMatch,
    changes: &UpdateActivity,
) -> Result<ActivityView> {
    let (project, phase, _) = locked(tx, user, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    phase_store::check_open(project.status, phase)?;
    if let Some(school) = changes.organization_id.flatten() {
        access::check_place(tx.conn, user, &project, school, "/organization_id")?;
    }
    let changed = diesel::update(activities::table.find(id).filter(activities::version.eq(before.version)))
        .set(ActivityChanges {
            title: changes.title.as_deref().map(str::trim),
            form: changes.form,
            held_on: changes.held_on,
            days: changes.days,
            hours: changes.hours,
            place: text_patch(changes.place.as_ref()),
            organization_id: changes.organization_id,
            description: text_patch(changes.description.as_ref()),
            version: before.version + 1,
            updated_at: tx.now,
        })
        .execute(tx.conn)?;
    version.landed(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("activity", id, &before, &after)?;
    Ok(after)
}

pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ActivityId, version: IfMatch) -> Result<()> {
    let (project, phase, _) = locked(tx, user, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    phase_store::check_open(project.status, phase)?;
    diesel::delete(activities::table.find(id)).execute(tx.conn)?;
    tx.deleted("activity", id, &before)
}
