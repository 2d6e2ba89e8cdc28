//! The projects with their phases, participants, attendance and deliverables; the hours of the
//! phases that are completed.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use songjiao_types::{
    EnrollmentId, Hours, OrganizationId, PhaseId, ProjectId, TeamId, UserId, WireEnum,
    attendance::AttendanceStatus,
    deliverables::{DeliverableKind, DiagnosisMethod},
    enrollments::EnrollmentStatus,
    hour_records::{HourRecordStatus, PROJECT_SOURCE},
    phases::PhaseStatus,
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingMode},
};

use super::{
    TODAY,
    county::County,
    people::Person,
    plans::{Plan, STRETCHES, Stretch, plans},
    random::{Chance, nine},
    rows::{ActivityRow, AttendanceRow, DeliverableRow, EnrollmentRow, NewHourRecord, PhaseRow, ProjectRow},
    teams::{Team, stage_name},
};
use crate::db::initials;

/// How many take part in a project.
const CAPACITY: i32 = 40;

/// A project as the lessons need it.
pub struct Project {
    pub id: ProjectId,
    pub starts_on: NaiveDate,
    pub stage: Stage,
    pub subject: &'static str,
    /// Whether 研课磨课 has begun, and ended.
    pub polishing: PhaseStatus,
    /// Indices of the teachers who take part.
    pub participants: Vec<usize>,
    /// Indices of the teachers in the team.
    pub team: Vec<usize>,
}

#[derive(Default)]
pub struct Projects {
    pub run: Vec<Project>,
    pub rows: Vec<ProjectRow>,
    pub phases: Vec<PhaseRow>,
    pub activities: Vec<ActivityRow>,
    pub deliverables: Vec<DeliverableRow>,
    pub enrollments: Vec<EnrollmentRow>,
    pub attendance: Vec<AttendanceRow>,
    pub hours: Vec<NewHourRecord>,
}

/// Where everything comes from.
pub struct Ground<'a> {
    pub county: &'a County,
    pub people: &'a [Person],
    pub teams: &'a [Team],
    /// The training school's user, who keeps the records.
    pub recorder: UserId,
}

pub fn run(chance: &mut Chance, ground: &Ground<'_>) -> Projects {
    let mut found = Projects::default();
    // Nobody is sent twice (重复选派, 五-1).
    let mut sent = HashSet::new();
    for plan in plans() {
        run_one(chance, ground, &plan, &mut sent, &mut found);
    }
    found
}

fn run_one(chance: &mut Chance, ground: &Ground<'_>, plan: &Plan, sent: &mut HashSet<usize>, found: &mut Projects) {
    let phased = plan.kind == ProjectKind::SendTeaching;
    let last = match plan.status {
        _ if phased => STRETCHES[4].ends,
        ProjectStatus::Completed => 90,
        _ => 150,
    };
    let ends_on = plan.starts_on + Days::new(last);
    let team = ground.teams.iter().find(|team| team.stage == plan.stage && team.subject == plan.subject);
    let members = team.map(|team| team.members.as_slice()).unwrap_or_default();
    let host = host(ground, plan.stage, chance);
    let planned_on = (plan.starts_on - Days::new(45)).min(TODAY - Days::new(6));
    let id = chance.id(planned_on);
    found.rows.push(project_row(
        id,
        plan,
        ends_on,
        (ground.county.training_school, host),
        team.map(|team| team.id),
        planned_on,
    ));
    let participants = enroll(chance, ground, plan, (id, planned_on), sent, found);
    let mut polishing = PhaseStatus::Planned;
    if phased {
        for (position, stretch) in STRETCHES.iter().enumerate() {
            let status = phase_status(plan, position + 1);
            if position == 2 {
                polishing = status;
            }
            run_phase(chance, ground, plan, (id, host), (position, stretch, status), (&participants, members), found);
        }
    }
    if !phased && plan.status == ProjectStatus::Completed {
        let all = Earned { tenths: 400, span: Some((plan.starts_on, ends_on)) };
        let everybody = participants.iter().map(|(at, _)| *at).chain(members.iter().copied()).map(|at| (at, all));
        grant(chance, ground, (found.rows.len() - 1, None), everybody, found);
    }
    found.run.push(Project {
        id,
        starts_on: plan.starts_on,
        stage: plan.stage,
        subject: plan.subject,
        polishing,
        participants: participants.into_iter().map(|(at, _)| at).collect(),
        team: members.to_vec(),
    });
}

