use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, Page, PhaseId, ProjectId, TeamId, WireEnum,
    changes::ChangeType,
    phases::PhaseStatus,
    projects::{CreateProject, ProjectKind, ProjectQuery, ProjectSort, ProjectStatus, ProjectView, UpdateProject},
};
use uuid::Uuid;

use super::{
    access::{self, Projects},
    rows::{NewPhase, NewProject, Project, ProjectChanges, text, text_patch},
    rules,
    views::with_details,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, Tx, initials, on_connection,
        schema::{activities, organizations, phases, projects},
        types::{contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::teams,
    training::{attendance, enrollments},
    visibility::{in_scope, visible_organization},
};

fn filtered(conn: &mut DbConnection, user: &CurrentUser, query: &ProjectQuery) -> Result<Projects> {
    let mut rows = access::visible(user);
    if query.mine == Some(true) {
        rows = access::only_own(rows, user);
    }
    if let Some(text) = &query.q {
        let pattern = contains_pattern(text);
        rows = rows.filter(
            lower(projects::title)
                .like(pattern.clone())
                .escape('\\')
                .or(lower(projects::theme.assume_not_null()).like(pattern).escape('\\'))
                .or(projects::initials.assume_not_null().like(initials::pattern(text)).escape('\\')),
        );
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(projects::kind.eq(kind));
    }
    if let Some(year) = query.training_year {
        rows = rows.filter(projects::training_year.eq(year));
    }
    if let Some(status) = query.status {
        rows = rows.filter(projects::status.eq(status));
    }
    if let Some(level) = query.level {
        rows = rows.filter(projects::level.eq(level));
    }
    if let Some(subject) = &query.subject {
        rows = rows.filter(projects::subject.eq(Some(subject.clone())));
    }
    if let Some(stage) = query.stage {
        rows = rows.filter(projects::stage.eq(Some(stage)));
    }
    if let Some(team) = query.team_id {
        rows = rows.filter(projects::team_id.eq(Some(team)));
    }
    if let Some(owner) = query.owner_organization_id {
        let owners = subtree(conn, owner)?;
        let owners = organizations::table.filter(in_scope!(organizations::path, owners)).select(organizations::id);
        rows = rows.filter(projects::owner_organization_id.eq_any(owners));
    }
    Ok(rows)
}

/// Returns the subtree of an organization that plans projects. Unlike `organization_id` elsewhere, it may lie outside
/// the caller's scope, because schools find the projects of the training school above them.
///
/// # Errors
/// 422 at `owner_organization_id` if there is no such organization.
fn subtree(conn: &mut DbConnection, owner: OrganizationId) -> Result<Scope> {
    let path: Option<String> = organizations::table.find(owner).select(organizations::path).first(conn).optional()?;
    path.map(Scope::new).ok_or_else(|| ApiError::invalid("owner_organization_id", "unknown_organization", "单位不存在"))
}

pub fn list(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &ProjectQuery,
    page: &PageRequest,
) -> Result<Page<ProjectView>> {
    listing!(conn, page, query.sort.unwrap_or(ProjectSort::StartsOnDesc),
        rows: filtered(conn, user, query)?, Project, id: projects::id, ProjectId,
        views: |conn, rows| with_details(conn, user, rows),
        {
            ProjectSort::StartsOn => asc projects::starts_on, NaiveDate, |view: &ProjectView| view.starts_on;
            ProjectSort::StartsOnDesc => desc projects::starts_on, NaiveDate, |view: &ProjectView| view.starts_on;
            ProjectSort::Title => asc projects::title, String, |view: &ProjectView| view.title.clone();
            ProjectSort::TitleDesc => desc projects::title, String, |view: &ProjectView| view.title.clone();
        }
    )
}

pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<ProjectView> {
    let row: Project = access::visible(user).filter(projects::id.eq(id)).select(Project::as_select()).first(conn)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Those of some that the caller sees, in no order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<ProjectId>) -> Result<Vec<ProjectView>> {
    let rows = access::visible(user).filter(projects::id.eq_any(ids)).select(Project::as_select()).load(conn)?;
    with_details(conn, user, rows)
}

/// Locks a project's row: whatever changes a project or what belongs to it does so one after
/// another. SQLite has one writer anyway.
///
/// # Errors
/// 404 where there is no such project.
pub fn lock(tx: &mut Tx<'_>, id: ProjectId) -> Result<Project> {
    Ok(match tx.conn {
        DbConnection::Postgres(conn) => {
            projects::table.find(id).select(Project::as_select()).for_no_key_update().first(conn)?
        }
        DbConnection::Sqlite(conn) => projects::table.find(id).select(Project::as_select()).first(conn)?,
    })
}

/// Many projects' rows; with `hold` locked as by [`lock`], in the order of their ids, so that
/// nobody waits in a circle.
pub fn rows(conn: &mut DbConnection, ids: &[ProjectId], hold: bool) -> Result<Vec<Project>> {
    if let (DbConnection::Postgres(conn), true) = (&mut *conn, hold) {
        let locked = projects::table.filter(projects::id.eq_any(ids)).order(projects::id).for_no_key_update();
        locked.select(projects::id).load::<ProjectId>(conn)?;
    }
    Ok(projects::table.filter(projects::id.eq_any(ids)).select(Project::as_select()).load(conn)?)
}

pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateProject) -> Result<ProjectView> {
    let owner = new.owner_organization_id.unwrap_or(user.organization_id);
    visible_organization(tx.conn, &user.scope, owner, "/owner_organization_id")?;
    check_references(tx.conn, user, new.host_organization_id, new.team_id)?;
    let id = ProjectId::from_uuid(Uuid::now_v7());
    diesel::insert_into(projects::table)
        .values(NewProject {
            id,
            title: new.title.trim(),
            kind: new.kind,
            training_year: new.training_year,
            level: new.level,
            mode: new.mode,
            subject: text(new.subject.as_ref()),
            stage: new.stage,
            theme: text(new.theme.as_ref()),
            school_theme: text(new.school_theme.as_ref()),
            research_topic: text(new.research_topic.as_ref()),
            conditions: text(new.conditions.as_ref()),
            requires_rural: new.requires_rural,
            look_back_years: new.look_back_years,
            planned_hours: new.planned_hours,
            capacity: new.capacity,
            starts_on: new.starts_on,
            ends_on: new.ends_on,
            owner_organization_id: owner,
            host_organization_id: new.host_organization_id,
            team_id: new.team_id,
            status: ProjectStatus::Draft,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
            initials: initials::of(&new.title),
        })
        .execute(tx.conn)?;
    if new.kind == ProjectKind::SendTeaching {
        insert_phases(tx, id, new)?;
    }
    let view = find(tx.conn, user, id)?;
    tx.created("project", id, &view)?;
    tx.publish(ChangeType::ProjectCreated, [id]);
    Ok(view)
}

