//! Recomputes quotas from the API's explanations alone.

use chrono::NaiveDate;
use model::{
    dates::{Span, next_day, nth_month_end},
    explain::{ExplainedRecord, QuotaExplanation, evaluate},
    hours::{Dimension, RecordStatus, Tier},
    policy::MonthBasis,
    rules::{credit::Credit, figures::TeacherFigures, quota::Quota},
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

/// Returns the quotient rounded up to the tenth of an hour, in hundredths.
fn up_to_the_tenth(dividend: i64, divisor: i64) -> i64 {
    let tenth = 10;
    dividend.div_euclid(divisor * tenth) * tenth + if dividend.rem_euclid(divisor * tenth) == 0 { 0 } else { tenth }
}

fn number(value: &Value) -> Outcome<i64> {
    value.as_i64().ok_or_else(|| format!("{value} is no whole number"))
}

/// Checks that the shares of a credit's explanation lead to the model's figures.
pub fn check_credit(found: &Value, credit: &Credit) -> Outcome<()> {
    let (mut required, mut recognized, mut due) = (0, 0, 0);
    for share in list(&found["shares"]) {
        let policy = &share["policy"];
        let cycle_hours = hundredths(&policy["cycle_hours"]).ok_or("no cycle hours")?;
        let parts = number(&policy["cycle_years"])? * number(&share["divisor"])?;
        let owed: Vec<i64> = list(&share["owed"]).map(number).collect::<Outcome<_>>()?;
        let over = number(&share["months_over"])?;
        let count = |months: usize| i64::try_from(months).unwrap_or_default();
        required += up_to_the_tenth(cycle_hours * count(owed.len()), parts);
        let owed_so_far = owed.iter().filter(|month| **month <= over).count();
        due += up_to_the_tenth(cycle_hours * count(owed_so_far), parts);
        recognized += hundredths(&share["recognized_hours"]).ok_or("no recognised hours")?;
    }
    let expected = (credit.required, credit.recognized, credit.owed_so_far);
    let reached = (required, recognized, due);
    if reached == expected { Ok(()) } else { Err(format!("it leads to {reached:?}, the model says {expected:?}")) }
}

/// Checks that the parts of a rate's explanation add up to the model's figures.
pub fn check_rate(found: &Value, figures: &TeacherFigures) -> Outcome<()> {
    let parts: Vec<&Value> = list(&found["children"]).chain([&found["itself"]]).collect();
    let sum = |name: &str| parts.iter().filter_map(|part| part[name].as_u64()).sum::<u64>();
    let reached = ["teachers", "met", "short", "exempt"].map(sum);
    let expected = [figures.teachers, figures.met, figures.short, figures.exempt].map(u64::from);
    if reached != expected {
        return Err(format!("its parts lead to {reached:?}, the model says {expected:?}"));
    }
    let (met, rated) = figures.rate();
    let rate = (rated > 0).then(|| (f64::from(met) * 1000.0 / f64::from(rated)).round() / 10.0);
    if found["rate"].as_f64() == rate { Ok(()) } else { Err(format!("it says {}, the model {rate:?}", found["rate"])) }
}

/// Checks that an explanation leads to the model's figures.
pub fn check(found: &Value, quota: &Quota) -> Outcome<()> {
    let figures = evaluate(&explanation(found)?).map_err(|fault| format!("{fault:?}"))?;
    let expected = (quota.required, quota.recognized, quota.counted, quota.pending, quota.status);
    let reached = (figures.required, figures.recognized, figures.counted, figures.pending, figures.status);
    if reached == expected { Ok(()) } else { Err(format!("it leads to {reached:?}, the model says {expected:?}")) }
}
