//! Proposals on service and exemptions.

use chrono::{Datelike, Days, NaiveDate};

use super::generator::Generator;
use crate::{
    county::{Exemption, Spell},
    dates::{date, day_before, first_of_month_after, nth_month_end},
    event::{EndReason, Event},
    hours::HourRecord,
    ids::{ExemptionId, RecordId, SpellId, TeacherId},
    rules::calendar::{year_of, year_span},
};

const MOST_TEACHERS: usize = 8;

impl Generator {
    fn last_spell(&self, teacher: TeacherId) -> Option<Spell> {
        self.county.spells_of(teacher).last().map(|spell| (*spell).clone())
    }

    /// Returns a teacher with the last spell, for which `fits` holds.
    fn teacher_whose_last(&mut self, fits: fn(&Spell) -> bool) -> Option<(TeacherId, Spell)> {
        let fitting: Vec<TeacherId> = self
            .county
            .teacher_ids()
            .filter(|teacher| self.last_spell(*teacher).is_some_and(|spell| fits(&spell)))
            .collect();
        let teacher = self.pick(&fitting)?;
        self.last_spell(teacher).map(|spell| (teacher, spell))
    }

    /// Returns the first of a month or any day of it, within some years before now.
    fn recent_day(&mut self, years: u32) -> NaiveDate {
        let day = self.now - Days::new(u64::from(self.number(1, years * 365)));
        if self.chance(30) { date(day.year(), day.month(), 1) } else { day }
    }

    pub fn propose_teacher(&mut self) -> Option<Event> {
        if self.county.teachers.len() >= MOST_TEACHERS {
            return None;
        }
        let first = match self.number(0, 9) {
            0..=4 => {
                let year = self.now.year();
                let years = i32::try_from(self.number(3, 7)).ok()?;
                date(year - years, 9, 1)
            }
            5..=7 => self.recent_day(3),
            8 => self.within(self.now, 40),
            _ => self.recent_day(1),
        };
        if self.county.closings.iter().any(|closing| first <= date(closing.training_year + 1, 12, 31)) {
            return None;
        }
        Some(Event::AddTeacher {
            teacher: TeacherId(self.county.teachers.len()),
            spell: self.new_spell(),
            organization: self.school()?,
            first,
            reported: self.chance(18),
        })
    }

    pub fn propose_transfer(&mut self) -> Option<Event> {
        let (teacher, spell) = self.teacher_whose_last(|spell| spell.last.is_none() && spell.confirmed_on.is_some())?;
        let on = match self.number(0, 11) {
            0..=4 => self.recent_day(3),
            5 | 6 => self.within(self.now, 60),
            7 => spell.first,
            8 => self.now,
            _ => {
                let own = self.county.records.iter().filter(|record| record.entry.teacher == teacher);
                let ends: Vec<NaiveDate> = own.map(|record| record.entry.last).collect();
                let end = self.pick(&ends)?;
                self.within(end, 1)
            }
        };
        Some(Event::Transfer { teacher, spell: self.new_spell(), to: self.school()?, on })
    }

    /// Proposes a transfer entered so late that its year is closed.
    pub fn propose_transfer_in_closed_year(&mut self) -> Option<Event> {
        let year = self.closed_year()?;
        let (teacher, _) = self.teacher_whose_last(|spell| spell.last.is_none() && spell.confirmed_on.is_some())?;
        let span = year_span(&self.county, year);
        let on = self.day_between(span.first, span.last);
        Some(Event::Transfer { teacher, spell: self.new_spell(), to: self.school()?, on })
    }

    pub fn propose_end(&mut self) -> Option<Event> {
        let (teacher, spell) = self.teacher_whose_last(|spell| spell.last.is_none() && spell.confirmed_on.is_some())?;
        let on = if self.chance(15) { self.within(self.now, 60) } else { self.recent_day(3) };
        if on < spell.first {
            return None;
        }
        let reason = if self.chance(50) { EndReason::Retired } else { EndReason::Resigned };
        let takes_away = self.records_to_take_away(teacher, |record| record.entry.first > on);
        Some(Event::EndService { teacher, on, reason, takes_away })
    }

