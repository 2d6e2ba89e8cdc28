//! Quotas 年度学时.

use songjiao_types::{
    Page, TeacherId,
    quotas::{QuotaSummary, QuotaView, TeacherQuotaView},
};

use super::Get;
use crate::query::Query;

/// The filters that a list of quotas takes.
pub const FILTERS: &[&str] = &["training_year", "q", "organization_id", "status", "stage", "subject"];

/// A page of the teachers' training years.
pub fn list_quotas(query: &Query) -> Get<Page<QuotaView>> {
    Get::list("/quotas", query)
}

/// A training year of an organization and all below it.
pub fn summarize_quotas(query: &Query) -> Get<QuotaSummary> {
    Get::list("/quotas/summary", query)
}

/// One teacher's training year, with what it is made of.
pub fn find_quota(teacher: TeacherId, year: i32) -> Get<TeacherQuotaView> {
    Get::new(format!("/teachers/{teacher}/quotas/{year}"))
}
