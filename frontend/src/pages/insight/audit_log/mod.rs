//! The audit log 操作日志: who changed what, when, from where.

mod diff;
mod list;
mod words;

pub use list::ListPage;
