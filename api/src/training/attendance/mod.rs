//! Attendance 考勤, taken per activity and participant (六(机制)-3), and the hours that follow from
//! it when a phase or a project completes.

mod export;
mod issue;
pub(crate) mod marks;
mod routes;
pub(crate) mod rules;
mod store;

pub use issue::{issue_phase_hours, issue_project_hours};
pub use routes::configure;
