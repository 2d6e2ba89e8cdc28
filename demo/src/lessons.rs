//! The lessons of the projects with their grades and certifications.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use songjiao_api::batch::{
    certificate_number,
    certifications::{Certification, Review},
    lessons::Lesson,
};
use songjiao_types::{
    CertificationId, ReviewId, UserId,
    certifications::{Award, CertificationStatus, Verdict},
    lessons::LessonGrade,
    phases::PhaseStatus,
    training::Stage,
};

use super::{
    accounts::Accounts,
    calendar::{TODAY, nine},
    county::County,
    ground::Project,
    people::Person,
    random::Chance,
};

/// The prefix of certificate numbers in the policy of the first start.
const PREFIX: &str = "SL";

const CHINESE: &str = "《荷花》第二课时、《秋天的雨》、《富饶的西沙群岛》、习作：我的植物朋友、《草船借箭》、\
    《慈母情深》、《海上日出》、口语交际：讲民间故事、《背影》、《岳阳楼记》";
const MATHEMATICS: &str = "平行四边形的面积、分数的初步认识、图形的运动（三）、烙饼问题、\
    一元一次方程的应用、三角形全等的判定、认识钟表、圆的周长";
const ENGLISH: &str = "Unit 3 My weekend plan、Unit 5 There is a big bed、Unit 2 Last weekend、\
    Section A 听说课、绘本：Brown Bear、Unit 6 Reading";
const SCIENCE: &str = "探究浮力的大小、串联和并联、光的折射、探究凸透镜成像、滑动摩擦力、测量小灯泡的功率";
const PLAY: &str = "中班科学：沉与浮、大班语言：逃家小兔、户外建构：我们的桥、\
    小班艺术：秋叶、沙水区游戏、大班社会：我要上小学";
const OTHER: &str = "主题探究：家乡的河、红军长征、商鞅变法、我们的班规、丝绸之路、我是小小志愿者";

/// The generated lessons and certifications.
#[derive(Default)]
pub struct Lessons {
    pub given: Vec<Lesson>,
    pub certifications: Vec<Certification>,
    pub reviews: Vec<Review>,
}

/// The outcome of an application.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    Accepted,
    Rejected,
    Revoked,
}

struct Application {
    lesson: usize,
    grade: LessonGrade,
    applied_on: NaiveDate,
    decided_on: NaiveDate,
    fate: Fate,
}

fn titles(subject: &str, stage: Stage) -> Vec<&'static str> {
    let titles = match (subject, stage) {
        ("语文", _) => CHINESE,
        ("数学", _) => MATHEMATICS,
        ("英语", _) => ENGLISH,
        ("物理", _) => SCIENCE,
        (_, Stage::Kindergarten) => PLAY,
        _ => OTHER,
    };
    titles.split('、').collect()
}

/// What lessons are generated from.
pub struct Classroom<'a> {
    pub county: &'a County,
    pub people: &'a [Person],
    pub accounts: &'a Accounts,
    /// The index of the account `teacher`, whose award rose from 优质课 to 示范课.
    pub star: usize,
}

/// Generates the lessons of all projects.
pub fn teach(chance: &mut Chance, classroom: &Classroom<'_>, projects: &[Project]) -> Lessons {
    let mut found = Lessons::default();
    let mut applications = Vec::new();
    // No teacher teaches a title twice.
    let mut taught: BTreeSet<(usize, &str)> = BTreeSet::new();
    for project in projects {
        let wanted = match project.polishing {
            PhaseStatus::Completed => 10,
            PhaseStatus::Active => 9,
            PhaseStatus::Planned | PhaseStatus::Skipped => 0,
        };
        let mut givers = project.participants.clone();
        chance.shuffle(&mut givers);
        if let Some(at) = givers.iter().position(|giver| *giver == classroom.star) {
            givers.swap(0, at);
        }
        let titles = titles(project.subject, project.stage);
        let mut title_of = |place: usize, giver: usize| {
            let mut offered = (0..titles.len()).map(|next| titles[(place + next) % titles.len()]);
            offered.find(|title| taught.insert((giver, *title))).unwrap_or(titles[place % titles.len()])
        };
        for (place, giver) in givers.into_iter().take(wanted).enumerate() {
            let graded = project.polishing == PhaseStatus::Completed || place % 2 == 0;
            give(chance, classroom, project, (giver, title_of(place, giver), graded), &mut found, &mut applications);
        }
    }
    let mut counters = certify(chance, classroom, applications, &mut found);
    reissue(chance, classroom, &mut counters, &mut found.certifications);
    restore(classroom, &mut found.certifications);
    found
}

