//! Credits 五年学分: 每五年完成 360 学时 (三-1), less what exemptions took. Two tests apart: 360 in all
//! can hide a year below 72, and a surplus counts for the cycle but never fills another year.

mod routes;
pub mod rules;
mod store;

pub use routes::configure;
pub use store::{Tally, requested_years, tallies, tally};
