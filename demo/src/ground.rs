//! What projects are generated from, and what is generated.

use chrono::NaiveDate;
use songjiao_api::batch::{
    activities::Activity,
    activities_named::{ActivityDeliverer, ActivityOrganization},
    attendance::Mark,
    deliverables::Deliverable,
    enrollments::Enrollment,
    hour_records::NewHourRecord,
    phases::Phase,
    projects,
};
use songjiao_types::{ProjectId, UserId, phases::PhaseStatus, training::Stage};

use super::{county::County, people::Person, teams::Team};

/// What the lessons need to know of a project.
pub struct Project {
    pub id: ProjectId,
    pub starts_on: NaiveDate,
    pub stage: Stage,
    pub subject: &'static str,
    /// The status of 研课磨课.
    pub polishing: PhaseStatus,
    /// The indices of the participants.
    pub participants: Vec<usize>,
    /// The indices of the team's members.
    pub team: Vec<usize>,
}

/// The generated projects with everything that belongs to them.
#[derive(Default)]
pub struct Projects {
    pub run: Vec<Project>,
    pub rows: Vec<projects::Project>,
    pub phases: Vec<Phase>,
    pub activities: Vec<Activity>,
    pub deliverers: Vec<ActivityDeliverer>,
    pub concerned: Vec<ActivityOrganization>,
    pub deliverables: Vec<Deliverable>,
    pub enrollments: Vec<Enrollment>,
    pub attendance: Vec<Mark>,
    pub hours: Vec<NewHourRecord>,
}

/// What projects are generated from.
pub struct Ground<'a> {
    pub county: &'a County,
    pub people: &'a [Person],
    pub teams: &'a [Team],
    /// The training school's user, who writes the records.
    pub recorder: UserId,
}
