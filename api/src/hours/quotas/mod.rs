//! Quotas 年度学时: 每人每年不少于 72 学时 (一-3), less the months in which a teacher was not in post or
//! exempt. The totals per teacher and year are stored beside the ledger, so that no list adds it up.

pub(crate) mod as_of;
pub(crate) mod assessment;
mod awaiting;
pub(crate) mod breakdown;
pub mod closed_years;
mod counted;
pub(crate) mod explain;
pub(crate) mod explanation;
pub(crate) mod facts;
pub(crate) mod figures;
pub(crate) mod hour_deltas;
pub mod months;
mod policy_effect;
mod routes;
pub mod rules;
mod sentence;
pub(crate) mod sql_conditions;
pub(crate) mod standing;
mod store;
mod sums;
pub(crate) mod tallies;
pub(crate) mod teacher_years;

pub(crate) use routes::configure;
pub(crate) use store::requested_year;
pub(crate) use sums::{Earned, earned};
pub(crate) use tallies::{Tally, by_organization};
