//! Quotas 年度学时: 每人每年不少于 72 学时 (一-3), less what a teacher was not in post or exempt for.
//! Recognised hours are kept per teacher and year beside the ledger, so that no list adds it up.

pub mod breakdown;
pub mod reductions;
mod routes;
pub mod rules;
mod store;
pub mod tallies;
pub mod teachers_where;

pub use routes::configure;
pub use store::{asked_year, earned};
pub use tallies::{Tally, by_organization};