fn grade(chance: &mut Chance) -> LessonGrade {
    chance.weighted(&[(10, LessonGrade::Qualified), (8, LessonGrade::Good), (4, LessonGrade::Excellent)])
}

fn give(
    chance: &mut Chance,
    classroom: &Classroom<'_>,
    project: &Project,
    (giver, title, graded): (usize, &str, bool),
    found: &mut Lessons,
    applications: &mut Vec<Application>,
) {
    let person = &classroom.people[giver];
    let first = project.starts_on + Days::new(80);
    let taught_on =
        chance.day(first, (first + Days::new(if giver == classroom.star { 10 } else { 60 })).min(TODAY - Days::new(2)));
    let graded_on = (taught_on + Days::new(6)).min(TODAY);
    let star = giver == classroom.star;
    let grade = if star { LessonGrade::Good } else { grade(chance) };
    let lesson = found.given.len();
    found.given.push(Lesson {
        id: chance.id(taught_on),
        teacher_id: person.id,
        organization_id: person.served_at(taught_on),
        project_id: Some(project.id),
        title: title.to_owned(),
        subject: person.subject.clone(),
        stage: person.stage,
        taught_on: Some(taught_on),
        summary: Some("围绕研修主题三轮打磨：目标更聚焦，学生活动更充分。".to_owned()),
        grade: graded.then_some(grade),
        grade_comment: graded.then(|| "目标明确，活动设计有层次，评价及时。".to_owned()),
        graded_by: graded.then_some(classroom.accounts.leader),
        graded_at: graded.then(|| nine(graded_on)),
        distinct_reason: None,
        version: if graded { 2 } else { 1 },
        created_at: nine(taught_on),
        updated_at: nine(if graded { graded_on } else { taught_on }),
    });
    if !graded || (!star && chance.per_mille(180)) {
        return;
    }
    let applied_on = graded_on + Days::new(5);
    let decided_on =
        applied_on + Days::new(if star { 15 } else { u64::try_from(chance.between(20, 45)).unwrap_or(30) });
    let fate = match chance.between(1, 100) {
        _ if decided_on > TODAY => Fate::Waits,
        _ if star => Fate::Accepted,
        1..=9 => Fate::Rejected,
        10..=13 => Fate::Revoked,
        14..=75 if applied_on > TODAY - Days::new(120) => Fate::Waits,
        _ => Fate::Accepted,
    };
    if applied_on > TODAY {
        return;
    }
    applications.push(Application { lesson, grade, applied_on, decided_on, fate });
    // Some lessons are graded higher later and certified again.
    let higher = match grade {
        LessonGrade::Good if star || chance.per_mille(220) => Some(LessonGrade::Excellent),
        LessonGrade::Qualified if chance.per_mille(120) => Some(LessonGrade::Good),
        _ => None,
    };
    let regraded_on = decided_on + Days::new(if star { 40 } else { 75 });
    if let Some(grade) = higher.filter(|_| fate == Fate::Accepted && regraded_on + Days::new(40) <= TODAY) {
        let row = &mut found.given[lesson];
        row.grade = Some(grade);
        row.grade_comment = Some("再次打磨后明显提升，改评为更高等次。".to_owned());
        row.graded_at = Some(nine(regraded_on));
        row.updated_at = nine(regraded_on);
        row.version = 3;
        let (applied_on, decided_on) = (regraded_on + Days::new(4), regraded_on + Days::new(30));
        applications.push(Application { lesson, grade, applied_on, decided_on, fate: Fate::Accepted });
    }
}

