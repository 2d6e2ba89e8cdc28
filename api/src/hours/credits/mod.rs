//! Credits 五年学分: 每五年完成 360 学时 (三-1), less the months in which a teacher was not in post or
//! exempt. The cycle and each of its years are assessed separately: 360 in all can hide a year below 72,
//! and a surplus counts for the cycle but never makes up for another year.

mod explain;
mod explanation;
mod routes;
pub mod rules;
mod store;

pub(crate) use routes::configure;
pub(crate) use store::{Tally, requested_years, tallies, tally};
