//! The activities of projects as far as marks and hours follow from them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    ActivityId, Hours, PhaseId, ProjectId, TeacherId, activities::ActivityStatus, training::TrainingDimension,
};

use super::rules;
use crate::{
    db::{
        DbConnection,
        schema::{activities, activity_deliverers, activity_organizations, organizations},
    },
    error::{ApiError, Result},
};

/// An activity of a project.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are the table's columns")]
pub struct PlannedActivity {
    pub id: ActivityId,
    pub project_id: ProjectId,
    pub phase_id: Option<PhaseId>,
    pub title: String,
    pub held_on: NaiveDate,
    pub days: i32,
    pub hours: Hours,
    pub status: ActivityStatus,
    pub dimension: Option<TrainingDimension>,
    /// The paths of the organizations that it concerns; none stands for all.
    pub concerns: Vec<String>,
    /// The teachers who deliver it.
    pub delivered_by: Vec<TeacherId>,
}

impl PlannedActivity {
    /// Returns the days with their hours.
    pub fn days(&self) -> Vec<(NaiveDate, Hours)> {
        rules::days_with_hours(self.held_on, self.days, self.hours)
    }

    /// Returns the last day.
    pub fn last_day(&self) -> NaiveDate {
        rules::last_day(self.held_on, self.days)
    }

    /// Returns whether it is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status == ActivityStatus::Cancelled
    }

    /// Returns whether it concerns the participants of the school at a path.
    pub fn concerns(&self, path: &str) -> bool {
        rules::concerns(&self.concerns, path)
    }
}

type Row =
    (ActivityId, ProjectId, Option<PhaseId>, String, NaiveDate, i32, Hours, ActivityStatus, Option<TrainingDimension>);

/// Returns the activities of projects, by day.
///
/// # Errors
/// If the database fails.
pub fn load(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<Vec<PlannedActivity>> {
    let rows: Vec<Row> = activities::table
        .filter(activities::project_id.eq_any(projects))
        .order((activities::held_on, activities::id))
        .select((
            activities::id,
            activities::project_id,
            activities::phase_id,
            activities::title,
            activities::held_on,
            activities::days,
            activities::hours,
            activities::status,
            activities::dimension,
        ))
        .load(conn)?;
    let of_projects = || activities::table.filter(activities::project_id.eq_any(projects)).select(activities::id);
    let mut concerns: HashMap<ActivityId, Vec<String>> = HashMap::new();
    let named: Vec<(ActivityId, String)> = activity_organizations::table
        .inner_join(organizations::table)
        .filter(activity_organizations::activity_id.eq_any(of_projects()))
        .select((activity_organizations::activity_id, organizations::path))
        .load(conn)?;
    for (activity, path) in named {
        concerns.entry(activity).or_default().push(path);
    }
    let mut delivered_by: HashMap<ActivityId, Vec<TeacherId>> = HashMap::new();
    let named: Vec<(ActivityId, TeacherId)> = activity_deliverers::table
        .filter(activity_deliverers::activity_id.eq_any(of_projects()))
        .select((activity_deliverers::activity_id, activity_deliverers::teacher_id))
        .load(conn)?;
    for (activity, teacher) in named {
        delivered_by.entry(activity).or_default().push(teacher);
    }
    let activity = |(id, project_id, phase_id, title, held_on, days, hours, status, dimension): Row| PlannedActivity {
        concerns: concerns.remove(&id).unwrap_or_default(),
        delivered_by: delivered_by.remove(&id).unwrap_or_default(),
        id,
        project_id,
        phase_id,
        title,
        held_on,
        days,
        hours,
        status,
        dimension,
    };
    Ok(rows.into_iter().map(activity).collect())
}

/// Returns an activity of a project.
///
/// # Errors
/// 404 if there is none.
pub fn find(conn: &mut DbConnection, project: ProjectId, id: ActivityId) -> Result<PlannedActivity> {
    load(conn, &[project])?.into_iter().find(|activity| activity.id == id).ok_or_else(ApiError::not_found)
}

/// Returns the most hours that the activities of a project add up to for one participant.
///
/// # Errors
/// If the database fails.
pub fn most_hours(conn: &mut DbConnection, project: ProjectId) -> Result<Hours> {
    let activities = load(conn, &[project])?;
    let held = activities.iter().filter(|activity| !activity.is_cancelled());
    Ok(rules::most_hours(&held.map(|activity| (activity.concerns.as_slice(), activity.hours)).collect::<Vec<_>>()))
}
