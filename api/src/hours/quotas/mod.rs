//! Quotas 年度学时: 每人每年不少于 72 学时 (一-3), less the months in which a teacher was not in post or
//! exempt. The totals per teacher and year are stored beside the ledger, so that no list adds it up.

pub mod breakdown;
pub mod figures;
pub mod reductions;
mod routes;
pub mod rules;
pub mod sql_conditions;
mod store;
pub mod tallies;
pub mod teacher_years;

pub use routes::configure;
pub use store::{earned, requested_year};
pub use tallies::{Tally, by_organization};
