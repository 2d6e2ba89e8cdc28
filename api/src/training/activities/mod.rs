//! Activities 活动: what takes place in a phase (二) or, in a project of a kind without phases, in
//! the project itself. Each has an attendance sheet.

pub mod batch;
pub mod named;
pub mod plan;
mod routes;
mod rules;
mod status;
mod store;

pub use routes::configure;
pub use rules::check_plan;
pub use store::{find_row, lock};
