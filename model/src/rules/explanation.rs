//! What a quota and a credit were made of.

use chrono::{Days, NaiveDate};

use super::{
    calendar::{cycle_of, first_day, year_months, year_of, year_span},
    credit::awaiting_project_end,
    months::{month_basis, months_not_owed},
    policies::calendar_on,
    service::serves_on,
    whose_year::policy_of_year,
};
use crate::{
    county::{County, Exemption},
    dates::Span,
    explain::{ExplainedRecord, QuotaExplanation},
    explain_credit::{CreditExplanation, ExplainedCreditYear},
    ids::TeacherId,
};

/// Returns the spans of days on which something holds, from the first to the last of `days`.
fn spans_where(days: Span, holds: impl Fn(NaiveDate) -> bool) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for day in days.days().filter(|day| holds(*day)) {
        match spans.last_mut() {
            Some(span) if span.last + Days::new(1) == day => span.last = day,
            _ => spans.push(Span::new(day, day)),
        }
    }
    spans
}

/// Explains a quota. Spans begin no earlier than the training year of the first spell, or the year itself where the first
/// spell is later or there is none; they are cut at the end of the year.
pub fn explain_quota(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> QuotaExplanation {
    let policy = policy_of_year(county, teacher, training_year, today);
    let year = year_span(county, training_year);
    let service_from = county.confirmed_spells(teacher).first().map_or(year.first, |spell| spell.first);
    let from = first_day(county, year_of(county, service_from)).min(year.first);
    let days = Span::new(from, year.last);
    let records = county
        .records
        .iter()
        .filter(|record| record.entry.teacher == teacher && record.entry.training_year == training_year)
        .map(|record| ExplainedRecord {
            hours: record.entry.hours,
            tier: record.entry.level.tier(),
            dimension: record.entry.dimension,
            status: record.status(),
        })
        .collect();
    QuotaExplanation {
        year,
        month_basis: month_basis(county, training_year),
        annual_hours: policy.values.annual_hours,
        caps: policy.values.caps.iter().map(|(tier, cap)| (*tier, *cap)).collect(),
        minima: policy.values.minima.iter().map(|(dimension, least)| (*dimension, *least)).collect(),
        counted_from: from,
        without_service: spans_where(days, |day| !serves_on(county, teacher, day)),
        exemptions: county
            .exemptions_of(teacher)
            .filter(|exemption| exemption.confirmed_on.is_some())
            .map(Exemption::span)
            .collect(),
        months: year_months(county, training_year),
        months_not_owed: months_not_owed(county, teacher, training_year),
        records,
        closed_required: county
            .closing(training_year)
            .and_then(|closing| closing.rows.get(&teacher))
            .map(|row| row.required),
    }
}

/// Explains a credit of the cycle that `training_year` lies in.
pub fn explain_credit(county: &County, teacher: TeacherId, training_year: i32, today: NaiveDate) -> CreditExplanation {
    let (first, last) = cycle_of(county, training_year);
    let years = (first..=last)
        .map(|year| ExplainedCreditYear {
            quota: explain_quota(county, teacher, year, today),
            cycle_hours: policy_of_year(county, teacher, year, today).values.cycle_hours,
            cycle_years: calendar_on(county, first_day(county, year)).cycle_years.into(),
            closed_share: county
                .closing(year)
                .and_then(|closing| closing.rows.get(&teacher))
                .map(|row| row.cycle_share),
            awaiting_project_end: awaiting_project_end(county, teacher, year, today),
        })
        .collect();
    CreditExplanation { today, years }
}
