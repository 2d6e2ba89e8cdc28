//! The ledger: seven years of training from 2020 to now, which cover two cycles.

use std::collections::HashSet;

use chrono::{Datelike, Days, NaiveDate};
use songjiao_api::{
    batch::hour_records::NewHourRecord,
    hours::hour_records::entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
};
use songjiao_types::{
    Hours, UserId,
    hour_records::{HourRecordStatus, IMPORT_SOURCE},
    training::{TrainingDimension as D, TrainingLevel as L, TrainingMode as M},
};

use super::{
    calendar::{TODAY, day, nine},
    county::County,
    people::Person,
    random::Chance,
};

const THEMES: &str = "大单元教学设计 学科核心素养落地 课堂教学评价 作业设计与减负 师德师风建设 信息技术与学科融合 \
    教学评一致性 跨学科主题学习 新课程标准解读 家校协同育人 项目化学习 差异化教学";

/// The source of the provincial platform, which the bureau owns.
pub const PROVINCIAL_SOURCE: &str = "provincial";

/// A training offered every year.
struct Offer {
    level: L,
    mode: M,
    dimension: Option<D>,
    title: &'static str,
    institution: &'static str,
    /// Month and day of the beginning, and the number of further days.
    begins: (u32, u32, u64),
    /// The hours of a participant: least and most.
    hours: (i64, i64),
    /// The participants of a thousand teachers with average keenness.
    takers: i64,
}

const fn offer(
    (level, mode, dimension): (L, M, Option<D>),
    title: &'static str,
    institution: &'static str,
    begins: (u32, u32, u64),
    hours: (i64, i64),
    takers: i64,
) -> Offer {
    Offer { level, mode, dimension, title, institution, begins, hours, takers }
}

const OFFERS: [Offer; 8] = [
    offer((L::School, M::FaceToFace, Some(D::Skill)), "上学期校本研修", "", (3, 5, 110), (16, 26), 985),
    offer((L::School, M::Blended, Some(D::Knowledge)), "下学期校本研修", "", (9, 5, 70), (14, 24), 975),
    offer(
        (L::County, M::FaceToFace, Some(D::Ethics)),
        "暑期“三修三课”全员培训",
        "舒兰市教师进修学校",
        (7, 20, 4),
        (16, 24),
        930,
    ),
    offer(
        (L::National, M::Online, Some(D::Ethics)),
        "暑期教师研修（国家智慧教育平台）",
        "国家智慧教育公共服务平台",
        (7, 25, 30),
        (10, 10),
        900,
    ),
    offer(
        (L::Provincial, M::Online, Some(D::Knowledge)),
        "中小学教师全员远程培训",
        "吉林省教育学院",
        (10, 8, 35),
        (12, 30),
        640,
    ),
    offer(
        (L::Municipal, M::FaceToFace, Some(D::Skill)),
        "骨干教师学科研训",
        "吉林市教育学院",
        (5, 10, 3),
        (18, 24),
        120,
    ),
    offer(
        (L::National, M::Blended, Some(D::Skill)),
        "“国培计划”名师工作坊研修",
        "松江师范学院",
        (4, 15, 160),
        (40, 80),
        60,
    ),
    offer((L::Other, M::Other, None), "教育科研课题研究", "舒兰市教师进修学校", (3, 20, 200), (6, 12), 90),
];

/// Generates the records of all teachers.
pub fn record(chance: &mut Chance, county: &County, people: &[Person], recorder: UserId) -> Vec<NewHourRecord> {
    let names: std::collections::HashMap<_, _> =
        county.schools.iter().map(|school| (school.id, school.name.as_str())).collect();
    let themes: Vec<&str> = THEMES.split_whitespace().collect();
    let mut rows = Vec::with_capacity(people.len() * 34);
    for person in people {
        for year in 2020..=TODAY.year() {
            for (kind, offer) in OFFERS.iter().enumerate() {
                let (month, of_month, days) = offer.begins;
                let starts_on = day(year, month, of_month);
                let ends_on = starts_on + Days::new(days);
                let away = |(from, to): &(NaiveDate, NaiveDate)| *from <= ends_on && *to >= starts_on;
                let possible = ends_on <= TODAY && person.in_post_on(starts_on) && person.in_post_on(ends_on);
                if !possible || person.exempt.iter().any(away) {
                    continue;
                }
                let takers = (offer.takers - 1000) * (11 - person.keenness) / 4 + 1000;
                if !chance.per_mille(takers.max(offer.takers * person.keenness / 10)) {
                    continue;
                }
                let school = person.served_at(ends_on);
                let institution = match offer.institution {
                    "" => names.get(&school).copied().unwrap_or("舒兰市教师进修学校"),
                    other => other,
                };
                let theme = themes[(usize::try_from(year).unwrap_or_default() * 5 + kind * 7) % themes.len()];
                let number = rows.len() + 1;
                let external_id = format!("{year}{kind}{number:07}");
                let id = chance.id(ends_on);
                let training = Training {
                    training_year: year,
                    starts_on,
                    ends_on,
                    hours: hours(chance, offer.hours, person.keenness),
                    level: offer.level,
                    mode: offer.mode,
                    dimension: offer.dimension,
                    title: format!("{year}年{}：{theme}", offer.title),
                    institution: institution.to_owned(),
                };
                let content = Content { teacher_id: person.id, training };
                let source = RecordSource::within(IMPORT_SOURCE, county.training_school);
                let key = RecordKey::of(source, Some(external_id));
                let entry = LedgerEntry::new(key, content, HourRecordStatus::Recognized);
                let row = NewHourRecord::new(id, entry, school, recorder, nine(ends_on + Days::new(2)));
                rows.push(NewHourRecord { decided_at: Some(nine(ends_on + Days::new(10))), ..row });
            }
        }
    }
    unsettle(chance, &mut rows);
    suspect(chance, &mut rows);
    rows
}

