//! Closing training years 年度结账: freezes the figures of a year that is over.

mod closing;
mod common;
mod list;

pub use list::ListPage;
