//! The live units of some teachers, and the groups that they form, in memory. Units are found by what they have in common,
//! so that a teacher's records are not compared pair by pair.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use songjiao_types::{HourRecordId, Hours, ImportId, ProjectId, TeacherId, duplicate_groups::DuplicateGround};

use super::{
    live_record::{Group, LiveRecord, UnitKey},
    rings::{At, Rings, index, number},
    rules::{Unit, counting, ground, is_platform},
    texts::{Digits, Text, Texts},
};

/// The end of a chain.
const END: At = At::MAX;

/// The chains to which a unit belongs.
#[derive(Clone, Copy)]
struct Links {
    teacher: u32,
    /// The next unit of the teacher.
    of_teacher: At,
    /// The next with the same title.
    same_title: At,
    /// The next with the same institution, hours and digits of the title.
    same_claim: At,
    /// The unit has ended, or grown into another one.
    gone: bool,
}

/// A unit's teacher, institution, hours and digits.
type Claim = (u32, Text, Hours, Digits);

#[derive(Default)]
struct Teacher {
    number: u32,
    /// The years whose records are here, the first and the last.
    years: Option<(i32, i32)>,
}

/// The live units of teachers.
#[derive(Default)]
pub struct LiveUnits {
    texts: Texts,
    units: Vec<Unit>,
    ids: Vec<HourRecordId>,
    links: Vec<Links>,
    rings: Rings,
    teachers: HashMap<TeacherId, Teacher>,
    teacher_ids: Vec<TeacherId>,
    /// The last unit of each teacher.
    lasts: Vec<At>,
    by_title: HashMap<(u32, Text), At>,
    by_claim: HashMap<Claim, At>,
    acts: HashMap<(Text, DateTime<Utc>, Option<ImportId>), u32>,
    projects: Vec<ProjectId>,
    project_numbers: HashMap<ProjectId, u32>,
    /// The unit of each teacher and project, with its records.
    issued: HashMap<(u32, u32), (At, Vec<HourRecordId>)>,
    /// Units that a person kept apart.
    apart: HashSet<(TeacherId, UnitKey, UnitKey)>,
    /// Projects whose hours of a teacher a person decided against, with the reason.
    refused: HashMap<(TeacherId, ProjectId), String>,
    ended: HashSet<HourRecordId>,
}

impl LiveUnits {
    /// Returns the years that are missing of a teacher, and takes note that they are here from now on: the records of a
    /// year are compared with those of the years beside it.
    pub fn missing_years(&mut self, teacher: TeacherId, (from, to): (i32, i32)) -> Vec<(i32, i32)> {
        self.number_of(teacher);
        let Some(known) = self.teachers.get_mut(&teacher) else { return Vec::new() };
        let Some((first, last)) = known.years else {
            known.years = Some((from, to));
            return vec![(from, to)];
        };
        known.years = Some((first.min(from), last.max(to)));
        let mut missing = Vec::new();
        if from < first {
            missing.push((from, first - 1));
        }
        if to > last {
            missing.push((last + 1, to));
        }
        missing
    }

    /// Returns whether records of a teacher are here.
    pub fn knows(&self, teacher: TeacherId) -> bool {
        self.teachers.get(&teacher).is_some_and(|known| known.years.is_some())
    }

    /// Takes note of two units that a person kept apart.
    pub fn keep_apart(&mut self, teacher: TeacherId, a: UnitKey, b: UnitKey) {
        self.apart.insert((teacher, a.min(b), a.max(b)));
    }

    /// Takes note of whether a person decided against what a project issues to a teacher, and why.
    pub fn refuse(&mut self, teacher: TeacherId, project: ProjectId, reason: Option<String>) {
        match reason {
            Some(reason) => self.refused.insert((teacher, project), reason),
            None => self.refused.remove(&(teacher, project)),
        };
    }

    /// Returns why a person decided against what a project issues to a teacher.
    pub fn refusal(&self, teacher: TeacherId, project: ProjectId) -> Option<&str> {
        self.refused.get(&(teacher, project)).map(String::as_str)
    }

    fn number_of(&mut self, teacher: TeacherId) -> u32 {
        let next = number(self.teacher_ids.len());
        let known = self.teachers.entry(teacher).or_insert_with(|| Teacher { number: next, years: None });
        if known.number == next {
            self.teacher_ids.push(teacher);
            self.lasts.push(END);
        }
        known.number
    }