fn phase_status(plan: &Plan, position: usize) -> PhaseStatus {
    match position.cmp(&plan.phase) {
        std::cmp::Ordering::Less => PhaseStatus::Completed,
        std::cmp::Ordering::Equal => PhaseStatus::Active,
        std::cmp::Ordering::Greater => PhaseStatus::Planned,
    }
}

/// A rural base school of the stage.
fn host(ground: &Ground<'_>, stage: Stage, chance: &mut Chance) -> OrganizationId {
    let rural: Vec<_> = ground.county.schools.iter().filter(|school| school.rural && school.stage == stage).collect();
    chance.pick(&rural).id
}

fn project_row(
    id: ProjectId,
    plan: &Plan,
    ends_on: NaiveDate,
    (owner, host): (OrganizationId, OrganizationId),
    team: Option<TeamId>,
    planned_on: NaiveDate,
) -> ProjectRow {
    let (stage, subject) = (stage_name(plan.stage), plan.subject);
    let phased = plan.kind == ProjectKind::SendTeaching;
    let title = match plan.kind {
        ProjectKind::SendTeaching => format!("{}年{stage}{subject}送教下乡培训", plan.year),
        ProjectKind::Principal => format!("{}年乡村学校校园长培训", plan.year),
        ProjectKind::Visiting => format!("{}年{stage}{subject}骨干教师访名校", plan.year),
        kind => format!("{}年{stage}{subject}{}", plan.year, kind.label()),
    };
    // Heads of schools come from every subject.
    let named = plan.kind != ProjectKind::Principal;
    let mode = match plan.kind {
        ProjectKind::Online => TrainingMode::Online,
        ProjectKind::Principal => TrainingMode::FaceToFace,
        ProjectKind::Visiting => TrainingMode::FullTimeLong,
        _ => TrainingMode::Blended,
    };
    ProjectRow {
        id,
        initials: initials::of(&title),
        title,
        kind: plan.kind,
        training_year: plan.year,
        level: plan.level,
        mode,
        subject: named.then(|| subject.to_owned()),
        stage: named.then_some(plan.stage),
        theme: Some(plan.theme.to_owned()),
        school_theme: phased.then(|| format!("基于{}的校本主题研修", plan.theme)),
        research_topic: phased.then(|| format!("乡村学校{}的实践研究", plan.theme)),
        conditions: Some(match plan.kind {
            ProjectKind::SendTeaching => {
                format!("乡村学校在职{stage}{subject}教师；近两年未参加同级培训；能全程参加五个阶段")
            }
            ProjectKind::Principal => "乡村学校、幼儿园任职三年以内的正副校（园）长".to_owned(),
            _ => format!("在职{stage}{subject}教师；近两年未参加同级培训"),
        }),
        requires_rural: phased,
        look_back_years: 2,
        planned_hours: Hours::whole(if phased { 72 } else { 40 }),
        capacity: CAPACITY,
        starts_on: plan.starts_on,
        ends_on,
        owner_organization_id: owner,
        host_organization_id: Some(host),
        team_id: team,
        status: plan.status,
        status_reason: (plan.status == ProjectStatus::Cancelled).then(|| "与省级项目时间冲突，并入下一年度".to_owned()),
        version: 1,
        created_at: nine(planned_on),
        updated_at: nine(planned_on),
    }
}

