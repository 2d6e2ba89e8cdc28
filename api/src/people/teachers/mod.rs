//! Teachers 教师 with their dated appointments 任职. Hours follow the teacher; a school's figures count a record
//! where the teacher served when it was earned.

pub mod appointment_history;
pub mod appointments;
pub mod batch;
pub mod identity;
mod routes;
mod rules;
mod store;

pub use routes::configure;
pub use store::{check_visible, find, find_all, lock, visible_name};