    /// Adds a live record. One that a project issued joins the project's unit.
    pub fn add(&mut self, record: &LiveRecord<'_>) {
        if self.ended.contains(&record.id) {
            return;
        }
        let teacher = self.number_of(record.teacher_id);
        let source = self.texts.intern(record.source);
        let next = number(self.acts.len());
        let act = *self.acts.entry((source, record.created_at.into(), record.import_id)).or_insert(next);
        let project = record.project_id.map_or(0, |project| self.project_number(project));
        let mut unit = Unit {
            title: self.texts.intern(record.title),
            institution: self.texts.intern(record.institution),
            days: record.days,
            hours: record.hours,
            training_year: record.training_year,
            source,
            platform: is_platform(record.source),
            act,
            project,
            issued: record.issued,
            recognized: record.recognized,
            entered: record.former_id.unwrap_or(record.id),
        };
        let mut id = record.id;
        if record.issued {
            let at = number(self.units.len());
            let (former, records) = self.issued.entry((teacher, project)).or_insert((END, Vec::new()));
            records.push(record.id);
            let former = std::mem::replace(former, at);
            if let Some(before) = self.units.get(index(former)) {
                unit.days = (unit.days.0.min(before.days.0), unit.days.1.max(before.days.1));
                unit.hours += before.hours;
                unit.recognized |= before.recognized;
                unit.entered = unit.entered.min(before.entered);
                id = self.ids[index(former)];
                self.remove(former);
            }
        }
        self.push(teacher, unit, id);
    }

    fn project_number(&mut self, project: ProjectId) -> u32 {
        if let Some(found) = self.project_numbers.get(&project) {
            return *found;
        }
        self.projects.push(project);
        let number = number(self.projects.len());
        self.project_numbers.insert(project, number);
        number
    }

    fn push(&mut self, teacher: u32, unit: Unit, id: HourRecordId) {
        let at = number(self.units.len());
        let of_teacher = std::mem::replace(&mut self.lasts[index(teacher)], at);
        let same_title = self.by_title.insert((teacher, unit.title), at).unwrap_or(END);
        let claim = self.claim(teacher, &unit);
        let same_claim = claim.and_then(|claim| self.by_claim.insert(claim, at)).unwrap_or(END);
        let links = Links { teacher, of_teacher, same_title, same_claim, gone: false };
        self.units.push(unit);
        self.rings.push();
        self.ids.push(id);
        self.links.push(links);
        self.connect(at);
    }

    fn claim(&self, teacher: u32, unit: &Unit) -> Option<Claim> {
        Some((teacher, unit.institution, unit.hours, self.texts.digits(unit.title)?))
    }

    /// Joins a unit with the earlier ones with which it is suspected.
    fn connect(&mut self, at: At) {
        for next in [|links: &Links| links.same_title, |links: &Links| links.same_claim] {
            let mut other = next(&self.links[index(at)]);
            while let Some(links) = self.links.get(index(other)) {
                let following = next(links);
                if !links.gone && self.rings.first(other) != self.rings.first(at) && self.are_suspected(at, other) {
                    self.rings.join(at, other);
                }
                other = following;
            }
        }
    }

    fn are_suspected(&self, a: At, b: At) -> bool {
        let suspected = ground(&self.texts, &self.units[index(a)], &self.units[index(b)]).is_some();
        suspected && mutate!(KeptApartForgotten, !self.are_apart(a, b), true)
    }

    fn are_apart(&self, a: At, b: At) -> bool {
        if self.apart.is_empty() {
            return false;
        }
        let (one, other) = (self.key(a), self.key(b));
        let teacher = self.teacher_ids[index(self.links[index(a)].teacher)];
        self.apart.contains(&(teacher, one.min(other), one.max(other)))
    }

    fn key(&self, at: At) -> UnitKey {
        let unit = &self.units[index(at)];
        match self.projects.get(index(unit.project.wrapping_sub(1))) {
            Some(project) if unit.issued => UnitKey::Project(*project),
            _ => UnitKey::Record(unit.entered),
        }
    }

    /// Takes a unit away and judges what it connected anew.
    fn remove(&mut self, at: At) {
        let members = self.rings.members(at);
        self.links[index(at)].gone = true;
        self.rings.dissolve(&members);
        for member in members.into_iter().filter(|member| *member != at) {
            self.connect(member);
        }
    }

    /// Takes away records that have ended, or are about to, and that no project issued; they are not added later either.
    pub fn forget(&mut self, ended: &[HourRecordId]) {
        if ended.is_empty() {
            return;
        }
        self.ended.extend(ended);
        let ids = self.ids.iter().enumerate().filter(|(_, id)| self.ended.contains(id));
        let gone: Vec<At> = ids.map(|(at, _)| number(at)).filter(|at| !self.links[index(*at)].gone).collect();
        for at in gone {
            self.remove(at);
        }
    }

