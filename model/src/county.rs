//! What is recorded of a county: organizations, service, exemptions, policies, hours and closings, each with its days.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    dates::{Span, date},
    hours::HourRecord,
    ids::{ExemptionId, ImportId, OrganizationId, PolicyId, RecordId, SpellId, TeacherId},
    policy::{Calendar, PolicyRow, PolicyValues},
    project::{Activity, Project},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationKind {
    Bureau,
    TrainingSchool,
    School,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub code: String,
    pub name: String,
    pub kind: OrganizationKind,
    pub parent: Option<OrganizationId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teacher {
    pub number: String,
    pub name: String,
}

/// A statement about an appointment. A change takes the former statement back and records another under the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    pub id: SpellId,
    pub teacher: TeacherId,
    pub organization: OrganizationId,
    pub first: NaiveDate,
    /// `None` while no end is recorded.
    pub last: Option<NaiveDate>,
    pub recorded_on: NaiveDate,
    pub confirmed_on: Option<NaiveDate>,
    pub taken_back_on: Option<NaiveDate>,
    /// The spell whose end this one moved, with that end as it was before.
    pub moved_end_of: Option<(SpellId, Option<NaiveDate>)>,
}

impl Spell {
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && self.last.is_none_or(|last| day <= last)
    }

    pub fn span(&self) -> Span {
        Span::new(self.first, self.last.unwrap_or(NaiveDate::MAX))
    }
}

/// A school's correction of a confirmed spell, which changes nothing until it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedCorrection {
    pub spell: SpellId,
    pub teacher: TeacherId,
    pub first: NaiveDate,
    pub last: Option<NaiveDate>,
    pub recorded_on: NaiveDate,
    pub confirmed_on: Option<NaiveDate>,
}

impl ReportedCorrection {
    pub fn span(&self) -> Span {
        Span::new(self.first, self.last.unwrap_or(NaiveDate::MAX))
    }
}

/// A statement about an exemption, kept as those about appointments are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    pub id: ExemptionId,
    pub teacher: TeacherId,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub recorded_on: NaiveDate,
    pub confirmed_on: Option<NaiveDate>,
    pub taken_back_on: Option<NaiveDate>,
}

impl Exemption {
    pub fn span(&self) -> Span {
        Span::new(self.first, self.last)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuotaStatus {
    Met,
    Short,
    /// 免训: nothing is required.
    Exempt,
}

/// What closing seals for a teacher's year. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// `None` for a teacher without service in the year.
    pub organization: Option<OrganizationId>,
    /// Codes from the root, empty without an organization.
    pub path: String,
    pub required: i64,
    /// The year's share of the cycle's hours.
    pub cycle_share: i64,
    pub recognized: i64,
    pub counted: i64,
    pub status: QuotaStatus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub training_year: i32,
    pub closed_on: NaiveDate,
    pub reopened_on: Option<NaiveDate>,
    pub rows: BTreeMap<TeacherId, SnapshotRow>,
    /// Recognised hours by the place where they counted.
    pub place_hours: BTreeMap<OrganizationId, i64>,
}

/// Everything recorded, including what was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// The root first.
    pub organizations: Vec<Organization>,
    pub teachers: Vec<Teacher>,
    pub spells: Vec<Spell>,
    pub reported_corrections: Vec<ReportedCorrection>,
    pub exemptions: Vec<Exemption>,
    pub policies: Vec<PolicyRow>,
    pub records: Vec<HourRecord>,
    pub projects: Vec<Project>,
    pub activities: Vec<Activity>,
    /// How many acts have entered records, and how many files.
    pub acts: usize,
    pub files: usize,
    /// The files that were taken back.
    pub taken_back: Vec<ImportId>,
    /// Units that a person kept apart, by their places in the order of entry.
    pub kept_apart: Vec<(NaiveDate, RecordId, RecordId)>,
    pub closings: Vec<Closing>,
    /// The first year to be closed.
    pub first_year: i32,
}

impl County {
    pub const ROOT: OrganizationId = OrganizationId(0);

    /// Returns a root bureau with the default policy from 2016 on and nothing else.
    pub fn new(first_year: i32) -> Self {
        let since = date(2016, 1, 1);
        let root = Organization {
            code: "220200".to_owned(),
            name: "市教育局".to_owned(),
            kind: OrganizationKind::Bureau,
            parent: None,
        };
        let policy = PolicyRow {
            id: PolicyId(0),
            organization: Self::ROOT,
            effective_on: since,
            recorded_on: since,
            withdrawn_on: None,
            values: PolicyValues::default(),
            calendar: Some(Calendar::default()),
        };
        Self {
            organizations: vec![root],
            teachers: Vec::new(),
            spells: Vec::new(),
            reported_corrections: Vec::new(),
            exemptions: Vec::new(),
            policies: vec![policy],
            records: Vec::new(),
            projects: Vec::new(),
            activities: Vec::new(),
            acts: 0,
            files: 0,
            taken_back: Vec::new(),
            kept_apart: Vec::new(),
            closings: Vec::new(),
            first_year,
        }
    }

    pub fn add_organization(
        &mut self,
        code: &str,
        name: &str,
        kind: OrganizationKind,
        parent: OrganizationId,
    ) -> OrganizationId {
        self.organizations.push(Organization {
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            parent: Some(parent),
        });
        OrganizationId(self.organizations.len() - 1)
    }

