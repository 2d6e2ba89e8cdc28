//! The evaluator of explanations.

use model::{
    county::QuotaStatus,
    dates::{Span, date, months_of},
    explain::{ExplainedRecord, Inconsistency, QuotaExplanation, evaluate},
    hours::{Dimension, RecordStatus, Tier},
    policy::MonthBasis,
};

/// Explains 2026 of a teacher who was exempt from 15 November 2025 to 14 April 2026 (case B8).
fn explanation() -> QuotaExplanation {
    let year = Span::new(date(2026, 1, 1), date(2026, 12, 31));
    let ends = [(1, 14), (2, 14), (3, 14), (4, 14)].map(|(month, day)| date(2026, month, day));
    let firsts = [date(2025, 12, 15), date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)];
    let record = |hours, tier, dimension, status| ExplainedRecord { hours, tier, dimension, status };
    QuotaExplanation {
        year,
        month_basis: MonthBasis::Elapsed,
        annual_hours: 72_00,
        caps: vec![(Tier::School, 10_00)],
        minima: vec![(Dimension::Skill, 4_00)],
        counted_from: date(2020, 1, 1),
        without_service: vec![Span::new(date(2020, 1, 1), date(2020, 8, 31))],
        exemptions: vec![Span::new(date(2025, 11, 15), date(2026, 4, 14))],
        months: months_of(year),
        months_not_owed: firsts.into_iter().zip(ends).map(|(first, last)| Span::new(first, last)).collect(),
        records: vec![
            record(38_00, Tier::County, Some(Dimension::Skill), RecordStatus::Recognized),
            record(34_52, Tier::School, None, RecordStatus::Recognized),
            record(8_00, Tier::County, None, RecordStatus::Pending),
            record(8_00, Tier::County, None, RecordStatus::Voided),
        ],
        closed_required: None,
    }
}

#[test]
fn the_figures_follow_from_the_explanation_alone() {
    let evaluation = evaluate(&explanation()).expect("consistent");
    assert_eq!((evaluation.months_owed, evaluation.required), (8, 48_00));
    assert_eq!((evaluation.recognized, evaluation.counted, evaluation.pending), (72_52, 48_00, 8_00));
    assert_eq!((evaluation.remaining, evaluation.status), (0, QuotaStatus::Met));
}

#[test]
fn a_missed_minimum_is_short_and_nothing_required_is_exempt() {
    let mut short = explanation();
    short.minima = vec![(Dimension::Ethics, 1)];
    assert_eq!(evaluate(&short).expect("consistent").status, QuotaStatus::Short);
    short.closed_required = Some(0);
    assert_eq!(evaluate(&short).expect("consistent").status, QuotaStatus::Exempt);
}

#[test]
fn months_that_do_not_follow_from_the_spans_are_found() {
    let mut wrong = explanation();
    wrong.months_not_owed.pop();
    assert_eq!(evaluate(&wrong), Err(Inconsistency::MonthsNotOwed(explanation().months_not_owed)));
    let mut gap = explanation();
    gap.months.remove(3);
    assert_eq!(evaluate(&gap), Err(Inconsistency::Months));
    let mut calendar = explanation();
    calendar.month_basis = MonthBasis::Calendar;
    let whole = vec![
        Span::new(date(2026, 1, 1), date(2026, 1, 31)),
        Span::new(date(2026, 2, 1), date(2026, 2, 28)),
        Span::new(date(2026, 3, 1), date(2026, 3, 31)),
    ];
    assert_eq!(evaluate(&calendar), Err(Inconsistency::MonthsNotOwed(whole.clone())));
    calendar.months_not_owed = whole;
    assert_eq!(evaluate(&calendar).expect("consistent").required, 54_00);
}
