//! Teachers 教师 with their dated appointments 任职. Hours follow the teacher; a school's figures count a record
//! where the teacher served when it was earned.

pub(crate) mod appointment_history;
pub(crate) mod appointments;
pub mod batch;
pub(crate) mod identity;
mod routes;
mod rules;
mod store;

pub(crate) use routes::configure;
pub(crate) use rules::IdNumberFacts;
pub(crate) use store::{check_visible, find_all, find_with_figures, lock, visible_name};
