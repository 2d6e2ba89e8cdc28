//! Teachers 教师. Where they serve, and since when, follows from their appointments 任职. Hours follow the teacher; a
//! school's figures count a record where the teacher served when it was earned.

pub mod batch;
pub(crate) mod identity;
mod routes;
mod rules;
mod store;

pub(crate) use routes::configure;
pub(crate) use store::{check_visible, find_all, lock, visible_name};
