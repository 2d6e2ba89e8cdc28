//! Recomputes a credit from its explanation alone. Needs neither the county nor the rules.

use chrono::NaiveDate;

use crate::{
    dates::Span,
    explain::{Inconsistency, QuotaExplanation, evaluate, round_up},
    rules::credit::CreditStatus,
};

/// A year of a cycle. Hours are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedCreditYear {
    pub quota: QuotaExplanation,
    pub cycle_hours: i64,
    pub cycle_years: i64,
    /// The sealed share of a closed year, which goes before what the months say.
    pub closed_share: Option<i64>,
    /// Pending hours of projects that have not ended.
    pub awaiting_project_end: i64,
}

/// What a credit was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditExplanation {
    pub today: NaiveDate,
    /// The years of the cycle in order.
    pub years: Vec<ExplainedCreditYear>,
}

/// The figures of a credit. Hours are hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditEvaluation {
    pub required: i64,
    pub recognized: i64,
    pub remaining: i64,
    pub owed_so_far: i64,
    pub status: CreditStatus,
}

/// Recomputes the figures.
///
/// # Errors
/// If the explanation of a year is inconsistent.
pub fn evaluate_credit(explanation: &CreditExplanation) -> Result<CreditEvaluation, Inconsistency> {
    let (mut required, mut recognized, mut awaiting, mut owed_so_far) = (0, 0, 0, 0);
    let mut is_running = false;
    for year in &explanation.years {
        let quota = evaluate(&year.quota)?;
        let months = i64::try_from(year.quota.months.len()).unwrap_or_default();
        let share = |owed: i64| round_up(year.cycle_hours * owed, i64::max(12, months) * year.cycle_years);
        // A month not owed takes the place of the month of the year in which it ends.
        let is_owed = |month: &&Span| !year.quota.months_not_owed.iter().any(|free| month.contains(free.last));
        let over = year.quota.months.iter().filter(|month| month.last < explanation.today);
        let owed_and_over: i64 = over.filter(is_owed).map(|_| 1).sum();
        required += year.closed_share.unwrap_or_else(|| share(i64::from(quota.months_owed)));
        owed_so_far += year.closed_share.unwrap_or_else(|| share(owed_and_over));
        recognized += quota.recognized;
        awaiting += year.awaiting_project_end;
        // The cycle runs until the end of its last year.
        is_running = explanation.today <= year.quota.year.last;
    }
    let status = match required {
        0 => CreditStatus::Exempt,
        _ if recognized >= required => CreditStatus::Met,
        _ if is_running && recognized + awaiting >= owed_so_far => CreditStatus::OnTrack,
        _ => CreditStatus::Behind,
    };
    Ok(CreditEvaluation { required, recognized, remaining: i64::max(0, required - recognized), owed_so_far, status })
}
