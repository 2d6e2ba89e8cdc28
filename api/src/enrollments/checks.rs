//! Loads what the conditions of selection look at: for many teachers in a query a kind.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    FieldError, OrganizationId, TeacherId, enrollments::EnrollmentStatus, projects::ProjectStatus,
    teachers::TeacherStatus, training::Stage,
};

use super::rules::{self, Candidate, Conditions};
use crate::{
    db::{
        DbConnection, Tx,
        schema::{enrollments, organizations, projects, teachers},
    },
    error::Result,
    projects::Project,
};

type TeacherRow = (TeacherId, String, TeacherStatus, Option<NaiveDate>, String, Stage, OrganizationId, bool);

/// Locks teachers so that two projects cannot both find a teacher not selected yet. In the order
/// of their ids, so that nobody waits in a circle. SQLite has one writer anyway.
fn lock_teachers(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<()> {
    if let DbConnection::Postgres(conn) = conn {
        teachers::table
            .filter(teachers::id.eq_any(ids))
            .order(teachers::id)
            .select(teachers::id)
            .for_no_key_update()
            .load::<TeacherId>(conn)?;
    }
    Ok(())
}

/// Teachers and where they serve.
pub struct Candidates {
    found: HashMap<TeacherId, (Candidate, OrganizationId)>,
}

impl Candidates {
    /// Of the project's conditions; the teachers stay locked until the transaction ends.
    pub fn load(tx: &mut Tx<'_>, project: &Project, ids: &[TeacherId]) -> Result<Self> {
        lock_teachers(tx.conn, ids)?;
        let rows: Vec<TeacherRow> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::id.eq_any(ids))
            .select((
                teachers::id,
                teachers::name,
                teachers::status,
                teachers::left_on,
                teachers::subject,
                teachers::stage,
                organizations::id,
                organizations::rural,
            ))
            .load(tx.conn)?;
        let mut selected = selected_before(tx.conn, project, ids)?;
        let candidate = |(id, name, status, left_on, subject, stage, organization, rural): TeacherRow| {
            let selected_before = selected.remove(&id);
            (id, (Candidate { name, status, left_on, subject, stage, rural, selected_before }, organization))
        };
        Ok(Self { found: rows.into_iter().map(candidate).collect() })
    }

    /// Where a teacher serves now.
    pub fn organization(&self, id: TeacherId) -> Option<OrganizationId> {
        self.found.get(&id).map(|(_, organization)| *organization)
    }

    /// # Errors
    /// 422 with every fault of every teacher, at `{at}/{index}`.
    pub fn check(&self, project: &Project, ids: &[TeacherId], at: &str, today: NaiveDate) -> Result<()> {
        let conditions = Conditions {
            subject: project.subject.clone(),
            stage: project.stage,
            requires_rural: project.requires_rural,
        };
        let mut errors = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let Some((candidate, _)) = self.found.get(id) else { continue };
            for (code, message) in rules::faults(&conditions, candidate, today) {
                errors.push(FieldError::new(format!("{at}/{index}"), code, message));
            }
        }
        rules::check_faults(errors)
    }
}

/// The projects of the same level, within the look-back, for which teachers were selected (重复选派).
fn selected_before(
    conn: &mut DbConnection,
    project: &Project,
    ids: &[TeacherId],
) -> Result<HashMap<TeacherId, String>> {
    if project.look_back_years == 0 {
        return Ok(HashMap::new());
    }
    let rows: Vec<(TeacherId, String)> = enrollments::table
        .inner_join(projects::table)
        .filter(enrollments::teacher_id.eq_any(ids))
        .filter(enrollments::status.eq_any([EnrollmentStatus::Admitted, EnrollmentStatus::Completed]))
        .filter(projects::id.ne(project.id).and(projects::level.eq(project.level)))
        .filter(projects::status.ne(ProjectStatus::Cancelled))
        .filter(
            projects::training_year
                .ge(project.training_year - project.look_back_years)
                .and(projects::training_year.le(project.training_year)),
        )
        .order(projects::training_year)
        .select((enrollments::teacher_id, projects::title))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