/// The last number of each year and award.
type Counters = BTreeMap<(i32, Award), i32>;

/// Decides the applications in order of their dates, so that numbers are consecutive.
fn certify(
    chance: &mut Chance,
    classroom: &Classroom<'_>,
    mut applications: Vec<Application>,
    found: &mut Lessons,
) -> Counters {
    applications.sort_by_key(|application| (application.decided_on, application.lesson));
    let mut counters = Counters::new();
    // For each lesson, the index of its award in force.
    let mut in_force: BTreeMap<usize, usize> = BTreeMap::new();
    let school_names: BTreeMap<_, _> =
        classroom.county.schools.iter().map(|school| (school.id, school.name.as_str())).collect();
    let names: BTreeMap<_, _> = classroom.people.iter().map(|person| (person.id, person.name.as_str())).collect();
    for application in applications {
        let Application { lesson, grade, applied_on, decided_on, fate } = application;
        let id: CertificationId = chance.id(applied_on);
        let issued = matches!(fate, Fate::Accepted | Fate::Revoked);
        let award = issued.then(|| grade.award());
        let sequence = award.map(|award| {
            let last = counters.entry((decided_on.year(), award)).or_default();
            *last += 1;
            *last
        });
        let number =
            award.zip(sequence).map(|(award, sequence)| certificate_number(PREFIX, decided_on.year(), award, sequence));
        if issued && let Some(before) = in_force.insert(lesson, found.certifications.len()) {
            supersede(&mut found.certifications[before], id, decided_on);
        }
        let given = &found.given[lesson];
        let school_name = school_names.get(&given.organization_id).copied().unwrap_or_default();
        let reason = match fate {
            Fate::Rejected => Some("教学设计与课堂实录不符，请修改后再次申请"),
            Fate::Waits | Fate::Accepted | Fate::Revoked => None,
        };
        let decided = fate != Fate::Waits;
        let revoked_on = (fate == Fate::Revoked).then(|| (decided_on + Days::new(20)).min(TODAY));
        let row = Certification {
            id,
            lesson_id: given.id,
            teacher_id: given.teacher_id,
            organization_id: given.organization_id,
            grade,
            status: match fate {
                Fate::Waits => CertificationStatus::Applied,
                Fate::Accepted => CertificationStatus::Accepted,
                Fate::Rejected => CertificationStatus::Rejected,
                Fate::Revoked => CertificationStatus::Revoked,
            },
            award,
            number,
            number_prefix: issued.then(|| PREFIX.to_owned()),
            number_year: issued.then(|| decided_on.year()),
            number_sequence: sequence,
            teacher_name: names.get(&given.teacher_id).copied().unwrap_or_default().to_owned(),
            school_name: school_name.to_owned(),
            lesson_title: given.title.clone(),
            lesson_subject: given.subject.clone(),
            awarded_on: issued.then_some(decided_on),
            issued_on: issued.then_some(decided_on),
            applied_by: classroom.accounts.school,
            decided_by: decided.then_some(classroom.accounts.admin),
            decided_at: decided.then(|| nine(decided_on)),
            decision_reason: reason.map(ToOwned::to_owned),
            superseded_by: None,
            revoked_by: revoked_on.map(|_| classroom.accounts.admin),
            revoked_at: revoked_on.map(nine),
            revocation_reason: revoked_on.map(|_| "经核实课例主要环节非本人设计".to_owned()),
            restored_from: None,
            reissue_of: None,
            reissued_by: None,
            reissue_reason: None,
            version: if decided { 4 } else { 1 },
            created_at: nine(applied_on),
            updated_at: nine(revoked_on.unwrap_or(if decided { decided_on } else { applied_on })),
        };
        review(chance, classroom.accounts, &row, fate, applied_on, &mut found.reviews);
        found.certifications.push(row);
    }
    counters
}

