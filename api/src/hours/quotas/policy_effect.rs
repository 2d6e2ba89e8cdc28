//! Whose standing changes under other policies: met or short by year, and the status of credits.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Hours, TeacherId,
    policies::{PolicyCycleEffect, PolicyEffect, PolicyYearEffect},
    quotas::QuotaStatus,
};

use super::rules::{self, Span};
use crate::{
    auth::scope::Scope,
    db::{
        DbConnection,
        schema::{exemptions, organizations, teacher_years, teachers},
    },
    error::Result,
    hours::credits::rules::{YearTotals, assess_cycle},
    people::policies::{CountyPolicies, Cycle, Policies, TrainingYear},
    visibility::in_scope,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// A teacher with what a year's requirement is reduced by, and the hours recognised by year.
struct Teacher {
    path: String,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    exemptions: Vec<Span>,
    recognized: HashMap<i32, Hours>,
}

/// The years and cycles of an organization, before and after, as far as they have begun and differ.
struct Differences {
    years: Vec<(TrainingYear, TrainingYear)>,
    cycles: Vec<(Cycle, [(Vec<TrainingYear>, Hours); 2])>,
}

impl Differences {
    fn between(before: &CountyPolicies, after: &CountyPolicies, today: NaiveDate) -> Result<Self> {
        let running = before.year_of(today).year.max(after.year_of(today).year);
        let first = before.first_year().min(after.first_year()).min(running);
        let years = (first..=running).map(|year| (before.year(year), after.year(year)));
        let mut cycles = Vec::new();
        for first in after.cycles_until(running) {
            let cycle = after.calendar().cycle_of(first);
            if before.calendar().cycle_of(first) != cycle {
                continue;
            }
            let both = [before.cycle(first)?, after.cycle(first)?];
            if both[0] != both[1] {
                cycles.push((cycle, both));
            }
        }
        Ok(Self { years: years.filter(|(old, new)| old != new).collect(), cycles })
    }

    fn is_empty(&self) -> bool {
        self.years.is_empty() && self.cycles.is_empty()
    }
}

/// The effect, while it is counted.
#[derive(Default)]
struct Counts {
    teachers: i64,
    /// The teachers who are newly met and newly short, by year.
    years: BTreeMap<i32, (i64, i64)>,
    /// The teachers with another status, by cycle.
    cycles: BTreeMap<i32, i64>,
}

impl Teacher {
    fn status(&self, year: &TrainingYear) -> Option<QuotaStatus> {
        let recognized = self.recognized.get(&year.year).copied().unwrap_or_default();
        let required = rules::required(year.annual_hours, self.reduced_months(year));
        rules::in_post(year, self.joined_on, self.left_on).then(|| rules::status(required, recognized))
    }

    fn reduced_months(&self, year: &TrainingYear) -> i32 {
        rules::reduced_months(year, self.joined_on, self.left_on, &self.exemptions)
    }

    fn count(&self, differences: &Differences, today: NaiveDate, counts: &mut Counts) {
        let mut changed = false;
        for (before, after) in &differences.years {
            let (old, new) = (self.status(before), self.status(after));
            let (newly_met, newly_short) = counts.years.entry(after.year).or_default();
            match new {
                Some(QuotaStatus::Met) if old != new => *newly_met += 1,
                Some(QuotaStatus::Short) if old != new => *newly_short += 1,
                _ => continue,
            }
            changed = true;
        }
        for (cycle, both) in &differences.cycles {
            let status = |(years, hours): &(Vec<TrainingYear>, Hours)| {
                let in_cycle = years.iter().any(|year| rules::in_post(year, self.joined_on, self.left_on));
                let total = |year: &TrainingYear| {
                    let recognized = self.recognized.get(&year.year).copied().unwrap_or_default();
                    (year.year, (self.reduced_months(year), recognized))
                };
                let totals: YearTotals = years.iter().map(total).collect();
                let service = (self.joined_on, self.left_on);
                in_cycle.then(|| assess_cycle(years, *hours, service, &totals, today).status)
            };
            if status(&both[0]) != status(&both[1]) {
                *counts.cycles.entry(cycle.first_year).or_default() += 1;
                changed = true;
            }
        }
        counts.teachers += i64::from(changed);
    }
}

/// Counts the teachers at or below a path whose standing differs under the policies `after`, as of `today`, in the years
/// and cycles that have begun.
///
/// # Errors
/// If the database fails.
pub fn policy_effect(
    conn: &mut DbConnection,
    before: &Policies,
    after: &Policies,
    path: &str,
    today: NaiveDate,
) -> Result<PolicyEffect> {
    let scope = Scope::new(path);
    let ids: Vec<TeacherId> = teachers::table
        .inner_join(organizations::table)
        .filter(in_scope!(organizations::path, scope))
        .order(teachers::id)
        .select(teachers::id)
        .load(conn)?;
    let mut by_path: HashMap<String, Differences> = HashMap::new();
    let mut counts = Counts::default();
    for chunk in ids.chunks(CHUNK) {
        for teacher in load(conn, chunk)? {
            if !by_path.contains_key(&teacher.path) {
                let differences = Differences::between(before.of(&teacher.path), after.of(&teacher.path), today)?;
                by_path.insert(teacher.path.clone(), differences);
            }
            if let Some(differences) = by_path.get(&teacher.path).filter(|differences| !differences.is_empty()) {
                teacher.count(differences, today, &mut counts);
            }
        }
    }
    let Differences { years, cycles } = Differences::between(before.of(path), after.of(path), today)?;
    for (_, year) in years {
        counts.years.entry(year.year).or_default();
    }
    for (cycle, _) in cycles {
        counts.cycles.entry(cycle.first_year).or_default();
    }
    Ok(effect(&counts, after.of(path), today))
}

fn effect(counts: &Counts, policies: &CountyPolicies, today: NaiveDate) -> PolicyEffect {
    let year = |(year, (newly_met, newly_short)): (&i32, &(i64, i64))| {
        let year = policies.year(*year);
        PolicyYearEffect {
            training_year: year.year,
            starts_on: year.first_day,
            ends_on: year.last_day,
            months: year.months,
            annual_hours: year.annual_hours,
            over: year.last_day < today,
            newly_met: *newly_met,
            newly_short: *newly_short,
        }
    };
    let cycle = |(first, teachers_changed): (&i32, &i64)| PolicyCycleEffect {
        cycle_first_year: *first,
        cycle_last_year: policies.calendar().cycle_of(*first).last_year,
        teachers_changed: *teachers_changed,
    };
    PolicyEffect {
        teachers_changed: counts.teachers,
        years: counts.years.iter().map(year).collect(),
        cycles: counts.cycles.iter().map(cycle).collect(),
    }
}

fn load(conn: &mut DbConnection, ids: &[TeacherId]) -> Result<Vec<Teacher>> {
    let mut found: HashMap<TeacherId, Teacher> = teachers::table
        .inner_join(organizations::table)
        .filter(teachers::id.eq_any(ids))
        .select((teachers::id, organizations::path, teachers::joined_on, teachers::left_on))
        .load::<(TeacherId, String, NaiveDate, Option<NaiveDate>)>(conn)?
        .into_iter()
        .map(|(id, path, joined_on, left_on)| {
            (id, Teacher { path, joined_on, left_on, exemptions: Vec::new(), recognized: HashMap::new() })
        })
        .collect();
    let exempt = exemptions::table
        .filter(exemptions::teacher_id.eq_any(ids))
        .select((exemptions::teacher_id, exemptions::starts_on, exemptions::ends_on))
        .load::<(TeacherId, NaiveDate, NaiveDate)>(conn)?;
    for (id, starts_on, ends_on) in exempt {
        if let Some(teacher) = found.get_mut(&id) {
            teacher.exemptions.push((starts_on, ends_on));
        }
    }
    let totals = teacher_years::table
        .filter(teacher_years::teacher_id.eq_any(ids))
        .select((teacher_years::teacher_id, teacher_years::training_year, teacher_years::recognized_hours))
        .load::<(TeacherId, i32, Hours)>(conn)?;
    for (id, year, recognized) in totals {
        if let Some(teacher) = found.get_mut(&id) {
            teacher.recognized.insert(year, recognized);
        }
    }
    Ok(found.into_values().collect())
}
