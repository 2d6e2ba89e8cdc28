//! Proposals on decisions in bulk, and acts that take back.

use super::generator::Generator;
use crate::{
    event::{Decision, Event},
    hours::{Dimension, HourEntry, HourRecord, RecordStatus, Source},
    ids::{ImportId, RecordId},
    rules::{
        bulk::RecordFilter,
        calendar::{year_of, year_span},
    },
    titles::Title,
};

impl Generator {
    pub fn propose_selected(&mut self) -> Option<Event> {
        let mut records = Vec::new();
        for _ in 0..self.number(1, 3) {
            let record = self.record_where(HourRecord::is_pending)?;
            if !records.contains(&record) {
                records.push(record);
            }
        }
        Some(Event::RecognizeSelected(records))
    }

    fn import(&mut self) -> Option<ImportId> {
        let files: Vec<ImportId> = (0..self.county.files).map(ImportId).collect();
        self.pick(&files)
    }

    pub fn propose_decision_by_filter(&mut self) -> Option<Event> {
        let record = self.record_where(HourRecord::is_pending)?;
        let HourRecord { entry, import, .. } = self.county.records[record.0].clone();
        let filter = match self.number(0, 3) {
            0 => RecordFilter { teacher: Some(entry.teacher), ..RecordFilter::default() },
            1 => RecordFilter { training_year: Some(entry.training_year), ..RecordFilter::default() },
            2 => RecordFilter { import: import.or(self.import()), ..RecordFilter::default() },
            _ => RecordFilter { dimension: self.pick(&Dimension::ALL), ..RecordFilter::default() },
        };
        let decision = self.pick(&[Decision::Recognize, Decision::Recognize, Decision::Reject, Decision::Return])?;
        Some(Event::DecideFiltered { filter, decision })
    }

    pub fn propose_hour_withdrawal(&mut self) -> Option<Event> {
        let record = self.record_where(HourRecord::is_pending)?;
        Some(Event::WithdrawHour { record })
    }

    /// Proposes to return a record or, by preference, to correct a returned one.
    pub fn propose_hour_correction(&mut self) -> Option<Event> {
        let returned = self.record_where(|record| record.status() == RecordStatus::Returned);
        let Some(former) = returned else {
            let record = self.record_where(HourRecord::is_pending)?;
            return Some(Event::DecideHour { record, decision: Decision::Return });
        };
        let of = self.county.records[former.0].entry;
        let record = self.next_record();
        let title = if self.chance(60) { of.title } else { Title::plain(record.0) };
        let hours = if self.chance(50) { of.hours } else { of.hours - i64::from(self.number(0, 50)) };
        let as_recognized = self.chance(30);
        let entry = HourEntry { record, title, hours, as_recognized, source: Source::Manual, ..of };
        Some(Event::CorrectHour { former, entry })
    }

    pub fn propose_restoring(&mut self) -> Option<Event> {
        let ended = |record: &HourRecord| matches!(record.status(), RecordStatus::Rejected | RecordStatus::Voided);
        let former = self.record_where(ended)?;
        Some(Event::RestoreHour { former, record: self.next_record() })
    }

    pub fn propose_import_taken_back(&mut self) -> Option<Event> {
        Some(Event::TakeBackImport { import: self.import()? })
    }

    /// Proposes a file of years that are over whose flags a reason accepts.
    pub fn propose_accepted_file(&mut self) -> Option<Event> {
        let mut rows = Vec::new();
        for _ in 0..self.number(1, 3) {
            let year = year_span(&self.county, year_of(&self.county, self.now) - 1);
            let last = self.day_between(year.first, year.last);
            let row = self.entry(RecordId(self.county.records.len() + rows.len()), last)?;
            let hours = if self.chance(60) { row.hours * 2 } else { row.hours };
            rows.push(HourEntry { hours, source: Source::Import, as_recognized: true, ..row });
        }
        Some(Event::ImportAcceptedHours(rows))
    }
}
