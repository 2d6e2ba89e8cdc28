//! What each training year asks of a teacher, and to which organization it belongs (一-3), by service, exemptions and
//! policies.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    sync::Arc,
};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{OrganizationId, TeacherId, explanations::YearOwnerRule, policies::MonthBasis};

use super::{
    months::{Absence, OwedMonths, Span},
    rules,
    teacher_years::Standing,
};
use crate::{
    db::{
        DbConnection,
        schema::{exemptions, organizations},
    },
    error::Result,
    people::{
        appointments::service::{Basis, Spell, spell_on, spells_of},
        policies::{self, CountyPolicies, Policies, TrainingYear},
    },
};

/// The service and the exemptions of a teacher.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Spells, in order and apart.
    pub spells: Vec<Spell>,
    /// Exemptions, in any order.
    pub exempt: Vec<Span>,
}

/// Returns the confirmed service of teachers. A teacher without any is left out.
///
/// # Errors
/// If the database fails.
pub fn services_of(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<HashMap<TeacherId, Service>> {
    let spells = spells_of(conn, ids, Basis::Confirmed)?;
    let mut services: HashMap<TeacherId, Service> =
        spells.into_iter().map(|(teacher, spells)| (teacher, Service { spells, exempt: Vec::new() })).collect();
    let rows = exemptions::table
        .filter(exemptions::teacher_id.eq_any(ids).and(exemptions::retired_at.is_null()))
        .filter(exemptions::confirmed_at.is_not_null())
        .select((exemptions::teacher_id, exemptions::starts_on, exemptions::ends_on))
        .load::<(TeacherId, NaiveDate, NaiveDate)>(conn)?;
    for (teacher, first, last) in rows {
        if let Some(service) = services.get_mut(&teacher) {
            service.exempt.push((first, last));
        }
    }
    Ok(services)
}

/// Why a year belongs to an organization, with the spell and the day that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearOwner {
    /// The spell.
    pub spell: Spell,
    /// Why it decides.
    pub rule: YearOwnerRule,
    /// The day.
    pub day: NaiveDate,
}

/// The policies by which years are assessed, as of a day.
#[derive(Clone)]
pub struct Assessment {
    policies: Policies,
    paths: Arc<HashMap<OrganizationId, String>>,
    today: NaiveDate,
}

