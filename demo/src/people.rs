//! The teachers, with generated names.

use chrono::{Datelike, Days, NaiveDate};
use songjiao_api::batch::{appointments::AppointmentRow, exemptions::NewExemption, teachers::TeacherRow};
use songjiao_types::{
    OrganizationId, TeacherId, UserId,
    appointments::EndReason,
    exemptions::ExemptionKind,
    teachers::{Gender, TeacherStatus},
    training::Stage,
};

use super::{
    calendar::{TODAY, day, nine},
    county::County,
    random::Chance,
};

/// The number of teachers.
const TEACHERS: usize = 4000;

/// Words with their weights.
const SURNAMES: &str = "80王 78李 72张 60刘 44陈 40杨 32赵 30孙 26周 24吴 24徐 22高 22马 20朱 20胡 18郭 18林 18何 16于 16宋 15韩 \
    14冯 14曹 13田 13董 12姜 12程 12丁 11魏 11任 10卢 10范 10崔 10金 9石 9谭 8邹 8白 8孟 8秦 7尹 7薛 7侯 6关 \
    6佟 5那 4欧阳 3司马";
const MALE: &str = "伟强军勇刚健平志明国建文海峰鹏飞宇浩晨阳博杰斌凯旭东龙亮超林涛毅成立新宏达庆生春光辉";
const FEMALE: &str = "芳敏静丽艳娟霞秀英玲桂兰红梅雪晶莹洁欣悦婷颖慧琳丹蕾佳怡晓春燕凤云彩萍珍玉娜岩淑华";

const PRIMARY: &str = "34语文 30数学 9英语 5道德与法治 4科学 5音乐 6体育 4美术 2信息技术 1心理健康";
const MIDDLE: &str =
    "18语文 18数学 16英语 8物理 6化学 5生物 6道德与法治 6历史 5地理 3音乐 5体育 2美术 2信息技术 1心理健康";

/// The service at an organization: first day and last day.
pub type Service = (OrganizationId, NaiveDate, Option<NaiveDate>);

/// What the other modules need to know of a teacher.
pub struct Person {
    pub id: TeacherId,
    pub name: String,
    /// The index of the present school.
    pub school: usize,
    pub subject: String,
    pub stage: Stage,
    pub joined_on: NaiveDate,
    pub left_on: Option<NaiveDate>,
    pub backbone: bool,
    pub exempt: Vec<(NaiveDate, NaiveDate)>,
    pub services: Vec<Service>,
    /// The keenness on training, from 1 to 10.
    pub keenness: i64,
}

impl Person {
    pub fn in_post_on(&self, date: NaiveDate) -> bool {
        self.joined_on <= date && self.left_on.is_none_or(|left| left >= date)
    }

    /// Returns the organization of a day; before the first service, the first one.
    pub fn served_at(&self, date: NaiveDate) -> OrganizationId {
        let then = self.services.iter().rev().find(|(_, starts_on, _)| *starts_on <= date);
        then.map_or(self.services[0].0, |(organization, ..)| *organization)
    }
}

/// The generated teachers.
#[derive(Default)]
pub struct People {
    pub engaged: Vec<Person>,
    pub teachers: Vec<TeacherRow>,
    pub appointments: Vec<AppointmentRow>,
    pub exemptions: Vec<NewExemption>,
}

/// Generates the teachers of all schools.
pub fn engage(chance: &mut Chance, county: &County, recorder: UserId) -> People {
    let mut found = People::default();
    let weights: usize = county.schools.iter().map(|school| school.weight).sum();
    let mut share = 0;
    for (index, school) in county.schools.iter().enumerate() {
        let before = share * TEACHERS / weights;
        share += school.weight;
        for _ in before..share * TEACHERS / weights {
            engage_one(chance, county, index, recorder, &mut found);
        }
    }
    found
}

/// Generates a name.
pub fn name(chance: &mut Chance, gender: Gender) -> String {
    let letters: Vec<char> = if gender == Gender::Male { MALE } else { FEMALE }.chars().collect();
    let mut name = chance.weighted_word(SURNAMES).to_owned();
    let first = *chance.pick(&letters);
    name.push(first);
    if chance.per_mille(620) {
        let second = *chance.pick(&letters);
        if second != first {
            name.push(second);
        }
    }
    name
}

fn subject(chance: &mut Chance, stage: Stage) -> &'static str {
    match stage {
        Stage::Kindergarten => "学前教育",
        Stage::Special => "特殊教育",
        Stage::Primary => chance.weighted_word(PRIMARY),
        Stage::JuniorMiddle | Stage::SeniorMiddle | Stage::Vocational => chance.weighted_word(MIDDLE),
    }
}

/// Picks a 职称 by the years of service.
fn title(chance: &mut Chance, years: i32) -> &'static str {
    match years {
        ..=2 => "三级教师",
        3..=9 => "二级教师",
        10..=17 => chance.weighted(&[(3, "一级教师"), (1, "二级教师")]),
        18..=27 => chance.weighted(&[(3, "一级教师"), (2, "高级教师")]),
        _ => chance.weighted(&[(30, "高级教师"), (20, "一级教师"), (1, "正高级教师")]),
    }
}

fn joined_on(chance: &mut Chance) -> NaiveDate {
    let year = chance.weighted(&[(18, 1988), (26, 1995), (26, 2003), (18, 2011), (12, 2019)]);
    let year = year + chance.between(0, 7);
    let days = [(8, 15), (8, 20), (9, 1), (3, 1)];
    let (month, of_month) = *chance.pick(&days);
    day(i32::try_from(year).unwrap_or(2000), month, of_month).min(day(2026, 9, 1))
}