fn insert_phases(tx: &mut Tx<'_>, project_id: ProjectId, new: &CreateProject) -> Result<()> {
    let now = tx.now;
    let rows = rules::five_phases(new.planned_hours, new.starts_on, new.ends_on).map(|plan| NewPhase {
        id: PhaseId::from_uuid(Uuid::now_v7()),
        project_id,
        kind: plan.kind,
        position: plan.position,
        status: PhaseStatus::Planned,
        planned_hours: plan.planned_hours,
        starts_on: Some(plan.starts_on),
        ends_on: Some(plan.ends_on),
        responsible: plan.responsible,
        version: 1,
        created_at: now,
        updated_at: now,
    });
    on_connection!(tx.conn, conn => diesel::insert_into(phases::table).values(rows.as_slice()).execute(conn)?);
    Ok(())
}

/// The host and the team that a project names.
fn check_references(
    conn: &mut DbConnection,
    user: &CurrentUser,
    host: Option<OrganizationId>,
    team: Option<TeamId>,
) -> Result<()> {
    if let Some(host) = host {
        visible_organization(conn, &user.scope, host, "/host_organization_id")?;
    }
    if let Some(team) = team {
        teams::check_available(conn, user, team, "/team_id")?;
    }
    Ok(())
}

pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ProjectId,
    version: IfMatch,
    changes: &UpdateProject,
) -> Result<ProjectView> {
    access::manage(tx.conn, user, id)?;
    lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    rules::check_changes(&before, changes)?;
    check_references(
        tx.conn,
        user,
        changes.host_organization_id.flatten(),
        changes.team_id.flatten().filter(|team| Some(*team) != before.team_id),
    )?;
    let changed = diesel::update(projects::table.find(id).filter(projects::version.eq(before.version)))
        .set(ProjectChanges {
            title: changes.title.as_deref().map(str::trim),
            training_year: changes.training_year,
            level: changes.level,
            mode: changes.mode,
            subject: text_patch(changes.subject.as_ref()),
            stage: changes.stage,
            theme: text_patch(changes.theme.as_ref()),
            school_theme: text_patch(changes.school_theme.as_ref()),
            research_topic: text_patch(changes.research_topic.as_ref()),
            conditions: text_patch(changes.conditions.as_ref()),
            requires_rural: changes.requires_rural,
            look_back_years: changes.look_back_years,
            planned_hours: changes.planned_hours,
            capacity: changes.capacity,
            starts_on: changes.starts_on,
            ends_on: changes.ends_on,
            host_organization_id: changes.host_organization_id,
            team_id: changes.team_id,
            version: before.version + 1,
            updated_at: tx.now,
            initials: changes.title.as_deref().map(initials::of),
        })
        .execute(tx.conn)?;
    version.landed(changed)?;
    let after = find(tx.conn, user, id)?;
    tx.updated("project", id, &before, &after)?;
    tx.publish(ChangeType::ProjectUpdated, [id]);
    Ok(after)
}

