//! Projects 培训项目, with their phases, activities, participants and marks.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::{
    dates::Span,
    hours::{Dimension, Level},
    ids::{ActivityId, OrganizationId, ProjectId, TeacherId},
    titles::Title,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseStatus {
    Planned,
    Active,
    Completed,
    Skipped,
}

/// How a participant attended a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Present,
    Late,
    /// 擅自返校.
    LeftEarly,
    Absent,
    Leave,
}

impl Mark {
    pub const ALL: [Self; 5] = [Self::Present, Self::Late, Self::LeftEarly, Self::Absent, Self::Leave];

    /// Whether the day is attended. It is missed otherwise; leave misses it by the default policy.
    pub fn attends(self) -> bool {
        matches!(self, Self::Present | Self::Late)
    }
}

/// An activity of some days. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub project: ProjectId,
    pub phase: usize,
    pub first: NaiveDate,
    pub days: u32,
    pub hours: i64,
    /// The schools that it concerns; none stands for all.
    pub schools: Vec<OrganizationId>,
    pub is_cancelled: bool,
}

impl Activity {
    pub fn span(&self) -> Span {
        Span::new(self.first, self.first + Days::new(u64::from(self.days - 1)))
    }

    /// Returns the hours of each day: hours ÷ days.
    pub fn hours_per_day(&self) -> i64 {
        self.hours / i64::from(self.days)
    }

    pub fn concerns(&self, school: OrganizationId) -> bool {
        self.schools.is_empty() || self.schools.contains(&school)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParticipantStatus {
    Admitted,
    /// 结业.
    Completed,
    /// 未结业.
    NotCompleted,
    Withdrawn,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    pub teacher: TeacherId,
    /// The school that nominated the teacher.
    pub school: OrganizationId,
    pub admitted_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub status: ParticipantStatus,
    pub marks: BTreeMap<(ActivityId, NaiveDate), Mark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub title: Title,
    pub training_year: i32,
    pub level: Level,
    pub dimension: Option<Dimension>,
    pub planned_hours: i64,
    pub starts_on: NaiveDate,
    pub is_completed: bool,
    pub phases: [PhaseStatus; 5],
    pub participants: Vec<Participant>,
}
