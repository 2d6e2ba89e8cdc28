use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, Page, ProjectId, TeamId,
    changes::ChangeType,
    enrollments::EnrollmentStatus,
    projects::{CreateProject, ProjectKind, ProjectQuery, ProjectSort, ProjectStatus, ProjectView, UpdateProject},
};
use uuid::Uuid;

use super::{
    access,
    batch::{self, Project},
    rules,
    views::with_details,
};
use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        DbConnection, Tx, initials,
        schema::{activities, enrollments, organizations, phases, projects, team_members},
        types::{contains_pattern, lower},
    },
    error::{ApiError, Result},
    http::{etag::IfMatch, listing::PageRequest},
    people::teams,
    training::{
        activities::{check_plan, plan},
        enrollments::batch as enrollments_batch,
        phases::{
            batch::{self as phases_batch, Phase},
            five_phases,
        },
        rows::{trimmed, trimmed_patch},
    },
    visibility::{
        Projects, organization_ids_in, own_team_ids, scope_organization_ids, visible_organization, visible_projects,
    },
};

/// Returns the projects among some that the user works in: in the team, or as a participant who has not
/// left.
fn only_own(projects: Projects, user: &CurrentUser) -> Projects {
    use EnrollmentStatus as S;

    let own_teams = own_team_ids!(user).select(team_members::team_id.nullable());
    let own_enrollments = enrollments::table
        .filter(enrollments::teacher_id.nullable().eq(user.teacher_id))
        .filter(enrollments::status.ne_all([S::Rejected, S::Withdrawn, S::Disqualified, S::Cancelled]))
        .select(enrollments::project_id);
    projects.filter(projects::id.eq_any(own_enrollments).or(projects::team_id.eq_any(own_teams)))
}

/// Returns the organization that plans projects and all below it. Unlike `organization_id` elsewhere, it
/// may lie outside the caller's scope, because schools look for the projects of the training school above
/// them.
///
/// # Errors
/// 422 at `owner_organization_id` if there is no such organization.
fn owner_scope(conn: &mut DbConnection, owner: OrganizationId) -> Result<Scope> {
    let path: Option<String> = organizations::table.find(owner).select(organizations::path).first(conn).optional()?;
    path.map(Scope::new).ok_or_else(|| ApiError::invalid("owner_organization_id", "unknown_organization", "单位不存在"))
}

