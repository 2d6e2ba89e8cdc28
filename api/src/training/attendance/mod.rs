//! Attendance 考勤, marked per participant and day of an activity (六(机制)-3).

pub mod batch;
mod export;
pub mod participants;
mod routes;
pub mod rules;
pub mod sheets;
mod store;

pub use routes::configure;
pub use store::find;
