//! Explanations of quotas, credits and rates.

use songjiao_types::{
    TeacherId,
    explanations::{CreditExplanation, QuotaExplanation, RateExplanation},
    quotas::QuotaSummaryQuery,
};

use super::Get;

/// What a teacher's quota of a training year is made of.
pub fn explain_quota(teacher: TeacherId, year: i32) -> Get<QuotaExplanation> {
    Get::new(format!("/teachers/{teacher}/quotas/{year}/explanation"))
}

/// What a teacher's credits in a cycle are made of.
pub fn explain_credit(teacher: TeacherId, cycle_first_year: i32) -> Get<CreditExplanation> {
    Get::new(format!("/teachers/{teacher}/credits/{cycle_first_year}/explanation"))
}

/// What the rate of an organization is made of.
pub fn explain_rate(query: &QuotaSummaryQuery) -> Get<RateExplanation> {
    Get::list("/quotas/explanation", query)
}
