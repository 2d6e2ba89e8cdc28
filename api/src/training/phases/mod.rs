//! Phases 阶段: the five of clause 二, run in order, each completed by the evidence that its clause
//! asks for. Completing one issues its hours.

mod routes;
mod rules;
mod store;

/// The condition that a phase, joined with its project, should be over by a day and is not.
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
pub use rules::check_open;
pub use store::{find_row, open};
