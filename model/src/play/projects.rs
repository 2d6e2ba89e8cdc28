//! Proposals on projects.

use chrono::{Days, NaiveDate};

use super::generator::Generator;
use crate::{
    event::Event,
    hours::{Dimension, Level},
    ids::{ActivityId, OrganizationId, ProjectId, TeacherId},
    project::{Activity, Mark, ParticipantStatus, PhaseStatus, Project},
    rules::{
        calendar::{year_of, year_span},
        projects::concerned_days,
    },
    titles::Title,
};

/// Topics of projects, beside those of records.
const FIRST_TOPIC: usize = 5000;

impl Generator {
    /// Plays a project from its plan towards its end, with what goes wrong on the way.
    pub fn play_project(&mut self) {
        if !self.attempt(Self::propose_project) {
            return;
        }
        for _ in 0..self.number(2, 4) {
            self.attempt(Self::propose_admission);
        }
        let phases = self.number(1, 2);
        for phase in 0..phases {
            if phase > 0 && !self.attempt(Self::propose_next_phase) {
                break;
            }
            self.play_phase();
        }
        if self.chance(80) {
            self.attempt(Self::propose_project_end);
            for _ in 0..self.number(0, 4) {
                self.attempt_one_of(&MENDING_ACTS);
            }
            self.attempt(Self::propose_project_end);
        }
    }

    fn play_phase(&mut self) {
        // Who misses one of five days misses just what the usual limit allows.
        let is_to_the_limit = self.chance(20);
        if is_to_the_limit {
            self.attempt(Self::propose_five_days);
        } else {
            for _ in 0..self.number(1, 4) {
                self.attempt(Self::propose_activity);
            }
        }
        if self.chance(25) {
            self.attempt(Self::propose_phase_end);
        }
        self.mark_all(is_to_the_limit);
        if self.chance(20) {
            self.attempt(Self::propose_participant_withdrawal);
        }
        self.cancel_what_lies_ahead();
        self.attempt(Self::propose_phase_end);
        if self.chance(30) {
            self.attempt_one_of(&MENDING_ACTS);
        }
        self.attempt(Self::propose_phase_end);
    }

    fn project(&self) -> Option<&Project> {
        self.county.projects.last()
    }

    fn active_phase(&self) -> Option<usize> {
        self.project()?.phases.iter().position(|phase| *phase == PhaseStatus::Active)
    }

    fn propose_project(&mut self) -> Option<Event> {
        let id = ProjectId(self.county.projects.len());
        let training_year = year_of(&self.county, self.now) - i32::from(self.chance(15));
        let year = year_span(&self.county, training_year);
        let starts_on = self.day_between(year.first, year.last.min(self.now - Days::new(120)));
        let mut phases = [PhaseStatus::Planned; 5];
        phases[0] = PhaseStatus::Active;
        Some(Event::AddProject(Project {
            id,
            title: Title::plain(FIRST_TOPIC + id.0),
            training_year,
            level: self.pick(&[Level::National, Level::Provincial, Level::Municipal, Level::County])?,
            dimension: if self.chance(50) { self.pick(&Dimension::ALL) } else { None },
            planned_hours: i64::from(self.number(20, 60)) * 1_00,
            starts_on,
            is_completed: false,
            phases,
            participants: Vec::new(),
        }))
    }

    fn propose_admission(&mut self) -> Option<Event> {
        let (project, starts_on) = self.project().map(|project| (project.id, project.starts_on))?;
        let on = if self.chance(60) { starts_on } else { self.within(starts_on, 60) };
        Some(Event::Admit { project, teacher: self.teacher()?, on })
    }

    fn propose_next_phase(&mut self) -> Option<Event> {
        let project = self.project()?;
        let phase = project.phases.iter().position(|phase| *phase == PhaseStatus::Planned)?;
        Some(Event::StartPhase { project: project.id, phase })
    }

    fn propose_activity(&mut self) -> Option<Event> {
        let (project, starts_on) = self.project().map(|project| (project.id, project.starts_on))?;
        let phase = self.active_phase()?;
        let days = self.pick(&[1, 1, 2, 3, 5])?;
        let first = if self.chance(10) { self.within(self.now, 20) } else { self.within(starts_on, 115) };
        let per_day = self.pick(&[1_00, 2_00, 4_00, 4_00, 8_00, 2_50, 9_00, 9_00])?;
        let schools: Vec<OrganizationId> = self.project()?.participants.iter().map(|of| of.school).collect();
        let named = if self.chance(40) { self.pick(&schools) } else { None };
        Some(Event::AddActivity(Activity {
            id: ActivityId(self.county.activities.len()),
            project,
            phase,
            first,
            days,
            hours: per_day * i64::from(days),
            schools: named.into_iter().collect(),
            is_cancelled: false,
        }))
    }

