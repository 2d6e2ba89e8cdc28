//! Activities 活动 of a phase, or of a project without phases.

mod form;
mod list;
mod named;

pub use list::Activities;
