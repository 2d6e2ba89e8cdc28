//! The phases of the projects with their activities, attendance and deliverables, and the hours of completed
//! phases.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use songjiao_api::{
    batch::{
        activities::Activity,
        activities_named::{ActivityDeliverer, ActivityOrganization},
        attendance::Mark,
        deliverables::Deliverable,
        hour_records::NewHourRecord,
        phases::Phase,
    },
    hours::hour_records::entry::{Content, LedgerEntry, RecordKey, Training},
};
use songjiao_types::{
    EnrollmentId, Hours, OrganizationId, PhaseId, ProjectId, UserId,
    activities::ActivityStatus,
    attendance::AttendanceStatus,
    deliverables::{DeliverableKind, DiagnosisMethod},
    hour_records::HourRecordStatus,
    phases::PhaseStatus,
    projects::ProjectStatus,
};

use super::{
    calendar::{TODAY, nine},
    ground::{Ground, Projects},
    plans::{Plan, Stretch},
    random::Chance,
};

/// Runs a phase as far as its status says.
pub fn run_phase(
    chance: &mut Chance,
    ground: &Ground<'_>,
    plan: &Plan,
    (project, host): (ProjectId, OrganizationId),
    (position, stretch, status): (usize, &Stretch, PhaseStatus),
    (participants, team, tallies): (&[(usize, EnrollmentId)], &[usize], &mut [Tally]),
    found: &mut Projects,
) {
    let (starts_on, ends_on) = stretch.dates(plan.starts_on);
    let made_on = (plan.starts_on - Days::new(40)).min(TODAY - Days::new(5));
    let id: PhaseId = chance.id(made_on);
    let started = matches!(status, PhaseStatus::Active | PhaseStatus::Completed);
    let completed = status == PhaseStatus::Completed;
    found.phases.push(Phase {
        id,
        project_id: project,
        kind: stretch.kind,
        position: i32::try_from(position + 1).unwrap_or_default(),
        status,
        planned_hours: Hours::whole(stretch.hours()),
        starts_on: Some(starts_on),
        ends_on: Some(ends_on),
        responsible: stretch.responsible,
        skip_reason: None,
        started_at: started.then(|| nine(starts_on)),
        completed_at: completed.then(|| nine(ends_on)),
        version: 1,
        created_at: nine(made_on),
        updated_at: nine(if completed { ends_on } else { made_on }),
    });
    let mut earned = vec![Earned::default(); participants.len()];
    let mut delivered = vec![Earned::default(); team.len()];
    let places = places(ground, plan, position, (host, participants));
    for (title, form, at, days, hours) in stretch.activities {
        for (place, organization) in places.iter().enumerate() {
            // One school after the other.
            let offset = at + u64::try_from(place).unwrap_or_default() * u64::try_from(*days).unwrap_or_default();
            let held_on = starts_on + Days::new(offset);
            let begun = started && held_on <= TODAY;
            let activity = Activity {
                id: chance.id(made_on),
                project_id: project,
                phase_id: Some(id),
                title: (*title).to_owned(),
                form: *form,
                held_on,
                days: *days,
                hours: Hours::whole(*hours),
                place: Some(if position == 0 { "教师进修学校报告厅" } else { "学区基地校" }.to_owned())
                    .filter(|_| !plan.is_at_schools(position)),
                organization_id: Some(*organization),
                description: None,
                version: 1,
                created_at: nine(made_on),
                updated_at: nine(made_on),
                status: if begun { ActivityStatus::Held } else { ActivityStatus::Planned },
                status_reason: None,
                dimension: None,
            };
            let concerns = |at: usize| !plan.is_at_schools(position) || school_of(ground, at) == *organization;
            if plan.is_at_schools(position) {
                let (activity_id, organization_id) = (activity.id, *organization);
                found.concerned.push(ActivityOrganization { activity_id, organization_id });
            }
            let held_days = activity.days();
            for (number, (at, delivered)) in team.iter().zip(&mut delivered).enumerate() {
                if number % places.len() != place {
                    continue;
                }
                found
                    .deliverers
                    .push(ActivityDeliverer { activity_id: activity.id, teacher_id: ground.people[*at].id });
                for (day, hours) in held_days.iter().filter(|_| begun) {
                    delivered.add(*hours, *day);
                }
            }
            let activity_id = activity.id;
            found.activities.push(activity);
            if !begun {
                continue;
            }
            let attending = participants.iter().zip(&mut earned).zip(tallies.iter_mut());
            for (((_, enrollment), attended), tally) in attending.filter(|(((at, _), _), _)| concerns(*at)) {
                let status = chance.weighted(&[
                    (930, AttendanceStatus::Present),
                    (28, AttendanceStatus::Late),
                    (22, AttendanceStatus::Leave),
                    (14, AttendanceStatus::Absent),
                    (6, AttendanceStatus::LeftEarly),
                ]);
                for (day, hours) in held_days.iter().filter(|(day, _)| *day <= TODAY) {
                    if status.earns() {
                        attended.add(*hours, *day);
                    }
                    tally.held += *hours;
                    tally.missed += if status.misses(true) { *hours } else { Hours::ZERO };
                    found.attendance.push(Mark {
                        id: chance.id(*day),
                        activity_id,
                        enrollment_id: *enrollment,
                        day: *day,
                        status,
                        note: (status == AttendanceStatus::Leave).then(|| "已向学校请假".to_owned()),
                        recorded_by: ground.recorder,
                        recorded_at: nine(*day),
                    });
                }
            }
        }
    }
    let brought = match status {
        PhaseStatus::Completed => stretch.brings.len(),
        PhaseStatus::Active => 1,
        PhaseStatus::Planned | PhaseStatus::Skipped => 0,
    };
    for (kind, title) in &stretch.brings[..brought] {
        let teacher = participants.first().map(|(at, _)| ground.people[*at].id);
        deliver(chance, (project, id), (*kind, title), (starts_on, ends_on), (host, teacher), ground.recorder, found);
    }
    if completed {
        let attended = participants.iter().zip(earned).map(|((at, _), earned)| (*at, false, earned));
        let delivered = team.iter().zip(delivered).map(|(at, earned)| (*at, true, earned));
        grant(chance, ground, (found.rows.len() - 1, Some(id)), attended.chain(delivered), found);
    }
}

