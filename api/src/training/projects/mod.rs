//! Projects 培训项目: trainings of a fixed length for a fixed number of participants (三-1), from
//! plan to archive. A project of 送教下乡 is created with the five phases of clause 二.

pub mod access;
pub mod batch;
mod places;
mod routes;
mod rules;
mod store;
mod transitions;
mod views;
mod visits;
mod warnings;

pub use batch::{Project, find_rows, lock};
pub use places::check_place;
pub use routes::configure;
pub use store::find_all;
