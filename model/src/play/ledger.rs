//! Proposals on hours.

use chrono::{Days, NaiveDate};

use super::generator::Generator;
use crate::{
    apply::apply,
    event::{Decision, Event},
    hours::{Dimension, HourEntry, HourRecord, Level, Mode, Source},
    ids::{RecordId, TeacherId},
    rules::{
        calendar::{year_of, year_span},
        credit::credit,
        quota::{missed_dimensions, quota, recognized_by_dimension},
        whose_year::policy_of_year,
    },
    titles::{Institution, Title},
};

impl Generator {
    /// Returns a record that ends on a day of the teacher's, mostly one with service.
    pub fn entry(&mut self, record: RecordId, last: NaiveDate) -> Option<HourEntry> {
        let teacher = self.teacher()?;
        let count = self.number(1, 10);
        let first = last - Days::new(u64::from(count - 1));
        let most = i64::from(count) * 8_00;
        let hours = match self.number(0, 39) {
            0..=19 => most,
            20..=29 => most / 2,
            30..=35 => i64::from(self.number(50, u32::try_from(most).ok()?)),
            36 => most + 2_00,
            37 => most + 1,
            38 => most * 3,
            _ => most * 3 + 1,
        };
        let mut training_year = year_of(&self.county, last);
        if self.chance(2) {
            training_year -= 1;
        }
        let dimension = if self.chance(60) { self.pick(&Dimension::ALL) } else { None };
        Some(HourEntry {
            record,
            teacher,
            training_year,
            hours,
            level: self.pick(&Level::ALL)?,
            dimension,
            mode: if hours <= most && self.chance(6) { Mode::Online } else { Mode::FaceToFace },
            title: Title::plain(record.0),
            institution: Institution::TrainingSchool,
            source: Source::Manual,
            first,
            last,
            as_recognized: self.chance(80),
        })
    }

    pub fn next_record(&self) -> RecordId {
        RecordId(self.county.records.len())
    }

    /// Returns a day for a record to end on: mostly up to now, sometimes shortly before a teacher's service.
    fn last_day(&mut self) -> NaiveDate {
        let since = year_span(&self.county, self.county.first_year).first;
        match self.number(0, 19) {
            0 => self.within(self.now, 20),
            1 | 2 => {
                let starts: Vec<NaiveDate> =
                    self.county.spells.iter().map(|spell| spell.first).filter(|first| *first > since).collect();
                let first = self.pick(&starts).unwrap_or(self.now);
                let days = self.number(1, 60);
                first - Days::new(u64::from(self.pick(&[days, days, 90, 91]).unwrap_or(days)))
            }
            _ => self.day_between(since, self.now),
        }
    }

    /// Proposes more hours than the days have.
    pub fn propose_implausible(&mut self) -> Option<Event> {
        let entry = self.entry(self.next_record(), self.now)?;
        let days = (entry.last - entry.first).num_days() + 1;
        Some(Event::RecordHour(HourEntry { hours: days * 24_00 + 1, ..entry }))
    }

    pub fn propose_record(&mut self) -> Option<Event> {
        let last = self.last_day();
        let entry = self.entry(self.next_record(), last)?;
        Some(Event::RecordHour(entry))
    }

    /// Proposes exactly the hours that a teacher lacks for a year, for the cycle, for being on track or for a minimum, or a
    /// hundredth less.
    pub fn propose_top_up(&mut self) -> Option<Event> {
        let since = year_span(&self.county, self.county.first_year).first;
        let last = self.day_between(since, self.now);
        let entry = self.entry(self.next_record(), last)?;
        let quota = quota(&self.county, entry.teacher, entry.training_year, self.now);
        let credit = credit(&self.county, entry.teacher, entry.training_year, self.now);
        let policy = policy_of_year(&self.county, entry.teacher, entry.training_year, self.now);
        let minimum = entry.dimension.and_then(|dimension| policy.values.minima.get(&dimension).copied());
        let lacking = [quota.remaining, credit.remaining, credit.owed_so_far - credit.recognized, minimum.unwrap_or(0)];
        let hours = self.pick(&lacking)? - i64::from(self.chance(15));
        let days = (hours + 7_99) / 8_00;
        if !(1..=15).contains(&days) {
            return None;
        }
        let first = last - Days::new(u64::try_from(days - 1).ok()?);
        Some(Event::RecordHour(HourEntry { hours, first, as_recognized: true, ..entry }))
    }

    fn misses_a_minimum(&self, teacher: TeacherId, training_year: i32) -> bool {
        let has_minima = self.county.policies.iter().any(|row| !row.values.minima.is_empty());
        has_minima && {
            let policy = policy_of_year(&self.county, teacher, training_year, self.now);
            let reached = recognized_by_dimension(&self.county, teacher, training_year);
            !missed_dimensions(&reached, &policy.values).is_empty()
        }
    }