    /// Returns the group of each of the given records, once; records that are suspected with no other have none.
    pub fn groups_of(&self, teachers_records: &[(TeacherId, HourRecordId)]) -> Vec<Group> {
        let wanted: HashSet<HourRecordId> = teachers_records.iter().map(|(_, id)| *id).collect();
        let teachers: BTreeSet<u32> = teachers_records
            .iter()
            .filter_map(|(teacher, _)| self.teachers.get(teacher).map(|known| known.number))
            .collect();
        let mut groups = Vec::new();
        for teacher in teachers {
            for group in self.groups_of_teacher(teacher) {
                if group.records.iter().any(|id| wanted.contains(id)) {
                    groups.push(group);
                }
            }
        }
        groups
    }

    /// Returns all groups.
    pub fn groups(&self) -> Vec<Group> {
        (0..number(self.lasts.len())).flat_map(|teacher| self.groups_of_teacher(teacher)).collect()
    }

    fn groups_of_teacher(&self, teacher: u32) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut at = self.lasts[index(teacher)];
        while let Some(links) = self.links.get(index(at)) {
            if self.rings.leads(at) {
                groups.push(self.group(teacher, &self.rings.members(at)));
            }
            at = links.of_teacher;
        }
        groups.reverse();
        groups
    }

    fn group(&self, teacher: u32, members: &[At]) -> Group {
        let units: Vec<&Unit> = members.iter().map(|at| &self.units[index(*at)]).collect();
        let counts = counting(&units);
        let mut group =
            Group { teacher_id: self.teacher_ids[index(teacher)], records: Vec::new(), waiting: BTreeSet::new() };
        for (place, at) in members.iter().enumerate() {
            let unit = &self.units[index(*at)];
            let records = match self.issued.get(&(teacher, unit.project)) {
                Some((_, records)) if unit.issued => records.clone(),
                _ => vec![self.ids[index(*at)]],
            };
            if counts != Some(place) {
                group.waiting.extend(&records);
            }
            group.records.extend(records);
        }
        group.records.sort_unstable();
        group
    }

    /// Returns why the units are suspected, each reason once.
    pub fn grounds(&self) -> BTreeSet<DuplicateGround> {
        let units: Vec<&Unit> =
            self.units.iter().zip(&self.links).filter(|(_, links)| !links.gone).map(|(unit, _)| unit).collect();
        let pairs = units.iter().enumerate().flat_map(|(at, a)| units[at + 1..].iter().map(move |b| (*a, *b)));
        pairs.filter_map(|(a, b)| ground(&self.texts, a, b)).collect()
    }

    /// Takes note of records that count from now on.
    pub fn recognized(&mut self, first: usize, recognized: impl Fn(HourRecordId) -> bool) {
        for at in first..self.units.len() {
            if recognized(self.ids[at]) {
                self.units[at].recognized = true;
            }
        }
    }

    /// Returns how many units there are, ended ones included.
    pub fn len(&self) -> usize {
        self.units.len()
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use uuid::Uuid;

    use super::*;

    const TITLE: &str = "小学数学骨干教师提升培训";

    fn id(number: u128) -> HourRecordId {
        HourRecordId::from_uuid(Uuid::from_u128(number))
    }

    fn teacher() -> TeacherId {
        TeacherId::from_uuid(Uuid::from_u128(1))
    }

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, number).expect("a day of March")
    }

    /// A record of one day that was entered at its own instant.
    fn record(number: u128, title: &'static str, on: u32) -> LiveRecord<'static> {
        let at = chrono::DateTime::UNIX_EPOCH + chrono::Duration::seconds(i64::try_from(number).expect("small"));
        LiveRecord {
            id: id(number),
            teacher_id: teacher(),
            training_year: 2026,
            days: (day(on), day(on)),
            hours: Hours::whole(8),
            title,
            institution: "舒兰市教师进修学校",
            source: "manual",
            project_id: None,
            issued: false,
            import_id: None,
            created_at: at.into(),
            former_id: None,
            recognized: false,
        }
    }

    fn issued(number: u128, on: u32) -> LiveRecord<'static> {
        let project_id = Some(ProjectId::from_uuid(Uuid::from_u128(7)));
        LiveRecord { project_id, issued: true, source: "project", ..record(number, TITLE, on) }
    }

    fn units(records: &[LiveRecord<'_>]) -> LiveUnits {
        let mut units = LiveUnits::default();
        for record in records {
            units.add(record);
        }
        units
    }

    fn group(records: &[u128], waiting: &[u128]) -> Group {
        Group {
            teacher_id: teacher(),
            records: records.iter().copied().map(id).collect(),
            waiting: waiting.iter().copied().map(id).collect(),
        }
    }

    #[test]
    fn one_training_that_comes_five_ways_is_one_group() {
        let first = record(1, TITLE, 10);
        let records = [
            first,
            LiveRecord { days: (day(10), day(11)), ..record(2, TITLE, 10) },
            record(3, TITLE, 10),
            LiveRecord { institution: "进修学校", ..record(4, TITLE, 10) },
            LiveRecord { source: "province", ..record(5, "小学数学（骨干教师）提升培训", 10) },
        ];
        assert_eq!(units(&records).groups(), [group(&[1, 2, 3, 4, 5], &[2, 3, 4, 5])]);
        assert_eq!(units(&[first, record(2, "另一培训", 10)]).groups(), []);
    }

    #[test]
    fn three_units_are_connected_through_the_middle_one() {
        let long = LiveRecord { days: (day(10), day(20)), ..record(2, TITLE, 10) };
        let (early, late) = (record(1, TITLE, 10), record(3, TITLE, 20));
        assert_eq!(units(&[early, late]).groups(), []);
        let mut all = units(&[early, long, late]);
        assert_eq!(all.groups(), [group(&[1, 2, 3], &[2, 3])]);
        all.forget(&[id(2)]);
        assert_eq!(all.groups(), []);
    }

    #[test]
    fn the_next_counts_when_the_first_ends() {
        let mut all = units(&[record(1, TITLE, 10), record(2, TITLE, 10), record(3, TITLE, 10)]);
        all.forget(&[id(1)]);
        assert_eq!(all.groups(), [group(&[2, 3], &[3])]);
    }

    #[test]
    fn what_a_project_issued_to_a_teacher_is_one_unit() {
        let phases: Vec<_> = (1..=5).map(|number| issued(number, 2 * u32::try_from(number).expect("small"))).collect();
        assert_eq!(units(&phases).groups(), []);
        // 40 hours at another time of the year: the sum of the five phases.
        let platform = LiveRecord { hours: Hours::whole(40), source: "province", ..record(6, TITLE, 28) };
        let mut all = units(&phases[..4]);
        all.add(&platform);
        assert_eq!(all.groups(), [], "32 and 40 hours");
        all.add(&LiveRecord { id: id(7), ..phases[4] });
        assert_eq!(all.groups(), [group(&[1, 2, 3, 4, 6, 7], &[6])]);
        let overlapping = LiveRecord { hours: Hours::whole(24), days: (day(10), day(12)), ..platform };
        let mut all = units(&phases);
        all.add(&overlapping);
        assert_eq!(all.groups(), [group(&[1, 2, 3, 4, 5, 6], &[6])]);
    }

    #[test]
    fn a_project_that_repeats_another_record_waits_as_a_whole() {
        let platform =
            LiveRecord { days: (day(1), day(20)), source: "province", recognized: true, ..record(1, TITLE, 1) };
        let all = units(&[platform, issued(2, 3), issued(3, 5)]);
        assert_eq!(all.groups(), [group(&[1, 2, 3], &[2, 3])]);
    }

    #[test]
    fn units_that_a_person_kept_apart_are_suspected_no_more() {
        let mut all = LiveUnits::default();
        all.keep_apart(teacher(), UnitKey::Record(id(2)), UnitKey::Record(id(1)));
        all.keep_apart(teacher(), UnitKey::Project(ProjectId::from_uuid(Uuid::from_u128(7))), UnitKey::Record(id(1)));
        for entered in [record(1, TITLE, 10), record(2, TITLE, 10), issued(3, 10)] {
            all.add(&entered);
        }
        assert_eq!(all.groups(), [group(&[2, 3], &[3])], "what nobody compared is suspected");
        all.add(&record(4, TITLE, 10));
        assert_eq!(all.groups(), [group(&[1, 2, 3, 4], &[2, 3, 4])], "connected through another");
    }

    #[test]
    fn a_record_takes_the_place_of_the_one_that_it_corrects() {
        let corrected = LiveRecord { former_id: Some(id(1)), ..record(3, TITLE, 10) };
        assert_eq!(units(&[record(2, TITLE, 10), corrected]).groups(), [group(&[2, 3], &[2])]);
    }

    #[test]
    fn years_are_loaded_once() {
        let mut all = LiveUnits::default();
        assert_eq!(all.missing_years(teacher(), (2025, 2027)), [(2025, 2027)]);
        assert_eq!(all.missing_years(teacher(), (2025, 2026)), []);
        assert_eq!(all.missing_years(teacher(), (2023, 2029)), [(2023, 2024), (2028, 2029)]);
    }
}
