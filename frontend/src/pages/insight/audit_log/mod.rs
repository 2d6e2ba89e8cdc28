//! The audit log 操作日志: who changed what, when, from where.

mod diff;
mod labels;
mod list;

pub use list::ListPage;
