//! Enrollments 参培学员: schools nominate their teachers by the conditions of selection, the
//! training school checks each and admits (五-1). Nobody is selected twice for the same level
//! within the project's look-back (重复选派), and never more than the project holds.

pub(crate) mod checks;
mod decisions;
pub(crate) mod roll;
mod routes;
pub(crate) mod rules;
mod store;

pub use checks::PLACED;
pub use decisions::complete_admitted;
pub use routes::configure;
pub use store::find_in_scope;