/// Returns whether a certification is in force and not that of the account `teacher`.
fn is_shown(classroom: &Classroom<'_>, row: &Certification) -> bool {
    row.status == CertificationStatus::Accepted && row.teacher_id != classroom.people[classroom.star].id
}

/// Issues one certificate anew whose teacher's name was misspelt.
fn reissue(
    chance: &mut Chance,
    classroom: &Classroom<'_>,
    counters: &mut Counters,
    certifications: &mut Vec<Certification>,
) {
    let superseding: Vec<_> = certifications.iter().filter_map(|row| row.superseded_by).collect();
    let found = certifications.iter_mut().find(|row| is_shown(classroom, row) && !superseding.contains(&row.id));
    let Some(old) = found else { return };
    let Some(award) = old.award else { return };
    let sequence = counters.entry((TODAY.year(), award)).or_default();
    *sequence += 1;
    let new = Certification {
        id: chance.id(TODAY),
        number: Some(certificate_number(PREFIX, TODAY.year(), award, *sequence)),
        number_year: Some(TODAY.year()),
        number_sequence: Some(*sequence),
        issued_on: Some(TODAY),
        reissue_of: Some(old.id),
        reissued_by: Some(classroom.accounts.admin),
        reissue_reason: Some("证书上的教师姓名有误".to_owned()),
        version: 1,
        created_at: nine(TODAY),
        updated_at: nine(TODAY),
        ..old.clone()
    };
    let family: String = old.teacher_name.chars().take(1).collect();
    let given = if old.teacher_name.ends_with('敏') { "民" } else { "敏" };
    old.teacher_name = family + given;
    old.status = CertificationStatus::Reissued;
    old.version += 1;
    old.updated_at = nine(TODAY);
    certifications.push(new);
}

/// Revokes one award that superseded another, and restores that one.
fn restore(classroom: &Classroom<'_>, certifications: &mut [Certification]) {
    let superseded = |row: &&Certification| row.status == CertificationStatus::Superseded;
    let pair = certifications.iter().filter(superseded).find_map(|former| {
        let later = certifications.iter().find(|row| former.superseded_by == Some(row.id))?;
        (is_shown(classroom, later) && later.reissue_of.is_none()).then_some((former.id, later.id))
    });
    let Some((former, later)) = pair else { return };
    for row in certifications {
        if row.id == later {
            row.status = CertificationStatus::Revoked;
            row.revoked_by = Some(classroom.accounts.admin);
            row.revoked_at = Some(nine(TODAY));
            row.revocation_reason = Some("改评等次的材料经核实不属于本课例".to_owned());
        } else if row.id == former {
            row.status = CertificationStatus::Accepted;
            row.superseded_by = None;
            row.restored_from = Some(later);
        } else {
            continue;
        }
        row.version += 1;
        row.updated_at = nine(TODAY);
    }
}

fn supersede(before: &mut Certification, by: CertificationId, on: NaiveDate) {
    before.status = CertificationStatus::Superseded;
    before.superseded_by = Some(by);
    before.version += 1;
    before.updated_at = nine(on);
}

/// Adds two reviews to a decided application, and up to two to a pending one.
fn review(
    chance: &mut Chance,
    accounts: &Accounts,
    row: &Certification,
    fate: Fate,
    applied_on: NaiveDate,
    reviews: &mut Vec<Review>,
) {
    let count = if fate == Fate::Waits { chance.index(3) } else { 2 };
    let reviewers: [UserId; 2] = [accounts.colleague, accounts.training];
    for (place, reviewer) in reviewers.into_iter().take(count).enumerate() {
        let on = (applied_on + Days::new(3 + place as u64)).min(TODAY);
        let (verdict, comment) = match fate {
            Fate::Rejected => (Verdict::Reject, "教学设计与实录不一致，暂不认定"),
            _ => (Verdict::Accept, "目标达成度高，符合“三课”标准"),
        };
        let id: ReviewId = chance.id(on);
        reviews.push(Review {
            id,
            certification_id: row.id,
            reviewer_id: reviewer,
            verdict,
            comment: comment.to_owned(),
            created_at: nine(on),
        });
    }
}
