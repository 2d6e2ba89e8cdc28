//! Teams 送培团队: formed by subject and stage (六-1-3), they deliver the training (六-2). Being in
//! the team of a project opens that project.

pub mod batch;
mod members;
mod routes;
mod store;

pub use routes::configure;
pub use store::check_available;
