//! Activities 活动: what takes place in a phase (二) or, in a project of a kind without phases, in
//! the project itself. Each has an attendance sheet.

pub mod batch;
mod routes;
mod store;

pub use routes::configure;
pub use store::{find_row, lock};