    fn propose_five_days(&mut self) -> Option<Event> {
        let (project, starts_on) = self.project().map(|project| (project.id, project.starts_on))?;
        Some(Event::AddActivity(Activity {
            id: ActivityId(self.county.activities.len()),
            project,
            phase: self.active_phase()?,
            first: self.within(starts_on, 110),
            days: 5,
            hours: self.pick(&[5_00, 10_00, 20_00])?,
            schools: Vec::new(),
            is_cancelled: false,
        }))
    }

    /// Marks the days of the active phase, some of them now and then not; or all but the first of each activity as present.
    fn mark_all(&mut self, is_to_the_limit: bool) {
        let Some(phase) = self.active_phase() else { return };
        let misses = self.pick(&[4, 12, 35]).unwrap_or(12);
        let forgets = if !is_to_the_limit && self.chance(25) { 20 } else { 0 };
        let activities: Vec<Activity> = self.county.activities.clone();
        for activity in activities {
            let Some(project) = self.project().cloned() else { return };
            if activity.project != project.id || activity.phase != phase || activity.is_cancelled {
                continue;
            }
            for day in activity.span().days().filter(|day| *day <= self.now).collect::<Vec<NaiveDate>>() {
                let mut marks: Vec<(TeacherId, Mark)> = Vec::new();
                for participant in project.participants.iter().filter(|of| of.status == ParticipantStatus::Admitted) {
                    let mut days = concerned_days(&self.county, &project, participant).into_iter();
                    if days.any(|(of, on)| of.id == activity.id && on == day) && !self.chance(forgets) {
                        let mark = match is_to_the_limit {
                            true if day == activity.first => Some(Mark::Absent),
                            false if self.chance(misses) => self.pick(&Mark::ALL),
                            _ => Some(Mark::Present),
                        };
                        marks.push((participant.teacher, mark.unwrap_or(Mark::Present)));
                    }
                }
                if !marks.is_empty() {
                    self.accept(Event::MarkDay { activity: activity.id, day, marks });
                }
            }
        }
    }

    fn cancel_what_lies_ahead(&mut self) {
        let ahead: Vec<ActivityId> = self
            .county
            .activities
            .iter()
            .filter(|activity| activity.span().last > self.now && !activity.is_cancelled)
            .map(|activity| activity.id)
            .collect();
        for activity in ahead {
            if self.chance(50) {
                self.attempt(Self::propose_phase_end);
            }
            self.accept(Event::CancelActivity { activity });
        }
    }

    fn propose_phase_end(&mut self) -> Option<Event> {
        let (project, phase) = (self.project()?.id, self.active_phase()?);
        Some(Event::CompletePhase { project, phase, fills: self.chance(50) })
    }

    fn propose_project_end(&mut self) -> Option<Event> {
        Some(Event::CompleteProject { project: self.project()?.id })
    }

    fn propose_participant_withdrawal(&mut self) -> Option<Event> {
        let project = self.project()?;
        let (id, teachers) = (project.id, project.participants.iter().map(|of| of.teacher).collect::<Vec<_>>());
        Some(Event::WithdrawParticipant { project: id, teacher: self.pick(&teachers)?, fills: self.chance(60) })
    }

    pub fn propose_corrected_mark(&mut self) -> Option<Event> {
        let project = self.project()?;
        let marks: Vec<(ActivityId, TeacherId, NaiveDate)> = project
            .participants
            .iter()
            .flat_map(|of| of.marks.keys().map(|(activity, day)| (*activity, of.teacher, *day)))
            .collect();
        let (activity, teacher, day) = self.pick(&marks)?;
        Some(Event::CorrectMark { activity, teacher, day, mark: self.pick(&Mark::ALL)? })
    }

    pub fn propose_reopened_phase(&mut self) -> Option<Event> {
        let project = self.project()?;
        let phase = project.phases.iter().rposition(|phase| *phase == PhaseStatus::Completed)?;
        Some(Event::ReopenPhase { project: project.id, phase })
    }

    pub fn propose_reopened_project(&mut self) -> Option<Event> {
        Some(Event::ReopenProject { project: self.project()?.id })
    }

    pub fn propose_void_of_issued(&mut self) -> Option<Event> {
        let record = self.record_where(|record| record.issued.is_some() && record.is_recognized())?;
        Some(Event::VoidHour { record })
    }
}

type Proposal = fn(&mut Generator) -> Option<Event>;

/// What is mended after hours were issued.
pub const MENDING_ACTS: [(u32, Proposal); 4] = [
    (14, Generator::propose_corrected_mark),
    (5, Generator::propose_reopened_phase),
    (5, Generator::propose_reopened_project),
    (6, Generator::propose_void_of_issued),
];
