//! Recomputes a quota from its explanation alone. Needs neither the county nor the rules.

use chrono::NaiveDate;

use crate::{
    county::QuotaStatus,
    dates::{Span, next_day, nth_month_end},
    hours::{Dimension, RecordStatus, Tier},
    policy::MonthBasis,
};

/// A record of the year. Hours are hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainedRecord {
    pub hours: i64,
    pub tier: Tier,
    pub dimension: Option<Dimension>,
    pub status: RecordStatus,
}

/// What a quota was made of. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaExplanation {
    /// The training year.
    pub year: Span,
    pub month_basis: MonthBasis,
    pub annual_hours: i64,
    pub caps: Vec<(Tier, i64)>,
    pub minima: Vec<(Dimension, i64)>,
    /// Where time before the first spell begins: with the training year of that spell, or the year itself where that is
    /// earlier. What reaches further back counts from here.
    pub counted_from: NaiveDate,
    /// Days without confirmed service, each span with its own first day, also where that lies before the year.
    pub without_service: Vec<Span>,
    /// Confirmed exemptions with their own first days.
    pub exemptions: Vec<Span>,
    /// The months of the year in order, each with its days.
    pub months: Vec<Span>,
    /// The months that the explanation says are not owed.
    pub months_not_owed: Vec<Span>,
    pub records: Vec<ExplainedRecord>,
    /// The sealed requirement of a closed year, which goes before what the months say.
    pub closed_required: Option<i64>,
}

/// The figures of a quota. Hours are hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluation {
    pub months_owed: u32,
    pub required: i64,
    pub recognized: i64,
    pub counted: i64,
    pub pending: i64,
    pub remaining: i64,
    pub status: QuotaStatus,
}

/// A part of an explanation that does not follow from its other parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inconsistency {
    /// The months do not fill the year one after another.
    Months,
    /// The months not owed, as they follow from spans, exemptions and basis.
    MonthsNotOwed(Vec<Span>),
}

/// Recomputes the figures.
///
/// # Errors
/// If the stated months, or those not owed, do not follow from the other parts.
pub fn evaluate(explanation: &QuotaExplanation) -> Result<Evaluation, Inconsistency> {
    if !months_fill_year(explanation) {
        return Err(Inconsistency::Months);
    }
    let not_owed = match explanation.month_basis {
        MonthBasis::Calendar => calendar_months(explanation),
        MonthBasis::Elapsed => elapsed_months(explanation),
    };
    if not_owed != explanation.months_not_owed {
        return Err(Inconsistency::MonthsNotOwed(not_owed));
    }
    let (mut months, mut months_owed) = (0, 0);
    for _ in &explanation.months {
        months += 1;
        months_owed += 1;
    }
    for _ in not_owed {
        months_owed = u32::saturating_sub(months_owed, 1);
    }
    let required = explanation
        .closed_required
        .unwrap_or_else(|| round_up(explanation.annual_hours * i64::from(months_owed), i64::max(12, months)));
    let sum = |of: &dyn Fn(&ExplainedRecord) -> bool| -> i64 {
        explanation.records.iter().filter(|record| of(record)).map(|record| record.hours).sum()
    };
    let is_recognized = |record: &ExplainedRecord| record.status == RecordStatus::Recognized;
    let recognized = sum(&is_recognized);
    let counted = Tier::ALL
        .into_iter()
        .map(|tier| {
            let reached = sum(&|record| is_recognized(record) && record.tier == tier);
            explanation.caps.iter().find(|(of, _)| *of == tier).map_or(reached, |(_, cap)| reached.min(*cap))
        })
        .sum();
    let has_minima = explanation.minima.iter().all(|(dimension, least)| {
        sum(&|record| is_recognized(record) && record.dimension == Some(*dimension)) >= *least
    });
    let status = match (required, counted >= required && has_minima) {
        (0, _) => QuotaStatus::Exempt,
        (_, true) => QuotaStatus::Met,
        (_, false) => QuotaStatus::Short,
    };
    Ok(Evaluation {
        months_owed,
        required,
        recognized,
        counted,
        pending: sum(&|record| record.status == RecordStatus::Pending),
        remaining: i64::max(0, required - counted),
        status,
    })
}

/// Returns hundredths rounded up to the tenth.
pub(crate) fn round_up(product: i64, divisor: i64) -> i64 {
    (product + 10 * divisor - 1) / (10 * divisor) * 10
}

fn months_fill_year(explanation: &QuotaExplanation) -> bool {
    let mut expected = explanation.year.first;
    for month in &explanation.months {
        if month.first != expected || month.last < month.first {
            return false;
        }
        expected = next_day(month.last);
    }
    expected == next_day(explanation.year.last)
}

/// Returns the spans that remain when those that touch or overlap are merged, in order.
fn merged(explanation: &QuotaExplanation) -> Vec<Span> {
    let from = explanation.counted_from;
    let all = explanation.without_service.iter().chain(&explanation.exemptions);
    let mut spans: Vec<Span> =
        all.filter(|span| span.last >= from).map(|span| Span::new(span.first.max(from), span.last)).collect();
    spans.sort();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(before) if before.last == NaiveDate::MAX || span.first <= next_day(before.last) => {
                before.last = before.last.max(span.last);
            }
            _ => merged.push(span),
        }
    }
    merged
}

fn calendar_months(explanation: &QuotaExplanation) -> Vec<Span> {
    let spans = merged(explanation);
    let covered = |month: &&Span| spans.iter().any(|span| span.first <= month.first && month.last <= span.last);
    explanation.months.iter().filter(covered).copied().collect()
}

fn elapsed_months(explanation: &QuotaExplanation) -> Vec<Span> {
    let mut months = Vec::new();
    for span in merged(explanation) {
        let mut first = span.first;
        for n in 1.. {
            let last = nth_month_end(span.first, n);
            if last > span.last || last > explanation.year.last {
                break;
            }
            if explanation.year.contains(last) {
                months.push(Span::new(first, last));
            }
            first = next_day(last);
        }
    }
    months
}