    /// Returns the live records for which `falls` holds, or, now and then, names none so that the act is refused.
    fn records_to_take_away(&mut self, teacher: TeacherId, falls: impl Fn(&HourRecord) -> bool) -> Vec<RecordId> {
        if self.chance(15) {
            return Vec::new();
        }
        self.county
            .records
            .iter()
            .filter(|record| record.entry.teacher == teacher && record.is_live() && falls(record))
            .map(|record| record.entry.record)
            .collect()
    }

    pub fn propose_return(&mut self) -> Option<Event> {
        let (teacher, spell) = self.teacher_whose_last(|spell| spell.last.is_some())?;
        let last = spell.last?;
        let first = match self.number(0, 11) {
            0 | 1 => self.day_between(last + Days::new(2), self.now),
            2 | 3 => self.month_edge(last + Days::new(1)) + Days::new(1),
            4..=6 => last + Days::new(1),
            7..=9 => last,
            10 => self.within(self.now, 40),
            _ => self.within(last, 60),
        };
        Some(Event::Return { teacher, spell: self.new_spell(), organization: self.school()?, first })
    }

    /// Proposes a spell that begins within a former one.
    pub fn propose_overlap(&mut self) -> Option<Event> {
        let (teacher, spell) = self.teacher_whose_last(|spell| spell.last.is_some())?;
        let first = self.day_between(spell.first + Days::new(1), spell.last? - Days::new(1));
        Some(Event::Return { teacher, spell: self.new_spell(), organization: self.school()?, first })
    }

    fn confirmed_spell(&mut self) -> Option<Spell> {
        let teacher = self.teacher()?;
        let spells: Vec<SpellId> = self.county.confirmed_spells(teacher).iter().map(|spell| spell.id).collect();
        let id = self.pick(&spells)?;
        self.county.confirmed_spells(teacher).into_iter().find(|spell| spell.id == id).cloned()
    }

    /// Returns a confirmed spell with other days.
    fn other_days(&mut self) -> Option<(Spell, NaiveDate, Option<NaiveDate>)> {
        let spell = self.confirmed_spell()?;
        let back = Days::new(u64::from(self.number(1, 150)));
        let shift = |day: NaiveDate, later: bool| if later { day + back } else { day - back };
        let (mut first, mut last) = (spell.first, spell.last);
        let later = self.chance(50);
        match last {
            Some(end) if self.chance(50) => last = Some(shift(end, later)),
            _ => first = shift(first, later),
        }
        Some((spell, first, last))
    }

    /// Proposes a school's correction, which waits.
    pub fn propose_reported_correction(&mut self) -> Option<Event> {
        let (spell, first, last) = self.other_days()?;
        Some(Event::ReportCorrection { spell: spell.id, first, last })
    }

    pub fn propose_correction(&mut self) -> Option<Event> {
        let (spell, first, last) = self.other_days()?;
        let takes_away = self.records_to_take_away(spell.teacher, |record| {
            spell.span().contains(record.entry.last)
                && (record.entry.last < first || last.is_some_and(|last| record.entry.first > last))
        });
        Some(Event::CorrectSpell { spell: spell.id, first, last, takes_away })
    }

    pub fn propose_take_back(&mut self) -> Option<Event> {
        let teacher = self.teacher()?;
        let spells: Vec<Spell> = self.county.spells_of(teacher).into_iter().cloned().collect();
        let (last, earlier) = spells.split_last()?;
        let takes_away = match last.moved_end_of.is_some() || earlier.is_empty() {
            true => Vec::new(),
            false => self.records_to_take_away(teacher, |record| last.contains(record.entry.last)),
        };
        Some(Event::TakeBackSpell { spell: last.id, takes_away })
    }

    pub fn propose_report(&mut self) -> Option<Event> {
        let (teacher, spell) = self.teacher_whose_last(|spell| spell.last.is_some())?;
        let first = self.day_between(spell.last? + Days::new(1), self.now);
        let last = if self.chance(20) { Some(self.within(first, 300)) } else { None };
        Some(Event::ReportSpell { teacher, spell: self.new_spell(), organization: self.school()?, first, last })
    }

