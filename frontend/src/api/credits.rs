//! Credits 五年学分.

use songjiao_types::{
    Page, TeacherId,
    credits::{CreditQuery, CreditView},
};

use super::Get;

/// Lists the teachers' credits of a cycle, a page at a time.
pub fn list_credits(query: &CreditQuery) -> Get<Page<CreditView>> {
    Get::list("/credits", query)
}

/// The credit of one teacher and cycle.
pub fn find_credit(teacher: TeacherId, cycle_first_year: i32) -> Get<CreditView> {
    Get::new(format!("/teachers/{teacher}/credits/{cycle_first_year}"))
}