/// A draft has nothing but its plan: its phases and the activities planned for them.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, version: IfMatch) -> Result<()> {
    access::manage(tx.conn, user, id)?;
    lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    version.check(before.version)?;
    if before.status != ProjectStatus::Draft {
        return Err(ApiError::wrong_state("只能删除草稿，已发布的项目请取消"));
    }
    diesel::delete(activities::table.filter(activities::project_id.eq(id))).execute(tx.conn)?;
    diesel::delete(phases::table.filter(phases::project_id.eq(id))).execute(tx.conn)?;
    diesel::delete(projects::table.find(id)).execute(tx.conn)?;
    let owner = organizations::table.find(before.owner_organization_id);
    let path = owner.select(organizations::path).first(tx.conn)?;
    tx.publish_deleted(ChangeType::ProjectDeleted, id, path);
    tx.deleted("project", id, &before)
}

/// Takes a project to another status, with what goes with it.
pub fn move_on(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ProjectId,
    to: ProjectStatus,
    reason: Option<&str>,
) -> Result<ProjectView> {
    access::manage(tx.conn, user, id)?;
    let project = lock(tx, id)?;
    let before = find(tx.conn, user, id)?;
    rules::check_step(before.status, to)?;
    if to == ProjectStatus::Completed {
        check_phases_done(&before)?;
        if before.kind != ProjectKind::SendTeaching {
            attendance::issue_project_hours(tx, &project)?;
        }
        enrollments::complete_admitted(tx, id)?;
    }
    diesel::update(projects::table.find(id))
        .set((
            projects::status.eq(to),
            projects::status_reason.eq(reason.map(str::trim)),
            projects::version.eq(before.version + 1),
            projects::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let after = find(tx.conn, user, id)?;
    let action = match to {
        ProjectStatus::Published => "publish",
        ProjectStatus::Running => "start",
        ProjectStatus::Completed => "complete",
        ProjectStatus::Archived => "archive",
        ProjectStatus::Cancelled => "cancel",
        ProjectStatus::Draft => "update",
    };
    tx.note(action, "project", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [id]);
    Ok(after)
}

fn check_phases_done(project: &ProjectView) -> Result<()> {
    let open: Vec<_> = project.phases.iter().filter(|phase| !phase.status.is_done()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let errors = open
        .iter()
        .map(|phase| {
            FieldError::new(
                format!("/phases/{}", phase.position),
                "phase_not_done",
                format!("{}{}", phase.kind.label(), phase.status.label()),
            )
        })
        .collect();
    Err(ApiError::new(ErrorCode::WrongState).detail("还有阶段没有完成").errors(errors))
}