    pub fn propose_confirmation(&mut self) -> Option<Event> {
        let waiting = |spell: &&Spell| spell.confirmed_on.is_none() && spell.taken_back_on.is_none();
        let corrections = self.county.reported_corrections.iter().filter(|waiting| waiting.confirmed_on.is_none());
        let spells = self.county.spells.iter().filter(waiting).map(|spell| spell.id);
        let spells: Vec<SpellId> = spells.chain(corrections.map(|correction| correction.spell)).collect();
        Some(Event::ConfirmSpell { spell: self.pick(&spells)? })
    }

    /// Proposes an exemption from the end of a month to that of a shorter one, which is a whole number of months, or to the
    /// day before, which is not.
    pub fn propose_exemption_to_a_shorter_month(&mut self) -> Option<Event> {
        let teacher = self.teacher()?;
        let year = self.now.year() - self.pick(&[0, 0, 1, 2])?;
        let month = self.pick(&[1, 1, 3, 5, 8, 10])?;
        let first = date(year, month, if month == 1 { self.number(29, 31) } else { 31 });
        let months: Vec<u32> =
            (1..=8).filter(|n| nth_month_end(first, *n) == day_before(first_of_month_after(first, *n))).collect();
        let last = nth_month_end(first, self.pick(&months)?) - Days::new(u64::from(self.number(0, 1)));
        Some(Event::AddExemption { exemption: self.new_exemption(), teacher, first, last, confirmed: true })
    }

    pub fn propose_exemption(&mut self) -> Option<Event> {
        let teacher = self.teacher()?;
        let ends: Vec<NaiveDate> = self.county.spells_of(teacher).iter().filter_map(|spell| spell.last).collect();
        let first = match self.number(0, 19) {
            0..=2 => self.within(self.now, 200),
            3..=5 if !ends.is_empty() => self.pick(&ends)? - Days::new(u64::from(self.number(0, 45))),
            _ => self.recent_day(3),
        };
        let last = match self.number(0, 9) {
            0 | 1 => first + Days::new(u64::from(self.number(300, 800))),
            2 | 3 => first + Days::new(u64::from(self.number(20, 240))),
            4 => year_span(&self.county, year_of(&self.county, first) + 1).last,
            _ => self.month_edge(first),
        };
        let confirmed = self.chance(75);
        Some(Event::AddExemption { exemption: self.new_exemption(), teacher, first, last, confirmed })
    }

    /// Proposes an exemption that continues another, so that both together are a whole number of months.
    pub fn propose_exemption_that_continues(&mut self) -> Option<Event> {
        let former = self.exemption_where(|exemption| exemption.confirmed_on.is_some())?;
        let first = former.last + Days::new(1);
        let ends: Vec<NaiveDate> =
            (1..=18).map(|months| nth_month_end(former.first, months)).filter(|end| *end >= first).take(3).collect();
        let last = self.pick(&ends)?;
        let (exemption, teacher) = (self.new_exemption(), former.teacher);
        Some(Event::AddExemption { exemption, teacher, first, last, confirmed: true })
    }

    fn new_exemption(&self) -> ExemptionId {
        ExemptionId(self.county.exemptions.iter().map(|exemption| exemption.id.0 + 1).max().unwrap_or_default())
    }

    fn exemption_where(&mut self, fits: fn(&Exemption) -> bool) -> Option<Exemption> {
        let fitting: Vec<ExemptionId> = self
            .county
            .exemptions
            .iter()
            .filter(|exemption| exemption.taken_back_on.is_none() && fits(exemption))
            .map(|exemption| exemption.id)
            .collect();
        let id = self.pick(&fitting)?;
        self.county.exemptions.iter().rfind(|exemption| exemption.id == id).cloned()
    }

    pub fn propose_exemption_confirmation(&mut self) -> Option<Event> {
        let exemption = self.exemption_where(|exemption| exemption.confirmed_on.is_none())?;
        Some(Event::ConfirmExemption { exemption: exemption.id })
    }

    pub fn propose_exemption_end(&mut self) -> Option<Event> {
        let exemption = self.exemption_where(|exemption| exemption.confirmed_on.is_some())?;
        let last = self.day_between(exemption.first, exemption.last);
        Some(Event::EndExemption { exemption: exemption.id, last })
    }
}
