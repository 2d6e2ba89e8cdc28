//! Builds the views of projects: one query per kind of detail, however many projects there are.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use songjiao_types::{
    Hours, OrganizationId, Permission, PhaseId, ProjectId, TeamId,
    activities::ActivityStatus,
    enrollments::EnrollmentStatus,
    organizations::OrganizationRef,
    phases::{PhaseKind, PhaseStatus},
    projects::{PhaseSummary, ProjectCounts, ProjectView},
};

use super::{
    access::Grants,
    batch::Project,
    visits::Visits,
    warnings::{Plan, PlannedActivity, plan_warnings},
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{activities, deliverables, enrollments, phases, teams},
    },
    error::{ApiError, Result},
    people::{organizations::organization_refs, policies},
};

/// The details of some projects.
struct Details {
    organizations: HashMap<OrganizationId, OrganizationRef>,
    teams: HashMap<TeamId, String>,
    phases: HashMap<ProjectId, Vec<PhaseSummary>>,
    activities: HashMap<ProjectId, Vec<PlannedActivity>>,
    visits: Visits,
    counts: HashMap<ProjectId, ProjectCounts>,
}

type PhaseRow = (ProjectId, PhaseId, PhaseKind, i32, PhaseStatus, Hours, Option<NaiveDate>, Option<NaiveDate>);

impl Details {
    fn load(conn: &mut DbConnection, rows: &[Project]) -> Result<Self> {
        let ids: Vec<ProjectId> = rows.iter().map(|row| row.id).collect();
        let phases = load_phases(conn, &ids)?;
        let activities = load_activities(conn, &ids)?;
        let mut counts = load_counts(conn, &ids)?;
        for (id, planned) in &activities {
            counts.entry(*id).or_default().activities = i64::try_from(planned.len()).unwrap_or(i64::MAX);
        }
        let named: Vec<_> =
            rows.iter().flat_map(|row| [Some(row.owner_organization_id), row.host_organization_id]).flatten().collect();
        let team_ids: Vec<TeamId> = rows.iter().filter_map(|row| row.team_id).collect();
        Ok(Self {
            organizations: organization_refs(conn, named)?,
            teams: teams::table
                .filter(teams::id.eq_any(team_ids))
                .select((teams::id, teams::name))
                .load(conn)?
                .into_iter()
                .collect(),
            phases,
            activities,
            visits: Visits::load(conn, rows)?,
            counts,
        })
    }
}

fn load_phases(conn: &mut DbConnection, ids: &[ProjectId]) -> Result<HashMap<ProjectId, Vec<PhaseSummary>>> {
    let rows: Vec<PhaseRow> = phases::table
        .filter(phases::project_id.eq_any(ids))
        .order((phases::project_id, phases::position))
        .select((
            phases::project_id,
            phases::id,
            phases::kind,
            phases::position,
            phases::status,
            phases::planned_hours,
            phases::starts_on,
            phases::ends_on,
        ))
        .load(conn)?;
    let mut found: HashMap<ProjectId, Vec<PhaseSummary>> = HashMap::new();
    for (project, id, kind, position, status, planned_hours, starts_on, ends_on) in rows {
        let phase = PhaseSummary { id, kind, position, status, planned_hours, starts_on, ends_on };
        found.entry(project).or_default().push(phase);
    }
    Ok(found)
}

fn load_activities(conn: &mut DbConnection, ids: &[ProjectId]) -> Result<HashMap<ProjectId, Vec<PlannedActivity>>> {
    let rows: Vec<(ProjectId, NaiveDate, i32)> = activities::table
        .filter(activities::project_id.eq_any(ids).and(activities::status.ne(ActivityStatus::Cancelled)))
        .select((activities::project_id, activities::held_on, activities::days))
        .load(conn)?;
    let mut found: HashMap<ProjectId, Vec<PlannedActivity>> = HashMap::new();
    for (project, held_on, days) in rows {
        found.entry(project).or_default().push(PlannedActivity { held_on, days });
    }
    Ok(found)
}

