//! Quotas 年度学时.

use songjiao_types::{
    Page, TeacherId,
    quotas::{QuotaQuery, QuotaSummary, QuotaSummaryQuery, QuotaView, TeacherQuotaView},
};

use super::Get;

/// Lists the teachers' quotas of a training year, a page at a time.
pub fn list_quotas(query: &QuotaQuery) -> Get<Page<QuotaView>> {
    Get::list("/quotas", query)
}

/// The training year of an organization and everything below it.
pub fn summarize_quotas(query: &QuotaSummaryQuery) -> Get<QuotaSummary> {
    Get::list("/quotas/summary", query)
}

/// One training year of a teacher, with its composition.
pub fn find_quota(teacher: TeacherId, year: i32) -> Get<TeacherQuotaView> {
    Get::new(format!("/teachers/{teacher}/quotas/{year}"))
}
