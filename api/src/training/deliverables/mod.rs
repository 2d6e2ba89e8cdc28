//! Deliverables 成果材料: what each phase must produce (二), submitted by the team, or by a participating school for itself
//! (六-3-4).

pub mod batch;
mod routes;
mod rules;
mod store;

pub use routes::configure;
pub use store::with_details;
