//! Enrollments 参培学员: schools nominate, the training school admits (五-1).

mod admit;
mod common;
mod nominate;
mod participants;

pub use nominate::NominatePage;
pub use participants::Participants;
