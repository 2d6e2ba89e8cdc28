//! Deliverables 成果材料: what each phase has to bring (二), handed in by the team, or by a school
//! that takes part for itself (六-3-4).

mod routes;
mod rules;
mod store;

pub use routes::configure;
