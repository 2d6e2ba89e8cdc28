//! Derives the explanation of a quota (一-3) from the facts, by the rules that also compute the figures.

use std::collections::HashMap;

use songjiao_types::{
    Hours, OrganizationId, WireEnum,
    explanations::{
        Computation, ExplainedDimension, ExplainedExemption, ExplainedMonth, ExplainedPolicy, ExplainedRecord,
        ExplainedSpell, ExplainedTier, ExplainedYear, FreePeriod, FreeReason, QUOTA_CLAUSE, QuotaExplanation,
        TakenMonth, YearOwnerRule, YearOwnerView,
    },
    quotas::QuotaView,
    training::{TrainingDimension, TrainingTier},
};

use super::{
    facts::{Facts, Record},
    months::{FreeSpan, Month, Taken, months_of},
    sentence,
    teacher_years::Standing,
};
use crate::people::{
    appointments::service::Spell,
    policies::{Policy, TrainingYear},
};

/// The names of organizations.
pub type Names = HashMap<OrganizationId, String>;

/// Explains a quota. Without `with_kinds` the exemptions are days alone.
pub fn explain(facts: &Facts, quota: QuotaView, names: &Names, with_kinds: bool) -> QuotaExplanation {
    let number = quota.training_year;
    let year = facts.assessment.root().year(number);
    let standing = facts.year(number).standing;
    let meets = |spell: &&Spell| spell.meets(year.first_day, year.last_day);
    let (months, free_periods) = months(facts, &year, &standing);
    let exemptions =
        facts.exemptions.iter().filter(|one| one.starts_on <= year.last_day && one.ends_on >= year.first_day);
    let mut explanation = QuotaExplanation {
        day: facts.as_of.today,
        year: explained_year(&year),
        month_basis: facts.assessment.month_basis(number),
        belongs_to: belongs_to(facts, &year, &standing, quota.organization_id, names),
        policy: policy(facts, number, &standing, names),
        spells: facts.service.spells.iter().filter(meets).map(|spell| explained_spell(spell, names)).collect(),
        exemptions: exemptions
            .map(|one| ExplainedExemption {
                exemption_id: with_kinds.then_some(one.id),
                kind: with_kinds.then_some(one.kind),
                starts_on: one.starts_on,
                ends_on: one.ends_on,
            })
            .collect(),
        free_periods,
        computation: computation(facts, number, &standing, &months),
        months,
        records: facts.records_of(number).map(explained_record).collect(),
        tiers: tiers(facts, number, &standing),
        dimensions: dimensions(facts, number, &standing),
        clause: QUOTA_CLAUSE.to_owned(),
        text: String::new(),
        quota,
    };
    explanation.text = sentence::of_quota(&explanation);
    explanation
}

/// Returns the days of a year.
pub fn explained_year(year: &TrainingYear) -> ExplainedYear {
    ExplainedYear { first_day: year.first_day, last_day: year.last_day, months: year.months }
}

fn name_of(names: &Names, id: OrganizationId) -> String {
    names.get(&id).cloned().unwrap_or_default()
}

fn explained_spell(spell: &Spell, names: &Names) -> ExplainedSpell {
    ExplainedSpell {
        organization_id: spell.organization_id,
        organization_name: name_of(names, spell.organization_id),
        starts_on: spell.first,
        ends_on: spell.last,
    }
}

/// Returns to which organization a year belongs, and why. Without service it is the teacher's.
pub fn belongs_to(
    facts: &Facts,
    year: &TrainingYear,
    standing: &Standing,
    current: OrganizationId,
    names: &Names,
) -> YearOwnerView {
    let organization_id = standing.organization_id.unwrap_or(current);
    // A closed year stays where it was at its closing, wherever the spells now lead.
    let owner = facts.assessment.owner(year, &facts.service.spells);
    let owner = owner.filter(|owner| standing.organization_id == Some(owner.spell.organization_id));
    YearOwnerView {
        organization_id,
        organization_name: name_of(names, organization_id),
        rule: owner.map_or(YearOwnerRule::Current, |owner| owner.rule),
        day: owner.map(|owner| owner.day),
        spell: owner.map(|owner| explained_spell(&owner.spell, names)),
    }
}

fn policy_row<'a>(facts: &'a Facts, number: i32, standing: &Standing) -> &'a Policy {
    facts.assessment.policies_of(standing.organization_id).of_year(number)
}

/// Returns the policy row by which a year is assessed.
pub fn policy(facts: &Facts, number: i32, standing: &Standing, names: &Names) -> ExplainedPolicy {
    let row = policy_row(facts, number, standing);
    let cycle = facts.assessment.root().calendar().cycle_of(number);
    ExplainedPolicy {
        id: row.id,
        organization_id: row.organization_id,
        organization_name: name_of(names, row.organization_id),
        effective_from: row.effective_from,
        annual_hours: row.figures.annual_hours,
        cycle_hours: row.figures.cycle_hours,
        cycle_years: cycle.last_year - cycle.first_year + 1,
        tier_caps: row.figures.tier_caps,
        dimension_minimums: row.figures.dimension_minimums,
        note: row.note.clone(),
    }
}