/// Who takes part: teachers of the subject from rural schools, each sent once. Answers with those
/// admitted or completed.
fn enroll(
    chance: &mut Chance,
    ground: &Ground<'_>,
    plan: &Plan,
    (project, planned_on): (ProjectId, NaiveDate),
    sent: &mut HashSet<usize>,
    found: &mut Projects,
) -> Vec<(usize, EnrollmentId)> {
    let begun = matches!(plan.status, ProjectStatus::Running | ProjectStatus::Completed | ProjectStatus::Archived);
    if !begun && plan.status != ProjectStatus::Published {
        return Vec::new();
    }
    let ends_on = plan.starts_on + Days::new(280);
    let mut able: Vec<usize> = (0..ground.people.len())
        .filter(|at| {
            let person = &ground.people[*at];
            let away = |(from, to): &(NaiveDate, NaiveDate)| *from <= ends_on && *to >= planned_on;
            person.stage == plan.stage
                && person.subject == plan.subject
                && ground.county.schools[person.school].rural
                && person.joined_on < planned_on
                && person.left_on.is_none_or(|left| left > ends_on)
                && !person.exempt.iter().any(away)
                && !sent.contains(at)
                && !ground.teams.iter().any(|team| team.members.contains(at))
        })
        .collect();
    chance.shuffle(&mut able);
    able.truncate(if begun { 36 } else { 24 });
    let mut admitted = Vec::new();
    for (place, at) in able.into_iter().enumerate() {
        let (status, reason) = match (plan.status, place) {
            (ProjectStatus::Published, 0..10) => (EnrollmentStatus::Nominated, None),
            (ProjectStatus::Published, 10..18) => (EnrollmentStatus::Announced, None),
            (ProjectStatus::Published, _) => (EnrollmentStatus::Reviewed, None),
            (_, 0) => (EnrollmentStatus::Rejected, Some("与已参加的省级培训重复")),
            (_, 1) => (EnrollmentStatus::Withdrawn, Some("因病不能参加，由学校换人")),
            (ProjectStatus::Running, _) => (EnrollmentStatus::Admitted, None),
            (_, 2) => (EnrollmentStatus::Disqualified, Some("多次缺课，取消参训资格")),
            _ => (EnrollmentStatus::Completed, None),
        };
        sent.insert(at);
        let nominated_on = planned_on + Days::new(u64::try_from(chance.between(0, 4)).unwrap_or_default());
        let id = chance.id(nominated_on);
        let reviewed = !matches!(status, EnrollmentStatus::Nominated | EnrollmentStatus::Announced);
        let reviewed_on = (nominated_on + Days::new(9)).min(TODAY);
        found.enrollments.push(EnrollmentRow {
            id,
            project_id: project,
            teacher_id: ground.people[at].id,
            organization_id: ground.people[at].served_at(nominated_on),
            status,
            reason: reason.map(ToOwned::to_owned),
            nominated_by: ground.recorder,
            reviewed_by: reviewed.then_some(ground.recorder),
            reviewed_at: reviewed.then(|| nine(reviewed_on)),
            version: 1,
            created_at: nine(nominated_on),
            updated_at: nine(if reviewed { reviewed_on } else { nominated_on }),
        });
        if matches!(status, EnrollmentStatus::Admitted | EnrollmentStatus::Completed) {
            admitted.push((at, id));
        }
    }
    admitted
}

