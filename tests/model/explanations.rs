//! Recomputes quotas from the API's explanations alone.

use chrono::NaiveDate;
use model::{
    dates::{Span, next_day, nth_month_end},
    explain::{ExplainedRecord, QuotaExplanation, evaluate},
    hours::{Dimension, RecordStatus, Tier},
    policy::MonthBasis,
    rules::quota::Quota,
};
use serde_json::Value;

use crate::{
    acts::{dimension_name, tier_name},
    driver::Outcome,
};

fn day(value: &Value) -> Outcome<NaiveDate> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| format!("{value} is no date"))
}

fn span(value: &Value, first: &str, last: &str) -> Outcome<Span> {
    let last = if value[last].is_null() { NaiveDate::MAX } else { day(&value[last])? };
    Ok(Span::new(day(&value[first])?, last))
}

/// Returns hours as hundredths.
fn hundredths(value: &Value) -> Option<i64> {
    format!("{:.0}", value.as_f64()? * 100.0).parse().ok()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns a month that is not owed with its own days: counted from the first day of its period, or the year's month.
fn not_owed(month: &Value, basis: MonthBasis) -> Outcome<Span> {
    let taken = &month["taken_by"];
    if basis == MonthBasis::Calendar {
        return span(month, "first_day", "last_day");
    }
    let (start, end) = (day(&taken["starts_on"])?, day(&taken["month_ends_on"])?);
    let mut first = start;
    for n in 1.. {
        let last = nth_month_end(start, n);
        if last >= end {
            break;
        }
        first = next_day(last);
    }
    Ok(Span::new(first, end))
}

fn record(value: &Value) -> Option<ExplainedRecord> {
    Some(ExplainedRecord {
        hours: hundredths(&value["hours"])?,
        tier: Tier::ALL.into_iter().find(|tier| value["tier"] == tier_name(*tier))?,
        dimension: Dimension::ALL.into_iter().find(|of| value["dimension"] == dimension_name(*of)),
        status: if value["status"] == "recognized" { RecordStatus::Recognized } else { RecordStatus::Pending },
    })
}

fn explanation(found: &Value) -> Outcome<QuotaExplanation> {
    let month_basis = if found["month_basis"] == "calendar" { MonthBasis::Calendar } else { MonthBasis::Elapsed };
    let year = span(&found["year"], "first_day", "last_day")?;
    let free = list(&found["free_periods"]).map(|period| span(period, "starts_on", "ends_on"));
    let without_service = free.collect::<Outcome<Vec<Span>>>()?;
    let months = list(&found["months"]).map(|month| span(month, "first_day", "last_day"));
    let taken = list(&found["months"]).filter(|month| month["owed"] == false);
    let policy = &found["policy"];
    let cap = |tier: Tier| Some((tier, hundredths(&policy["tier_caps"][tier_name(tier)])?));
    let minimum = |of: Dimension| Some((of, hundredths(&policy["dimension_minimums"][dimension_name(of)])?));
    Ok(QuotaExplanation {
        year,
        month_basis,
        annual_hours: hundredths(&policy["annual_hours"]).ok_or("no annual hours")?,
        caps: Tier::ALL.into_iter().filter_map(cap).collect(),
        minima: Dimension::ALL.into_iter().filter_map(minimum).collect(),
        // The periods are merged already, and begin where they count.
        counted_from: without_service.iter().map(|period| period.first).chain([year.first]).min().unwrap_or(year.first),
        without_service,
        exemptions: Vec::new(),
        months: months.collect::<Outcome<_>>()?,
        months_not_owed: taken.map(|month| not_owed(month, month_basis)).collect::<Outcome<_>>()?,
        records: list(&found["records"]).filter_map(record).collect(),
        closed_required: None,
    })
}

/// Checks that an explanation leads to the model's figures.
pub fn check(found: &Value, quota: &Quota) -> Outcome<()> {
    let figures = evaluate(&explanation(found)?).map_err(|fault| format!("{fault:?}"))?;
    let expected = (quota.required, quota.recognized, quota.counted, quota.pending, quota.status);
    let reached = (figures.required, figures.recognized, figures.counted, figures.pending, figures.status);
    if reached == expected { Ok(()) } else { Err(format!("it leads to {reached:?}, the model says {expected:?}")) }
}