fn free_period(span: &FreeSpan) -> FreePeriod {
    let reason = match (span.out_of_service, span.exempt) {
        (true, true) => FreeReason::Both,
        (true, false) => FreeReason::NotInService,
        (false, _) => FreeReason::Exempt,
    };
    FreePeriod { reason, starts_on: span.first, ends_on: (!span.open).then_some(span.last) }
}

/// Returns the months of a year, and the days on which nothing is owed that meet it. A year before service, or that is not
/// assessed, owes nothing as a whole.
fn months(facts: &Facts, year: &TrainingYear, standing: &Standing) -> (Vec<ExplainedMonth>, Vec<FreePeriod>) {
    let spans = facts.absence.as_ref().map_or(&[][..], |absence| absence.spans());
    let basis = facts.assessment.month_basis(year.year);
    let months = facts.absence.as_ref().map_or_else(|| months_of(year), |absence| absence.months(year, basis));
    let meeting = spans.iter().filter(|span| span.first <= year.last_day && span.last >= year.first_day);
    let mut periods: Vec<FreePeriod> = meeting.map(free_period).collect();
    let all = FreePeriod { reason: FreeReason::NotInService, starts_on: year.first_day, ends_on: Some(year.last_day) };
    let as_a_whole = !standing.serves && months.iter().any(|month| month.taken.is_none());
    if as_a_whole {
        periods = vec![all];
    }
    let explained = |(at, month): (usize, &Month)| {
        let taken = |taken: Taken| {
            let period = free_period(spans.get(taken.span)?);
            Some(TakenMonth { period, month_ends_on: taken.ends_on })
        };
        let taken_by = match as_a_whole {
            true => Some(TakenMonth { period: all, month_ends_on: month.last }),
            false => month.taken.and_then(taken),
        };
        ExplainedMonth {
            number: i32::try_from(at + 1).unwrap_or_default(),
            first_day: month.first,
            last_day: month.last,
            owed: taken_by.is_none(),
            taken_by,
        }
    };
    (months.iter().enumerate().map(explained).collect(), periods)
}

/// Returns how the requirement of a year is computed.
fn computation(facts: &Facts, number: i32, standing: &Standing, months: &[ExplainedMonth]) -> Computation {
    let count = |months: usize| i32::try_from(months).unwrap_or_default();
    let annual_hours = policy_row(facts, number, standing).figures.annual_hours;
    let owed_months = count(months.iter().filter(|month| month.owed).count());
    let divisor = count(months.len()).max(12);
    let required_hours = standing.required_hours;
    let exact = annual_hours.hundredths() * i64::from(owed_months) == required_hours.hundredths() * i64::from(divisor);
    let text = format!("{annual_hours} × {owed_months} ÷ {divisor} {}", equals(exact, required_hours));
    Computation { annual_hours, owed_months, divisor, required_hours, text }
}

/// Returns the right side of a computation, which says if the result is rounded up.
pub fn equals(exact: bool, result: Hours) -> String {
    if exact { format!("= {result}") } else { format!("≈ {result}（向上进到 0.1）") }
}

fn explained_record(record: &Record) -> ExplainedRecord {
    ExplainedRecord {
        id: record.id,
        title: record.title.clone(),
        ends_on: record.ends_on,
        hours: record.hours,
        level: record.level,
        tier: record.level.tier(),
        dimension: record.dimension,
        status: record.status(),
        hold: record.hold,
    }
}

fn tiers(facts: &Facts, number: i32, standing: &Standing) -> Vec<ExplainedTier> {
    let (figures, earned) = (&policy_row(facts, number, standing).figures, facts.earned(number));
    let pending =
        |tier| facts.records_of(number).filter(move |record| !record.recognized && record.level.tier() == tier);
    let explained = |tier: &TrainingTier| ExplainedTier {
        tier: *tier,
        recognized_hours: earned.of_tier(*tier),
        pending_hours: pending(*tier).map(|record| record.hours).sum(),
        cap: figures.tier_caps.get(*tier),
        counted_hours: earned.counted_of_tier(*tier, figures),
    };
    TrainingTier::ALL.iter().map(explained).collect()
}

fn dimensions(facts: &Facts, number: i32, standing: &Standing) -> Vec<ExplainedDimension> {
    let (figures, earned) = (&policy_row(facts, number, standing).figures, facts.earned(number));
    let missing: HashMap<TrainingDimension, Hours> = earned.missing(figures).into_iter().collect();
    let explained = |dimension: &TrainingDimension| ExplainedDimension {
        dimension: *dimension,
        recognized_hours: earned.of_dimension(*dimension),
        minimum: figures.dimension_minimums.get(*dimension),
        missing_hours: missing.get(dimension).copied().unwrap_or_default(),
    };
    TrainingDimension::ALL.iter().map(explained).collect()
}