fn run_phase(
    chance: &mut Chance,
    ground: &Ground<'_>,
    plan: &Plan,
    (project, host): (ProjectId, OrganizationId),
    (position, stretch, status): (usize, &Stretch, PhaseStatus),
    (participants, team): (&[(usize, EnrollmentId)], &[usize]),
    found: &mut Projects,
) {
    let (starts_on, ends_on) = stretch.dates(plan.starts_on);
    let made_on = (plan.starts_on - Days::new(40)).min(TODAY - Days::new(5));
    let id: PhaseId = chance.id(made_on);
    let started = matches!(status, PhaseStatus::Active | PhaseStatus::Completed);
    let completed = status == PhaseStatus::Completed;
    found.phases.push(PhaseRow {
        id,
        project_id: project,
        kind: stretch.kind,
        position: i32::try_from(position + 1).unwrap_or_default(),
        status,
        planned_hours: Hours::whole(stretch.hours()),
        starts_on: Some(starts_on),
        ends_on: Some(ends_on),
        responsible: stretch.responsible,
        started_at: started.then(|| nine(starts_on)),
        completed_at: completed.then(|| nine(ends_on)),
        version: 1,
        created_at: nine(made_on),
        updated_at: nine(if completed { ends_on } else { made_on }),
    });
    let mut earned = vec![(Earned::default(), 0_usize); participants.len()];
    let mut delivered = Earned::default();
    for (title, form, at, days, hours) in stretch.activities {
        let held_on = starts_on + Days::new(*at);
        let activity = chance.id(made_on);
        found.activities.push(ActivityRow {
            id: activity,
            project_id: project,
            phase_id: id,
            title: (*title).to_owned(),
            form: *form,
            held_on,
            days: *days,
            hours: Hours::whole(*hours),
            place: Some(if position == 0 { "教师进修学校报告厅" } else { "学区基地校" }.to_owned()),
            organization_id: Some(if position == 0 { ground.county.training_school } else { host }),
            version: 1,
            created_at: nine(made_on),
            updated_at: nine(made_on),
        });
        if !started || held_on > TODAY {
            continue;
        }
        delivered.add(*hours, held_on, *days);
        for ((_, enrollment), (attended, missed)) in participants.iter().zip(&mut earned) {
            let status = chance.weighted(&[
                (930, AttendanceStatus::Present),
                (28, AttendanceStatus::Late),
                (22, AttendanceStatus::Leave),
                (14, AttendanceStatus::Absent),
                (6, AttendanceStatus::LeftEarly),
            ]);
            if status.earns() {
                attended.add(*hours, held_on, *days);
            }
            *missed += usize::from(status.is_absence());
            found.attendance.push(AttendanceRow {
                id: chance.id(held_on),
                activity_id: activity,
                enrollment_id: *enrollment,
                status,
                note: (status == AttendanceStatus::Leave).then(|| "已向学校请假".to_owned()),
                recorded_by: ground.recorder,
                recorded_at: nine(held_on),
            });
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
        // None where absence passes a fifth of the activities (六(机制)-3).
        let attended =
            participants.iter().zip(earned).filter(|(_, (_, missed))| missed * 5 <= stretch.activities.len());
        let attended = attended.map(|((at, _), (earned, _))| (*at, earned));
        let delivered = team.iter().map(|at| (*at, delivered));
        grant(chance, ground, (found.rows.len() - 1, Some(id)), attended.chain(delivered), found);
    }
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
    found.deliverables.push(DeliverableRow {
        id: chance.id(on),
        project_id: project,
        phase_id: phase,
        kind,
        title: title.to_owned(),
        method: (kind == DeliverableKind::DiagnosisReport).then_some(DiagnosisMethod::Observation),
        content: Some(format!("{title}：由送培团队与学校共同整理，供校本研修使用。")),
        organization_id: Some(school),
        teacher_id: teacher.filter(|_| kind == DeliverableKind::PersonalDevelopmentPlan),
        submitted_by: recorder,
        version: 1,
        created_at: nine(on),
        updated_at: nine(on),
    });
}

/// What a teacher earns, with the first and the last day of it.
#[derive(Clone, Copy, Default)]
struct Earned {
    tenths: i64,
    span: Option<(NaiveDate, NaiveDate)>,
}

impl Earned {
    fn add(&mut self, hours: i64, first: NaiveDate, days: i32) {
        let last = first + Days::new(u64::try_from(days - 1).unwrap_or_default());
        self.tenths += hours * 10;
        self.span = Some(self.span.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
    }
}

/// The hours of a completed phase, or of a completed project without phases, as completing it
/// issues them.
fn grant(
    chance: &mut Chance,
    ground: &Ground<'_>,
    (project, phase): (usize, Option<PhaseId>),
    earned: impl Iterator<Item = (usize, Earned)>,
    found: &mut Projects,
) {
    let project = &found.rows[project];
    for (at, earned) in earned {
        let person = &ground.people[at];
        let Some((starts_on, ends_on)) = earned.span else { continue };
        let decided_on = ends_on.min(TODAY);
        found.hours.push(NewHourRecord {
            id: chance.id(decided_on),
            teacher_id: person.id,
            organization_id: person.served_at(ends_on),
            training_year: project.training_year,
            starts_on,
            ends_on,
            hours: Hours::from_tenths(earned.tenths),
            level: project.level,
            mode: project.mode,
            title: project.title.clone(),
            institution: "舒兰市教师进修学校".to_owned(),
            project_id: Some(project.id),
            phase_id: phase,
            source: PROJECT_SOURCE.to_owned(),
            external_id: None,
            source_key: match phase {
                Some(phase) => format!("phase:{phase}:{}", person.id),
                None => format!("project:{}:{}", project.id, person.id),
            },
            duplicate_of: None,
            status: HourRecordStatus::Recognized,
            status_reason: None,
            decided_by: Some(ground.recorder),
            decided_at: Some(nine(decided_on)),
            created_by: ground.recorder,
            created_at: nine(decided_on),
        });
    }
}
