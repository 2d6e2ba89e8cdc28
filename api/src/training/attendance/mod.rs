//! Attendance 考勤, marked per activity and participant (六(机制)-3), and the hours that follow from
//! it when a phase or a project completes.

pub mod batch;
mod export;
mod issue;
mod routes;
pub mod rules;
mod store;

pub use issue::{issue_phase_hours, issue_project_hours};
pub use routes::configure;
