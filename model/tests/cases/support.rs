//! A county whose acts all happen on 30 November 2026.

use chrono::{Days, NaiveDate};
use model::{
    apply::apply,
    county::{County, OrganizationKind},
    dates::date,
    event::{EndReason, Event, Refusal},
    hours::{Dimension, HourEntry, Level, Mode, Source},
    ids::{ExemptionId, OrganizationId, PolicyId, RecordId, SpellId, TeacherId},
    policy::{Calendar, MonthBasis, PolicyValues},
    rules::quota::{Quota, quota},
    titles::{Institution, Title},
};

pub fn today() -> NaiveDate {
    date(2026, 11, 30)
}

pub fn quota_of(life: &Life, teacher: usize, year: i32) -> Quota {
    quota(&life.county, TeacherId(teacher), year, today())
}

pub fn required(life: &Life, teacher: usize, year: i32) -> i64 {
    quota_of(life, teacher, year).required
}

/// Returns a life whose root counts months by calendar.
pub fn by_calendar() -> Life {
    let mut life = Life::new();
    let calendar = Calendar { month_basis: MonthBasis::Calendar, ..Calendar::default() };
    life.policy(County::ROOT, date(2016, 1, 1), PolicyValues::default(), Some(calendar));
    life
}

/// A root with two counties: organizations 1 (bureau), 2 and 3 (schools), and 4 (bureau), 5 (school).
pub struct Life {
    pub county: County,
}

impl Life {
    pub fn new() -> Self {
        let mut county = County::new(2024);
        for (code, schools) in [("A", 2), ("B", 1)] {
            let bureau = county.add_organization(code, code, OrganizationKind::Bureau, County::ROOT);
            for number in 1..=schools {
                let code = format!("{code}{number}");
                county.add_organization(&code, &code, OrganizationKind::School, bureau);
            }
        }
        Self { county }
    }

    pub fn act(&mut self, event: Event) -> Result<(), Refusal> {
        apply(&mut self.county, &event, today())
    }

    fn must(&mut self, event: Event) {
        let shown = format!("{event:?}");
        self.act(event).unwrap_or_else(|refusal| panic!("{refusal:?}: {shown}"));
    }

    fn new_spell(&self) -> SpellId {
        SpellId(self.county.spells.len())
    }

    fn add_teacher(&mut self, first: NaiveDate, reported: bool) -> usize {
        let teacher = self.county.teachers.len();
        self.must(Event::AddTeacher {
            teacher: TeacherId(teacher),
            spell: self.new_spell(),
            organization: OrganizationId(2),
            first,
            reported,
        });
        teacher
    }

    /// Adds a teacher at school 2.
    pub fn serve(&mut self, first: NaiveDate) -> usize {
        self.add_teacher(first, false)
    }

    pub fn report(&mut self, first: NaiveDate) -> usize {
        self.add_teacher(first, true)
    }

    pub fn last_spell(&self, teacher: usize) -> SpellId {
        self.county.spells_of(TeacherId(teacher)).last().map_or(SpellId(0), |spell| spell.id)
    }

    pub fn end(&mut self, teacher: usize, on: NaiveDate) {
        let teacher = TeacherId(teacher);
        self.must(Event::EndService { teacher, on, reason: EndReason::Resigned, takes_away: Vec::new() });
    }

    pub fn come_back(&mut self, teacher: usize, school: usize, first: NaiveDate) {
        let spell = self.new_spell();
        let organization = OrganizationId(school);
        self.must(Event::Return { teacher: TeacherId(teacher), spell, organization, first });
    }

    pub fn transfer(&mut self, teacher: usize, school: usize, on: NaiveDate) -> SpellId {
        let to = OrganizationId(school);
        let spell = self.new_spell();
        self.must(Event::Transfer { teacher: TeacherId(teacher), spell, to, on });
        spell
    }

    pub fn exempt(&mut self, teacher: usize, first: NaiveDate, last: NaiveDate) {
        let exemption = ExemptionId(self.county.exemptions.len());
        self.must(Event::AddExemption { exemption, teacher: TeacherId(teacher), first, last, confirmed: true });
    }

    pub fn policy(
        &mut self,
        organization: OrganizationId,
        effective_on: NaiveDate,
        values: PolicyValues,
        calendar: Option<Calendar>,
    ) -> PolicyId {
        let policy = PolicyId(self.county.policies.len());
        self.must(Event::AddPolicy { policy, organization, effective_on, values, calendar });
        policy
    }

    /// Returns a county-level record of some days that ends on `last`, sent as recognised.
    pub fn entry(&self, teacher: usize, training_year: i32, hours: i64, last: NaiveDate, days: u64) -> HourEntry {
        HourEntry {
            record: RecordId(self.county.records.len()),
            teacher: TeacherId(teacher),
            training_year,
            hours,
            level: Level::County,
            dimension: None,
            mode: Mode::FaceToFace,
            title: Title::plain(self.county.records.len()),
            institution: Institution::TrainingSchool,
            source: Source::Manual,
            first: last - Days::new(days - 1),
            last,
            as_recognized: true,
        }
    }

    pub fn hours(&mut self, teacher: usize, year: i32, hours: i64, last: NaiveDate, days: u64) -> RecordId {
        let entry = self.entry(teacher, year, hours, last, days);
        self.must(Event::RecordHour(entry));
        entry.record
    }

    /// Records hours of a level and dimension over four days.
    pub fn leveled(
        &mut self,
        teacher: usize,
        year: i32,
        hours: i64,
        last: NaiveDate,
        level: Level,
        dimension: Option<Dimension>,
    ) -> RecordId {
        let entry = HourEntry { level, dimension, ..self.entry(teacher, year, hours, last, 4) };
        self.must(Event::RecordHour(entry));
        entry.record
    }

    pub fn close(&mut self, training_year: i32) {
        self.must(Event::CloseYear { training_year, waived: Vec::new() });
    }
}
