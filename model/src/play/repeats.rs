//! Proposals on trainings that are told twice.

use chrono::Days;

use super::generator::Generator;
use crate::{
    apply::apply,
    event::Event,
    hours::{HourEntry, Source},
    ids::{RecordId, TeacherId},
    rules::{
        calendar::year_of,
        duplicates::{Group, NamedRule, groups_by_rule, open_groups},
    },
    titles::{Institution, Title, Wording},
};

impl Generator {
    /// Returns a record that tells the training of another once more, or one that resembles it.
    fn repeated(&mut self, record: RecordId, source: Source, of: &HourEntry) -> Option<HourEntry> {
        let wording = if self.chance(40) { of.title.wording } else { self.pick(&Wording::ALL)? };
        let institution = if self.chance(75) { of.institution } else { self.pick(&Institution::ALL)? };
        let days = Days::new(u64::try_from((of.last - of.first).num_days()).ok()?);
        let first = match self.number(0, 19) {
            0..=8 => of.first,
            9..=12 => self.within(of.first, 2),
            13 => of.first - Days::new(1),
            14..=17 => of.last + Days::new(u64::from(self.number(1, 4))),
            _ => of.last + Days::new(u64::from(self.number(5, 40))),
        };
        let hours = if self.chance(75) { of.hours } else { of.hours / 2 };
        let last = first + days;
        let training_year = if self.chance(93) { year_of(&self.county, last) } else { of.training_year };
        Some(HourEntry {
            record,
            training_year,
            hours,
            title: Title { wording, ..of.title },
            institution,
            source,
            first,
            last,
            as_recognized: self.chance(85),
            ..*of
        })
    }

    /// Returns what a live record states, by preference one that is in a group already or with more than a day.
    fn live_entry(&mut self) -> Option<HourEntry> {
        let grouped: Vec<RecordId> =
            open_groups(&self.county).into_iter().flat_map(|group| group.units).flat_map(|unit| unit.records).collect();
        let record = match self.chance(35).then(|| self.pick(&grouped)).flatten() {
            Some(record) => record,
            None => self.record_where(|record| record.is_live() && record.issued.is_none())?,
        };
        Some(self.county.records[record.0].entry)
    }

    pub fn propose_repeat(&mut self) -> Option<Event> {
        let of = self.live_entry()?;
        let source =
            self.pick(&[Source::Manual, Source::Manual, Source::Platform, Source::Platform, Source::Import])?;
        let entry = self.repeated(self.next_record(), source, &of)?;
        Some(match source {
            Source::Import => Event::ImportHours(vec![entry]),
            Source::Platform if self.chance(70) => Event::PushHour(entry),
            _ => Event::RecordHour(entry),
        })
    }

    /// Proposes a file that tells some trainings again, and some of its own twice.
    pub fn propose_repeating_file(&mut self) -> Option<Event> {
        let mut county = self.county.clone();
        let mut rows: Vec<HourEntry> = Vec::new();
        let as_recognized = self.chance(85);
        for _ in 0..self.number(2, 5) {
            let own = rows.last().copied().filter(|_| self.chance(50));
            let of = match own {
                Some(row) => row,
                None => self.live_entry()?,
            };
            let row = self.repeated(RecordId(county.records.len()), Source::Import, &of)?;
            let row = HourEntry { as_recognized, ..row };
            if apply(&mut county, &Event::RecordHour(row), self.now).is_ok() {
                rows.push(row);
            }
        }
        if rows.is_empty() { None } else { Some(Event::ImportHours(rows)) }
    }

    pub fn propose_group_decision(&mut self) -> Option<Event> {
        let groups = open_groups(&self.county);
        let positions: Vec<usize> = (0..groups.len()).collect();
        let at = self.pick(&positions)?;
        let units: Vec<RecordId> = groups[at].units.iter().map(|unit| unit.records[0]).collect();
        let several = self.chance(40);
        let mut keep: Vec<RecordId> = Vec::new();
        for unit in &units {
            if several && self.chance(75) {
                keep.push(*unit);
            }
        }
        if keep.is_empty() {
            keep.push(self.pick(&units)?);
        }
        Some(Event::DecideGroup { units, keep })
    }

    pub fn propose_decision_by_rule(&mut self) -> Option<Event> {
        let groups = open_groups(&self.county);
        let teachers: Vec<TeacherId> = groups.iter().map(|group| group.teacher).collect();
        self.pick(&teachers)?;
        let year_of = |group: &Group| self.county.records[group.units[0].records[0].0].entry.training_year;
        let years: Vec<Option<i32>> = groups.iter().map(|group| Some(year_of(group))).collect();
        let longest = [None].into_iter().chain(years.iter().copied()).find(|year| {
            groups_by_rule(&self.county, NamedRule::Longest, *year)
                .is_ok_and(|decided| decided.iter().any(|(_, kept)| kept.is_some()))
        });
        if let Some(training_year) = longest
            && self.chance(85)
        {
            return Some(Event::DecideGroups { rule: NamedRule::Longest, training_year });
        }
        let rule = match self.number(0, 7) {
            0..=4 => NamedRule::First,
            5 => NamedRule::Source(Source::Manual),
            6 => NamedRule::Source(Source::Import),
            _ => NamedRule::Source(Source::Platform),
        };
        let year = years.first().copied().flatten();
        let training_year = year.filter(|_| self.chance(40));
        Some(Event::DecideGroups { rule, training_year })
    }
}