/// Picks hours in steps of a half between least and most; keen teachers earn more.
fn hours(chance: &mut Chance, (least, most): (i64, i64), keenness: i64) -> Hours {
    let span = (most - least) * 2;
    let middle = span * keenness / 10;
    let halves = (middle + chance.between(-span / 4, span / 4)).clamp(0, span);
    Hours::from_hundredths(least * 100 + halves * 50)
}

/// Leaves some of this autumn's records pending, and rejects or voids some others.
fn unsettle(chance: &mut Chance, rows: &mut [NewHourRecord]) {
    for row in rows {
        let recent = row.ends_on >= day(2026, 11, 1);
        let (status, reason) = match chance.between(1, 1000) {
            ..=60 if recent => (HourRecordStatus::Pending, None),
            61..=63 => (HourRecordStatus::Rejected, Some("缺少结业证明，请补充后重新申报")),
            64..=65 => (HourRecordStatus::Voided, Some("学时录入有误，已重新登记")),
            _ => continue,
        };
        row.status = status;
        row.status_reason = reason.map(ToOwned::to_owned);
        if status == HourRecordStatus::Pending {
            (row.decided_by, row.decided_at) = (None, None);
        }
    }
}

/// Repeats a few trainings under another source: suspected duplicates, pending.
fn suspect(chance: &mut Chance, rows: &mut Vec<NewHourRecord>) {
    let mut repeated = HashSet::new();
    let candidates: Vec<usize> = (0..rows.len())
        .filter(|at| rows[*at].training_year == TODAY.year() && rows[*at].level == L::National)
        .filter(|at| rows[*at].status == HourRecordStatus::Recognized)
        .collect();
    for _ in 0..12 {
        let at = *chance.pick(&candidates);
        if !repeated.insert(at) {
            continue;
        }
        let first = &rows[at];
        let external_id = format!("JL{:08}", chance.between(1, 99_999_999));
        let again = NewHourRecord {
            id: chance.id(day(2026, 11, 12)),
            source: PROVINCIAL_SOURCE.to_owned(),
            external_id: Some(external_id.clone()),
            source_key: external_id,
            key_space: String::new(),
            status: HourRecordStatus::Pending,
            decided_by: None,
            decided_at: None,
            created_at: nine(day(2026, 11, 12)),
            ..first.clone()
        };
        rows.push(again);
    }
}

/// Picks a participant and gives them an interesting record: over 360 hours in 2021–2025, below 72 in one of
/// the years, and a pending record. Returns the index.
pub fn make_star(rows: &mut [NewHourRecord], people: &[Person], participants: &[usize]) -> usize {
    let last_cycle = |row: &NewHourRecord| (2021..=2025).contains(&row.training_year);
    let star = participants
        .iter()
        .copied()
        .max_by_key(|at| {
            let records = rows.iter().filter(|row| row.teacher_id == people[*at].id && last_cycle(row)).count();
            (people[*at].services.len(), records)
        })
        .unwrap_or_default();
    let mut short_year = 0;
    for row in rows.iter_mut().filter(|row| row.teacher_id == people[star].id) {
        row.status_reason = None;
        row.status = HourRecordStatus::Recognized;
        if row.training_year == 2022 {
            short_year += 1;
            row.hours = Hours::whole(if short_year > 3 { 8 } else { 12 });
        } else if last_cycle(row) {
            row.hours = Hours::whole(20);
        }
    }
    let mine = |row: &&mut NewHourRecord| row.teacher_id == people[star].id && row.training_year == TODAY.year();
    if let Some(latest) = rows.iter_mut().filter(mine).max_by_key(|row| row.ends_on) {
        latest.status = HourRecordStatus::Pending;
        (latest.decided_by, latest.decided_at) = (None, None);
    }
    star
}
