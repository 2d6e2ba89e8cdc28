//! Enrollments 参培学员: schools nominate their teachers by the conditions of selection, and the
//! training school checks and admits them (五-1). No teacher is selected twice for the same level
//! within a project's look-back (重复选派), and no project exceeds its capacity.

pub mod batch;
pub mod candidates;
mod decisions;
mod routes;
pub mod rules;
mod store;

pub use routes::configure;
pub use store::{find_in_scope, nominate_again};
