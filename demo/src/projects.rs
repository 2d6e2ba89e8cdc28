//! The projects and their participants.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use songjiao_api::{
    batch::{enrollments::Enrollment, projects},
    db::initials,
};
use songjiao_types::{
    EnrollmentId, Hours, OrganizationId, ProjectId, TeamId, WireEnum,
    enrollments::EnrollmentStatus,
    hour_records::HourRecordStatus,
    phases::PhaseStatus,
    projects::{ProjectKind, ProjectStatus},
    training::{Stage, TrainingDimension, TrainingMode},
};

use super::{
    calendar::{TODAY, nine},
    ground::{Ground, Project, Projects},
    phases::{Earned, Tally, grant, run_phase},
    plans::{Plan, STRETCHES, later_plans, plans},
    random::Chance,
    teams::stage_name,
};

/// A seed of its own for the later plans, so that they change nothing else of the county.
const LATER: u64 = 82_2019;
/// The places of a project.
const CAPACITY: i32 = 40;

/// Runs all planned projects.
pub fn run(chance: &mut Chance, ground: &Ground<'_>) -> Projects {
    let mut found = Projects::default();
    // No teacher is sent twice (重复选派, 五-1).
    let mut sent = HashSet::new();
    for plan in plans() {
        run_one(chance, ground, &plan, &mut sent, &mut found);
    }
    for plan in later_plans() {
        run_one(&mut Chance::new(LATER + u64::from(plan.starts_on.day0())), ground, &plan, &mut sent, &mut found);
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
    let mut tallies = vec![Tally::default(); participants.len()];
    let mut polishing = PhaseStatus::Planned;
    if phased {
        for (position, stretch) in STRETCHES.iter().enumerate() {
            let status = phase_status(plan, position + 1);
            if position == 2 {
                polishing = status;
            }
            let people = (participants.as_slice(), members, tallies.as_mut_slice());
            run_phase(chance, ground, plan, (id, host), (position, stretch, status), people, found);
            if let Some(settled_on) = plan.settled_on.filter(|_| position == 0) {
                settle(ground, &participants, &tallies, (id, settled_on), found);
            }
        }
        if plan.status != ProjectStatus::Running {
            end(ground, &participants, &tallies, (id, ends_on), found);
        }
    }
    if !phased && plan.status == ProjectStatus::Completed {
        let all = Earned { hundredths: 4000, span: Some((plan.starts_on, ends_on)) };
        let everybody = participants.iter().map(|(at, _)| (*at, false, all));
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

/// Settles a project whose first phase was completed in its training year: each participant by the share missed so far,
/// and the team.
fn settle(
    ground: &Ground<'_>,
    participants: &[(usize, EnrollmentId)],
    tallies: &[Tally],
    (project, on): (ProjectId, NaiveDate),
    found: &mut Projects,
) {
    for row in found.hours.iter_mut().filter(|row| row.project_id == Some(project)) {
        let of_teacher = |((at, _), _): &(&(usize, EnrollmentId), &Tally)| ground.people[*at].id == row.teacher_id;
        let tally = participants.iter().zip(tallies).find(of_teacher).map(|(_, tally)| tally);
        let (status, reason) = match tally.filter(|tally| !tally.completes()) {
            Some(tally) => (HourRecordStatus::Rejected, format!("未结业：{}", tally.shortfall())),
            None => (HourRecordStatus::Recognized, "培训项目结业认定".to_owned()),
        };
        row.status = status;
        row.status_reason = Some(reason);
        row.decided_by = Some(ground.recorder);
        row.decided_at = Some(nine(on));
        row.recognized_at = (status == HourRecordStatus::Recognized).then(|| nine(on));
    }
}

/// Ends a project: who missed more than a fifth of the hours does not complete, and their hours are rejected.
fn end(
    ground: &Ground<'_>,
    participants: &[(usize, EnrollmentId)],
    tallies: &[Tally],
    (project, ends_on): (ProjectId, NaiveDate),
    found: &mut Projects,
) {
    for ((at, enrollment), tally) in participants.iter().zip(tallies).filter(|(_, tally)| !tally.completes()) {
        let reason = tally.shortfall();
        for row in found.enrollments.iter_mut().filter(|row| row.id == *enrollment) {
            row.status = EnrollmentStatus::NotCompleted;
            row.reason = Some(reason.clone());
        }
        let teacher = ground.people[*at].id;
        let issued = found.hours.iter_mut().filter(|row| (row.project_id, row.teacher_id) == (Some(project), teacher));
        for row in issued {
            row.status = HourRecordStatus::Rejected;
            row.status_reason = Some(format!("未结业：{reason}"));
            row.decided_by = Some(ground.recorder);
            row.decided_at = Some(nine(ends_on));
            row.recognized_at = None;
        }
    }
}

fn phase_status(plan: &Plan, position: usize) -> PhaseStatus {
    match position.cmp(&plan.phase) {
        std::cmp::Ordering::Less => PhaseStatus::Completed,
        std::cmp::Ordering::Equal => PhaseStatus::Active,
        std::cmp::Ordering::Greater => PhaseStatus::Planned,
    }
}

/// Picks a rural school of the stage.
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
) -> projects::Project {
    let (stage, subject) = (stage_name(plan.stage), plan.subject);
    let phased = plan.kind == ProjectKind::SendTeaching;
    let title = match plan.kind {
        ProjectKind::SendTeaching => format!("{}年{stage}{subject}送教下乡培训", plan.year),
        ProjectKind::Principal => format!("{}年乡村学校校园长培训", plan.year),
        ProjectKind::Visiting => format!("{}年{stage}{subject}骨干教师访名校", plan.year),
        kind => format!("{}年{stage}{subject}{}", plan.year, kind.label()),
    };
    // Heads of schools teach any subject.
    let named = plan.kind != ProjectKind::Principal;
    let mode = match plan.kind {
        ProjectKind::Online => TrainingMode::Online,
        ProjectKind::Principal => TrainingMode::FaceToFace,
        ProjectKind::Visiting => TrainingMode::FullTimeLong,
        _ => TrainingMode::Blended,
    };
    projects::Project {
        id,
        initials: Some(initials::of(&title)),
        dimension: Some(TrainingDimension::Skill),
        settled_at: plan.settled_on.map(nine),
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

/// Keeps the teachers of the schools that have most of them and that they have always served.
fn keep_schools(ground: &Ground<'_>, able: &mut Vec<usize>, schools: usize) {
    able.retain(|at| ground.people[*at].services.len() == 1);
    let mut by_school: BTreeMap<usize, usize> = BTreeMap::new();
    for at in &*able {
        *by_school.entry(ground.people[*at].school).or_default() += 1;
    }
    let mut largest: Vec<(usize, usize)> = by_school.into_iter().collect();
    largest.sort_by_key(|(school, teachers)| (std::cmp::Reverse(*teachers), *school));
    largest.truncate(schools);
    able.retain(|at| largest.iter().any(|(school, _)| *school == ground.people[*at].school));
}

/// Enrolls teachers of the subject from rural schools, each once. Returns those admitted or completed.
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
    if plan.schools > 0 {
        keep_schools(ground, &mut able, plan.schools);
    }
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
        found.enrollments.push(Enrollment {
            id,
            project_id: project,
            teacher_id: ground.people[at].id,
            organization_id: ground.people[at].served_at(nominated_on),
            status,
            reason: reason.map(ToOwned::to_owned),
            replaces_id: None,
            nominated_by: ground.recorder,
            reviewed_by: reviewed.then_some(ground.recorder),
            reviewed_at: reviewed.then(|| nine(reviewed_on)),
            admitted_on: (status.has_place() || status == EnrollmentStatus::Disqualified)
                .then(|| reviewed_on.min(plan.starts_on)),
            left_on: (status == EnrollmentStatus::Disqualified).then_some(reviewed_on),
            version: 1,
            created_at: nine(nominated_on),
            updated_at: nine(if reviewed { reviewed_on } else { nominated_on }),
        });
        if status.has_place() {
            admitted.push((at, id));
        }
    }
    admitted
}
