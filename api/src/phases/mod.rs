//! Phases 阶段: the five of clause 二, run in order, each completed by the evidence that its clause
//! asks for. Completing one issues its hours.

mod routes;
mod rules;
mod store;

pub use routes::configure;
pub use rules::check_open;
pub use store::{find_row, open};
