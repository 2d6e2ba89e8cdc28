//! Random lives of a county, each out of a seed and a day.

mod feature;
mod generator;
mod ledger;
mod occurrences;
mod papers;
mod people;
mod projects;
mod repeats;
mod undoings;

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};

use self::generator::Generator;
pub use self::{feature::Feature, generator::Step, occurrences::figure_features};
use crate::{
    apply::apply,
    county::{County, OrganizationKind},
    event::{Event, Refusal},
    ids::OrganizationId,
};

/// When the acts of a play are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// All on the given day, one after another.
    OneDay,
    /// From some three years before the given day up to it.
    Spread,
}

/// The parts of the design that a play tries; acts of the others are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Closing and reopening years, and 补录.
    pub closings: bool,
    /// Exemptions that wait for confirmation.
    pub filed_exemptions: bool,
    /// Records that are flagged or refused as implausible, those before service aside.
    pub plausibility: bool,
}

impl Parts {
    pub const ALL: Self = Self { closings: true, filed_exemptions: true, plausibility: true };
}

/// A county's life.
#[derive(Clone, Debug)]
pub struct Play {
    pub seed: u64,
    pub today: NaiveDate,
    /// The county before the first act: organizations and the default policy.
    pub founded: County,
    pub steps: Vec<Step>,
    pub features: BTreeSet<Feature>,
}

impl Play {
    /// Returns the county after all acts.
    ///
    /// # Errors
    /// If an act is refused, which no act of [`play`] is.
    pub fn county(&self) -> Result<County, Refusal> {
        let mut county = self.founded.clone();
        for step in &self.steps {
            apply(&mut county, &step.event, step.on)?;
        }
        Ok(county)
    }
}

/// Returns the organizations of a county: a root, one or two counties, each with a training school and schools.
fn found(rng: &mut fastrand::Rng, first_year: i32) -> County {
    let mut county = County::new(first_year);
    for number in 1..=rng.usize(1..=2) {
        let code = format!("22020{number}");
        let bureau =
            county.add_organization(&code, &format!("第{number}县教育局"), OrganizationKind::Bureau, County::ROOT);
        let school = |county: &mut County, kind, letters: &str, name: String, parent| -> OrganizationId {
            county.add_organization(&format!("{code}-{letters}"), &name, kind, parent)
        };
        school(&mut county, OrganizationKind::TrainingSchool, "JX", format!("第{number}县教师进修学校"), bureau);
        for index in 1..=rng.usize(2..=3) {
            let letters = format!("ZX{index}");
            school(&mut county, OrganizationKind::School, &letters, format!("第{number}县第{index}中学"), bureau);
        }
    }
    county
}

/// Makes a county's life: the same for the same seed, day and pace. Every act is one that the design decides, and is
/// accepted unless it is an [`Event::Refused`].
pub fn play(seed: u64, today: NaiveDate, pace: Pace) -> Play {
    play_parts(seed, today, pace, Parts::ALL)
}

/// Makes a county's life that tries some parts of the design alone.
pub fn play_parts(seed: u64, today: NaiveDate, pace: Pace, parts: Parts) -> Play {
    let mut rng = fastrand::Rng::with_seed(seed);
    let founded = found(&mut rng, today.year() - 2);
    let start = match pace {
        Pace::OneDay => today,
        Pace::Spread => today - Days::new(3 * 365),
    };
    let mut generator = Generator::new(rng, founded.clone(), start, parts);
    generator.found_policies();
    for _ in 0..generator.number(4, 7) {
        generator.attempt(Generator::propose_teacher);
    }
    generator.attempt(Generator::propose_import);
    generator.attempt(Generator::propose_import);
    let acts = generator.number(15, 27);
    let closes = generator.chance(72) && parts.closings;
    let project_at = generator.number(2, 12);
    let has_project = pace == Pace::OneDay && generator.chance(50);
    for act in 0..acts {
        if has_project && act == project_at {
            generator.play_project();
        }
        if pace == Pace::Spread {
            let days = u64::from(act + 1) * 3 * 365 / u64::from(acts);
            generator.now = start + Days::new(days);
        }
        match closes && act * 2 > acts && generator.chance(45) {
            true => generator.attempt_one_of(&YEAR_ACTS),
            false => generator.attempt_one_of(&ACTS),
        }
        if generator.chance(45) {
            generator.attempt_one_of(&LEDGER_ACTS);
        }
    }
    let mut features = generator.features.clone();
    features.extend(figure_features(&generator.county, today));
    Play { seed, today, founded, steps: generator.steps, features }
}

type Proposal = fn(&mut Generator) -> Option<Event>;

/// Acts with their weights.
const ACTS: [(u32, Proposal); 26] = [
    (14, Generator::propose_import),
    (12, Generator::propose_record),
    (18, Generator::propose_top_up),
    (8, Generator::propose_transfer),
    (7, Generator::propose_end),
    (15, Generator::propose_return),
    (5, Generator::propose_correction),
    (5, Generator::propose_reported_correction),
    (7, Generator::propose_take_back),
    (8, Generator::propose_report),
    (8, Generator::propose_confirmation),
    (9, Generator::propose_exemption),
    (7, Generator::propose_exemption_to_a_shorter_month),
    (6, Generator::propose_exemption_that_continues),
    (26, Generator::propose_minimum),
    (7, Generator::propose_exemption_confirmation),
    (5, Generator::propose_exemption_end),
    (7, Generator::propose_policy),
    (6, Generator::propose_withdrawal),
    (10, Generator::propose_decision),
    (4, Generator::propose_void),
    (3, Generator::propose_teacher),
    (1, Generator::propose_closing),
    (3, Generator::propose_overlap),
    (2, Generator::propose_change_of_cycles),
    (2, Generator::propose_implausible),
];

/// Acts on closed years with their weights.
const YEAR_ACTS: [(u32, Proposal); 11] = [
    (10, Generator::propose_closing),
    (3, Generator::propose_reopening),
    (7, Generator::propose_late_hour),
    (4, Generator::propose_late_void),
    (4, Generator::propose_late_decision),
    (4, Generator::propose_transfer),
    (5, Generator::propose_transfer_in_closed_year),
    (5, Generator::propose_policy),
    (3, Generator::propose_record),
    (3, Generator::propose_exemption),
    (3, Generator::propose_top_up),
];

/// Acts on repeated trainings, and acts that undo, with their weights.
const LEDGER_ACTS: [(u32, Proposal); 11] = [
    (30, Generator::propose_repeat),
    (8, Generator::propose_repeating_file),
    (20, Generator::propose_group_decision),
    (9, Generator::propose_decision_by_rule),
    (5, Generator::propose_selected),
    (8, Generator::propose_decision_by_filter),
    (5, Generator::propose_hour_withdrawal),
    (7, Generator::propose_hour_correction),
    (12, Generator::propose_restoring),
    (6, Generator::propose_import_taken_back),
    (3, Generator::propose_accepted_file),
];
