//! Activities 活动: what takes place in a phase (二) or, in a project of a kind without phases, in
//! the project itself; attendance is taken of each.

mod routes;
mod store;

pub use routes::configure;
pub use store::{find_row, locked};