/// Returns where the activities of a phase are held: at the host, or at each school of the participants.
fn places(
    ground: &Ground<'_>,
    plan: &Plan,
    position: usize,
    (host, participants): (OrganizationId, &[(usize, EnrollmentId)]),
) -> Vec<OrganizationId> {
    if position == 0 {
        return vec![ground.county.training_school];
    }
    if !plan.is_at_schools(position) {
        return vec![host];
    }
    let schools: BTreeSet<usize> = participants.iter().map(|(at, _)| ground.people[*at].school).collect();
    schools.into_iter().map(|school| ground.county.schools[school].id).collect()
}

/// Returns the school where a person serves.
fn school_of(ground: &Ground<'_>, at: usize) -> OrganizationId {
    ground.county.schools[ground.people[at].school].id
}

fn deliver(
    chance: &mut Chance,
    (project, phase): (ProjectId, PhaseId),
    (kind, title): (DeliverableKind, &str),
    (starts_on, ends_on): (NaiveDate, NaiveDate),
    (school, teacher): (OrganizationId, Option<songjiao_types::TeacherId>),
    recorder: UserId,
    found: &mut Projects,
) {
    let on = chance.day(starts_on, ends_on.min(TODAY));
    found.deliverables.push(Deliverable {
        id: chance.id(on),
        project_id: project,
        phase_id: phase,
        kind,
        title: title.to_owned(),
        method: (kind == DeliverableKind::DiagnosisReport).then_some(DiagnosisMethod::Observation),
        content: Some(format!("{title}：由送培团队与学校共同整理，供校本研修使用。")),
        url: None,
        organization_id: Some(school),
        teacher_id: teacher.filter(|_| kind == DeliverableKind::PersonalDevelopmentPlan),
        submitted_by: recorder,
        version: 1,
        created_at: nine(on),
        updated_at: nine(on),
    });
}

/// The hours of a participant's days.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    pub held: Hours,
    pub missed: Hours,
}

impl Tally {
    /// Returns whether the participant completes 结业: they missed a fifth of the hours at most (六(机制)-3).
    pub fn completes(self) -> bool {
        self.missed.hundredths() * 5 <= self.held.hundredths()
    }

    /// Returns why the participant does not complete.
    pub fn shortfall(self) -> String {
        format!("缺勤 {} 学时，应到 {} 学时，超过 1/5", self.missed, self.held)
    }
}

/// The hours that a teacher earns, with the first and the last day.
#[derive(Clone, Copy, Default)]
pub struct Earned {
    pub hundredths: i64,
    pub span: Option<(NaiveDate, NaiveDate)>,
}

impl Earned {
    fn add(&mut self, hours: Hours, day: NaiveDate) {
        self.hundredths += hours.hundredths();
        self.span = Some(self.span.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
    }
}

/// Issues the hours of a completed phase, or of a completed project without phases: attended ones and those of delivering.
/// Until the project ends they are pending.
pub fn grant(
    chance: &mut Chance,
    ground: &Ground<'_>,
    (project, phase): (usize, Option<PhaseId>),
    earned: impl Iterator<Item = (usize, bool, Earned)>,
    found: &mut Projects,
) {
    let project = &found.rows[project];
    for (at, delivered, earned) in earned {
        let person = &ground.people[at];
        let Some((starts_on, ends_on)) = earned.span else { continue };
        let key = match phase {
            Some(phase) => RecordKey::Phase { project: project.id, phase },
            None => RecordKey::Project(project.id),
        };
        let training = Training {
            training_year: project.training_year,
            starts_on,
            ends_on,
            hours: Hours::from_hundredths(earned.hundredths),
            level: project.level,
            mode: project.mode,
            dimension: project.dimension,
            title: project.title.clone(),
            institution: "舒兰市教师进修学校".to_owned(),
        };
        let content = Content { teacher_id: person.id, training };
        let running = project.status == ProjectStatus::Running;
        let status = if running { HourRecordStatus::Pending } else { HourRecordStatus::Recognized };
        let mut entry = LedgerEntry { awaits_project_end: running, ..LedgerEntry::new(key, content, status) };
        if delivered {
            entry.source_key.push_str(":delivered");
        }
        let (id, issued_at) = (chance.id(ends_on.min(TODAY)), nine(ends_on.min(TODAY)));
        found.hours.push(NewHourRecord::new(id, entry, person.served_at(ends_on), ground.recorder, issued_at));
    }
}