fn filtered(conn: &mut DbConnection, user: &CurrentUser, query: &ProjectQuery) -> Result<Projects> {
    let mut rows = visible_projects(user);
    if query.mine == Some(true) {
        rows = only_own(rows, user);
    }
    if query.overdue == Some(true) {
        rows = rows
            .filter(projects::status.eq_any([ProjectStatus::Published, ProjectStatus::Running]))
            .filter(projects::ends_on.le(rules::overdue_since(user.today())))
            .filter(projects::owner_organization_id.eq_any(scope_organization_ids!(user)));
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
    if let Some(dimension) = query.dimension {
        rows = rows.filter(projects::dimension.eq(Some(dimension)));
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
        let owners = owner_scope(conn, owner)?;
        rows = rows.filter(projects::owner_organization_id.eq_any(organization_ids_in!(owners)));
    }
    Ok(rows)
}

/// Returns a page of the projects that the caller sees.
///
/// # Errors
/// 422 for a bad cursor or an unknown `owner_organization_id`.
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

/// Returns a project.
///
/// # Errors
/// 404 if the caller does not see it.
pub fn find(conn: &mut DbConnection, user: &CurrentUser, id: ProjectId) -> Result<ProjectView> {
    let row: Project = visible_projects(user).filter(projects::id.eq(id)).select(Project::as_select()).first(conn)?;
    with_details(conn, user, vec![row])?.pop().ok_or_else(ApiError::not_found)
}

/// Returns the given projects that are visible to the caller, in arbitrary order.
pub fn find_all(conn: &mut DbConnection, user: &CurrentUser, ids: Vec<ProjectId>) -> Result<Vec<ProjectView>> {
    let rows = visible_projects(user).filter(projects::id.eq_any(ids)).select(Project::as_select()).load(conn)?;
    with_details(conn, user, rows)
}

/// Writes a project that is locked as its next version, and records the change under `action`.
pub(super) fn change(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    project: Project,
    action: &'static str,
) -> Result<ProjectView> {
    let before = find(tx.conn, user, project.id)?;
    let row = Project { version: project.version + 1, updated_at: tx.now, ..project };
    diesel::update(projects::table.find(row.id)).set(&row).execute(tx.conn)?;
    let after = find(tx.conn, user, row.id)?;
    tx.audit(action, "project", row.id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::ProjectUpdated, [row.id]);
    Ok(after)
}

/// Creates a draft, with its five phases if it is a `send_teaching` project (二).
///
/// # Errors
/// 422 at a reference that the caller may not use.
pub fn create(tx: &mut Tx<'_>, user: &CurrentUser, new: &CreateProject) -> Result<ProjectView> {
    let owner = new.owner_organization_id.unwrap_or(user.organization_id);
    visible_organization(tx.conn, &user.scope, owner, "/owner_organization_id")?;
    check_references(tx.conn, user, new.host_organization_id, new.team_id)?;
    let id = ProjectId::from_uuid(Uuid::now_v7());
    let project = Project {
        id,
        title: new.title.trim().to_owned(),
        kind: new.kind,
        training_year: new.training_year,
        level: new.level,
        mode: new.mode,
        subject: trimmed(new.subject.as_ref()),
        stage: new.stage,
        theme: trimmed(new.theme.as_ref()),
        school_theme: trimmed(new.school_theme.as_ref()),
        research_topic: trimmed(new.research_topic.as_ref()),
        conditions: trimmed(new.conditions.as_ref()),
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
        status_reason: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
        initials: Some(initials::of(&new.title)),
        dimension: new.dimension,
        settled_at: None,
    };
    batch::insert(tx, &[project])?;
    if new.kind == ProjectKind::SendTeaching {
        let plans = five_phases(new.planned_hours, new.starts_on, new.ends_on);
        phases_batch::insert(tx, &plans.map(|plan| Phase::planned(id, plan, tx.now)))?;
    }
    let view = find(tx.conn, user, id)?;
    tx.created("project", id, &view)?;
    Ok(view)
}

/// Checks the host and the team that a project names.
///
/// # Errors
/// 422 at the field whose reference the caller may not use.
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

/// Locks a project that the caller may manage, and returns its row.
///
/// # Errors
/// 404 or 403 as by [`access::manage`].
pub(super) fn lock_managed(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId) -> Result<Project> {
    access::manage(tx.conn, user, id)?;
    batch::lock(tx, id)
}

/// Changes a project.
///
/// # Errors
/// 404 or 403 as by [`access::manage`], 412 if it has another version, 409 or 422 as by
/// [`rules::check_changes`], 422 at a reference that the caller may not use.
pub fn update(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: ProjectId,
    version: IfMatch,
    changes: &UpdateProject,
) -> Result<ProjectView> {
    let project = lock_managed(tx, user, id)?;
    version.check(project.version)?;
    let admitted = enrollments_batch::places_taken(tx.conn, &[id])?.remove(&id).unwrap_or_default();
    rules::check_changes(&project, admitted, changes)?;
    let new_team = changes.team_id.flatten().filter(|team| Some(*team) != project.team_id);
    check_references(tx.conn, user, changes.host_organization_id.flatten(), new_team)?;
    let updated = Project {
        title: changes.title.as_ref().map_or(project.title, |title| title.trim().to_owned()),
        training_year: changes.training_year.unwrap_or(project.training_year),
        level: changes.level.unwrap_or(project.level),
        mode: changes.mode.unwrap_or(project.mode),
        dimension: changes.dimension.unwrap_or(project.dimension),
        subject: trimmed_patch(changes.subject.as_ref()).unwrap_or(project.subject),
        stage: changes.stage.unwrap_or(project.stage),
        theme: trimmed_patch(changes.theme.as_ref()).unwrap_or(project.theme),
        school_theme: trimmed_patch(changes.school_theme.as_ref()).unwrap_or(project.school_theme),
        research_topic: trimmed_patch(changes.research_topic.as_ref()).unwrap_or(project.research_topic),
        conditions: trimmed_patch(changes.conditions.as_ref()).unwrap_or(project.conditions),
        requires_rural: changes.requires_rural.unwrap_or(project.requires_rural),
        look_back_years: changes.look_back_years.unwrap_or(project.look_back_years),
        planned_hours: changes.planned_hours.unwrap_or(project.planned_hours),
        capacity: changes.capacity.unwrap_or(project.capacity),
        starts_on: changes.starts_on.unwrap_or(project.starts_on),
        ends_on: changes.ends_on.unwrap_or(project.ends_on),
        host_organization_id: changes.host_organization_id.unwrap_or(project.host_organization_id),
        team_id: changes.team_id.unwrap_or(project.team_id),
        initials: changes.title.as_deref().map(initials::of).or(project.initials),
        ..project
    };
    let most = plan::most_hours(tx.conn, id)?;
    check_plan(updated.planned_hours, most.min(project.planned_hours), most)?;
    let view = change(tx, user, updated, "update")?;
    if let Some(reason) = &changes.reason {
        tx.audit("raise_hours", "project", id, None::<&()>, Some(&reason.trim()))?;
    }
    Ok(view)
}

/// Deletes a draft with its phases and the activities planned for them; a draft has nothing else.
///
/// # Errors
/// 404 or 403 as by [`access::manage`], 412 if it has another version, 409 `wrong_state` if it is no
/// draft.
pub fn delete(tx: &mut Tx<'_>, user: &CurrentUser, id: ProjectId, version: IfMatch) -> Result<()> {
    let project = lock_managed(tx, user, id)?;
    version.check(project.version)?;
    if project.status != ProjectStatus::Draft {
        return Err(ApiError::wrong_state("只能删除草稿，已发布的项目请取消"));
    }
    let before = find(tx.conn, user, id)?;
    diesel::delete(activities::table.filter(activities::project_id.eq(id))).execute(tx.conn)?;
    diesel::delete(phases::table.filter(phases::project_id.eq(id))).execute(tx.conn)?;
    diesel::delete(projects::table.find(id)).execute(tx.conn)?;
    let owner = organizations::table.find(project.owner_organization_id);
    let path = owner.select(organizations::path).first(tx.conn)?;
    tx.publish_deleted(ChangeType::ProjectDeleted, id, path);
    tx.deleted("project", id, &before)
}
