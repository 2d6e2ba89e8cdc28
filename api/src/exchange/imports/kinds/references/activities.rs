use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use songjiao_types::{ActivityId, ProjectId, phases::PhaseStatus};

use super::{
    super::super::{
        cells::{self, Cells},
        faults::FieldFault,
    },
    projects::{CHUNK, ProjectName},
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection,
        schema::{activities, phases, projects},
    },
    error::Result,
    visibility::visible_projects,
};

/// A row's reference to an activity: the id, or project, title and, if several have it, the day.
#[derive(Clone, Debug)]
pub struct ActivityName {
    pub name: String,
    pub project: Option<ProjectName>,
    pub held_on: Option<NaiveDate>,
}

impl ActivityName {
    /// Reads the reference and reports its faults; a title requires the project.
    pub fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let name = cells.required("activity", cells::text(200));
        let project = ProjectName::optional(cells);
        let held_on = cells.optional("held_on", cells::date);
        let name = name?;
        if project.is_none() && name.parse::<ActivityId>().is_err() {
            cells.fault("project", "required", "须填写项目名称（或在活动一列填写平台中的活动 ID）");
            return None;
        }
        Some(Self { name, project, held_on })
    }
}

/// An activity of a visible project.
#[derive(Clone, Debug, Queryable)]
pub struct VisibleActivity {
    pub id: ActivityId,
    pub project_id: ProjectId,
    /// The status of the activity's phase, if it has one.
    pub phase: Option<PhaseStatus>,
    title: String,
    held_on: NaiveDate,
    days: i32,
}

impl VisibleActivity {
    fn is_on(&self, day: NaiveDate) -> bool {
        let days = u64::try_from(self.days).unwrap_or(1);
        self.held_on <= day && day < self.held_on + Days::new(days)
    }
}

/// Loads the activities of projects and those with the given ids.
fn load(conn: &mut DbConnection, of: &[ProjectId], ids: &[ActivityId]) -> Result<Vec<VisibleActivity>> {
    Ok(activities::table
        .left_join(phases::table)
        .filter(activities::project_id.eq_any(of).or(activities::id.eq_any(ids)))
        .select((
            activities::id,
            activities::project_id,
            phases::status.nullable(),
            activities::title,
            activities::held_on,
            activities::days,
        ))
        .load(conn)?)
}

/// The activities that rows refer to.
#[derive(Default)]
pub struct Activities {
    of_projects: HashMap<ProjectId, Vec<VisibleActivity>>,
    by_id: HashMap<ActivityId, Option<VisibleActivity>>,
}

impl Activities {
    /// Looks up the activities of projects that are visible to the caller, and those referred to by id.
    ///
    /// # Errors
    /// If the database fails.
    pub fn look_up<'a>(
        &mut self,
        conn: &mut DbConnection,
        user: &CurrentUser,
        of: &[ProjectId],
        names: impl Iterator<Item = &'a ActivityName>,
    ) -> Result<()> {
        let of: Vec<ProjectId> = of.iter().filter(|id| !self.of_projects.contains_key(id)).copied().collect();
        for chunk in of.chunks(CHUNK) {
            self.of_projects.extend(chunk.iter().map(|id| (*id, Vec::new())));
            for row in load(conn, chunk, &[])? {
                self.of_projects.entry(row.project_id).or_default().push(row);
            }
        }
        let ids = names.filter_map(|activity| activity.name.parse().ok());
        let ids: Vec<ActivityId> = ids.filter(|id| !self.by_id.contains_key(id)).collect();
        for chunk in ids.chunks(CHUNK) {
            self.by_id.extend(chunk.iter().map(|id| (*id, None)));
            let found = load(conn, &[], chunk)?;
            let projects: Vec<ProjectId> = found.iter().map(|seen| seen.project_id).collect();
            let in_sight: Vec<ProjectId> =
                visible_projects(user).filter(projects::id.eq_any(projects)).select(projects::id).load(conn)?;
            let in_sight: HashSet<ProjectId> = in_sight.into_iter().collect();
            let found = found.into_iter().filter(|seen| in_sight.contains(&seen.project_id));
            self.by_id.extend(found.map(|seen| (seen.id, Some(seen))));
        }
        Ok(())
    }

    /// Returns the activity of a reference that was looked up.
    ///
    /// # Errors
    /// The fault if there is none or more than one.
    pub fn find(&self, activity: &ActivityName, project: Option<ProjectId>) -> Result<&VisibleActivity, FieldFault> {
        let known = activity.name.parse().ok().and_then(|id| self.by_id.get(&id)).and_then(Option::as_ref);
        if let Some(known) = known {
            return match project {
                Some(project) if project != known.project_id => {
                    Err(("project", "unknown_activity", "该活动不属于此项目".to_owned()))
                }
                _ => Ok(known),
            };
        }
        let of_project = project.and_then(|id| self.of_projects.get(&id)).map_or(&[][..], Vec::as_slice);
        let titled: Vec<&VisibleActivity> = of_project.iter().filter(|seen| seen.title == activity.name).collect();
        let dated: Vec<&VisibleActivity> =
            titled.iter().filter(|seen| activity.held_on.is_none_or(|day| seen.is_on(day))).copied().collect();
        match (dated.as_slice(), activity.held_on) {
            ([one], _) => Ok(one),
            ([], Some(_)) if !titled.is_empty() => {
                Err(("held_on", "unknown_activity", format!("该活动不在这一天，而在 {}", days_of(&titled))))
            }
            ([], _) => Err(("activity", "unknown_activity", "项目中没有这一活动，请核对活动名称".to_owned())),
            (several, day) => {
                let how = if day.is_some() { "请改填活动 ID" } else { "请填写活动日期" };
                let message = format!("项目中有 {} 场同名活动（{}），{how}", several.len(), days_of(several));
                Err(("activity", "ambiguous_activity", message))
            }
        }
    }
}

fn days_of(activities: &[&VisibleActivity]) -> String {
    let mut days: Vec<String> = activities.iter().map(|seen| seen.held_on.to_string()).collect();
    days.sort_unstable();
    days.join("、")
}
