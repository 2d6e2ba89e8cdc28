//! Whose standing changes under other policies: met or short by year, and the status of credits.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    Hours, TeacherId,
    credits::CreditStatus,
    policies::{PolicyCycleEffect, PolicyEffect, PolicyYearEffect},
    quotas::QuotaStatus,
};

use super::{
    assessment::{Assessment, Service, services_of},
    awaiting::awaiting_of,
    counted::{Earned, earned_by},
    months::{OwedMonths, months_over},
    rules,
    teacher_years::Standing,
};
use crate::{
    auth::scope::Scope,
    db::{
        DbConnection,
        schema::{organizations, teachers},
    },
    error::Result,
    hours::credits::rules as credits,
    people::policies::{CountyPolicies, Cycle, Policies, TrainingYear},
    visibility::in_scope,
};

/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// The status of a teacher's years and cycles.
#[derive(Default)]
struct Statuses {
    years: BTreeMap<i32, QuotaStatus>,
    cycles: BTreeMap<i32, CreditStatus>,
}

/// The years and cycles of an organization, before and after, as far as they have begun and differ.
struct Differences {
    years: Vec<(TrainingYear, TrainingYear)>,
    cycles: Vec<Cycle>,
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
                cycles.push(cycle);
            }
        }
        Ok(Self { years: years.filter(|(old, new)| old != new).collect(), cycles })
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

/// Returns the status of each year and cycle that has begun and in which the teacher serves.
fn statuses(
    assessment: &Assessment,
    today: NaiveDate,
    service: &Service,
    earned: &HashMap<i32, Earned>,
    awaiting: &HashMap<i32, Hours>,
) -> Statuses {
    let mut statuses = Statuses::default();
    let none = Earned::default();
    let mut sums: BTreeMap<i32, (Cycle, [Hours; 4])> = BTreeMap::new();
    for (number, standing) in assessment.standings(service, []) {
        let policies = assessment.policies_of(standing.organization_id);
        let year = policies.year(number);
        let (figures, earned) = (&policies.of_year(number).figures, earned.get(&number).unwrap_or(&none));
        if year.first_day <= today {
            let missed = !earned.missing(figures).is_empty();
            let status = rules::status(standing.required_hours, earned.counted(figures), missed);
            statuses.years.insert(number, status);
        }
        let cycle = policies.calendar().cycle_of(number);
        let (_, sums) = sums.entry(cycle.first_year).or_insert((cycle, Default::default()));
        sums[0] += standing.credit_hours;
        sums[1] += earned.recognized();
        sums[2] += due(assessment, &year, &standing, today);
        sums[3] += awaiting.get(&number).copied().unwrap_or_default();
    }
    for (first, (cycle, [required, recognized, due, awaiting])) in sums {
        let policies = assessment.policies_of(None);
        if policies.year(first).first_day <= today {
            let running = policies.year(cycle.last_year).last_day >= today;
            statuses.cycles.insert(first, credits::status(required, recognized, awaiting, due, running));
        }
    }
    statuses
}

/// Returns what a year adds to the hours due.
fn due(assessment: &Assessment, year: &TrainingYear, standing: &Standing, today: NaiveDate) -> Hours {
    let owed = OwedMonths::from_bits(standing.owed_months).count_of_first(months_over(year, today));
    let cycle = assessment.policies_of(None).calendar().cycle_of(year.year);
    rules::share(standing.cycle_hours, cycle.last_year - cycle.first_year + 1, owed, year.months)
}

impl Counts {
    fn add(&mut self, before: &Statuses, after: &Statuses) {
        let mut changed = false;
        for (year, new) in &after.years {
            if before.years.get(year) == Some(new) {
                continue;
            }
            changed = true;
            let (newly_met, newly_short) = self.years.entry(*year).or_default();
            match new {
                QuotaStatus::Met => *newly_met += 1,
                QuotaStatus::Short => *newly_short += 1,
                QuotaStatus::Exempt => {}
            }
        }
        for (cycle, new) in &after.cycles {
            if before.cycles.get(cycle) != Some(new) {
                changed = true;
                *self.cycles.entry(*cycle).or_default() += 1;
            }
        }
        self.teachers += i64::from(changed);
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
    let assessments = Assessment::load(conn, today)?;
    let assessments = [before, after].map(|policies| assessments.with(policies));
    let mut counts = Counts::default();
    for chunk in ids.chunks(CHUNK) {
        let services = services_of(conn, chunk)?;
        let mut earned: HashMap<TeacherId, HashMap<i32, Earned>> = HashMap::new();
        for ((teacher, year), hours) in earned_by(conn, chunk)? {
            earned.entry(teacher).or_default().insert(year, hours);
        }
        let awaiting = awaiting_of(conn, chunk)?;
        let (nothing, none) = (HashMap::new(), HashMap::new());
        for (teacher, service) in &services {
            let earned = earned.get(teacher).unwrap_or(&nothing);
            let awaiting = awaiting.get(teacher).unwrap_or(&none);
            let [old, new] = [0, 1].map(|side| statuses(&assessments[side], today, service, earned, awaiting));
            counts.add(&old, &new);
        }
    }
    let Differences { years, cycles } = Differences::between(before.of(path), after.of(path), today)?;
    for (_, year) in years {
        counts.years.entry(year.year).or_default();
    }
    for cycle in cycles {
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
