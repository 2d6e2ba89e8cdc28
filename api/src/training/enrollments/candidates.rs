//! Loads what the conditions of selection look at, in one query per kind for many teachers.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, ProjectId, TeacherId, enrollments::EnrollmentStatus,
    projects::ProjectStatus, teachers::TeacherStatus, training::Stage, training::TrainingLevel,
};

use super::rules::{self, Candidate, Conditions, Selection};
use crate::{
    db::{
        DbConnection,
        schema::{appointments, enrollments, organizations, projects, teachers},
    },
    error::{ApiError, Result},
    people::appointments::service::in_post_on,
    training::projects::Project,
};

type TeacherRow = (TeacherId, String, TeacherStatus, String, Stage, OrganizationId, bool);

/// Locks teachers until the transaction ends, so that two projects cannot both find a teacher not
/// selected yet. Locks are taken in the order of ids to avoid deadlocks. SQLite has a single writer
/// and needs no lock.
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

impl From<&Project> for Selection {
    fn from(project: &Project) -> Self {
        Self {
            project_id: project.id,
            level: project.level,
            training_year: project.training_year,
            title: project.title.clone(),
        }
    }
}

impl From<&Project> for Conditions {
    fn from(project: &Project) -> Self {
        Self {
            selection: project.into(),
            look_back_years: project.look_back_years,
            subject: project.subject.clone(),
            stage: project.stage,
            requires_rural: project.requires_rural,
        }
    }
}

/// The teachers who are to be selected, with the organizations where they serve.
pub struct Candidates {
    found: HashMap<TeacherId, (Candidate, OrganizationId)>,
}

impl Candidates {
    /// Loads teachers as of a day, and locks them until the transaction ends if `for_update` is set.
    pub fn load(conn: &mut DbConnection, ids: &[TeacherId], for_update: bool, today: NaiveDate) -> Result<Self> {
        if for_update {
            lock_teachers(conn, ids)?;
        }
        let rows: Vec<TeacherRow> = teachers::table
            .inner_join(organizations::table)
            .filter(teachers::id.eq_any(ids))
            .select((
                teachers::id,
                teachers::name,
                teachers::status,
                teachers::subject,
                teachers::stage,
                organizations::id,
                organizations::rural,
            ))
            .load(conn)?;
        let mut selections = selections(conn, ids)?;
        let in_post: HashSet<TeacherId> =
            in_post_on!(today).filter(appointments::teacher_id.eq_any(ids)).load(conn)?.into_iter().collect();
        let candidate = |(id, name, status, subject, stage, organization, rural): TeacherRow| {
            let (in_post, selections) = (in_post.contains(&id), selections.remove(&id).unwrap_or_default());
            (id, (Candidate { name, status, in_post, subject, stage, rural, selections }, organization))
        };
        Ok(Self { found: rows.into_iter().map(candidate).collect() })
    }

    /// Returns the organization where a teacher serves.
    pub fn organization(&self, id: TeacherId) -> Option<OrganizationId> {
        self.found.get(&id).map(|(_, organization)| *organization)
    }

    /// Returns each condition that a teacher does not meet, as by [`rules::faults`].
    pub fn faults(&self, conditions: &Conditions, id: TeacherId) -> Vec<(&'static str, String)> {
        self.found.get(&id).map(|(candidate, _)| rules::faults(conditions, candidate)).unwrap_or_default()
    }

    /// Adds a selection of a teacher that is not in the database yet.
    pub fn add_selection(&mut self, id: TeacherId, selection: Selection) {
        if let Some((candidate, _)) = self.found.get_mut(&id) {
            candidate.selections.push(selection);
        }
    }

    /// Checks teachers against a project's conditions.
    ///
    /// # Errors
    /// 422 `not_eligible` with every fault of every teacher, at `{at}/{index}`.
    pub fn check(&self, project: &Project, ids: &[TeacherId], at: &str) -> Result<()> {
        let conditions = Conditions::from(project);
        let mut errors = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            for (code, message) in self.faults(&conditions, *id) {
                errors.push(FieldError::new(format!("{at}/{index}"), code, message));
            }
        }
        ApiError::check(ErrorCode::NotEligible, errors)
    }
}

/// Returns the projects for which teachers were selected, except cancelled ones.
fn selections(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, Vec<Selection>>> {
    let rows: Vec<(TeacherId, ProjectId, TrainingLevel, i32, String)> = enrollments::table
        .inner_join(projects::table)
        .filter(enrollments::teacher_id.eq_any(ids))
        .filter(enrollments::status.eq_any(EnrollmentStatus::WITH_PLACE))
        .filter(projects::status.ne(ProjectStatus::Cancelled))
        .select((enrollments::teacher_id, projects::id, projects::level, projects::training_year, projects::title))
        .load(conn)?;
    let mut found: HashMap<TeacherId, Vec<Selection>> = HashMap::new();
    for (teacher, project_id, level, training_year, title) in rows {
        found.entry(teacher).or_default().push(Selection { project_id, level, training_year, title });
    }
    Ok(found)
}
