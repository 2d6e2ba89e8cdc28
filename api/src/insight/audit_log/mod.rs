//! The audit log 审计日志: who changed what, when and from where. Every transaction that changes
//! something appends to it ([`crate::db::Tx`]); this slice reads it.

mod routes;
mod store;

pub use routes::configure;
