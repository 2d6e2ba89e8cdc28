//! Proposals on policies and closings.

use chrono::{Datelike, NaiveDate};

use super::generator::Generator;
use crate::{
    county::{County, OrganizationKind},
    dates::date,
    event::Event,
    hours::{Dimension, Tier},
    ids::{OrganizationId, PolicyId},
    policy::{Calendar, MonthBasis, PolicyValues},
    rules::{
        calendar::{first_day, year_of},
        closing::open_matters,
        policies::row_on,
    },
};

impl Generator {
    fn policy_of(
        &self,
        organization: OrganizationId,
        on: NaiveDate,
        values: PolicyValues,
        calendar: Calendar,
    ) -> Event {
        Event::AddPolicy {
            policy: PolicyId(self.county.policies.len()),
            organization,
            effective_on: on,
            values,
            calendar: (organization == County::ROOT).then_some(calendar),
        }
    }

    /// Adds the rows that go before everything else: another month basis, another first day of the year.
    pub fn found_policies(&mut self) {
        let since = self.county.policies[0].effective_on;
        let mut calendar = Calendar::default();
        let moves = self.chance(25);
        let starts_in_autumn = moves && self.chance(50);
        if starts_in_autumn {
            calendar.year_starts_on = (9, 1);
        }
        if self.chance(35) {
            calendar.month_basis = MonthBasis::Calendar;
        }
        if calendar != Calendar::default() {
            let event = self.policy_of(County::ROOT, since, PolicyValues::default(), calendar);
            self.accept(event);
        }
        if moves {
            calendar.year_starts_on = if starts_in_autumn { (1, 1) } else { (9, 1) };
            let years = i32::try_from(self.number(0, 2)).unwrap_or_default();
            let on = date(self.now.year() + 1 - years, 1, 1);
            let event = self.policy_of(County::ROOT, on, PolicyValues::default(), calendar);
            self.accept(event);
        } else if self.chance(35) {
            calendar.month_basis = match calendar.month_basis {
                MonthBasis::Elapsed => MonthBasis::Calendar,
                MonthBasis::Calendar => MonthBasis::Elapsed,
            };
            let years = i32::try_from(self.number(0, 1)).unwrap_or_default();
            let on = date(self.now.year() - years, 1, 1);
            let event = self.policy_of(County::ROOT, on, PolicyValues::default(), calendar);
            self.accept(event);
        }
    }

    fn values(&mut self) -> PolicyValues {
        let annual = self.pick(&[72_00, 90_00, 60_00, 48_00, 40_00, 70_00]).unwrap_or(72_00);
        let cycle = self.pick(&[annual * 5, annual * 5, 360_00, 450_00, 352_00]).unwrap_or(360_00);
        let mut values = PolicyValues { annual_hours: annual, cycle_hours: cycle, ..PolicyValues::default() };
        for tier in Tier::ALL {
            if self.chance(20) {
                values.caps.insert(tier, i64::from(self.number(4, 40)) * 1_00);
            }
        }
        for dimension in Dimension::ALL {
            if self.chance(18) {
                values.minima.insert(dimension, i64::from(self.number(2, 16)) * 1_00);
            }
        }
        values
    }

    pub fn propose_policy(&mut self) -> Option<Event> {
        let bureaus: Vec<OrganizationId> = self
            .county
            .organization_ids()
            .filter(|id| self.county.organizations[id.0].kind == OrganizationKind::Bureau)
            .collect();
        let organization = self.pick(&bureaus)?;
        let year = self.now.year() + self.pick(&[1, 1, 0, -1, -2])?;
        let on = match self.number(0, 9) {
            0..=5 => first_day(&self.county, year),
            6 | 7 => self.day_between(first_day(&self.county, year), date(year, 12, 31)),
            _ => {
                let own = self.county.policies.iter().filter(|row| row.organization == organization);
                let days: Vec<NaiveDate> = own.map(|row| row.effective_on).collect();
                self.pick(&days)?
            }
        };
        let mut calendar = row_on(&self.county, County::ROOT, on).calendar?;
        if self.chance(30) {
            calendar.month_basis = match calendar.month_basis {
                MonthBasis::Elapsed => MonthBasis::Calendar,
                MonthBasis::Calendar => MonthBasis::Elapsed,
            };
        }
        let values = self.values();
        Some(self.policy_of(organization, on, values, calendar))
    }

    /// Proposes cycles of another length, or with other first years, in the midst of the running cycle.
    pub fn propose_change_of_cycles(&mut self) -> Option<Event> {
        let cycle_first = Calendar::default().cycle_first_year;
        let year = (self.now.year()..self.now.year() + 5).find(|year| (year - cycle_first) % 5 == 2)?;
        let on = first_day(&self.county, year);
        let mut calendar = row_on(&self.county, County::ROOT, on).calendar?;
        if self.chance(50) {
            calendar.cycle_years = 3;
        } else {
            calendar.cycle_first_year = year;
        }
        Some(self.policy_of(County::ROOT, on, PolicyValues::default(), calendar))
    }

    pub fn propose_withdrawal(&mut self) -> Option<Event> {
        let rows: Vec<PolicyId> =
            self.county.policies.iter().skip(1).filter(|row| row.withdrawn_on.is_none()).map(|row| row.id).collect();
        Some(Event::WithdrawPolicy { policy: self.pick(&rows)? })
    }

    fn closed_years(&self) -> Vec<i32> {
        let now = self.now.year();
        (self.county.first_year..=now).filter(|year| self.county.is_closed(*year)).collect()
    }

    /// Returns a closed year.
    pub fn closed_year(&mut self) -> Option<i32> {
        let years = self.closed_years();
        self.pick(&years)
    }

    pub fn propose_closing(&mut self) -> Option<Event> {
        let next = (self.county.first_year..=self.now.year()).find(|year| !self.county.is_closed(*year))?;
        let training_year = match self.number(0, 19) {
            0..=2 => next + 1,
            3 => year_of(&self.county, self.now),
            _ => next,
        };
        let waived =
            if self.chance(20) { Vec::new() } else { open_matters(&self.county, training_year).into_iter().collect() };
        Some(Event::CloseYear { training_year, waived })
    }

    pub fn propose_reopening(&mut self) -> Option<Event> {
        let training_year = self.closed_years().last().copied()?;
        Some(Event::ReopenYear { training_year })
    }
}