    pub fn teacher_ids(&self) -> impl Iterator<Item = TeacherId> + use<> {
        (0..self.teachers.len()).map(TeacherId)
    }

    pub fn organization_ids(&self) -> impl Iterator<Item = OrganizationId> + use<> {
        (0..self.organizations.len()).map(OrganizationId)
    }

    /// Returns the organization and all above it, the root last.
    pub fn ancestors(&self, organization: OrganizationId) -> Vec<OrganizationId> {
        let mut line = vec![organization];
        let mut at = organization;
        while let Some(parent) = self.organizations[at.0].parent {
            line.push(parent);
            at = parent;
        }
        line
    }

    pub fn is_within(&self, organization: OrganizationId, subtree: OrganizationId) -> bool {
        self.ancestors(organization).contains(&subtree)
    }

    /// Returns the codes from the root down, joined by `/`.
    pub fn path(&self, organization: OrganizationId) -> String {
        let mut codes: Vec<&str> =
            self.ancestors(organization).iter().map(|id| self.organizations[id.0].code.as_str()).collect();
        codes.reverse();
        codes.join("/")
    }

    /// Returns the spells of a teacher that stand, confirmed or not, in order of entry.
    pub fn standing_spells(&self, teacher: TeacherId) -> impl Iterator<Item = &Spell> {
        self.spells.iter().filter(move |spell| spell.teacher == teacher && spell.taken_back_on.is_none())
    }

    /// Returns the spells of a teacher that stand, confirmed or not, in order of time.
    pub fn spells_of(&self, teacher: TeacherId) -> Vec<&Spell> {
        let mut spells: Vec<&Spell> = self.standing_spells(teacher).collect();
        spells.sort_by_key(|spell| spell.first);
        spells
    }

    /// Returns the confirmed spells of a teacher in order of time.
    pub fn confirmed_spells(&self, teacher: TeacherId) -> Vec<&Spell> {
        self.spells_of(teacher).into_iter().filter(|spell| spell.confirmed_on.is_some()).collect()
    }

    /// Returns the teacher's correction that waits for confirmation.
    pub fn waiting_correction(&self, teacher: TeacherId) -> Option<&ReportedCorrection> {
        self.reported_corrections
            .iter()
            .find(|correction| correction.teacher == teacher && correction.confirmed_on.is_none())
    }

    /// Returns the exemptions of a teacher that stand, confirmed or not.
    pub fn exemptions_of(&self, teacher: TeacherId) -> impl Iterator<Item = &Exemption> {
        self.exemptions
            .iter()
            .filter(move |exemption| exemption.teacher == teacher && exemption.taken_back_on.is_none())
    }

    /// Whether a teacher is or was admitted to a project.
    pub fn participates(&self, teacher: TeacherId) -> bool {
        self.projects.iter().flat_map(|project| &project.participants).any(|of| of.teacher == teacher)
    }

    /// Whether a person kept two units apart, named by their places in the order of entry.
    pub fn are_kept_apart(&self, a: RecordId, b: RecordId) -> bool {
        self.kept_apart.iter().any(|(_, one, other)| (*one, *other) == (a, b) || (*one, *other) == (b, a))
    }

    /// Returns the closing in force of a year.
    pub fn closing(&self, training_year: i32) -> Option<&Closing> {
        self.closings.iter().find(|closing| closing.training_year == training_year && closing.reopened_on.is_none())
    }

    pub fn is_closed(&self, training_year: i32) -> bool {
        self.closing(training_year).is_some()
    }

    /// Returns whether a year of a teacher is in the snapshot of a closing in force.
    pub fn is_closed_for(&self, teacher: TeacherId, training_year: i32) -> bool {
        self.closing(training_year).is_some_and(|closing| closing.rows.contains_key(&teacher))
    }

    /// Returns the county as it was known at the end of `day`: what was recorded later is left out, what was taken back
    /// or decided later still stands as before.
    #[must_use]
    pub fn known_on(&self, day: NaiveDate) -> Self {
        let mut known = self.clone();
        let by_then = |on: Option<NaiveDate>| on.filter(|on| *on <= day);
        known.spells.retain(|spell| spell.recorded_on <= day);
        for spell in &mut known.spells {
            spell.confirmed_on = by_then(spell.confirmed_on);
            spell.taken_back_on = by_then(spell.taken_back_on);
        }
        known.reported_corrections.retain(|correction| correction.recorded_on <= day);
        for correction in &mut known.reported_corrections {
            correction.confirmed_on = by_then(correction.confirmed_on);
        }
        known.exemptions.retain(|exemption| exemption.recorded_on <= day);
        for exemption in &mut known.exemptions {
            exemption.confirmed_on = by_then(exemption.confirmed_on);
            exemption.taken_back_on = by_then(exemption.taken_back_on);
        }
        known.policies.retain(|row| row.recorded_on <= day);
        for row in &mut known.policies {
            row.withdrawn_on = by_then(row.withdrawn_on);
        }
        for record in &mut known.records {
            record.states.retain(|(on, _)| *on <= day);
        }
        known.records.retain(|record| !record.states.is_empty());
        known.kept_apart.retain(|(on, ..)| *on <= day);
        known.closings.retain(|closing| closing.closed_on <= day);
        for closing in &mut known.closings {
            closing.reopened_on = by_then(closing.reopened_on);
        }
        known
    }
}
