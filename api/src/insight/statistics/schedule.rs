//! The calendar of projects, with a bar for each project that the caller sees.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    PhaseId, ProjectId,
    phases::{PhaseKind, PhaseStatus},
    projects::{ProjectKind, ProjectStatus},
    statistics::{ScheduleQuery, ScheduleView, ScheduledPhase, ScheduledProject},
};

use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{enrollments, organizations, phases, projects},
    },
    error::Result,
    hours::quotas,
    http::listing::PageRequest,
    training::phases::late,
    visibility::{in_scope, requested_scope, visible_projects},
};

/// The only order of the calendar, which cursors name.
const ORDER: &str = "starts_on";

type ProjectRow = (ProjectId, String, ProjectKind, ProjectStatus, NaiveDate, NaiveDate);

/// Finds a page of the calendar.
///
/// # Errors
/// 422 at `training_year`, `organization_id` or `cursor`.
pub fn find(
    conn: &mut DbConnection,
    user: &CurrentUser,
    query: &ScheduleQuery,
    page: &PageRequest,
) -> Result<ScheduleView> {
    let year = quotas::requested_year(conn, query.training_year, &user.scope.root, user.today())?.year;
    let today = user.today();
    let mut visible = visible_projects(user).filter(projects::training_year.eq(year));
    if query.organization_id.is_some() {
        let scope = requested_scope(conn, &user.scope, query.organization_id)?;
        let here = || organizations::table.filter(in_scope!(organizations::path, scope)).select(organizations::id);
        let parts =
            enrollments::table.filter(enrollments::organization_id.eq_any(here())).select(enrollments::project_id);
        visible = visible.filter(
            projects::owner_organization_id
                .eq_any(here())
                .or(projects::host_organization_id.eq_any(here().select(organizations::id.nullable())))
                .or(projects::id.eq_any(parts)),
        );
    }
    let after: Option<(NaiveDate, ProjectId)> = page.after(ORDER)?;
    let rows: Vec<ProjectRow> = keyset!(visible, after, projects::starts_on, projects::id, asc)
        .limit(page.fetch())
        .select((
            projects::id,
            projects::title,
            projects::kind,
            projects::status,
            projects::starts_on,
            projects::ends_on,
        ))
        .load(conn)?;
    let mut phases = phases_of(conn, rows.iter().map(|row| row.0).collect(), today)?;
    let bars = rows.into_iter().map(|(project_id, title, kind, status, starts_on, ends_on)| {
        let phases = phases.remove(&project_id).unwrap_or_default();
        let late = phases.iter().any(|phase| phase.late);
        ScheduledProject { project_id, title, kind, status, starts_on, ends_on, late, phases }
    });
    let bars = page.page(ORDER, bars.collect(), |bar| (bar.starts_on, bar.project_id), None)?;
    Ok(ScheduleView { training_year: year, as_of: today, items: bars.items, next_cursor: bars.next_cursor })
}

/// Returns the phases of projects, in order.
fn phases_of(
    conn: &mut DbConnection,
    ids: Vec<ProjectId>,
    today: NaiveDate,
) -> Result<HashMap<ProjectId, Vec<ScheduledPhase>>> {
    type Row = (ProjectId, PhaseId, PhaseKind, i32, PhaseStatus, Option<NaiveDate>, Option<NaiveDate>, Option<bool>);
    let rows: Vec<Row> = phases::table
        .inner_join(projects::table)
        .filter(phases::project_id.eq_any(ids))
        .order((phases::project_id, phases::position))
        .select((
            phases::project_id,
            phases::id,
            phases::kind,
            phases::position,
            phases::status,
            phases::starts_on,
            phases::ends_on,
            late!(today),
        ))
        .load(conn)?;
    let mut found: HashMap<ProjectId, Vec<ScheduledPhase>> = HashMap::new();
    for (project, phase_id, kind, position, status, starts_on, ends_on, late) in rows {
        // NULL if the phase has no last day; such a phase is never late.
        let late = late.unwrap_or_default();
        let phase = ScheduledPhase { phase_id, kind, position, status, starts_on, ends_on, late };
        found.entry(project).or_default().push(phase);
    }
    Ok(found)
}
