//! The dashboard 总览, and what a teacher's own desk shows beside it.

use songjiao_types::{
    Page, TeacherId, credits::CreditView, dashboard::DashboardView, projects::ProjectView, quotas::TeacherQuotaView,
};

use super::Get;
use crate::query::Query;

/// The figures of what the user sees.
pub fn find_dashboard() -> Get<DashboardView> {
    Get::new("/dashboard")
}

/// A teacher's training year.
pub fn find_own_quota(teacher: TeacherId, training_year: i32) -> Get<TeacherQuotaView> {
    Get::new(format!("/teachers/{teacher}/quotas/{training_year}"))
}

/// A teacher's five-year cycle.
pub fn find_own_credit(teacher: TeacherId, cycle_first_year: i32) -> Get<CreditView> {
    Get::new(format!("/teachers/{teacher}/credits/{cycle_first_year}"))
}

/// The projects in which the user takes part.
pub fn list_own_projects() -> Get<Page<ProjectView>> {
    Get::list("/projects", &Query::new().with("mine", "true").with("limit", "20"))
}