impl Assessment {
    /// Loads the policies and the paths of the organizations.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, today: NaiveDate) -> Result<Self> {
        let policies = policies::all(conn)?;
        Self::by(conn, policies, today)
    }

    /// Returns the assessment by given policies.
    ///
    /// # Errors
    /// If the database fails.
    pub fn by(conn: &mut DbConnection, policies: Policies, today: NaiveDate) -> Result<Self> {
        let paths = organizations::table.select((organizations::id, organizations::path)).load(conn)?;
        Ok(Self { policies, paths: Arc::new(paths.into_iter().collect()), today })
    }

    /// Returns the policies of the root, whose calendar holds for all.
    pub fn root(&self) -> &CountyPolicies {
        self.policies.root()
    }

    /// Returns how the months of a year are counted.
    pub fn month_basis(&self, number: i32) -> MonthBasis {
        self.root().calendar().of_year(number).month_basis
    }

    /// Returns the assessment by other policies.
    pub fn with(&self, policies: &Policies) -> Self {
        Self { policies: policies.clone(), ..self.clone() }
    }

    /// Returns the years that are assessed: from the first policy's to the last of the cycle of the coming year.
    pub fn years(&self) -> RangeInclusive<i32> {
        let root = self.policies.root();
        root.first_year()..=root.last_year(self.today)
    }

    /// Returns the policies of an organization; the root's without one.
    pub fn policies_of(&self, organization: Option<OrganizationId>) -> &CountyPolicies {
        match mutate!(PolicyOfRoot, organization, None).and_then(|organization| self.paths.get(&organization)) {
            Some(path) => self.policies.of(path),
            None => self.policies.root(),
        }
    }

    /// Returns the path of an organization.
    pub fn path_of(&self, organization: OrganizationId) -> Option<&str> {
        self.paths.get(&organization).map(String::as_str)
    }

    /// Returns whether any policy caps tiers or sets minimums.
    pub fn has_limits(&self) -> bool {
        self.policies.figures().any(|figures| figures.tier_caps.any() || figures.dimension_minimums.any())
    }

    /// Returns the organization to which a teacher's year belongs: that of the last day of service in it up to today,
    /// before the first such day that of the first to come. Hours of a year without service belong where the teacher
    /// serves next, else where they served last.
    pub fn whose(&self, year: &TrainingYear, spells: &[Spell]) -> Option<OrganizationId> {
        self.owner(year, spells).map(|owner| owner.spell.organization_id)
    }

    /// Returns what decides to which organization a year belongs; `None` without service.
    pub fn owner(&self, year: &TrainingYear, spells: &[Spell]) -> Option<YearOwner> {
        let mut serving = spells.iter().filter(|spell| spell.meets(year.first_day, year.last_day));
        let until_today = serving
            .clone()
            .take(mutate!(YearOfFirstSchool, usize::MAX, 1))
            .filter(|spell| mutate!(YearOfLaterSchool, spell.first <= self.today, true))
            .last();
        if let Some(spell) = until_today.or_else(|| serving.next()) {
            let first = spell.first.max(year.first_day);
            let last = spell.last.unwrap_or(NaiveDate::MAX).min(year.last_day).min(self.today);
            let (rule, day) = match first <= self.today {
                true => (YearOwnerRule::LastDay, last),
                false => (YearOwnerRule::FirstToCome, first),
            };
            return Some(YearOwner { spell: *spell, rule, day });
        }
        let spell = spell_on(spells, year.last_day)?;
        let (rule, day) = match spell.last {
            Some(last) if last < year.first_day => (YearOwnerRule::LastService, last),
            _ => (YearOwnerRule::NextService, spell.first),
        };
        Some(YearOwner { spell: *spell, rule, day })
    }

    /// Returns the days on which a teacher owes nothing; `None` without service.
    pub fn absence(&self, service: &Service) -> Option<Absence> {
        let root = self.policies.root();
        let spans: Vec<Span> =
            service.spells.iter().map(|spell| (spell.first, spell.last.unwrap_or(NaiveDate::MAX))).collect();
        let (first, _) = spans.first()?;
        let begins = mutate!(CountedFromFirstDay, root.year_of(*first).first_day, *first);
        let until = root.year(*self.years().end()).last_day;
        Absence::new(&spans, &service.exempt, begins, until)
    }

    /// Returns what a year asks.
    pub fn standing(&self, number: i32, service: &Service, absence: Option<&Absence>) -> Standing {
        let root = self.policies.root();
        let year = root.year(number);
        let asked = self.years().contains(&number);
        let serves = asked && service.spells.iter().any(|spell| spell.meets(year.first_day, year.last_day));
        let organization_id = self.whose(&year, &service.spells);
        let basis = self.month_basis(mutate!(BasisOfNextYear, number, number + 1));
        let owed: OwedMonths = absence.filter(|_| serves).map(|absence| absence.owed(&year, basis)).unwrap_or_default();
        let policies = self.policies_of(organization_id);
        let figures = &mutate!(PolicyOfToday, policies.of_year(number), policies.on(self.today)).figures;
        let cycle = root.calendar().cycle_of(number);
        let cycle_years = cycle.last_year - cycle.first_year + 1;
        Standing {
            organization_id,
            serves,
            owed_months: owed.bits(),
            annual_hours: figures.annual_hours,
            cycle_hours: figures.cycle_hours,
            required_hours: rules::required(figures.annual_hours, owed.count(), year.months),
            credit_hours: rules::share(figures.cycle_hours, cycle_years, owed.count(), year.months),
            after_closing: false,
        }
    }

    /// Returns the standing in each year with service, and in the others that are named.
    pub fn standings(&self, service: &Service, others: impl IntoIterator<Item = i32>) -> BTreeMap<i32, Standing> {
        let absence = self.absence(service);
        let standing = |year: i32| (year, self.standing(year, service, absence.as_ref()));
        let mut standings: BTreeMap<i32, Standing> =
            self.years().map(standing).filter(|(_, standing)| standing.serves).collect();
        for year in others {
            standings.entry(year).or_insert_with(|| standing(year).1);
        }
        standings
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::policies::test_policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn assessment(today: &str, rows: Vec<(String, crate::people::policies::Policy)>) -> Assessment {
        Assessment { policies: Policies::new(rows), paths: Arc::default(), today: day(today) }
    }

    #[test]
    fn a_year_belongs_to_the_school_of_its_last_day_of_service_up_to_today() {
        let [a, b] = [Uuid::from_u128(1), Uuid::from_u128(2)].map(OrganizationId::from_uuid);
        let spell = |organization_id, first: &str, last: Option<&str>| Spell {
            organization_id,
            first: day(first),
            last: last.map(day),
        };
        let spells = [spell(a, "2020-09-01", Some("2026-08-31")), spell(b, "2026-09-01", None)];
        let whose = |number, today: &str| {
            let assessment = assessment(today, vec![("P".to_owned(), test_policy("2016-01-01", 72, 1))]);
            assessment.whose(&assessment.policies_of(None).year(number), &spells)
        };
        assert_eq!(whose(2025, "2026-11-30"), Some(a), "a year that is over stays with its school");
        assert_eq!(whose(2026, "2026-08-31"), Some(a), "the transfer lies ahead");
        assert_eq!(whose(2026, "2026-09-01"), Some(b));
        assert_eq!(whose(2027, "2026-08-31"), Some(b));
        assert_eq!(whose(2020, "2019-01-01"), Some(a), "the first to come");
        assert_eq!(whose(2019, "2026-11-30"), Some(a), "hours before service belong to the first to come");
    }

    #[test]
    fn a_cycle_asks_in_each_year_what_the_policy_of_that_year_says() {
        // Case B1.
        let mut raised = test_policy("2027-01-01", 90, 1);
        raised.figures.cycle_hours = songjiao_types::Hours::whole(450);
        let rows = vec![("P".to_owned(), test_policy("2016-01-01", 72, 1)), ("P".to_owned(), raised)];
        let assessment = assessment("2026-11-30", rows);
        let spell = |first: &str| Spell {
            organization_id: OrganizationId::from_uuid(Uuid::nil()),
            first: day(first),
            last: None,
        };
        let asked = |service: &Service| {
            let standings = assessment.standings(service, []);
            (2026..=2030)
                .filter_map(|year| standings.get(&year))
                .map(|year| year.credit_hours)
                .sum::<songjiao_types::Hours>()
        };
        let joined = Service { spells: vec![spell("2030-01-01")], exempt: Vec::new() };
        let exempt = vec![(day("2027-01-01"), day("2030-12-31"))];
        let exempt = Service { spells: vec![spell("2010-09-01")], exempt };
        assert_eq!([asked(&joined), asked(&exempt)], [90, 72].map(songjiao_types::Hours::whole));
    }
}
