//! The attendance sheets of projects: activities, participants and marks, from which hours follow.

use std::collections::HashMap;

use chrono::NaiveDate;
use songjiao_types::{
    ActivityId, EnrollmentId, Hours, PhaseId, ProjectId, attendance::AttendanceStatus, enrollments::EnrollmentStatus,
};

use super::{
    batch,
    participants::{self, Participant},
    rules::{AbsencePolicy, Tally},
};
use crate::{
    db::DbConnection,
    error::Result,
    training::activities::plan::{self, PlannedActivity},
};

/// The sheets of some projects. Cancelled activities have none.
pub struct Sheets {
    /// The activities, by day.
    pub activities: Vec<PlannedActivity>,
    /// The participants, by school and number.
    pub participants: Vec<Participant>,
    marks: HashMap<(EnrollmentId, ActivityId, NaiveDate), AttendanceStatus>,
}

/// A day that concerns a participant.
#[derive(Clone, Copy, Debug)]
pub struct ConcernedDay<'a> {
    /// The activity.
    pub activity: &'a PlannedActivity,
    /// The day.
    pub day: NaiveDate,
    /// The hours of the day.
    pub hours: Hours,
    /// The mark, if there is one.
    pub mark: Option<AttendanceStatus>,
}

impl Sheets {
    /// Loads the sheets of projects.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, projects: &[ProjectId]) -> Result<Self> {
        let mut activities = plan::load(conn, projects)?;
        activities.retain(|activity| !activity.is_cancelled());
        let ids: Vec<ActivityId> = activities.iter().map(|activity| activity.id).collect();
        let marks = batch::marks_of_activities(conn, &ids)?;
        let mark = |mark: batch::Mark| ((mark.enrollment_id, mark.activity_id, mark.day), mark.status);
        Ok(Self {
            activities,
            participants: participants::load(conn, projects)?,
            marks: marks.into_iter().map(mark).collect(),
        })
    }

    /// Returns the days that concern a participant, of the activities of the participant's project.
    pub fn days_of<'a>(&'a self, participant: &'a Participant) -> impl Iterator<Item = ConcernedDay<'a>> {
        let activities = self.activities.iter().filter(|activity| activity.project_id == participant.project_id);
        activities.flat_map(move |activity| {
            let days = activity.days().into_iter().filter(|(day, _)| participant.is_concerned(activity, *day));
            days.map(move |(day, hours)| {
                let mark = self.marks.get(&(participant.id, activity.id, day)).copied();
                ConcernedDay { activity, day, hours, mark }
            })
        })
    }

    /// Adds up the marked days of a participant.
    pub fn tally(&self, participant: &Participant, policy: AbsencePolicy) -> Tally {
        Tally::of(self.days_of(participant).filter_map(|day| Some((day.hours, day.mark?))), policy)
    }

    /// Returns the days that have come, concern participants and have no mark of theirs, by participant.
    pub fn missing(&self, today: NaiveDate) -> impl Iterator<Item = (&Participant, ConcernedDay<'_>)> {
        let stays = |participant: &&Participant| participant.status != EnrollmentStatus::Disqualified;
        self.participants.iter().filter(stays).flat_map(move |participant| {
            let days = self.days_of(participant).filter(move |day| day.day <= today && day.mark.is_none());
            days.map(move |day| (participant, day))
        })
    }

    /// Counts the missing marks of each phase.
    pub fn missing_by_phase(&self, today: NaiveDate) -> HashMap<PhaseId, i64> {
        let mut counts = HashMap::new();
        for (_, day) in self.missing(today) {
            if let Some(phase) = day.activity.phase_id {
                *counts.entry(phase).or_default() += 1;
            }
        }
        counts
    }

    /// Counts the missing marks of each activity.
    pub fn missing_by_activity(&self, today: NaiveDate) -> HashMap<ActivityId, i64> {
        let mut counts = HashMap::new();
        for (_, day) in self.missing(today) {
            *counts.entry(day.activity.id).or_default() += 1;
        }
        counts
    }

    /// Returns whether no day of any participant has a mark.
    pub fn nothing_held(&self) -> bool {
        self.marks.is_empty()
    }

    /// Returns the activities that are not over.
    pub fn ahead(&self, today: NaiveDate) -> impl Iterator<Item = &PlannedActivity> {
        self.activities.iter().filter(move |activity| activity.last_day() > today)
    }
}
