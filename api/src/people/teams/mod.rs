//! Teams 送培团队, formed by subject and stage (六-1-3), deliver the training (六-2). The members of a project's team
//! see the project.

pub mod batch;
mod members;
mod routes;
mod store;

pub(crate) use routes::configure;
pub(crate) use store::{check_available, find_for_update};
