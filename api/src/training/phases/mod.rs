//! Phases 阶段: the five of clause 二, run in order. A phase completes when the evidence that its
//! clause requires is there, and completing it issues its hours.

pub mod batch;
mod evidence;
mod routes;
mod rules;
mod store;

/// The condition that a phase, joined with its project, should have ended before a day and has not.
macro_rules! late {
    ($today:expr) => {{
        use songjiao_types::{phases::PhaseStatus, projects::ProjectStatus};
        use $crate::db::schema::{phases, projects};
        phases::status
            .eq_any([PhaseStatus::Planned, PhaseStatus::Active])
            .and(phases::ends_on.lt($today))
            .and(projects::status.eq_any([ProjectStatus::Published, ProjectStatus::Running]))
    }};
}
pub(crate) use late;
pub use routes::configure;
pub use rules::{check_open, five_phases};
pub use store::{find_row, lock_open};