    /// Proposes exactly the hours that a teacher lacks for the minimum of a dimension, or a hundredth less, by preference where
    /// nothing else is lacking.
    pub fn propose_minimum(&mut self) -> Option<Event> {
        let years = self.county.first_year..=year_of(&self.county, self.now);
        let quotas: Vec<(TeacherId, i32, bool)> = self
            .county
            .teacher_ids()
            .flat_map(|teacher| years.clone().map(move |year| (teacher, year)))
            .filter(|(teacher, year)| !self.county.is_closed(*year) && self.misses_a_minimum(*teacher, *year))
            .map(|(teacher, year)| quota(&self.county, teacher, year, self.now))
            .map(|quota| (quota.teacher, quota.training_year, quota.remaining == 0))
            .collect();
        let nearly: Vec<(TeacherId, i32, bool)> = quotas.iter().filter(|(_, _, nearly)| *nearly).copied().collect();
        let (teacher, training_year, _) = self.pick(&nearly).or_else(|| self.pick(&quotas))?;
        let missed = quota(&self.county, teacher, training_year, self.now).missed_dimensions;
        let dimension = self.pick(&missed)?;
        let policy = policy_of_year(&self.county, teacher, training_year, self.now);
        let least = policy.values.minima.get(&dimension).copied()?;
        let reached = recognized_by_dimension(&self.county, teacher, training_year);
        let hours = least - reached.get(&dimension).copied().unwrap_or_default() - i64::from(self.chance(15));
        let year = year_span(&self.county, training_year);
        let last = self.day_between(year.first, year.last.min(self.now));
        let entry = self.entry(self.next_record(), last)?;
        Some(Event::RecordHour(HourEntry {
            teacher,
            training_year,
            hours,
            dimension: Some(dimension),
            first: last - Days::new(1),
            as_recognized: true,
            ..entry
        }))
    }

    /// Proposes a file whose rows are all accepted, or, now and then, one with a row that is not.
    pub fn propose_import(&mut self) -> Option<Event> {
        let mut county = self.county.clone();
        let mut rows = Vec::new();
        let as_recognized = self.chance(80);
        for _ in 0..self.number(4, 16) {
            let last = self.last_day();
            let row = self.entry(RecordId(county.records.len()), last)?;
            let row = HourEntry { as_recognized, source: Source::Import, ..row };
            let mut with_row = county.clone();
            match apply(&mut with_row, &Event::RecordHour(row), self.now) {
                Ok(()) if self.is_tried(&Event::RecordHour(row), &with_row) => {
                    county = with_row;
                    rows.push(row);
                }
                Err(_) if self.chance(1) => rows.push(row),
                _ => {}
            }
        }
        if rows.is_empty() { None } else { Some(Event::ImportHours(rows)) }
    }

    pub fn record_where(&mut self, fits: impl Fn(&HourRecord) -> bool) -> Option<RecordId> {
        let records: Vec<RecordId> =
            self.county.records.iter().filter(|record| fits(record)).map(|record| record.entry.record).collect();
        self.pick(&records)
    }

    pub fn propose_decision(&mut self) -> Option<Event> {
        let record = self.record_where(HourRecord::is_pending)?;
        let decision = match self.number(0, 9) {
            0..=5 => Decision::Recognize,
            6 | 7 => Decision::Reject,
            _ => Decision::Return,
        };
        Some(Event::DecideHour { record, decision })
    }

    /// Proposes a decision on a record that waited when its year was closed.
    pub fn propose_late_decision(&mut self) -> Option<Event> {
        let year = self.closed_year()?;
        let record = self.record_where(|record| record.is_pending() && record.entry.training_year == year)?;
        let decision = if self.chance(70) { Decision::Recognize } else { Decision::Reject };
        Some(Event::DecideHour { record, decision })
    }

    pub fn propose_void(&mut self) -> Option<Event> {
        let record = self.record_where(HourRecord::is_recognized)?;
        Some(Event::VoidHour { record })
    }

    pub fn propose_late_void(&mut self) -> Option<Event> {
        let year = self.closed_year()?;
        let record = self.record_where(|record| record.is_recognized() && record.entry.training_year == year)?;
        Some(Event::VoidHour { record })
    }

    pub fn propose_late_hour(&mut self) -> Option<Event> {
        let year = self.closed_year()?;
        let span = year_span(&self.county, year);
        let last = self.day_between(span.first, span.last);
        let entry = HourEntry { training_year: year, as_recognized: true, ..self.entry(self.next_record(), last)? };
        let has_home = |teacher: TeacherId| {
            let closing = self.county.closing(year)?;
            closing.rows.get(&teacher)?.organization
        };
        has_home(entry.teacher)?;
        Some(Event::LateHour(entry))
    }
}