fn engage_one(chance: &mut Chance, county: &County, school: usize, recorder: UserId, found: &mut People) {
    let place = &county.schools[school];
    let gender = if chance.per_mille(if place.stage == Stage::Kindergarten { 30 } else { 330 }) {
        Gender::Male
    } else {
        Gender::Female
    };
    let name = name(chance, gender);
    let joined_on = joined_on(chance);
    let years = TODAY.year() - joined_on.year();
    let (status, left_on) = match chance.between(1, 1000) {
        ..=30 if years > 28 => (TeacherStatus::Retired, Some(chance.day(day(2021, 3, 1), day(2026, 8, 31)))),
        31..=48 if years > 7 => (TeacherStatus::Left, Some(chance.day(day(2021, 3, 1), day(2026, 8, 31)))),
        49..=66 if years > 1 => (TeacherStatus::OnLeave, None),
        _ => (TeacherStatus::Active, None),
    };
    let id = chance.id(joined_on.max(day(2020, 1, 2)));
    let subject = subject(chance, place.stage);
    let exempt = exempt(chance, id, joined_on, left_on, (status, gender), recorder, found);
    let services = serve(chance, county, (id, school), joined_on, (left_on, status), found);
    let backbone = years > 5 && chance.per_mille(120);
    let number = found.teachers.len() + 1;
    let (entered, teacher_no) = (nine(joined_on.max(day(2020, 1, 2))), format!("220283{number:05}"));
    found.teachers.push(TeacherRow {
        id,
        gender: Some(gender),
        title: Some(title(chance, years).to_owned()),
        left_on,
        status,
        backbone,
        ..TeacherRow::new(teacher_no, &name, place.id, subject, place.stage, joined_on, entered)
    });
    found.engaged.push(Person {
        id,
        name,
        school,
        subject: subject.to_owned(),
        stage: place.stage,
        joined_on,
        left_on,
        backbone,
        exempt,
        services,
        keenness: chance.weighted(&[(2, 2), (4, 4), (5, 5), (5, 6), (5, 7), (4, 8), (2, 9), (1, 10)]),
    });
}

/// Generates exemptions: maternity, sick leave, secondment, study. Teachers on leave have a current one.
fn exempt(
    chance: &mut Chance,
    teacher: TeacherId,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    (status, gender): (TeacherStatus, Gender),
    recorder: UserId,
    found: &mut People,
) -> Vec<(NaiveDate, NaiveDate)> {
    let now = status == TeacherStatus::OnLeave;
    if !now && !chance.per_mille(55) {
        return Vec::new();
    }
    let kind = match gender {
        Gender::Female if joined_on.year() > 2008 => ExemptionKind::Maternity,
        _ => {
            chance.weighted(&[(5, ExemptionKind::SickLeave), (3, ExemptionKind::Secondment), (2, ExemptionKind::Study)])
        }
    };
    let days = match kind {
        ExemptionKind::Maternity => 188,
        ExemptionKind::Secondment | ExemptionKind::Study => 364,
        ExemptionKind::SickLeave | ExemptionKind::Other => 120,
    };
    let starts_on = if now {
        chance.day(day(2026, 7, 1), day(2026, 9, 1))
    } else {
        chance.day(joined_on.max(day(2020, 2, 1)), day(2026, 4, 1))
    };
    let ends_on = starts_on + Days::new(days);
    if starts_on < joined_on || left_on.is_some_and(|left| ends_on > left) {
        return Vec::new();
    }
    let reason = match kind {
        ExemptionKind::Maternity => "产假",
        ExemptionKind::SickLeave => "因病住院休养，有医院证明",
        ExemptionKind::Secondment => "借调市教育局工作",
        ExemptionKind::Study => "脱产进修",
        ExemptionKind::Other => "其他",
    };
    found.exemptions.push(NewExemption {
        id: chance.id(starts_on),
        teacher_id: teacher,
        kind,
        starts_on,
        ends_on,
        reason: Some(reason.to_owned()),
        created_by: recorder,
        version: 1,
        created_at: nine(starts_on),
        updated_at: nine(starts_on),
        confirmed_at: Some(nine(starts_on)),
        confirmed_by: Some(recorder),
    });
    vec![(starts_on, ends_on)]
}

/// Generates one appointment, or two if the teacher came from another school of the same stage.
fn serve(
    chance: &mut Chance,
    county: &County,
    (teacher, school): (TeacherId, usize),
    joined_on: NaiveDate,
    (left_on, status): (Option<NaiveDate>, TeacherStatus),
    found: &mut People,
) -> Vec<Service> {
    let here = county.schools[school].id;
    let moved_on = day(i32::try_from(chance.between(2018, 2026)).unwrap_or(2022), 8, 20);
    let stage = county.schools[school].stage;
    let others: Vec<_> =
        county.schools.iter().filter(|other| other.stage == stage && other.id != here).map(|other| other.id).collect();
    let transferred = chance.per_mille(70)
        && joined_on < moved_on
        && left_on.is_none_or(|left| left > moved_on)
        && !others.is_empty();
    let services = if transferred {
        vec![(*chance.pick(&others), joined_on, moved_on.pred_opt()), (here, moved_on, left_on)]
    } else {
        vec![(here, joined_on, left_on)]
    };
    for (at, (organization_id, starts_on, ends_on)) in services.iter().copied().enumerate() {
        let entered = starts_on.max(day(2020, 1, 2));
        let reason = if at + 1 < services.len() { EndReason::Transfer } else { EndReason::of(status) };
        let row = AppointmentRow::new(teacher, organization_id, starts_on, nine(entered));
        let row = row.ending(ends_on.map(|last| (last, reason))).confirmed_by(None);
        found.appointments.push(AppointmentRow { id: chance.id(entered), ..row });
    }
    services
}