fn load_counts(conn: &mut DbConnection, ids: &[ProjectId]) -> Result<HashMap<ProjectId, ProjectCounts>> {
    use EnrollmentStatus as S;

    let mut counts: HashMap<ProjectId, ProjectCounts> = HashMap::new();
    let participants: Vec<(ProjectId, EnrollmentStatus, i64)> = enrollments::table
        .filter(enrollments::project_id.eq_any(ids))
        .group_by((enrollments::project_id, enrollments::status))
        .select((enrollments::project_id, enrollments::status, count_star()))
        .load(conn)?;
    for (project, status, number) in participants {
        let counts = counts.entry(project).or_default();
        match status {
            S::Nominated | S::Announced | S::Reviewed => counts.nominated += number,
            S::Admitted | S::Completed | S::NotCompleted => counts.admitted += number,
            S::Rejected | S::Withdrawn | S::Disqualified | S::Cancelled => {}
        }
    }
    let materials: Vec<(ProjectId, i64)> = deliverables::table
        .filter(deliverables::project_id.eq_any(ids))
        .group_by(deliverables::project_id)
        .select((deliverables::project_id, count_star()))
        .load(conn)?;
    for (project, number) in materials {
        counts.entry(project).or_default().deliverables = number;
    }
    Ok(counts)
}

/// Returns the views of projects that the caller sees.
///
/// # Errors
/// 500 if an owner is missing.
pub fn with_details(conn: &mut DbConnection, user: &CurrentUser, rows: Vec<Project>) -> Result<Vec<ProjectView>> {
    let ids: Vec<ProjectId> = rows.iter().map(|row| row.id).collect();
    let mut details = Details::load(conn, &rows)?;
    let grants = Grants::load(conn, user, &ids)?;
    let policies = policies::of_organizations(conn, rows.iter().map(|row| row.owner_organization_id).collect())?;
    let view = |row: Project| {
        let phases = details.phases.remove(&row.id).unwrap_or_default();
        let policies = policies.get(&row.owner_organization_id);
        let policy = policies.ok_or_else(|| ApiError::internal("a project without owner"))?.on(row.starts_on);
        let warnings = plan_warnings(&Plan {
            kind: row.kind,
            status: row.status,
            planned_hours: row.planned_hours,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            has_team: row.team_id.is_some(),
            phases: &phases,
            activities: details.activities.get(&row.id).map_or(&[], Vec::as_slice),
            visits: &details.visits.of(row.id),
            visits_per_year: policy.figures.visits_per_year,
            days_per_visit: policy.figures.days_per_visit,
        });
        let access = grants.of(row.id);
        Ok(ProjectView {
            owner_organization_name: details
                .organizations
                .get(&row.owner_organization_id)
                .map(|owner| owner.name.clone())
                .ok_or_else(|| ApiError::internal("a project without owner"))?,
            host_organization_name: row
                .host_organization_id
                .and_then(|id| Some(details.organizations.get(&id)?.name.clone())),
            team_name: row.team_id.and_then(|id| details.teams.get(&id).cloned()),
            counts: details.counts.get(&row.id).copied().unwrap_or_default(),
            can_manage: access.manage && user.allows(Permission::ProjectsWrite),
            can_run: access.run && user.allows(Permission::PhasesRun),
            tier: row.level.tier(),
            phases,
            warnings,
            id: row.id,
            title: row.title,
            kind: row.kind,
            training_year: row.training_year,
            level: row.level,
            mode: row.mode,
            dimension: row.dimension,
            subject: row.subject,
            stage: row.stage,
            theme: row.theme,
            school_theme: row.school_theme,
            research_topic: row.research_topic,
            conditions: row.conditions,
            requires_rural: row.requires_rural,
            look_back_years: row.look_back_years,
            planned_hours: row.planned_hours,
            capacity: row.capacity,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            owner_organization_id: row.owner_organization_id,
            host_organization_id: row.host_organization_id,
            team_id: row.team_id,
            status: row.status,
            status_reason: row.status_reason,
            settled_at: row.settled_at.map(Into::into),
            version: row.version,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    };
    rows.into_iter().map(view).collect()
}
