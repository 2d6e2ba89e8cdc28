//! The policies: what a year requires, and how years and cycles are cut.

use songjiao_types::{
    Page,
    policies::{PolicyQuery, PolicyView},
};
use yew::prelude::*;

use super::{Load, use_query};
use crate::api::policies::list_policies;

/// The policies, latest first. [`crate::calendar::Calendar::of`] finds the one in force.
#[hook]
pub fn use_policies() -> Load<Page<PolicyView>> {
    use_query(Some(list_policies(&PolicyQuery::default())))
}
