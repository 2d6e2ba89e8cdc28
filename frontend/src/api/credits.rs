//! Credits 五年学分.

use songjiao_types::{Page, TeacherId, credits::CreditView};

use super::Get;
use crate::query::Query;

/// The filters that a list of credits takes.
pub const FILTERS: &[&str] = &["cycle_first_year", "q", "organization_id", "status", "stage", "subject"];

/// A page of the teachers' cycles.
pub fn list_credits(query: &Query) -> Get<Page<CreditView>> {
    Get::list("/credits", query)
}

/// One teacher's cycle.
pub fn find_credit(teacher: TeacherId, cycle_first_year: i32) -> Get<CreditView> {
    Get::new(format!("/teachers/{teacher}/credits/{cycle_first_year}"))
}
