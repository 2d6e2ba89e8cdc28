//! The state of a play in the making.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::{Parts, feature::Feature, occurrences::act_features};
use crate::{
    apply::apply,
    county::{County, OrganizationKind},
    dates::nth_month_end,
    event::{Event, Refusal},
    hours::{Flag, HourRecord},
    ids::{OrganizationId, SpellId, TeacherId},
    rules::{quota::recognized_hours, whose_year::whose_year},
};

/// An act with its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub on: NaiveDate,
    pub event: Event,
}

/// How often a proposal is made anew until one is accepted.
const TRIES: u32 = 12;

/// The most refused acts of a play.
const MOST_REFUSALS: usize = 6;

pub struct Generator {
    rng: fastrand::Rng,
    pub county: County,
    pub now: NaiveDate,
    pub steps: Vec<Step>,
    pub features: BTreeSet<Feature>,
    next_spell: usize,
    parts: Parts,
}

impl Generator {
    pub fn new(rng: fastrand::Rng, county: County, now: NaiveDate, parts: Parts) -> Self {
        Self { rng, county, now, steps: Vec::new(), features: BTreeSet::new(), next_spell: 0, parts }
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    /// Returns a number from the least to the most.
    pub fn number(&mut self, least: u32, most: u32) -> u32 {
        self.rng.u32(least..=most)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { Some(from[self.rng.usize(0..from.len())]) }
    }

    /// Returns a day within `days` days after `day`.
    pub fn within(&mut self, day: NaiveDate, days: u32) -> NaiveDate {
        day + Days::new(u64::from(self.number(0, days)))
    }

    /// Returns a day from the first to the last, or the first where that is later.
    pub fn day_between(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        let days = (last - first).num_days().max(0);
        self.within(first, u32::try_from(days).unwrap_or_default())
    }

    /// Returns the last day of some whole months counted from `first`, or the day before or after it.
    pub fn month_edge(&mut self, first: NaiveDate) -> NaiveDate {
        let months = self.number(1, 13);
        self.within(nth_month_end(first, months) - Days::new(1), 2)
    }

    pub fn teacher(&mut self) -> Option<TeacherId> {
        let teachers: Vec<TeacherId> = self.county.teacher_ids().collect();
        self.pick(&teachers)
    }

    pub fn school(&mut self) -> Option<OrganizationId> {
        let is_school = |id: &OrganizationId| self.county.organizations[id.0].kind == OrganizationKind::School;
        let schools: Vec<OrganizationId> = self.county.organization_ids().filter(is_school).collect();
        self.pick(&schools)
    }

    pub fn new_spell(&self) -> SpellId {
        SpellId(self.next_spell)
    }

    /// Whether an act that leads to `after` belongs to the parts of the design that are tried.
    pub fn is_tried(&self, event: &Event, after: &County) -> bool {
        let Parts { closings, filed_exemptions, plausibility } = self.parts;
        let is_plain = |record: &HourRecord| record.flags.iter().all(|flag| *flag == Flag::BeforeService);
        match event {
            Event::CloseYear { .. } | Event::ReopenYear { .. } => closings,
            Event::AddExemption { confirmed, .. } => *confirmed || filed_exemptions,
            Event::RecordHour(_)
            | Event::PushHour(_)
            | Event::ImportHours(_)
            | Event::ImportAcceptedHours(_)
            | Event::LateHour(_)
            | Event::CorrectHour { .. }
            | Event::RestoreHour { .. } => {
                let late = matches!(event, Event::LateHour(_));
                (closings || !late) && (plausibility || after.records[self.county.records.len()..].iter().all(is_plain))
            }
            Event::Refused { event, refusal } => match refusal {
                Refusal::ImplausibleHours => plausibility,
                Refusal::YearNotOver | Refusal::YearOutOfOrder | Refusal::OpenMatters => closings,
                _ => self.is_tried(event, after),
            },
            _ => true,
        }
    }

    /// Applies an act. One that the design refuses becomes a refused act now and then; one that it does not decide is left
    /// out.
    pub fn accept(&mut self, event: Event) -> bool {
        let mut after = self.county.clone();
        let event = match apply(&mut after, &event, self.now) {
            Ok(()) => event,
            Err(Refusal::Unspecified(_)) => return false,
            Err(refusal) => {
                let refused = self.steps.iter().filter(|step| matches!(step.event, Event::Refused { .. })).count();
                let repeated = self.features.contains(&Feature::Refused(refusal));
                if refused >= MOST_REFUSALS || repeated {
                    return false;
                }
                Event::Refused { event: Box::new(event), refusal }
            }
        };
        if !self.is_tried(&event, &after) || !every_hour_has_a_home(&after, self.now) {
            return false;
        }
        self.features.extend(act_features(&event, &self.county, &after, self.now));
        self.county = after;
        self.next_spell = self.county.spells.iter().map(|spell| spell.id.0 + 1).max().unwrap_or_default();
        self.steps.push(Step { on: self.now, event });
        true
    }

    /// Proposes until an act is accepted or the tries are used up.
    pub fn attempt(&mut self, propose: fn(&mut Self) -> Option<Event>) -> bool {
        (0..TRIES).any(|_| propose(self).is_some_and(|event| self.accept(event)))
    }

    /// Attempts acts by their weights until one is accepted or the tries are used up.
    pub fn attempt_one_of(&mut self, acts: &[(u32, fn(&mut Self) -> Option<Event>)]) {
        let total = acts.iter().map(|(weight, _)| weight).sum();
        for _ in 0..TRIES {
            let mut at = self.rng.u32(0..total);
            for (weight, propose) in acts {
                if at < *weight {
                    if self.attempt(*propose) {
                        return;
                    }
                    break;
                }
                at -= weight;
            }
        }
    }
}

/// Whether each year with recognised hours belongs to an organization, so that both bases agree at the root. The design
/// does not say where hours of a year without service are counted by teacher.
fn every_hour_has_a_home(county: &County, today: NaiveDate) -> bool {
    let years: BTreeSet<(TeacherId, i32)> =
        county.records.iter().map(|record| (record.entry.teacher, record.entry.training_year)).collect();
    years.into_iter().all(|(teacher, year)| {
        recognized_hours(county, teacher, year) == 0 || whose_year(county, teacher, year, today).is_some()
    })
}
