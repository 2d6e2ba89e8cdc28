//! Hours of projects 结业: what completing a phase or a project asks for, the hours that it issues, and who completes
//! (六(机制)-3).

pub mod blockers;
mod decide;
mod earnings;
mod issue;
mod leave;
mod listed;
mod mending;
mod preview;
mod routes;
mod rules;
mod service;

pub use decide::{check_not_of_team, complete};
pub use issue::issue_phase;
pub use leave::{conclude_cancelled, conclude_disqualified, conclude_withdrawn};
pub use mending::{reopen_phase, reopen_project, settle};
pub use routes::configure;
pub use service::ParticipationInProjects;
