//! Projects 培训项目: a training of a fixed length for a fixed number of participants (三-1), from
//! its plan to its archive. One of 送教下乡 is born with the five phases of clause 二.

pub mod access;
mod plan;
mod routes;
mod rows;
mod rules;
mod store;
mod views;

pub use routes::configure;
pub use rows::{Project, text, text_patch};
pub use store::{find_all, lock, rows};
